"""How well it went: the curve of an account without its deposits, and what stands beside it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

import pyarrow as pa


class Period(StrEnum):
    """How far back. Every one ends now."""

    MONTH = "1m"
    QUARTER = "3m"
    THIS_YEAR = "ytd"
    YEAR = "1y"
    ALL = "all"
    OWN = "own"  # what came after the sample an account began with; all of it where there was none


class By(StrEnum):
    """What the gain is split by."""

    SYMBOL = "symbol"
    STRATEGY = "strategy"
    ACCOUNT = "account"


class Unit(StrEnum):
    """How a measure is written."""

    SHARE = "share"  # a share of one, as a percentage
    RATIO = "ratio"
    MONEY = "money"
    COUNT = "count"
    DAYS = "days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure with what it is. Money is exact, all else an estimate."""

    key: str
    label: str
    unit: Unit
    formula: str
    estimate: float | None = None
    exact: Decimal | None = None
    words: str = ""  # why there is none, or what belongs to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One account over one period. Nothing in it is from a moment the desk knows nothing of."""

    account_id: str
    name: str
    currency: str
    begins: datetime | None  # market time; None = nothing to measure yet
    ends: datetime
    sessions: int  # that are measured one by one
    gaps: tuple[str, ...]  # what is missing, in words
    head: tuple[Measure, ...]
    risk: tuple[Measure, ...]
    trades: tuple[Measure, ...]
    against: tuple[Measure, ...]  # the benchmark
    benchmark: str  # its symbol; empty = there is none
    note: str  # what stands beside every price: INVENTED PRICES


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthView:
    """One calendar month of New York, as far as it is measured."""

    month: date  # its first day
    share: float | None
    benchmark: float | None
    gain: Decimal | None  # None = a day at its edge had no price
    flows: Decimal
    deepest: float  # drawdown within the month
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One symbol, one tag or one account."""

    label: str
    gain: Decimal | None
    realised: Decimal
    fees: Decimal
    trades: int  # closed
    won: int
    share: float | None = None  # return, where it has one of its own


class Performance(Protocol):
    """Looking back."""

    def curve(self, account_id: str = "", period: Period = Period.ALL) -> pa.Table:
        """One row per close, and now. Growth, benchmark and drawdown are shares of one since the period began. Columns: at, day, value,
        flow, growth, benchmark, drawdown, certainty, words.
        """
        ...

    def summary(self, account_id: str = "", period: Period = Period.ALL) -> Summary:
        """The figures. With several accounts one has to be named: they are never added up."""
        ...

    def months(self, account_id: str = "", period: Period = Period.ALL) -> tuple[MonthView, ...]:
        """Newest first."""
        ...

    def parts(self, by: By, account_id: str = "", period: Period = Period.ALL) -> tuple[PartView, ...]:
        """Where the gain came from. By symbol, with dividends, interest and fees in rows of their own, it adds up to all of it."""
        ...
