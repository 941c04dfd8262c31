"""Names, quotes, bars and hours."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import pyarrow as pa

from core.domain.quote import Quote, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class NameView:
    """One thing that can be traded."""

    instrument_id: str
    symbol: str
    name: str
    listing: str
    sector: str
    diversified: bool
    fractionable: bool
    shortable: bool
    lot: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView:
    """A quote with what has to stand beside it."""

    quote: Quote
    age_seconds: float
    stale: bool
    note: str  # "INVENTED PRICES"
    previous_close: Decimal | None
    tick: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One price of the book, and how much is shown there."""

    price: Decimal
    size: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderView:
    """The book on both sides, best price first; both empty where the source shows none, or nothing trades."""

    bids: tuple[Rung, ...]
    asks: tuple[Rung, ...]
    at: datetime  # market time
    note: str  # "INVENTED PRICES"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursView:
    """What the market is doing."""

    session: Session
    now: datetime  # market time
    pace: float
    own_time: bool


class Market(Protocol):
    """Looking at the market."""

    def names(self, find: str = "") -> tuple[NameView, ...]:
        """Instruments whose symbol or name fits; empty = all."""
        ...

    def quote(self, symbol: str) -> QuoteView:
        """The newest quote. BadInput for an unknown or ambiguous symbol, naming near ones."""
        ...

    def quotes(self, symbols: tuple[str, ...]) -> tuple[QuoteView, ...]:
        """Several at once."""
        ...

    def ladder(self, symbol: str) -> LadderView:
        """Up to ten prices on each side, our own orders' push included."""
        ...

    def bars(self, symbol: str, size: str = "1m", count: int = 390) -> pa.Table:
        """The newest finished bars, oldest first, adjusted: as they compare with prices of now, the splits and dividends
        since taken out. size: 1m | 1d. Columns: at, open, high, low, close, volume.
        """
        ...

    def hours(self) -> HoursView:
        """Session and market time."""
        ...
