"""What a page asks of the desk while it is drawn: each thing once, and anew after an act."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from core.channel.desk import Desk
from core.domain.errors import DeskError
from core.domain.workspace import Level
from pages.parts.once import once
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


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A run of a page, as Streamlit keeps it: each begins with new cursors."""
    begun = SimpleNamespace(cursors={})
    monkeypatch.setattr("pages.parts.once.get_script_run_ctx", lambda **_: begun)
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
