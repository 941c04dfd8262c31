"""Prices of a recording that is played: real ones, of another day."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby

from core.clock import Clock, MarketClock
from core.domain.corporate_event import CorporateEvent
from core.domain.errors import NoQuote
from core.domain.instrument import Instrument
from core.domain.order import Side
from core.domain.quote import Bar, Quote
from core.market.companies import RecordedCompanies
from core.market.feeds.base import BarSize, Feed
from core.market.player import Player
from core.market.sessions import NEW_YORK, Part, Sessions
from core.market.tape import Moment, Overlay
from core.market.ticks import Tick


class RecordedFeed(Feed):
    """What the player has told so far, less what our own orders took from it."""

    def __init__(
        self,
        *,
        player: Player,
        companies: RecordedCompanies,
        sessions: Sessions,
        overlay: Overlay,
        clock: Clock,
        market_clock: MarketClock,
    ) -> None:
        self._player = player
        self._companies = companies
        self._sessions = sessions
        self._overlay = overlay
        self._clock = clock
        self._market_clock = market_clock
        self._names = player.about.by_id

    @property
    def delay(self) -> timedelta:
        """None: its own time is that of its prices."""
        return timedelta(0)

    @property
    def note(self) -> str:
        """Replayed, of which day, and what is estimated."""
        day = f"{self._player.begins.astimezone(NEW_YORK):%d %b %Y}".lstrip("0").upper()
        told = filter(None, (self._player.about.note, f"REPLAYED FROM {day}", "DEPTH ESTIMATED"))
        return " · ".join(told)

    def instruments(self) -> Sequence[Instrument]:
        """Everything it can price."""
        return [name.instrument for name in self._player.about.names]

    def quote(self, instrument_id: str) -> Quote:
        """The newest one that was told, however it stands: the checks judge it."""
        tick, instrument = self._player.quotes.get(instrument_id), self._instrument(instrument_id)
        if tick is None:
            raise NoQuote(
                f"No quote of {instrument.symbol} was received yet. Nothing can be priced: wait for the feed."
            )
        now, trades = self._market_clock.now(), self._player.trades.get(instrument_id)
        halt = self._player.halted.get(instrument_id)
        moment = Moment(
            bid=tick.bid,
            ask=tick.ask,
            bid_size=tick.bid_size,
            ask_size=tick.ask_size,
            last=trades[-1].price if trades else tick.bid or tick.ask,
            volume=Decimal(0),
            tick=instrument.tick_at(tick.bid),
        )
        second = now.replace(microsecond=0)
        bid = self._overlay.best(instrument_id, Side.SELL, second, moment)
        ask = self._overlay.best(instrument_id, Side.BUY, second, moment)
        return Quote(
            instrument_id=instrument_id,
            bid=bid.price,
            ask=ask.price,
            bid_size=bid.size,
            ask_size=ask.size,
            last=moment.last,
            at=tick.at,
            received=self._clock.now() - (now - self._player.fresh(tick)),
            feed="recorded",
            halted=(halt.words or "The feed says it is halted.") if halt else "",
        )

    def low(self, instrument_id: str) -> Decimal | None:
        """Of what was told: a trade before the recording began is not known."""
        self._instrument(instrument_id)
        day = self._sessions.day(self._market_clock.now())
        return min((t.price for t in self._trades(instrument_id) if self._sessions.day(t.at) == day), default=None)

    def bars(self, instrument_id: str, size: BarSize, start: datetime, end: datetime) -> Sequence[Bar]:
        """Finished ones of regular sessions, from what was told; whole days from what is known of them."""
        self._instrument(instrument_id)
        end = min(end, self._market_clock.now())
        if size is BarSize.DAY:
            days = ((self._sessions.hours(d.day), d.bar) for d in self._names[instrument_id].days)
            return [bar for h, bar in days if h is not None and start <= h.opens_at and h.closes_at <= end]
        trades = (t for t in self._trades(instrument_id) if start <= t.at)
        grouped = groupby(trades, key=lambda tick: self._begins(tick.at, size.span))
        return [_bar(at, list(told)) for at, told in grouped if start <= at and at + size.span <= end]

    def previous_close(self, instrument_id: str, day: date) -> Decimal | None:
        """As it was told, or is known of the day before."""
        self._instrument(instrument_id)
        return self._companies.previous_close(instrument_id, day)

    def adjusted(self, instrument_id: str, bars: Sequence[Bar]) -> Sequence[Bar]:
        """Splits that were told of are taken out; dividends are not."""
        today = self._sessions.day(self._market_clock.now())
        return [self._adjusted(instrument_id, bar, today) for bar in bars]

    def events(self, instrument_id: str, first: date, last: date) -> Sequence[CorporateEvent]:
        """What it was told."""
        self._instrument(instrument_id)
        today = self._sessions.day(self._market_clock.now())
        return [e for e in self._companies.events(first, last, instrument_id) if e.announced <= today]

    def _adjusted(self, instrument_id: str, bar: Bar, today: date) -> Bar:
        by = 1.0
        for event in self._companies.events(self._sessions.day(bar.at), today, instrument_id):
            if event.ratio is not None and event.effective > self._sessions.day(bar.at):
                by *= float(event.ratio)
        return Bar(
            at=bar.at,
            open=bar.open / by,
            high=bar.high / by,
            low=bar.low / by,
            close=bar.close / by,
            volume=bar.volume * by,
        )

    def _trades(self, instrument_id: str) -> Iterator[Tick]:
        """In regular sessions."""
        for tick in tuple(self._player.trades.get(instrument_id, ())):
            stretch = self._sessions.stretch(tick.at)
            if stretch is not None and stretch.part is Part.REGULAR:
                yield tick

    def _begins(self, at: datetime, span: timedelta) -> datetime:
        opens = self._sessions.previous_open(at)
        return opens + (at - opens) // span * span

    def _instrument(self, instrument_id: str) -> Instrument:
        if instrument_id not in self._names:
            raise NoQuote(f"The recording holds no {instrument_id}. No price was shown: choose one of its names.")
        return self._names[instrument_id].instrument


def _bar(at: datetime, told: Sequence[Tick]) -> Bar:
    prices = [float(tick.price) for tick in told]
    return Bar(
        at=at,
        open=prices[0],
        high=max(prices),
        low=min(prices),
        close=prices[-1],
        volume=sum(float(tick.size) for tick in told),
    )
