"""Quotes for the desk: a missing one is None, never a guess; what is known of days before is looked up once a day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from core.clock import MarketClock
from core.domain.corporate_event import CorporateEvent
from core.domain.errors import MarketDataError
from core.domain.quote import FALLEN, Fall, Quote
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
    _fell: dict[str, bool | None] = field(default_factory=dict)  # likewise
    _events: dict[str, Sequence[CorporateEvent]] = field(default_factory=dict)  # likewise

    def quote(self, instrument_id: str) -> Quote | None:
        try:
            return self.feed.quote(instrument_id)
        except MarketDataError:
            return None

    def previous_close(self, instrument_id: str) -> Decimal | None:
        day = self._today()
        if instrument_id not in self._closes:
            self._closes[instrument_id] = self._look(instrument_id, day)
        return self._closes[instrument_id]

    def fall(self, instrument_id: str) -> Fall | None:
        day = self._today()
        if instrument_id not in self._fell:
            self._fell[instrument_id] = self._fell_before(instrument_id, day)
        before = self._fell[instrument_id]
        try:
            return None if before is None else Fall(low=self.feed.low(instrument_id), before=before)
        except MarketDataError:
            return None

    def events(self, instrument_id: str) -> Sequence[CorporateEvent]:
        day = self._today()
        if instrument_id not in self._events:
            try:
                self._events[instrument_id] = self.feed.events(instrument_id, day, day)
            except MarketDataError:  # no name of this feed's
                self._events[instrument_id] = ()
        return self._events[instrument_id]

    def _today(self) -> date:
        """The trading day; what was known of another one is forgotten."""
        day = self.sessions.day(self.market_clock.now())
        if day != self._day:
            self._day, self._closes, self._fell, self._events = day, {}, {}, {}
        return day

    def _look(self, instrument_id: str, day: date) -> Decimal | None:
        try:
            return self.feed.previous_close(instrument_id, day)
        except MarketDataError:
            return None

    def _fell_before(self, instrument_id: str, day: date) -> bool | None:
        """Whether the rule for short sales began to hold on the trading day before; None = that is not known."""
        hours = self.sessions.hours(yesterday := self.sessions.previous_day(day))
        before = self._look(instrument_id, yesterday)
        if hours is None or before is None:
            return None
        start, end = hours.opens_at - timedelta(hours=1), hours.closes_at + timedelta(seconds=1)
        try:
            bars = self.feed.bars(instrument_id, BarSize.DAY, start, end)
        except MarketDataError:
            return None
        return Decimal(str(round(bars[-1].low, 4))) <= before * FALLEN if bars else None
