"""Reconciliation: a failed read is no empty answer, one look is no difference, and what is explained freezes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.fill import Fill
from core.domain.order import Side
from core.domain.reading import Activity, BrokerCash, BrokerPosition, Reading, ReadState
from core.ledger.reconcile import Findings, Ours, Reconciliation, Theirs, reconcile
from tests.unit.ledger.make import START, fill

MONDAY = date(2026, 11, 23)
OURS = Ours(
    opened_at=START,
    positions={"NVDA": Decimal(100), "SPY": Decimal(10)},
    cash={"USD": Decimal(5000)},
    equity=Decimal(50_000),
    executions=frozenset({"x0001"}),
    activities=frozenset({"a1"}),
    client_ids=frozenset({"c"}),
    instruments=frozenset({"NVDA", "SPY", "QQQ"}),
    moved_at={},
    frozen=frozenset(),
    day=MONDAY,
    activities_in=None,
)


def read(state: ReadState = ReadState.OK, *rows: Any, reason: str = "") -> Reading[Any]:
    return Reading(state=state, as_of=START, rows=rows, reason=reason)


def theirs(
    second: float = 0,
    *,
    nvda: str = "100",
    cash: str = "5000",
    pending: str = "0",
    fills: Sequence[Fill] = (),
    activities: Sequence[Activity] = (),
    more: Sequence[BrokerPosition] = (),
) -> Theirs:
    positions = [
        BrokerPosition(instrument_id="NVDA", native_id="NVDA", quantity=Decimal(nvda)),
        BrokerPosition(instrument_id="SPY", native_id="SPY", quantity=Decimal(10)),
        *more,
    ]
    return Theirs(
        started=START + timedelta(seconds=second),
        positions=read(ReadState.OK, *positions),
        cash=read(ReadState.OK, BrokerCash(currency="USD", cash=Decimal(cash), pending=Decimal(pending))),
        executions=read(ReadState.OK, *fills),
        activities=read(ReadState.OK, *activities),
    )


def rounds(*them: Theirs, ours: Ours = OURS) -> list[Findings]:
    state, found = Reconciliation(), []
    for one in them:
        found.append(reconcile(state, ours, one))
        state = found[-1].state
    return found


def test_books_that_agree_open_trading_at_the_first_look() -> None:
    (found,) = rounds(theirs())
    assert found.reconciled
    assert (found.freezes, found.unfreezes, found.cash_gaps, found.words) == ((), (), (), ())


@pytest.mark.parametrize("part", ["positions", "cash", "executions", "activities"])
@pytest.mark.parametrize("state", [ReadState.PARTIAL, ReadState.FAILED])
def test_story_29_a_failed_read_is_not_flat(part: str, state: ReadState) -> None:
    answer: dict[str, Any] = {part: read(state, reason="504")}
    bad = replace(theirs(60), **answer)
    later = replace(theirs(120), **answer)
    first, second, third = rounds(theirs(), bad, later)
    for found in (second, third):
        assert found.refused
        assert found.state == first.state
        assert found.reconciled
        assert (found.freezes, found.made_elsewhere, found.needs_opening) == ((), (), False)
        assert f"{part} (504)" in found.words[0]
    (alone,) = rounds(bad)
    assert not alone.reconciled
    assert "Trading stays closed" in alone.words[0]


def test_an_ok_answer_without_rows_is_really_flat() -> None:
    flat = replace(theirs(), positions=read())
    found = rounds(flat, replace(flat, started=START + timedelta(seconds=5)))
    assert {d.instrument_id for d in found[1].freezes} == {"NVDA", "SPY"}


@pytest.mark.parametrize(("second", "freezes"), [(4.9, ()), (5, ("NVDA",)), (60, ("NVDA",))])
def test_a_difference_counts_when_two_looks_five_seconds_apart_agree(second: float, freezes: tuple[str, ...]) -> None:
    first, again = rounds(theirs(0, nvda="90"), theirs(second, nvda="90"))
    assert first.freezes == ()
    assert not first.reconciled
    assert tuple(d.instrument_id for d in again.freezes) == freezes
    assert again.reconciled is bool(freezes)  # everything else may trade
    if freezes:
        assert "the broker holds 90, our books say 100" in again.words[0]
        assert "only closing" in again.words[0]


def test_a_new_difference_does_not_close_what_was_open() -> None:
    assert [f.reconciled for f in rounds(theirs(0), theirs(60, nvda="90"), theirs(120, nvda="90"))] == [True] * 3


def test_several_lines_of_one_symbol_are_one_position() -> None:
    more = [BrokerPosition(instrument_id="NVDA", native_id="NVDA", quantity=Decimal(40))]
    assert rounds(theirs(nvda="60", more=more))[0].reconciled


def test_looks_more_often_than_five_seconds_add_up() -> None:
    found = rounds(*(theirs(second, nvda="90") for second in range(0, 8, 2)))
    assert [bool(f.freezes) for f in found] == [False, False, False, True]


def test_two_looks_that_disagree_with_each_other_start_over() -> None:
    found = rounds(theirs(0, nvda="90"), theirs(6, nvda="80"), theirs(10, nvda="80"), theirs(11, nvda="80"))
    assert [bool(f.freezes) for f in found] == [False, False, False, True]
    assert not rounds(theirs(0, nvda="90"), theirs(3), theirs(6, nvda="90"))[-1].freezes


def test_a_symbol_that_moved_between_the_looks_starts_over() -> None:
    first = reconcile(Reconciliation(), OURS, theirs(0, nvda="90"))
    moved = replace(OURS, moved_at={"NVDA": START + timedelta(seconds=3)})
    assert not reconcile(first.state, moved, theirs(6, nvda="90")).freezes
    elsewhere = replace(OURS, moved_at={"SPY": START + timedelta(seconds=3)})
    assert reconcile(first.state, elsewhere, theirs(6, nvda="90")).freezes


def test_a_look_older_than_the_last_fill_proves_nothing() -> None:
    ours = replace(OURS, moved_at={"NVDA": START + timedelta(seconds=61)})
    found = reconcile(Reconciliation(), ours, theirs(60, nvda="90"))
    assert found.state.differences == {}
    assert not found.reconciled


def test_what_the_broker_tells_is_booked_and_freezes_nothing() -> None:
    known = fill(Side.BUY, "1", "10", number=1)
    ours = fill(Side.SELL, "10", "10", number=2)
    elsewhere = replace(fill(Side.BUY, "5", "10", number=3), client_id="from-the-phone")
    news = [known, ours, elsewhere]
    found = rounds(theirs(0, nvda="95", fills=news, cash="900"), theirs(6, nvda="95", fills=news, cash="900"))
    for one in found:
        assert one.missed == (ours,)
        assert one.made_elsewhere == (elsewhere,)
        assert one.freezes == ()
        assert one.cash_gaps == ()
        assert not one.reconciled
    booked = replace(
        OURS,
        positions={**OURS.positions, "NVDA": Decimal(95)},
        cash={"USD": Decimal(900)},
        executions=frozenset({"x0001", "x0002", "x0003"}),
    )
    after = reconcile(found[-1].state, booked, theirs(12, nvda="95", fills=news, cash="900"))
    assert after.reconciled
    assert (after.missed, after.made_elsewhere, after.words) == ((), (), ())


def test_a_frozen_symbol_that_agrees_again_is_proposed_for_release() -> None:
    frozen = replace(OURS, frozen=frozenset({"NVDA"}))
    assert reconcile(Reconciliation(), frozen, theirs()).unfreezes == ("NVDA",)
    assert reconcile(Reconciliation(), frozen, theirs(nvda="90")).unfreezes == ()
    moving = replace(frozen, moved_at={"NVDA": START})
    assert reconcile(Reconciliation(), moving, theirs()).unfreezes == ()


def test_a_symbol_already_frozen_is_not_frozen_again() -> None:
    ours = replace(OURS, frozen=frozenset({"NVDA"}))
    found = rounds(theirs(0, nvda="90"), theirs(60, nvda="90"), ours=ours)
    assert found[-1].freezes == ()
    assert found[-1].reconciled


def test_what_the_desk_cannot_trade_is_shown_and_is_no_difference() -> None:
    bond = BrokerPosition(instrument_id="", native_id="912828XG0", quantity=Decimal(3))
    trade = replace(fill(Side.BUY, "3", "99", number=4), instrument_id="")
    found = rounds(theirs(0, more=[bond], fills=[trade]), theirs(60, more=[bond], fills=[trade]))[-1]
    assert found.untradable == (bond,)
    assert found.untradable_fills == (trade,)
    assert (found.freezes, found.missed, found.made_elsewhere) == ((), (), ())
    assert found.reconciled


def test_what_is_held_is_watched_even_if_it_can_no_longer_be_traded() -> None:
    ours = replace(OURS, instruments=frozenset({"SPY"}))
    assert rounds(theirs(0), ours=ours)[0].reconciled
    assert rounds(theirs(0, nvda="1"), theirs(5, nvda="1"), ours=ours)[-1].freezes


def test_without_an_opening_entry_nothing_is_compared() -> None:
    (found,) = rounds(theirs(nvda="7"), ours=replace(OURS, opened_at=None, positions={}, cash={}))
    assert found.needs_opening
    assert not found.reconciled
    assert found.state.differences == {}


def test_what_came_before_the_opening_is_in_it() -> None:
    old = replace(fill(Side.BUY, "5", "10", number=9), at=START - timedelta(days=1))
    dividend = Activity(id="a0", kind="dividend", currency="USD", value=Decimal(5), at=START - timedelta(days=1))
    (found,) = rounds(theirs(fills=[old], activities=[dividend]))
    assert (found.missed, found.made_elsewhere, found.activities) == ((), (), ())
    assert found.reconciled


def test_after_a_reconnect_it_starts_over_but_cash_gets_no_new_grace() -> None:
    state = rounds(theirs(0, cash="4000"), theirs(60, cash="4000"))[-1].state.reconnected()
    assert not state.reconciled
    assert state.cash["USD"].day == MONDAY


@pytest.mark.parametrize(
    ("cash", "pending", "equity", "warns"),
    [
        ("5005.00", "0", "50000", False),
        ("4995.00", "0", "50000", False),
        ("5005.01", "0", "50000", True),
        ("4994.99", "0", "50000", True),
        ("5001.00", "0", "3000", False),
        ("5001.01", "0", "3000", True),
        ("5001.01", "0", None, True),
        ("5040.00", "40", "50000", False),
        ("5000.00", "-12", "50000", True),
    ],
)
def test_story_35_cash_that_drifts_warns_above_a_dollar_and_a_basis_point(
    cash: str, pending: str, equity: str | None, warns: bool
) -> None:
    ours = replace(OURS, equity=None if equity is None else Decimal(equity))
    first, second = rounds(theirs(0, cash=cash, pending=pending), theirs(60, cash=cash, pending=pending), ours=ours)
    assert first.cash_gaps == ()
    assert bool(second.cash_gaps) is warns
    assert bool(second.words) is warns
    assert second.reconciled


def test_a_gap_blocks_once_the_next_days_activities_are_in_and_heals_when_it_is_gone() -> None:
    state = rounds(theirs(0, cash="4000"), theirs(60, cash="4000"))[-1].state
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)

    def look(day: date, activities_in: date, cash: str = "4000") -> Findings:
        return reconcile(state, replace(OURS, day=day, activities_in=activities_in), theirs(90_000, cash=cash))

    assert not look(MONDAY, MONDAY).cash_gaps[0].blocks
    assert not look(tuesday, MONDAY).cash_gaps[0].blocks
    assert look(wednesday, tuesday).cash_gaps[0].blocks
    assert "only closing is allowed" in look(wednesday, tuesday).words[0]
    assert look(wednesday, tuesday, cash="5000").cash_gaps == ()


def test_a_gap_that_changes_its_size_keeps_its_age() -> None:
    found = rounds(theirs(0, cash="4000"), theirs(60, cash="4100"), theirs(120, cash="3900"))
    assert [bool(f.cash_gaps) for f in found] == [False, True, True]
    assert found[-1].cash_gaps[0].theirs == 3900


def test_a_gap_seen_twice_five_seconds_apart_is_told() -> None:
    found = rounds(theirs(0, cash="4000"), theirs(2.5, cash="4000"), theirs(5, cash="4000"))
    assert [bool(f.cash_gaps) for f in found] == [False, False, True]


def test_cash_is_not_judged_while_something_moves() -> None:
    state = rounds(theirs(0, cash="4000"))[0].state
    moving = replace(OURS, moved_at={"SPY": START + timedelta(seconds=60)})
    assert reconcile(state, moving, theirs(60, cash="3000")).state.cash == state.cash


def test_cash_waits_until_activities_are_booked() -> None:
    fee = Activity(id="a2", kind="fee", currency="USD", value=Decimal(-1000), at=START + timedelta(hours=1))
    found = rounds(theirs(0, cash="4000", activities=[fee]), theirs(60, cash="4000", activities=[fee]))
    assert [f.activities for f in found] == [(fee,), (fee,)]
    assert [f.cash_gaps for f in found] == [(), ()]
    booked = replace(OURS, cash={"USD": Decimal(4000)}, activities=frozenset({"a1", "a2"}))
    after = reconcile(found[-1].state, booked, theirs(120, cash="4000", activities=[fee]))
    assert (after.activities, after.state.cash) == ((), {})


@dataclass
class World:
    """A broker that trades, and our books that hear of it sooner, later or only by reading."""

    now: datetime = START
    fills: list[Fill] = field(default_factory=list)
    held: dict[str, Decimal] = field(default_factory=dict)
    ours: Ours = OURS
    state: Reconciliation = field(default_factory=Reconciliation)

    def trade(self, instrument_id: str, quantity: int, client_id: str) -> None:
        one = fill(Side.BUY if quantity > 0 else Side.SELL, str(abs(quantity)), "10", number=len(self.fills) + 2)
        self.fills.append(replace(one, instrument_id=instrument_id, client_id=client_id))
        self.held[instrument_id] = self.held.get(instrument_id, Decimal(0)) + quantity

    def hear(self, heard: Sequence[Fill]) -> None:
        for one in heard:
            if one.execution_id in self.ours.executions:
                continue
            before = self.ours.positions.get(one.instrument_id, Decimal(0))
            after = before + one.quantity * one.side.sign
            cash = self.ours.cash["USD"] - one.quantity * one.price * one.side.sign
            self.ours = replace(
                self.ours,
                positions={**self.ours.positions, one.instrument_id: after},
                cash={"USD": cash},
                executions=frozenset({one.execution_id}).union(self.ours.executions),  # type: ignore[arg-type]
                moved_at={**self.ours.moved_at, one.instrument_id: self.now},
            )

    def look(self, between: Sequence[tuple[str, int]] = (), heard_meanwhile: bool = False) -> Findings:
        started = self.now
        rows = [BrokerPosition(instrument_id=i, native_id=i, quantity=q) for i, q in self.held.items()]
        spent = sum((f.quantity * f.price * f.side.sign for f in self.fills), Decimal(0))
        self.wait(0.2)
        for instrument_id, quantity in between:
            self.trade(instrument_id, quantity, "c")
        them = Theirs(
            started=started,
            positions=read(ReadState.OK, *rows),
            cash=read(ReadState.OK, BrokerCash(currency="USD", cash=Decimal(5000) - spent)),
            executions=read(ReadState.OK, *self.fills),
            activities=read(),
        )
        if heard_meanwhile:
            self.hear(self.fills)
        found = reconcile(self.state, self.ours, them)
        self.state = found.state
        self.hear(found.missed + found.made_elsewhere)
        return found

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


symbols = st.sampled_from(["NVDA", "SPY", "QQQ"])
sizes = st.integers(-50, 50).filter(bool)
steps = st.one_of(
    st.tuples(st.just("trade"), symbols, sizes, st.sampled_from(["c", ""])),
    st.tuples(st.just("hear")),
    st.tuples(st.just("wait"), st.sampled_from([0.5, 3.0, 5.0, 60.0])),
    st.tuples(st.just("look"), st.lists(st.tuples(symbols, sizes), max_size=2), st.booleans()),
)


@given(told=st.lists(steps, max_size=30), lost=symbols)
def test_whatever_is_explained_freezes_nothing_and_what_is_not_freezes_that_symbol_alone(
    told: list[Any], lost: str
) -> None:
    world = World(held={"NVDA": Decimal(100), "SPY": Decimal(10)})
    for step in told:
        match step:
            case ("trade", instrument_id, quantity, client_id):
                world.trade(instrument_id, quantity, client_id)
            case ("hear",):
                world.hear(world.fills)
            case ("wait", seconds):
                world.wait(seconds)
            case ("look", between, heard):
                found = world.look(between, heard)
                assert found.freezes == ()
                assert found.cash_gaps == ()
    world.look()
    world.wait(1)
    assert world.look().reconciled
    world.held[lost] = world.held.get(lost, Decimal(0)) + 1  # shares nobody tells about
    world.wait(1)
    assert world.look().freezes == ()
    world.wait(5)
    assert [d.instrument_id for d in world.look().freezes] == [lost]
