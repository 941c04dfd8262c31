"""Locked, every verb there is or will be is refused by the engine's end, except health, the brake and the way in (S7)."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, cast, get_type_hints

import pytest

from core.channel import guard
from core.channel.client import connect
from core.channel.desk import Desk
from core.channel.facets.health import UNWATCHED, HealthView, Notice
from core.channel.home import WorkspaceFolder
from core.channel.server import Server
from core.channel.verbs import VERBS, Verb
from core.domain.errors import DeskError, Locked
from tests.fakes.clock import FakeClock
from tests.unit.channel.examples import example
from tests.unit.channel.small_desk import SmallDesk

OPEN_WHEN_LOCKED = {
    "health.state",
    "health.doctor",
    "trading.stop",
    "trading.report",
    "lock.state",
    "lock.unlock",
    "lock.lock",
}
ACTS = {  # words a verb that only looks would not begin with
    "accept", "acknowledge", "attest", "begin", "cancel", "change", "choose", "closing", "confirm", "deposit", "end", "fault",
    "jump", "keep", "let", "look", "note", "offer", "pull", "renew", "reset", "resume", "review", "run", "sample", "send",
    "shut", "skip", "stop", "time", "unchoose", "unfreeze", "unlock", "use", "withdraw",
}  # fmt: skip
EVERY_VERB = [pytest.param(verb, id=str(verb)) for verb in VERBS.values()]


@dataclass
class Keeper:
    """A door that knows these tickets."""

    may_look: bool = False
    tickets: set[str] = field(default_factory=lambda: {"good"})

    def knows(self, ticket: str) -> bool:
        return ticket in self.tickets


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
def served(desk: SmallDesk, folder: WorkspaceFolder, keeper: Keeper) -> Iterator[Server]:
    server = Server(cast(Desk, desk), folder, FakeClock(), "test", keeper)
    server.start()
    yield server
    server.stop()


def ask(desk: Desk, verb: Verb) -> Any:
    given = {name: example(shape, bare=True) for name, shape in get_type_hints(verb.given).items()}
    return getattr(getattr(desk, verb.facet), verb.name)(**given)


def answered(desk: SmallDesk, verb: Verb) -> bool:
    desk.answers[str(verb)] = example(verb.result, bare=True)
    return str(verb) in {asked for asked, _ in desk.asked}


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("ticket", ["", "bad", "Good", "good "])
@pytest.mark.parametrize("verb", EVERY_VERB)
def test_locked_it_answers_only_what_is_named_here(
    verb: Verb, ticket: str, desk: SmallDesk, folder: WorkspaceFolder
) -> None:
    desk.answers[str(verb)] = example(verb.result, bare=True)
    here = connect(folder, ticket=ticket)
    if str(verb) in OPEN_WHEN_LOCKED:
        ask(here, verb)
        assert answered(desk, verb)
        return
    with pytest.raises(Locked, match=r"The desk is locked\. Nothing was done\. Unlock it"):
        ask(here, verb)
    assert desk.asked == []


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("verb", EVERY_VERB)
def test_with_a_ticket_it_answers_everything(verb: Verb, desk: SmallDesk, folder: WorkspaceFolder) -> None:
    desk.answers[str(verb)] = example(verb.result, bare=True)
    ask(connect(folder, ticket="good"), verb)
    assert answered(desk, verb)


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("verb", EVERY_VERB)
def test_where_the_user_chose_it_a_locked_desk_is_looked_at_and_nothing_else(
    verb: Verb, desk: SmallDesk, folder: WorkspaceFolder, keeper: Keeper
) -> None:
    keeper.may_look = True
    desk.answers[str(verb)] = example(verb.result, bare=True)
    looks = (verb.facet, verb.name) in guard.LOOKS
    try:
        ask(connect(folder), verb)
    except Locked:
        assert not looks and str(verb) not in OPEN_WHEN_LOCKED
        assert desk.asked == []
    else:
        assert looks or str(verb) in OPEN_WHEN_LOCKED


@pytest.mark.usefixtures("served")
def test_who_is_locked_out_can_stop_trading_but_take_no_protective_stop_away(
    desk: SmallDesk, folder: WorkspaceFolder
) -> None:
    desk.answers["trading.stop"] = example(VERBS["trading", "stop"].result, bare=True)
    here = connect(folder)
    here.trading.stop("by hand")
    with pytest.raises(Locked):
        here.trading.stop("by hand", also_protective=True)
    assert [given["also_protective"] for _, given in desk.asked] == [False]


@pytest.mark.usefixtures("served")
def test_the_lock_is_looked_at_with_every_question(desk: SmallDesk, folder: WorkspaceFolder, keeper: Keeper) -> None:
    """One connection, kept open: it is locked the moment its ticket is no good any more."""
    desk.answers["journal.kinds"] = ()
    here = connect(folder, ticket="good")
    assert here.journal.kinds() == ()
    keeper.tickets.clear()
    with pytest.raises(Locked):
        here.journal.kinds()
    keeper.tickets.add("good")
    assert here.journal.kinds() == ()


def test_nothing_that_acts_is_taken_for_looking() -> None:
    assert {f"{facet}.{name}" for facet, name in guard.ALWAYS} == OPEN_WHEN_LOCKED
    assert set(VERBS) >= guard.ALWAYS | guard.LOOKS, "a verb that is not there any more"
    assert not guard.ALWAYS & guard.LOOKS
    assert not [name for _, name in guard.LOOKS if name.partition("_")[0] in ACTS]


@pytest.mark.usefixtures("served")
def test_locked_out_one_hears_that_something_is_wrong_and_not_what(
    desk: SmallDesk, folder: WorkspaceFolder, keeper: Keeper
) -> None:
    whole: HealthView = replace(
        example(HealthView, bare=True),
        level_reason="40 NVDA were too many",
        notices=(
            Notice(weight="red", title="Locked: nothing is watched.", key=UNWATCHED),
            Notice(weight="amber", title="NVDA differs.", detail="7,300.00 USD", row=7, key="difference:x"),
            Notice(weight="blue", title="NVDA is above 180.", row=8, key="alert:1"),
        ),
    )
    desk.answers["health.state"] = whole
    first, rest = connect(folder).health.state().notices
    assert first == whole.notices[0]
    assert (rest.weight, rest.title, rest.row) == ("amber", "2 notices stand.", 0)
    assert "NVDA" not in str(connect(folder, ticket="bad").health.state())
    assert connect(folder, ticket="good").health.state() == whole
    desk.answers["health.state"] = replace(whole, notices=whole.notices[1:2])
    assert [notice.title for notice in connect(folder).health.state().notices] == ["1 notice stands."]
    keeper.may_look = True
    assert connect(folder).health.state().level_reason == whole.level_reason


def test_a_verb_that_takes_a_secret_is_known_as_one() -> None:
    assert {str(verb) for verb in VERBS.values() if verb.takes_secret} >= {
        "lock.unlock", "lock.state", "lock.active", "vault.choose", "vault.change", "vault.renew", "vault.open_by_keyring",
        "vault.offer_codes", "vault.accept_codes", "vault.end_codes", "notices.keep_secret", "live.go_live",
    }  # fmt: skip


@pytest.mark.usefixtures("served")
def test_what_a_verb_was_given_is_in_no_log_and_no_error(
    desk: SmallDesk, folder: WorkspaceFolder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    secret = "four lamps under water"
    desk.answers["lock.unlock"] = ValueError(f"no such {secret}")
    with pytest.raises(DeskError) as told:
        connect(folder).lock.unlock(secret)
    assert secret not in str(told.value)
    with pytest.raises(DeskError) as told:
        connect(folder).lock.unlock(secret, cast(str, 7))
    assert secret not in str(told.value)
    assert "lock.unlock failed" in caplog.text
    assert secret not in caplog.text, "as a log file has it, with what went wrong"


@pytest.mark.usefixtures("served")
def test_what_a_verb_without_a_secret_failed_of_is_in_the_log(
    desk: SmallDesk, folder: WorkspaceFolder, caplog: pytest.LogCaptureFixture
) -> None:
    desk.answers["journal.kinds"] = ValueError("no such row")
    with pytest.raises(DeskError):
        connect(folder, ticket="good").journal.kinds()
    assert "ValueError: no such row" in caplog.text
