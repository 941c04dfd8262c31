"""Prices of the invented market, less what our own orders took from it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.clock import Clock, MarketClock
from core.domain.corporate_event import CorporateEvent
from core.domain.errors import NoQuote
from core.domain.instrument import Instrument
from core.domain.order import Side
from core.domain.quote import Bar, Quote
from core.market.feeds.base import BarSize, Feed
from core.market.invented.market import InventedMarket
from core.market.invented.names import NOTE, by_id
from core.market.tape import Indication, Level, Overlay


class InventedFeed(Feed):
    """Always alive, never late, never true."""

    def __init__(self, *, market: InventedMarket, overlay: Overlay, clock: Clock, market_clock: MarketClock) -> None:
        self._market = market
        self._overlay = overlay
        self._clock = clock
        self._market_clock = market_clock

    @property
    def delay(self) -> timedelta:
        """None."""
        return timedelta(0)

    @property
    def note(self) -> str:
        """What stands beside every price."""
        return NOTE

    def instruments(self) -> Sequence[Instrument]:
        """Everything it can price."""
        return self._market.listed(self._market.sessions.day(self._market_clock.now()))

    def quote(self, instrument_id: str) -> Quote:
        """The quote of this second; while nothing trades, the last one of the day."""
        self._known(instrument_id)
        at = self._market_clock.now()
        moment, second = self._market.newest(instrument_id, at)
        bid = self._overlay.best(instrument_id, Side.SELL, second, moment)
        ask = self._overlay.best(instrument_id, Side.BUY, second, moment)
        return Quote(
            instrument_id=instrument_id,
            bid=bid.price,
            ask=ask.price,
            bid_size=bid.size,
            ask_size=ask.size,
            last=moment.last,
            at=at,
            received=self._clock.now(),
            feed="invented",
            halted=moment.halted,
            band=moment.band,
        )

    def book(self, instrument_id: str) -> tuple[Sequence[Level], Sequence[Level]]:
        """Ten levels on each side, less what our own orders took."""
        self._known(instrument_id)
        moment, second = self._market.newest(instrument_id, self._market_clock.now())
        bids, asks = (self._overlay.ladder(instrument_id, side, second, moment) for side in (Side.SELL, Side.BUY))
        return bids, asks

    def low(self, instrument_id: str) -> Decimal | None:
        """Every trade counts, that of this second too."""
        self._known(instrument_id)
        return self._market.low(instrument_id, self._market_clock.now())

    def indication(self, instrument_id: str) -> Indication | None:
        """From 9:28 and from 15:50, second by second closer to what it will be."""
        self._known(instrument_id)
        return self._market.indication(instrument_id, self._market_clock.now())

    def bars(self, instrument_id: str, size: BarSize, start: datetime, end: datetime) -> Sequence[Bar]:
        """Finished bars of regular sessions; a bar is named by when it begins."""
        self._known(instrument_id)
        end = min(end, self._market_clock.now())
        if start >= end:
            return []
        sessions = self._market.sessions
        days = [hours for d in sessions.days(start.date(), end.date()) if (hours := sessions.hours(d)) is not None]
        if size is BarSize.DAY:
            whole = (h.day for h in days if start <= h.opens_at and h.closes_at <= end)
            return [bar for day in whole if (bar := self._market.day(instrument_id, day)) is not None]
        seconds = int(size.span.total_seconds())
        found = (
            (bar, min(bar.at + size.span, h.closes_at))
            for h in days
            if h.opens_at < end and start < h.closes_at
            for bar in self._market.bars(instrument_id, h.day, seconds)
        )
        return [bar for bar, ends in found if start <= bar.at and ends <= end]

    def previous_close(self, instrument_id: str, day: date) -> Decimal | None:
        """From the closing auction; a split that morning is taken out."""
        self._known(instrument_id)
        return self._market.previous_close(instrument_id, day)

    def adjusted(self, instrument_id: str, bars: Sequence[Bar]) -> Sequence[Bar]:
        """The same bars as they compare with prices of now."""
        sessions = self._market.sessions
        today = sessions.day(self._market_clock.now())
        return [self._market.adjusted(instrument_id, bar, sessions.day(bar.at), today) for bar in bars]

    def events(self, instrument_id: str, first: date, last: date) -> Sequence[CorporateEvent]:
        """What is announced by now."""
        self._known(instrument_id)
        today = self._market.sessions.day(self._market_clock.now())
        return [event for event in self._market.events(first, last, instrument_id) if event.announced <= today]

    def _known(self, instrument_id: str) -> None:
        if instrument_id not in by_id():
            raise NoQuote(
                f"The invented market does not list {instrument_id}. No price was shown: choose one of its names."
            )
