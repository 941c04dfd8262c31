"""Quotes for the desk: a missing one is None, never a guess; the previous close is looked up once a day."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from core.clock import MarketClock
from core.domain.errors import MarketDataError
from core.domain.quote import Quote
from core.market.feeds.base import BarSize, Feed
from core.market.sessions import Sessions


@dataclass(slots=True)
class FeedPrices:
    """Belongs to the desk thread."""

    feed: Feed
    sessions: Sessions
    market_clock: MarketClock
    _closes: dict[str, Decimal | None] = field(default_factory=dict)
    _day: date | None = None  # whose closes these are

    def quote(self, instrument_id: str) -> Quote | None:
        try:
            return self.feed.quote(instrument_id)
        except MarketDataError:
            return None

    def previous_close(self, instrument_id: str) -> Decimal | None:
        day = self.sessions.day(self.market_clock.now())
        if day != self._day:
            self._day, self._closes = day, {}
        if instrument_id not in self._closes:
            self._closes[instrument_id] = self._look(instrument_id, day)
        return self._closes[instrument_id]

    def _look(self, instrument_id: str, day: date) -> Decimal | None:
        before = self.sessions.hours(self.sessions.previous_day(day))
        if before is None:
            return None
        try:
            bars = self.feed.bars(
                instrument_id,
                BarSize.DAY,
                before.opens_at - timedelta(hours=1),
                before.closes_at + timedelta(seconds=1),
            )
        except MarketDataError:
            return None
        return Decimal(str(round(bars[-1].close, 4))) if bars else None
