"""The invented market's own switches: its time, and what goes wrong on purpose."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, Protocol

from core.domain.chosen import Kind

ENOUGH: Final = 0.8  # of a session's regular hours: neither its open nor its close can be left out


class Fault(StrEnum):
    """What can be made to go wrong on purpose."""

    STREAM_SILENT = "stream_silent"
    DELAYED = "delayed"
    ERROR_AFTER_ACCEPT = "error_after_accept"  # 504 after accepting
    REPLY_LOST = "reply_lost"
    REQUEST_LOST = "request_lost"
    REJECT = "reject"
    NO_LOOK_UP = "no_look_up"
    DOWN = "down"
    HALF_OPEN = "half_open"  # it looks alive, and nothing comes through
    LOGIN_EXPIRED = "login_expired"  # until somebody signs in again
    DOWN_HOUR = "down_hour"  # of market time
    HALT = "halt"  # these three happen to a name
    PRICE_GAP = "price_gap"
    SPLIT = "split"  # before the next session
    BAD_DAY = "bad_day"  # most of them, one after another


OF_A_NAME: Final = frozenset({Fault.HALT, Fault.PRICE_GAP, Fault.SPLIT})


class Jump(StrEnum):
    """Where market time can go at once. Nothing on the way is left out: every order gets its turns."""

    EVENT = "event"  # the next thing that happens to an order, a name held, or the market's day
    CLOSE = "close"
    OPENING = "opening"
    HALF_DAY = "half_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenDay:
    """One day that was chosen."""

    day: date
    kind: Kind
    symbol: str  # empty = all names
    begun: bool  # then it stays


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedDay:
    """A session that passed at 1× while the desk was open, or the part of it that did."""

    day: date
    seconds: float
    orders: int  # asked for meanwhile
    mismatches: int  # found meanwhile between our books and the exchange
    whole: float  # seconds of regular hours that day has
    counts: bool  # towards the evidence for going live


class StepState(StrEnum):
    """How far something with a moment of its own has got."""

    COMING = "coming"
    ON = "on"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that goes wrong at a moment of market time."""

    fault: Fault
    symbol: str  # empty = not of a name
    words: str
    at: datetime
    until: datetime | None  # None = until a person ends it
    state: StepState


@dataclass(frozen=True, slots=True, kw_only=True)
class BadDay:
    """A timetable of faults over a session and the morning after it."""

    day: date
    steps: tuple[Step, ...]
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeView:
    """How the invented market is set."""

    own_time: bool  # always open, at its own pace
    pace: int  # 1, 10 or 60; 0 = paused
    faults: tuple[Fault, ...]
    seed: int
    starting_cash: Decimal
    now: datetime  # market time
    words: str  # how it passes
    stopped_at: str  # what the last jump led to; empty = there was none
    chosen: tuple[ChosenDay, ...]  # this session's and those to come
    to_choose: tuple[date, ...]  # sessions that have not begun, the next ones first
    half_day: date | None  # the next one
    plugged: str  # the order in the middle of which the plug was pulled last
    plugged_there: int | None  # how many orders the exchange holds of it; None = that cannot be said now
    watched: tuple[WatchedDay, ...]  # the newest first
    of_names: tuple[Step, ...] = ()  # this session's halts and gaps
    bad_day: BadDay | None = None  # the last one that was begun, unless it was ended


class Practice(Protocol):
    """Only in a practice workspace; why also where the practice exchange fills on real prices."""

    def state(self) -> PracticeView:
        """How it is set."""
        ...

    def time(self, own_time: bool, pace: int) -> PracticeView:
        """Follow the exchange's hours, or a time of its own: 1×, 10×, 60×, 0 = paused. Market time never goes back."""
        ...

    def jump(self, to: Jump) -> PracticeView:
        """Go on to that moment at once, in its own time; at an event and at the close it pauses."""
        ...

    def choose(self, day: date, kind: Kind, symbol: str = "") -> PracticeView:
        """Have a session that has not begun be like this."""
        ...

    def unchoose(self, day: date, kind: Kind, symbol: str = "") -> PracticeView:
        """Let it be as it comes, if it has not begun."""
        ...

    def deposit(self, value: Decimal, request: str) -> PracticeView:
        """Add practice cash. The same request, however often it is made, is one movement."""
        ...

    def withdraw(self, value: Decimal, request: str) -> PracticeView:
        """Take practice cash out, likewise; refused where something short or on order needs it."""
        ...

    def pull_plug(self) -> PracticeView:
        """Buy one share and kill the engine before the exchange's answer is heard. Its supervisor brings it back."""
        ...

    def fault(self, fault: Fault, on: bool, symbol: str = "", size: int = 0) -> PracticeView:
        """Make something go wrong, or right again. Of a name: a halt of so many minutes, a gap of so many percent (0 =
        as usual: ten, against what is held), a split before the next session.
        """
        ...

    def why(self, order_id: str) -> tuple[str, ...]:
        """Why this price: each fill of an order, and why the rest of it has not traded, in sentences."""
        ...
