"""What the market shows: the best prices, their sizes, and how old they are."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

FALLEN: Final = Decimal("0.90")  # of the close before: at or below it, Rule 201 holds that day and the next trading day


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Best bid and ask at one moment."""

    instrument_id: str
    bid: Decimal
    ask: Decimal
    bid_size: Decimal
    ask_size: Decimal
    last: Decimal
    at: datetime  # market time
    received: datetime  # real time the feed was last proved alive for this instrument
    feed: str
    delay: timedelta = timedelta(0)  # what the feed is known to lag
    halted: str = ""  # in words why nothing trades now; empty = it does
    band: tuple[Decimal, Decimal] | None = None  # between which prices it may trade; None = not published

    @property
    def mid(self) -> Decimal:
        """Halfway between the two."""
        return (self.bid + self.ask) / 2

    @property
    def usable(self) -> bool:
        """Both sides there and not crossed."""
        return 0 < self.bid <= self.ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What traded in one stretch of time; an estimate of the past, so plain floats."""

    at: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """How low a name traded, as far as the rule for short sales asks."""

    low: Decimal | None  # in today's regular session; None = it has not begun
    before: bool  # it fell to FALLEN on the trading day before


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What the exchange is doing at one moment of market time."""

    is_open: bool  # regular trading
    extended: bool  # before or after it, limit orders only
    opens_at: datetime  # of the session that is on, else of the next one
    closes_at: datetime
    early_close: bool
    name: str  # in words: "Open, closes 16:00 ET"
