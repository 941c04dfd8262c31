"""One name's stretch of trading as it is seen: its path, its auctions, and when it stood still."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from math import prod
from typing import Final

import numpy as np

from core.domain.corporate_event import CorporateEvent
from core.market.invented.chance import Floats, grown_to
from core.market.invented.events import Events
from core.market.invented.factors import Factor
from core.market.invented.halts import Bands, Stop, halted, market_stops, merged
from core.market.invented.levels import COLUMN, Levels, loads
from core.market.invented.names import Name, by_id
from core.market.invented.path import CENT, DOLLAR, LOT, Path, Trip, crosses, on_tick, shared, walk
from core.market.invented.sudden import Sudden
from core.market.invented.times import SIZES, SPREADS
from core.market.sessions import FIRST_YEAR, Part, Sessions, Stretch

CACHED: Final = 96  # stretches of one name, about half a megabyte each
_SHARED_CACHED: Final = 32  # a fifth of a megabyte each
_BEFORE_OPEN: Final = 0.3  # of the night's gap, made by the start of the pre-market
_REOPENING: Final = 0.004  # of a day's volume, in the auction after a halt
_INDEX: Final = "xsim-0018"  # whose fall stops the whole market
_NEARLY: Final = -0.06  # before the index has fallen so far, nobody needs to look closer
_FAR: Final = -0.11  # of opening and close, before the last of the market's stops is thought of
_BID_DISCOUNT: Final = 0.015  # from the offer, on the day it is made
_BID_DAILY: Final = 0.004  # what still moves a name that is being bought
GONE: Final = "gone"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Played:
    """What was seen of one name in one stretch. Auctions: second → price in hundredths of a cent and shares."""

    path: Path
    daily: float
    bands: Bands | None = None
    stops: tuple[Stop, ...] = ()
    auctions: dict[int, tuple[int, int]] = field(default_factory=dict)

    def stopped(self, second: int) -> Stop | None:
        """Why nothing trades in that second."""
        return next((stop for stop in self.stops if stop.start <= second < stop.end), None)


class Play:
    """Puts levels, paths, halts and events together."""

    def __init__(self, seed: int, sessions: Sessions, levels: Levels, events: Events, sudden: Sudden) -> None:
        self._seed = seed
        self._sessions = sessions
        self._levels = levels
        self._events = events
        self._sudden = sudden
        self.stretch = lru_cache(maxsize=CACHED)(self.play)
        self._way = lru_cache(maxsize=_SHARED_CACHED)(self._shared)
        self._stops = lru_cache(maxsize=_SHARED_CACHED)(self._market_stops)

    def play(self, instrument_id: str, day: date, part: Part) -> Played:
        """Past the cache, for those who look at years of days."""
        stretch, name = self._stretch(day, part), by_id()[instrument_id]
        offer = self._events.offer(instrument_id, day)
        if offer is not None and offer.effective <= day:
            return _gone(stretch, offer)
        trip = self._trip(name, stretch, offer)
        character = self._levels.character(day)
        ways = () if part is not Part.REGULAR or offer is not None else self._ways(name, stretch)
        gaps = self._sudden.gaps(instrument_id, stretch) if part is Part.REGULAR else ()
        path = walk(self._seed, name, stretch, trip, ways, character, gaps)
        if part is not Part.REGULAR:
            return Played(path=path, daily=trip.daily)
        known = merged(self._stops(day), self._sudden.halts(instrument_id, stretch))
        path, bands, stops = halted(path, self.before(instrument_id, day), name.tier, known)
        volume = trip.volume * character.volume
        opening, closing = crosses(self._seed, name, stretch, volume)
        first = min(max(on_tick(_price(trip, trip.start)), int(path.bid[0])), int(path.ask[0]))
        auctions = {0: (first, opening)}
        auctions |= {
            s.end: (int(path.last[s.end]), _lots(volume * _REOPENING)) for s in stops if s.end < stretch.seconds
        }
        price = self._ending(trip, stretch, instrument_id)
        if self._ends_stopped(stretch):
            price, closing = int(path.last[-1]), 0
        auctions[stretch.seconds] = (price, closing)
        return Played(path=path, daily=trip.daily, bands=bands, stops=stops, auctions=auctions)

    def close(self, instrument_id: str, day: date) -> int | None:
        """A day's closing price, in hundredths of a cent, without its path; None = it trades no more."""
        stretch, name = self._stretch(day, Part.REGULAR), by_id()[instrument_id]
        offer = self._events.offer(instrument_id, day)
        if offer is not None and offer.effective <= day:
            return None
        if self._ends_stopped(stretch):
            return self.play(instrument_id, day, Part.REGULAR).auctions[stretch.seconds][0]
        trip = self._trip(name, stretch, offer)
        return self._ending(trip, stretch, instrument_id)

    def before(self, instrument_id: str, day: date) -> int:
        """The close before that day, in hundredths of a cent, as if that day's dividends and splits had been."""
        eve = self._sessions.previous_day(day) if self._has_eve(day) else day
        offer = self._events.offer(instrument_id, eve)
        if offer is not None:
            return on_tick(_bid_price(offer, eve) * DOLLAR)
        year, row = self._levels.on(eve)
        level = grown_to(float(year.closes[row, COLUMN[instrument_id]]))
        gapped = self._sudden.through(instrument_id, eve if eve < day else day - timedelta(days=1))
        return on_tick(level * self._events.scale(instrument_id, day) * DOLLAR * gapped)

    def _ending(self, trip: Trip, stretch: Stretch, instrument_id: str) -> int:
        """At the closing auction."""
        return on_tick(_price(trip, trip.end) * prod(times for _, times in self._sudden.gaps(instrument_id, stretch)))

    def _ends_stopped(self, stretch: Stretch) -> bool:
        """A name that is paused to the end still closes in the auction; a market that is stopped to the end does not."""
        year, row = self._levels.on(stretch.day)
        column = COLUMN[_INDEX]
        night = float(year.opens[row, column]) - self._closed(stretch.day, column)
        if min(night, night + float(year.shared[row, Factor.MARKET])) > _FAR:
            return False
        stops = self._stops(stretch.day)
        return bool(stops) and stops[-1].end == stretch.seconds

    def _trip(self, name: Name, stretch: Stretch, offer: CorporateEvent | None) -> Trip:
        year, row = self._levels.on(stretch.day)
        column, state = COLUMN[name.instrument.id], year.states[row]
        opens, closes = float(year.opens[row, column]), float(year.closes[row, column])
        start, end, news = opens, closes, float(year.news[row, column])
        if stretch.part is Part.PRE:
            before = self._post(stretch.day, column)
            start, end = before + _BEFORE_OPEN * (opens - before), opens
        if stretch.part is Part.POST:
            start, end = closes, float(year.posts[row, column])
        gapped = self._sudden.through if stretch.part is Part.POST else self._sudden.before
        scale = self._events.scale(name.instrument.id, stretch.day) * gapped(name.instrument.id, stretch.day)
        daily = float(year.own_daily[row, column])
        if offer is not None:
            scale, start, end, daily, news = _bid_price(offer, stretch.day), 0.0, 0.0, _BID_DAILY, 0.0
        return Trip(
            scale=scale,
            start=start,
            end=end,
            daily=daily,
            news=news if stretch.part is Part.REGULAR else 0.0,
            spread=SPREADS[state],
            size=SIZES[state],
            volume=name.volume * float(year.busy[row, column]),
        )

    def _post(self, day: date, column: int) -> float:
        """Where after hours ended before that day."""
        if not self._has_eve(day):
            year, row = self._levels.on(day)
            return float(year.opens[row, column])
        year, row = self._levels.on(self._sessions.previous_day(day))
        return float(year.posts[row, column])

    def _has_eve(self, day: date) -> bool:
        return day.year > FIRST_YEAR or self._levels.on(day)[1] > 0

    def _ways(self, name: Name, stretch: Stretch) -> tuple[tuple[float, Floats], ...]:
        year, row = self._levels.on(stretch.day)
        carried = loads(year.states[row], COLUMN[name.instrument.id])
        return tuple((load, self._way(factor, stretch.day)) for factor, load in carried)

    def _shared(self, factor: Factor, day: date) -> Floats:
        year, row = self._levels.on(day)
        move, daily = float(year.shared[row, factor]), float(year.shared_daily[row, factor])
        character = self._levels.character(day)
        return shared(self._seed, factor, self._stretch(day, Part.REGULAR), move, daily, character)

    def _market_stops(self, day: date) -> tuple[Stop, ...]:
        """From the index fund's own path: how far it is below yesterday's close."""
        year, row = self._levels.on(day)
        column = COLUMN[_INDEX]
        gap = float(year.opens[row, column]) - self._closed(day, column)
        way = self._way(Factor.MARKET, day)
        if gap + float(way.min()) > _NEARLY:
            return ()
        name, stretch = by_id()[_INDEX], self._stretch(day, Part.REGULAR)
        path = walk(
            self._seed,
            name,
            stretch,
            self._trip(name, stretch, None),
            self._ways(name, stretch),
            self._levels.character(day),
        )
        return market_stops(path.last / self.before(_INDEX, day) - 1)

    def _closed(self, day: date, column: int) -> float:
        year, row = self._levels.on(self._sessions.previous_day(day) if self._has_eve(day) else day)
        return float(year.closes[row, column])

    def _stretch(self, day: date, part: Part) -> Stretch:
        hours = self._sessions.hours(day)
        if hours is None:
            raise ValueError(f"{day} has no session")
        return next(s for s in hours.stretches if s.part is part)


def _price(trip: Trip, level: float) -> float:
    return trip.scale * grown_to(level) * DOLLAR


def _bid_price(offer: CorporateEvent, day: date) -> float:
    """A little under the offer until it is paid."""
    left = (offer.effective - day).days / (offer.effective - offer.announced).days
    return float(offer.cash or 0) * (1 - _BID_DISCOUNT * max(left, 0))


def _lots(shares: float) -> int:
    return max(int(shares / LOT), 1) * LOT


def _gone(stretch: Stretch, offer: CorporateEvent) -> Played:
    """Bought: its last price stands for ever, and nothing trades."""
    price = on_tick(float(offer.cash or 0) * DOLLAR)
    flat = np.full(stretch.seconds, price, dtype=np.int32)
    path = Path(
        bid=flat - CENT,
        ask=flat + CENT,
        last=flat,
        bid_size=np.full(stretch.seconds, LOT, dtype=np.int32),
        ask_size=np.full(stretch.seconds, LOT, dtype=np.int32),
        volume=np.zeros(stretch.seconds, dtype=np.int32),
    )
    return Played(path=path, daily=0.0, stops=(Stop(0, stretch.seconds, GONE),))
