"""What every monitor promises: it looks at one picture, and says how much of which limit is used."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Final

from core.domain.instrument import Instrument
from core.domain.money import ZERO
from core.risk.checks.base import RiskCheck, Unit

NEAR: Final = Decimal("0.8")  # of a limit: from here on a person should look


class State(StrEnum):
    """How a number stands to its limit."""

    CALM = "calm"
    NEAR = "near"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Everything a monitor may know of one account and the machine at one moment. None = not known."""

    account_id: str
    currency: str = "USD"
    equity: Decimal | None = None
    start: Decimal | None = None  # equity as the day began, net of transfers since
    peak: Decimal | None = None  # at its highest, likewise
    values: Mapping[str, Decimal | None] = field(default_factory=dict)  # of what is held, by instrument; short is < 0
    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    largest_order: Decimal | None = None  # of those that are open; what it may still cost
    asked_today: int = 0  # orders, by a person
    market_open: bool = False
    heard: Mapping[str, timedelta] = field(default_factory=dict)  # age of the newest price in use, by instrument
    connection: str = ""
    skew: timedelta | None = None  # the broker's clock less ours
    signed_in_for: timedelta | None = None  # still, at the broker
    free: int | None = None  # bytes, on the disk the workspace is on
    checks: Mapping[str, RiskCheck]  # by code, with the limits that apply to this account

    def limit(self, check: str, setting: str) -> Decimal:
        """The number the check before a trade applies too: there is no other one."""
        value: Decimal = getattr(self.checks[check], setting)
        return value

    def name(self, instrument_id: str) -> str:
        known = self.instruments.get(instrument_id)
        return known.symbol if known else instrument_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """How much of one limit is used."""

    label: str  # "Loss today"
    used: Decimal
    limit: Decimal
    near: Decimal | None = None  # from here on a person should look; None = there is no such place
    unit: Unit
    reached: bool = True  # at the limit itself it is over; False: only above it
    of: str = ""  # which one, where a monitor has several: a symbol, a sector
    near_title: str = ""  # empty = nothing is said
    over_title: str = ""
    over_weight: str = "amber"
    detail: str = ""  # number against limit, and the way out

    @property
    def state(self) -> State:
        if self.used > self.limit or (self.reached and self.used >= self.limit):
            return State.OVER
        return State.NEAR if self.near is not None and self.used >= self.near else State.CALM

    @property
    def title(self) -> str:
        """What a person should know; empty = nothing."""
        return {State.CALM: "", State.NEAR: self.near_title, State.OVER: self.over_title}[self.state]

    @property
    def weight(self) -> str:
        return self.over_weight if self.state is State.OVER else "amber"


class Monitor(ABC):
    """One verb. Members are frozen dataclasses; a monitor never raises, never asks anybody, and says nothing of what is
    not known. Its limit is a setting of the checks wherever there is one.
    """

    key: ClassVar[str]  # what its alarms are known by
    title: ClassVar[str]  # what it looks at, in a trader's words
    check: ClassVar[str] = ""  # whose settings it goes by
    of_account: ClassVar[bool] = True  # False: of the machine or a connection, the same for every account

    @abstractmethod
    def gauges(self, sight: Sight) -> Iterable[Gauge]:
        """What is used of its limits now, the fullest first; none where a number is missing."""


def seconds(span: timedelta) -> Decimal:
    """To a tenth of a second."""
    return Decimal(span // timedelta(milliseconds=100)) / 10


def gross(sight: Sight) -> Decimal | None:
    """What is held, long and short together; None = something has no price."""
    total = ZERO
    for value in sight.values.values():
        if value is None:
            return None
        total += abs(value)
    return total
