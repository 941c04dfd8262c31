"""Quotes for the desk: a missing one is None, never a guess; what is known of days before is looked up once a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from core.clock import MarketClock
from core.domain.corporate_event import CorporateEvent
from core.domain.errors import MarketDataError
from core.domain.quote import FALLEN, Fall, Quote
from core.market.feeds.base import BarSize, Feed
from core.market.sessions import Sessions

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class FeedPrices:
    """Belongs to the desk thread."""

    feed: Feed
    sessions: Sessions
    market_clock: MarketClock
    _closes: dict[str, Decimal | None] = field(default_factory=dict)
    _day: date | None = None  # whose closes these are
    _since: datetime = _NEVER  # from here
    _until: datetime = _NEVER  # to here it is that day
    _fell: dict[str, bool | None] = field(default_factory=dict)  # likewise
    _events: dict[str, Sequence[CorporateEvent]] = field(default_factory=dict)  # likewise

    def quote(self, instrument_id: str) -> Quote | None:
        try:
            return self.feed.quote(instrument_id)
        except MarketDataError:
            return None

    def previous_close(self, instrument_id: str) -> Decimal | None:
        return self.closes([instrument_id])[instrument_id]

    def closes(self, instrument_ids: Iterable[str]) -> dict[str, Decimal | None]:
        day = self._today()
        return {i: self._closes[i] if i in self._closes else self._close(i, day) for i in instrument_ids}

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
        return self.eventful([instrument_id]).get(instrument_id, ())

    def eventful(self, instrument_ids: Iterable[str]) -> dict[str, Sequence[CorporateEvent]]:
        day, known = self._today(), self._events
        found = ((i, known[i] if i in known else self._events_of(i, day)) for i in instrument_ids)
        return {i: events for i, events in found if events}

    def _today(self) -> date:
        """The trading day; what was known of another one is forgotten."""
        now = self.market_clock.now()
        if self._day is None or not self._since <= now < self._until:  # asked for each name held, again and again
            day = self.sessions.day(now)
            hours = self.sessions.hours(day)
            self._since, self._until = now, hours.post_until if hours else now
            if day != self._day:
                self._day, self._closes, self._fell, self._events = day, {}, {}, {}
        return self._day

    def _close(self, instrument_id: str, day: date) -> Decimal | None:
        self._closes[instrument_id] = close = self._look(instrument_id, day)
        return close

    def _events_of(self, instrument_id: str, day: date) -> Sequence[CorporateEvent]:
        try:
            self._events[instrument_id] = self.feed.events(instrument_id, day, day)
        except MarketDataError:  # no name of this feed's
            self._events[instrument_id] = ()
        return self._events[instrument_id]

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
