"""Survive a crash day: a guided session in the practice market, and the reports of those that were."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from core.channel.facets.orders import Draft
from core.domain.money import ZERO, rounded
from core.domain.order import Side


class Stage(StrEnum):
    """How far it has got."""

    REST = "rest"  # none is on
    BEFORE = "before"  # market time is shortly before the opening
    DURING = "during"
    OVER = "over"  # the last answers are awaited, then the report is written


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened, in a sentence."""

    at: datetime  # market time
    words: str
    serious: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StopOutcome:
    """One protective stop that went off, and what became of the price."""

    order_id: str
    symbol: str
    side: Side  # a sale protects what is held, a purchase what is short
    at: datetime
    quantity: Decimal
    stop: Decimal
    price: Decimal  # on average
    mid: Decimal  # of the seconds it filled in
    fees: Decimal
    close: Decimal
    worst: Decimal  # the lowest price after it; of a short, the highest
    best: Decimal  # the other end

    @property
    def saved(self) -> Decimal:
        """Against holding on to the close, after fees; below nothing where the name came back."""
        return self._than(self.price, self.close) - self.fees

    @property
    def saved_at_worst(self) -> Decimal:
        """Against having sold at the worst price that came after."""
        return self._than(self.price, self.worst) - self.fees

    @property
    def missed_at_best(self) -> Decimal:
        """What holding on to the best price that came after would have brought."""
        return max(self._than(self.best, self.price) + self.fees, ZERO)

    @property
    def slipped(self) -> Decimal:
        """What the fill was worse than the stop price."""
        return self._than(self.stop, self.price)

    @property
    def crossed(self) -> Decimal:
        """What the fill was worse than the middle of the market."""
        return self._than(self.mid, self.price)

    def _than(self, better: Decimal, worse: Decimal) -> Decimal:
        return rounded(-self.side.sign * self.quantity * (better - worse))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """An order the checks did not let out, valued as if it had filled at the price it saw."""

    at: datetime
    words: str  # "Buy 40 NVDA"
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal | None  # the far side of the quote it saw; None = there was none
    close: Decimal
    why: str

    @property
    def saved(self) -> Decimal | None:
        """What it would have lost by the close; below nothing: what it would have brought."""
        return None if self.price is None else rounded(self.side.sign * self.quantity * (self.price - self.close))


@dataclass(frozen=True, slots=True, kw_only=True)
class StillHeld:
    """A position, and how much of it a stop protects."""

    instrument_id: str
    symbol: str
    quantity: Decimal
    price: Decimal
    value: Decimal
    covered: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOpen:
    """An order that is not over."""

    order_id: str
    words: str
    state: str
    in_doubt: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDay:
    """The whole market, by a fund that holds it."""

    symbol: str
    before: Decimal
    low: Decimal
    low_at: datetime
    last: Decimal

    @property
    def fell(self) -> Decimal:
        """A share of the close before."""
        return self.last / self.before - 1

    @property
    def fell_most(self) -> Decimal:
        """At the lowest."""
        return self.low / self.before - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CrashReport:
    """What a crash day did to an account."""

    id: str
    account_id: str
    day: date
    opens_at: datetime
    closes_at: datetime
    until: datetime  # the close, or when it was ended
    early: bool  # ended by a person before the close: every close in it is the price then
    currency: str
    before: Decimal  # value at the close before
    worst: Decimal  # at the end of a minute
    worst_at: datetime
    after: Decimal
    index: IndexDay
    happened: tuple[Happening, ...]
    stops: tuple[StopOutcome, ...]
    held_back: tuple[HeldBack, ...]
    levels: tuple[Happening, ...]  # changes of what trading was allowed
    positions: tuple[StillHeld, ...]
    orders: tuple[StillOpen, ...]
    certainty: str
    note: str  # INVENTED PRICES


@dataclass(frozen=True, slots=True, kw_only=True)
class CrashDayView:
    """Where it stands."""

    stage: Stage
    now: datetime  # market time
    own_time: bool
    pace: int
    day: date  # of the session that is on, or of the one it would be
    opens_at: datetime
    closes_at: datetime
    early_close: bool  # a half-day
    chosen: bool  # that day is a crash already
    why_not: str  # why none can be begun now; empty = it can
    title: str  # what is to be done now
    detail: str
    index: IndexDay | None  # None = the session has not opened
    before: Decimal | None  # value at the close before; None while none is on
    value: Decimal | None
    worst: Decimal | None
    worst_at: datetime | None
    level: str  # what trading is allowed, when it is not everything; else empty
    stops: tuple[StopOutcome, ...]  # that went off so far, against the price now
    held_back: int
    happened: tuple[Happening, ...]
    positions: tuple[StillHeld, ...]
    orders: tuple[StillOpen, ...]
    may_sample: bool  # nothing is held or on order, and the opening takes orders


class CrashDay(Protocol):
    """Only in a practice workspace. It never sends an order: drafts are reviewed and confirmed like any other."""

    def state(self) -> CrashDayView:
        """Where it stands, what happened so far, and what is to be done."""
        ...

    def begin(self) -> CrashDayView:
        """Choose the next session as a crash and go to shortly before its opening, paused."""
        ...

    def end(self) -> CrashDayView:
        """Before the close: the report tells what was until now. Before the opening there is nothing to tell."""
        ...

    def sample(self) -> tuple[Draft, ...]:
        """A portfolio for somebody who holds nothing, to be bought at the opening."""
        ...

    def stops(self, below: Decimal) -> tuple[Draft, ...]:
        """A stop for every position that has none, this share away from its last price."""
        ...

    def reports(self) -> tuple[CrashReport, ...]:
        """Of all that were, the newest first."""
        ...
