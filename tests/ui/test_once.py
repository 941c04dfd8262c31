"""What a page asks of the desk while it is drawn: each thing once, and anew after an act."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from core.channel.desk import Desk
from core.domain.errors import DeskError
from core.domain.workspace import Level
from pages.parts.once import ahead, once, remember
from tests.fakes.desk import FakeDesk
from tests.ui.opened import Opened


class Counted:
    """A desk that counts what it is asked."""

    def __init__(self, desk: Any, asked: Counter[str], name: str = "") -> None:
        self._desk, self._asked, self._name = desk, asked, name

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._desk, name)
        if not self._name:
            return Counted(found, self._asked, name) if name != "world" else found

        def ask(*given: Any, **named: Any) -> Any:
            self._asked[f"{self._name}.{name}{given}{named}"] += 1
            return found(*given, **named)

        return ask


@pytest.mark.parametrize("page", ["home", "ticket", "orders", "positions", "market", "performance"])
def test_one_run_asks_the_same_thing_once(open_page: Opened, page: str) -> None:
    asked: Counter[str] = Counter()
    desk: Any = Counted(FakeDesk(), asked)
    window = open_page(desk, page)
    asked.clear()
    window.run()
    assert asked, "nothing was asked: what is counted here?"
    assert {question: times for question, times in asked.items() if times > 1} == {}


class Slow:
    """A desk at the other end of a line: what was asked is heard later."""

    def __init__(self, said: list[str]) -> None:
        self.said, self.refused, self.away = said, False, False

    def __getattr__(self, facet: str) -> Any:
        return SlowFacet(self)


class SlowFacet:
    def __init__(self, desk: Slow) -> None:
        self._desk = desk

    def __getattr__(self, verb: str) -> Any:
        return SlowVerb(self._desk, verb)


class SlowVerb:
    def __init__(self, desk: Slow, verb: str) -> None:
        self._desk, self._verb = desk, verb

    def __call__(self, *given: Any) -> Any:
        return self.begin(*given)()

    def begin(self, *given: Any) -> Any:
        self._desk.said.append(f"ask {self._verb}")
        if self._desk.away:
            raise DeskError("Nobody picks up.")

        def hear() -> str:
            self._desk.said.append(f"hear {self._verb}")
            if self._desk.refused:
                raise DeskError("Not now.")
            return f"{self._verb}{given}"

        return hear


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A run of a page, as Streamlit keeps it: each begins with new cursors."""
    begun = SimpleNamespace(cursors={})
    monkeypatch.setattr("pages.parts.once.get_script_run_ctx", lambda **_: begun)
    monkeypatch.setattr("pages.parts.once.st.session_state", {})
    monkeypatch.setattr("pages.parts.once.client.begin", lambda question, *given: question.begin(*given))
    return begun


def test_a_run_sees_one_moment_until_it_acts(run: SimpleNamespace) -> None:
    asked: Counter[str] = Counter()
    counted: Any = Counted(FakeDesk(), asked)
    desk: Desk = once(counted)
    assert desk.health.state() is desk.health.state()
    assert desk.positions.table("a") is not desk.positions.table("b")  # of what was asked, nothing is mixed up
    assert asked["health.state(){}"] == 1
    desk.trading.stop("for a test")
    assert desk.health.state().level is Level.STOPPED
    assert asked["health.state(){}"] == 2
    run.cursors = {}
    desk.health.state()
    assert asked["health.state(){}"] == 3


def test_an_act_that_is_refused_may_have_changed_something_too(run: SimpleNamespace) -> None:
    asked: Counter[str] = Counter()
    counted: Any = Counted(FakeDesk(), asked)
    desk: Desk = once(counted)
    desk.health.state()
    with pytest.raises(DeskError):
        desk.orders.cancel("there is no such order")
    desk.health.state()
    assert asked["health.state(){}"] == 2


def test_outside_of_a_run_nothing_is_kept() -> None:
    asked: Counter[str] = Counter()
    counted: Any = Counted(FakeDesk(), asked)
    desk: Desk = once(counted)
    desk.health.state()
    desk.health.state()
    assert asked["health.state(){}"] == 2


def test_what_a_page_asked_the_last_time_is_asked_at_once_and_heard_when_wanted(run: SimpleNamespace) -> None:
    said: list[str] = []
    line: Any = Slow(said)
    desk: Desk = once(line)
    desk.positions.accounts()
    desk.positions.table("a")
    desk.market.names()
    remember("positions")
    run.cursors = {}
    said.clear()
    ahead(desk, "positions")
    assert said == ["ask accounts", "ask table"]  # what a search may keep busy is not asked on suspicion
    table: Any = desk.positions.table("a")
    assert table == "table('a',)" == desk.positions.table("a")
    assert said == ["ask accounts", "ask table", "hear table"]
    remember("positions")
    run.cursors = {}
    said.clear()
    ahead(desk, "positions")
    assert said == ["ask table"], "what the page did not want any more is not asked again"
    ahead(desk, "orders")
    assert said == ["ask table"]


def test_a_refusal_to_what_was_asked_ahead_is_told_and_asked_again(run: SimpleNamespace) -> None:
    said: list[str] = []
    line: Any = Slow(said)
    desk: Desk = once(line)
    desk.positions.accounts()
    remember("home")
    run.cursors = {}
    line.refused = True
    ahead(desk, "home")
    with pytest.raises(DeskError):
        desk.positions.accounts()
    line.refused = False
    known: Any = desk.positions.accounts()
    assert known == "accounts()"


def test_an_engine_that_hangs_is_waited_for_once(run: SimpleNamespace) -> None:
    said: list[str] = []
    line: Any = Slow(said)
    desk: Desk = once(line)
    desk.positions.accounts()
    desk.positions.table("a")
    remember("home")
    run.cursors = {}
    line.away = True
    said.clear()
    ahead(desk, "home")
    assert said == ["ask accounts"]


def test_an_act_forgets_what_was_asked_before_it(run: SimpleNamespace) -> None:
    said: list[str] = []
    line: Any = Slow(said)
    desk: Desk = once(line)
    desk.positions.accounts()
    remember("home")
    run.cursors = {}
    ahead(desk, "home")
    desk.trading.stop("for a test")
    said.clear()
    desk.positions.accounts()
    assert said == ["ask accounts", "hear accounts"]
