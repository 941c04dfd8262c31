"""Quotes for the desk: a missing one is None, never a guess; the previous close is looked up once a day."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core.clock import MarketClock
from core.domain.errors import MarketDataError
from core.domain.quote import Quote
from core.market.feeds.base import Feed
from core.market.sessions import Sessions


@dataclass(slots=True)
class FeedPrices:
    """Belongs to the desk thread."""

    feed: Feed
    sessions: Sessions
    market_clock: MarketClock
    _closes: dict[tuple[str, date], Decimal | None] = field(default_factory=dict)

    def quote(self, instrument_id: str) -> Quote | None:
        try:
            return self.feed.quote(instrument_id)
        except MarketDataError:
            return None

    def previous_close(self, instrument_id: str) -> Decimal | None:
        day = self.sessions.day(self.market_clock.now())
        key = (instrument_id, day)
        if key not in self._closes:
            self._closes = {known: close for known, close in self._closes.items() if known[1] == day}
            self._closes[key] = self._look(instrument_id, day)
        return self._closes[key]

    def _look(self, instrument_id: str, day: date) -> Decimal | None:
        try:
            return self.feed.previous_close(instrument_id, day)
        except MarketDataError:
            return None
