"""Our books held against the broker's: what it explains is booked, what nobody explains freezes one symbol."""

from collections.abc import Callable, Container, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from core.domain.fill import Fill
from core.domain.money import ZERO
from core.domain.reading import Activity, BrokerCash, BrokerPosition, Reading, ReadState
from core.ledger.cash import CashGap, cash_gaps

APART: Final = timedelta(seconds=5)  # between the two readings that make a difference count


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What our books say of one account at the moment the reading is looked at."""

    opened_at: datetime | None  # market time of the opening entry; None = not booked yet
    positions: Mapping[str, Decimal]  # quantity by instrument
    cash: Mapping[str, Decimal]  # by currency
    equity: Decimal | None
    executions: Container[str]  # ids already booked, or part of the opening
    activities: Container[str]  # ids already booked, or part of the opening
    client_ids: Container[str]  # of every order of ours
    instruments: Container[str]  # ids the desk can trade
    moved_at: Mapping[str, datetime]  # real time of the last fill heard or order state changed, by instrument
    frozen: Set[str]  # instruments this reconciliation froze earlier
    day: date  # market day
    activities_in: date | None  # the last market day whose activities are known to be complete

    def covers(self, instrument_id: str) -> bool:
        """Whether it is ours to keep books on: tradable here, or held although it no longer is."""
        return instrument_id in self.instruments or instrument_id in self.positions


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """One round of reading the broker."""

    started: datetime  # real time, before the first question
    positions: Reading[BrokerPosition]
    cash: Reading[BrokerCash]
    executions: Reading[Fill]
    activities: Reading[Activity]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One symbol on which the two disagree, since when in the same way, and whether it counts by now."""

    instrument_id: str
    ours: Decimal
    theirs: Decimal
    since: datetime  # real time
    counts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """How far it has got. Starts empty at each start and reconnect."""

    reconciled: bool = False
    differences: Mapping[str, Difference] = field(default_factory=dict)
    cash: Mapping[str, CashGap] = field(default_factory=dict)

    def reconnected(self) -> "Reconciliation":
        """From the beginning, except that cash does not get another day's grace."""
        return Reconciliation(cash=self.cash)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is to be done. The desk does it."""

    state: Reconciliation  # for the next time
    refused: bool = False  # the reading was not ok: nothing was compared, nothing changes
    needs_opening: bool = False
    missed: tuple[Fill, ...] = ()  # of our own orders, not heard yet
    made_elsewhere: tuple[Fill, ...] = ()  # nobody's order here
    activities: tuple[Activity, ...] = ()  # not booked yet
    untradable: tuple[BrokerPosition, ...] = ()  # shown with the broker's numbers, no difference
    untradable_fills: tuple[Fill, ...] = ()  # only their cash is ours to book
    freezes: tuple[Difference, ...] = ()  # closing only from now on
    unfreezes: tuple[str, ...] = ()  # instruments that agree again
    words: tuple[str, ...] = ()

    @property
    def reconciled(self) -> bool:
        """Whether trading may be open."""
        return self.state.reconciled

    @property
    def cash_gaps(self) -> tuple[CashGap, ...]:
        """Cash that does not agree, worth a warning or a block."""
        return tuple(gap for gap in self.state.cash.values() if gap.warns)


def reconcile(before: Reconciliation, ours: Ours, theirs: Theirs, symbol: Callable[[str], str] = str) -> Findings:
    """Compare one account. A difference counts when two readings tell it, five seconds apart, and nothing moved."""
    if unread := _not_ok(theirs):
        closed = "" if before.reconciled else " Trading stays closed until it can be."
        return Findings(state=before, refused=True, words=(f"{unread} Nothing was compared or changed.{closed}",))
    untradable = tuple(row for row in theirs.positions.rows if not ours.covers(row.instrument_id))
    if ours.opened_at is None:
        words = "The books of this account are not open yet: confirm what the broker holds. Trading stays closed."
        return Findings(state=before, needs_opening=True, untradable=untradable, words=(words,))

    news = [f for f in theirs.executions.rows if f.execution_id not in ours.executions and f.at >= ours.opened_at]
    tradable = [fill for fill in news if ours.covers(fill.instrument_id)]
    activities = tuple(a for a in theirs.activities.rows if a.id not in ours.activities and a.at >= ours.opened_at)

    unsettled = {fill.instrument_id for fill in tradable} | {
        instrument_id for instrument_id, at in ours.moved_at.items() if at >= theirs.started
    }
    differences = _differences(before, ours, theirs, unsettled)
    agreed = ours.frozen - differences.keys() - unsettled
    counted = {d.instrument_id for d in differences.values() if d.counts}
    cash = before.cash
    if not (news or activities or unsettled):
        cash = cash_gaps(before.cash, ours.cash, theirs.cash.rows, ours.equity, theirs.started, ours.day)
    cash = {currency: gap.known_through(ours.activities_in) for currency, gap in cash.items()}
    first_time_done = not unsettled and counted == differences.keys()
    state = Reconciliation(reconciled=before.reconciled or first_time_done, differences=differences, cash=cash)
    return Findings(
        state=state,
        missed=tuple(fill for fill in tradable if fill.client_id in ours.client_ids),
        made_elsewhere=tuple(fill for fill in tradable if fill.client_id not in ours.client_ids),
        activities=activities,
        untradable=untradable,
        untradable_fills=tuple(fill for fill in news if not ours.covers(fill.instrument_id)),
        freezes=tuple(d for d in differences.values() if d.counts and d.instrument_id not in ours.frozen),
        unfreezes=tuple(sorted(agreed)),
        words=(
            *(_say(d, symbol(d.instrument_id)) for d in differences.values()),
            *(gap.words for gap in cash.values() if gap.warns),
            *(f"{symbol(instrument_id)}: our books and the broker agree again." for instrument_id in sorted(agreed)),
        ),
    )


def _not_ok(theirs: Theirs) -> str:
    """Which reading is not all there, in words; empty when each is."""
    parts: dict[str, Reading[Any]] = {
        "positions": theirs.positions,
        "cash": theirs.cash,
        "executions": theirs.executions,
        "activities": theirs.activities,
    }
    bad = [f"{what} ({part.reason or part.state})" for what, part in parts.items() if part.state is not ReadState.OK]
    return f"The broker's {', '.join(bad)} could not be read in full." if bad else ""


def _differences(before: Reconciliation, ours: Ours, theirs: Theirs, unsettled: Set[str]) -> dict[str, Difference]:
    """By instrument, every quantity on which the two disagree. A symbol in motion is not judged and starts over."""
    held: dict[str, Decimal] = {}
    for row in theirs.positions.rows:
        if ours.covers(row.instrument_id):
            held[row.instrument_id] = held.get(row.instrument_id, ZERO) + row.quantity
    found: dict[str, Difference] = {}
    for instrument_id in sorted((held.keys() | ours.positions.keys()) - unsettled):
        mine, other = ours.positions.get(instrument_id, ZERO), held.get(instrument_id, ZERO)
        if mine == other:
            continue
        now = Difference(instrument_id=instrument_id, ours=mine, theirs=other, since=theirs.started)
        last = before.differences.get(instrument_id)
        moved_at = ours.moved_at.get(instrument_id)
        still = last and (last.ours, last.theirs) == (mine, other) and not (moved_at and moved_at >= last.since)
        if last and still:
            now = replace(last, counts=theirs.started - last.since >= APART)
        found[instrument_id] = now
    return found


def _say(difference: Difference, symbol: str) -> str:
    fact = f"{symbol}: the broker holds {difference.theirs:f}, our books say {difference.ours:f}."
    if not difference.counts:
        return f"{fact} It is read again before anything is done."
    return (
        f"{fact} Nothing the broker tells explains it, so only closing is allowed in {symbol}: compare with the "
        "broker's own list of trades, then accept its number with a reason."
    )
