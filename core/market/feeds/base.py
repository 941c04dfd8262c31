"""What every market data source promises: prices with their age, never a guess."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from core.domain.corporate_event import CorporateEvent
from core.domain.instrument import Instrument
from core.domain.quote import Bar, Quote
from core.market.sessions import FULL_DAY
from core.market.tape import Halt, Indication, Level


class BarSize(StrEnum):
    """How much time one bar covers."""

    SECOND = "1s"
    MINUTE = "1m"
    FIVE_MINUTES = "5m"
    HOUR = "1h"
    DAY = "1d"

    @property
    def span(self) -> timedelta:
        """The time itself; of a day, its whole session."""
        return _SPANS[self]


_SPANS: Final = {
    BarSize.SECOND: timedelta(seconds=1),
    BarSize.MINUTE: timedelta(minutes=1),
    BarSize.FIVE_MINUTES: timedelta(minutes=5),
    BarSize.HOUR: timedelta(hours=1),
    BarSize.DAY: FULL_DAY,
}


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

    @property
    def asks_at(self) -> str:
        """The machine prices are asked for at; empty = nothing is asked for outside of this one."""
        return ""

    @abstractmethod
    def instruments(self) -> Sequence[Instrument]:
        """Everything it can price."""

    @abstractmethod
    def quote(self, instrument_id: str) -> Quote:
        """The newest quote, or NoQuote."""

    def book(self, instrument_id: str) -> tuple[Sequence[Level], Sequence[Level]]:
        """What stands to buy and to sell behind the quote, best price first; empty where a source shows no more of it."""
        return (), ()

    @abstractmethod
    def low(self, instrument_id: str) -> Decimal | None:
        """The lowest trade of today's regular session so far; None = it has not begun. NoQuote when it is not known."""

    def indication(self, instrument_id: str) -> Indication | None:
        """The auction that is being prepared now; None = none is, or this source does not tell."""
        return None

    def halts(self, instrument_id: str, day: date) -> Sequence[Halt]:
        """When nothing traded in that day's session so far; the end of one that is on is not known and not told."""
        return ()

    @abstractmethod
    def bars(self, instrument_id: str, size: BarSize, start: datetime, end: datetime) -> Sequence[Bar]:
        """Finished bars of regular sessions from start up to, not including, end; prices as they were then."""

    @abstractmethod
    def previous_close(self, instrument_id: str, day: date) -> Decimal | None:
        """The close before a trading day, counted in that day's shares; None = there was none."""

    @abstractmethod
    def adjusted(self, instrument_id: str, bars: Sequence[Bar]) -> Sequence[Bar]:
        """The same bars as they compare with prices of now: the dividends and splits since taken out."""

    @abstractmethod
    def events(self, instrument_id: str, first: date, last: date) -> Sequence[CorporateEvent]:
        """What the company does to its shares on these days, both ends included, as far as it is known."""
