"""The invented market itself: ask any name about any moment of any day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

import numpy as np

from core.domain.chosen import SUDDEN, Script
from core.domain.corporate_event import CorporateEvent
from core.domain.instrument import Instrument
from core.domain.quote import Bar
from core.market.invented.auctions import Indications, indications
from core.market.invented.bars import bars
from core.market.invented.events import Events
from core.market.invented.halts import Stop
from core.market.invented.levels import Levels
from core.market.invented.names import NAMES, by_id
from core.market.invented.path import CENT, DOLLAR, PLACES, on_tick
from core.market.invented.play import Play, Played
from core.market.invented.sudden import Sudden
from core.market.invented.words import why_halted
from core.market.sessions import CLOSE_CUTOFF, OPEN_CUTOFF, Part, Sessions, Stretch
from core.market.tape import Cross, Halt, Indication, Moment, Watch

_TICKS: Final = (Decimal("0.0001"), Decimal("0.01"))
_MINUTE: Final = 60
_AUCTIONS_CACHED: Final = 128


class InventedMarket:
    """A tape whose every second follows from the seed and the chosen days alone."""

    def __init__(self, *, seed: int, sessions: Sessions, script: Script = ()) -> None:
        self.seed: Final = seed
        self.sessions: Final = sessions
        self._levels: tuple[Script, Levels] | None = None
        self.choose(script)

    def choose(self, script: Script) -> None:
        """From now on with these days. Days before the first one that differs stay as they are, to the last bit."""
        days = tuple(chosen for chosen in script if chosen.kind not in SUDDEN)
        if not self._levels or days != self._levels[0]:  # years are dear, and what is sudden leaves them alone
            self._levels = days, Levels(self.seed, self.sessions, days)
        self.script = script
        _, levels = self._levels
        sudden = Sudden(script)
        self._events = Events(levels, self.sessions, script, sudden)
        self._play = Play(self.seed, self.sessions, levels, self._events, sudden)
        self._indications = lru_cache(maxsize=_AUCTIONS_CACHED)(self._indicated)
        self._days: dict[tuple[str, date], Bar] = {}

    def until(self, now: datetime) -> datetime:
        """All of it."""
        return now

    def crossed_at(self, instrument_id: str, stretch: Stretch, opening: bool) -> datetime:
        """At once."""
        return stretch.start if opening else stretch.end

    def moment(self, instrument_id: str, stretch: Stretch, second: int) -> Moment:
        """The market in that second of a stretch."""
        played = self._play.stretch(instrument_id, stretch.day, stretch.part)
        path, stop = played.path, played.stopped(second) if played.stops else None
        bid = int(path.bid[second])
        band = None if played.bands is None else played.bands.at(second)
        return Moment(
            bid=_price(bid),
            ask=_price(int(path.ask[second])),
            bid_size=Decimal(int(path.bid_size[second])),
            ask_size=Decimal(int(path.ask_size[second])),
            last=_price(int(path.last[second])),
            volume=Decimal(int(path.volume[second])),
            tick=_TICKS[bid >= DOLLAR],
            halted="" if stop is None else self._why(instrument_id, stretch, stop, second),
            band=None if band is None else (_price(band[0]), _price(band[1])),
        )

    def first(self, instrument_id: str, stretch: Stretch, seconds: range, watch: Watch) -> int | None:
        """The first of these seconds in which it happens; None = in none of them."""
        path = self._play.stretch(instrument_id, stretch.day, stretch.part).path
        here = slice(seconds.start, seconds.stop)
        price = watch.price.scaleb(PLACES)
        last, traded = path.last[here], path.volume[here] > 0
        if watch.down:
            level = int(price // 1)
            hit = (last <= level) & traded
            hit = hit | (path.ask[here] <= level) if watch.quotes else hit
        else:
            level = -int(-price // 1)
            hit = (last >= level) & traded
            hit = hit | (path.bid[here] >= level) if watch.quotes else hit
        found = int(hit.argmax()) if len(hit) else 0
        return seconds.start + found if len(hit) and hit[found] else None

    def volume(self, instrument_id: str, stretch: Stretch, seconds: range) -> Decimal:
        """Shares that changed hands in these seconds, outside auctions."""
        path = self._play.stretch(instrument_id, stretch.day, stretch.part).path
        return Decimal(int(path.volume[seconds.start : seconds.stop].sum(dtype=np.int64)))

    def cross(self, instrument_id: str, stretch: Stretch, opening: bool) -> Cross:
        """The opening or the closing auction of a regular session."""
        auctions = self._play.stretch(instrument_id, stretch.day, Part.REGULAR).auctions
        price, volume = auctions.get(0 if opening else stretch.seconds, (0, 0))
        if not price:  # bought, and gone
            return Cross(price=self.moment(instrument_id, stretch, 0).last, volume=Decimal(0))
        return Cross(price=_price(price), volume=Decimal(volume))

    def indication(self, instrument_id: str, at: datetime) -> Indication | None:
        """The auction that is being prepared at a moment, second by second closer to what it will be."""
        hours = self.sessions.hours(self.sessions.day(at))
        if hours is None:
            return None
        opening = at < hours.opens_at
        held_at, span = (hours.opens_at, OPEN_CUTOFF) if opening else (hours.closes_at, CLOSE_CUTOFF)
        second = (at - (held_at - span)) // timedelta(seconds=1)
        if not 0 <= second < span // timedelta(seconds=1):
            return None
        shown = self._indications(instrument_id, hours.day, opening)
        if shown is None:
            return None
        return Indication(
            price=_price(int(shown.price[second])),
            paired=Decimal(int(shown.paired[second])),
            imbalance=Decimal(int(shown.imbalance[second])),
        )

    def halts(self, instrument_id: str, stretch: Stretch) -> Sequence[Halt]:
        """When nothing traded in that stretch, in order."""
        played = self._play.stretch(instrument_id, stretch.day, stretch.part)
        return [
            Halt(
                start=stretch.at(stop.start),
                end=stretch.at(stop.end),
                why=self._why(instrument_id, stretch, stop, stop.start),
                market_wide=stop.market_wide,
                reopening=_cross(played.auctions.get(stop.end)) if stop.end < stretch.seconds else None,
                collars=tuple((_price(collar.low), _price(collar.high)) for collar in stop.collars),
            )
            for stop in played.stops
        ]

    def gaps(self, instrument_id: str, start: datetime, end: datetime) -> Sequence[str]:
        """None: it can be asked about any moment."""
        return ()

    def newest(self, instrument_id: str, at: datetime) -> tuple[Moment, datetime]:
        """The second a moment lies in; while nothing trades, the last one that traded. With when it began."""
        stretch = self.sessions.stretch(at)
        if stretch is None:
            close = self.sessions.previous_close(at)
            stretch = next(s for s in self.sessions.stretches(close, at) if s.part is Part.POST)
            return self.moment(instrument_id, stretch, stretch.seconds - 1), stretch.end
        second = stretch.second(at)
        return self.moment(instrument_id, stretch, second), stretch.at(second)

    def low(self, instrument_id: str, at: datetime) -> Decimal | None:
        """The lowest trade of that day's regular session up to a moment; None = it has not begun."""
        stretch = self._regular(self.sessions.day(at))
        seen = min(stretch.second(at) + 1, stretch.seconds)
        if seen <= 0:
            return None
        return _price(int(self._play.stretch(instrument_id, stretch.day, Part.REGULAR).path.last[:seen].min()))

    def bars(self, instrument_id: str, day: date, seconds: int) -> Sequence[Bar]:
        """The bars of a day's regular session, so many seconds each; none once the name is gone."""
        played = self._play.stretch(instrument_id, day, Part.REGULAR)
        return bars(played, self._regular(day), seconds)

    def minutes(self, instrument_id: str, day: date) -> Sequence[Bar]:
        """The one-minute bars of a day's regular session."""
        return self.bars(instrument_id, day, _MINUTE)

    def day(self, instrument_id: str, day: date) -> Bar | None:
        """The day's bar: its seconds and its auctions, put together."""
        if (instrument_id, day) not in self._days:
            stretch = self._regular(day)
            played = self._play.play(instrument_id, day, Part.REGULAR)  # past the cache: years must not empty it
            found = bars(played, stretch, stretch.seconds)
            if not found:
                return None
            self._days[instrument_id, day] = found[0]
        return self._days[instrument_id, day]

    def close(self, instrument_id: str, day: date) -> Decimal | None:
        """A day's closing price alone, which costs little; None = it trades no more."""
        price = self._play.close(instrument_id, day)
        return None if price is None else _price(price)

    def previous_close(self, instrument_id: str, day: date) -> Decimal | None:
        """The close before a day, divided by that day's split."""
        before = self.sessions.previous_day(day)
        close = self.close(instrument_id, before)
        split = self._events.adjustment(instrument_id, before, day, splits=True)
        if close is None or split == 1:
            return close
        return _price(on_tick(float(close) * split * DOLLAR))

    def play(self, instrument_id: str, day: date, part: Part) -> Played:
        """A whole stretch at once, for those who look at years of days."""
        return self._play.play(instrument_id, day, part)

    def adjustment(self, instrument_id: str, day: date, as_of: date) -> float:
        """What a price of that day is multiplied with to compare it with one of a later day."""
        return self._events.adjustment(instrument_id, day, as_of, splits=False)

    def adjusted(self, instrument_id: str, bar: Bar, day: date, as_of: date) -> Bar:
        """A day's bar as it compares with prices of a later day: dividends and splits in between taken out."""
        by = self.adjustment(instrument_id, day, as_of)
        shares = self._events.adjustment(instrument_id, day, as_of, splits=True)
        return Bar(
            at=bar.at,
            open=bar.open * by,
            high=bar.high * by,
            low=bar.low * by,
            close=bar.close * by,
            volume=bar.volume / shares,
        )

    def events(self, first: date, last: date, instrument_id: str | None = None) -> Sequence[CorporateEvent]:
        """What takes effect on these days, both ends included, of one name or of all."""
        wanted = [instrument_id] if instrument_id else [name.instrument.id for name in NAMES]
        found = (event for name in wanted for event in self._events.between(name, first, last))
        return sorted(found, key=lambda event: (event.effective, event.id))

    def listed(self, day: date) -> Sequence[Instrument]:
        """What is traded on a day, under the symbols of that day."""
        return [i for name in NAMES if (i := self._events.as_of(name.instrument, day)) is not None]

    def _indicated(self, instrument_id: str, day: date, opening: bool) -> Indications | None:
        played, stretch = self._play.stretch(instrument_id, day, Part.REGULAR), self._regular(day)
        price, volume = played.auctions.get(0 if opening else stretch.seconds, (0, 0))
        if not volume:
            return None
        name = by_id()[instrument_id]
        return indications(self.seed, name, stretch, played.daily, price, volume, opening=opening)

    def _why(self, instrument_id: str, stretch: Stretch, stop: Stop, second: int) -> str:
        gone = self._events.offer(instrument_id, stretch.day)
        return why_halted(stop, gone, stretch, second)

    def _regular(self, day: date) -> Stretch:
        hours = self.sessions.hours(day)
        if hours is None:
            raise ValueError(f"{day} has no session")
        return hours.stretches[1]


def _price(units: int) -> Decimal:
    """With as many decimals as are quoted at that price."""
    return Decimal(units).scaleb(-PLACES) if units < DOLLAR else Decimal(units // CENT).scaleb(-2)


def _cross(auction: tuple[int, int] | None) -> Cross | None:
    return None if auction is None else Cross(price=_price(auction[0]), volume=Decimal(auction[1]))
