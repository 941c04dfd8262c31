"""Bars with indicators, and what happened on the way: own trades, what works, what the company and the exchange did."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, Protocol

import pyarrow as pa

from core.domain.order import Side

FRAMES: Final = ("1m", "5m", "15m", "1h", "1d", "1w")


class MarkKind(StrEnum):
    """What is drawn on a chart beside its bars."""

    FILL = "fill"
    COMPANY = "company"  # a dividend, a split, a purchase, another symbol
    HALT = "halt"
    CHOSEN = "chosen"  # a practice day or moment that was chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing that happened."""

    kind: MarkKind
    at: datetime  # market time
    words: str
    side: Side | None = None  # of a fill
    quantity: Decimal | None = None
    price: Decimal | None = None  # as it compares with prices of now


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingLine:
    """A price at which something of ours waits."""

    order_id: str
    account_id: str
    words: str  # "Buy 40, limit"
    price: Decimal
    may_replace: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Everything to draw over the bars."""

    marks: tuple[Mark, ...]  # oldest first
    lines: tuple[WorkingLine, ...]


class Charts(Protocol):
    """Looking at one name."""

    def bars(self, symbol: str, frame: str = "1m", count: int = 390) -> pa.Table:
        """The newest bars, oldest first, adjusted: as they compare with prices of now; from 5m on the last one may still be
        forming. frame: 1m | 5m | 15m | 1h | 1d | 1w. Indicators are worked out over the bars before as well.

        Columns: at, open, high, low, close, volume, vwap, average_20, average_50, lower, upper, rsi, macd, signal.
        """
        ...

    def marks(self, symbol: str, since: datetime, account_id: str = "") -> Marks:
        """What happened since, and what works now; own orders and trades of one account, or of all."""
        ...
