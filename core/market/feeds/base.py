"""What every market data source promises: prices with their age, never a guess."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from core.domain.instrument import Instrument
from core.domain.quote import Bar, Quote


class BarSize(StrEnum):
    """How much time one bar covers."""

    MINUTE = "1m"
    DAY = "1d"


class Feed(ABC):
    """One source of prices."""

    @property
    @abstractmethod
    def delay(self) -> timedelta:
        """What it is known to lag behind the market."""

    @property
    @abstractmethod
    def note(self) -> str:
        """What stands beside every price of it on the screen; empty for a consolidated real feed."""

    @abstractmethod
    def instruments(self) -> Sequence[Instrument]:
        """Everything it can price."""

    @abstractmethod
    def quote(self, instrument_id: str) -> Quote:
        """The newest quote, or NoQuote."""

    @abstractmethod
    def low(self, instrument_id: str) -> Decimal | None:
        """The lowest trade of today's regular session so far; None = it has not begun. NoQuote when it is not known."""

    @abstractmethod
    def bars(self, instrument_id: str, size: BarSize, start: datetime, end: datetime) -> Sequence[Bar]:
        """Finished bars of regular sessions from start up to, not including, end."""
