"""The invented market itself: ask any name about any moment of any day."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from typing import Final

import numpy as np

from core.domain.quote import Bar
from core.market.invented.levels import Levels, levels
from core.market.invented.names import NAMES, by_id
from core.market.invented.path import CENT, DOLLAR, PLACES, Path, Whole, walk
from core.market.sessions import Part, Sessions, Stretch
from core.market.tape import Moment, Watch

CACHED: Final = 96  # stretches of one name, about half a megabyte each
_COLUMN: Final = {name.instrument.id: k for k, name in enumerate(NAMES)}
_AFTER_CLOSE: Final = 0.2  # of the gap to the next opening, made by the end of after hours
_BEFORE_OPEN: Final = 0.3  # likewise, by the start of the pre-market
_TICKS: Final = (Decimal("0.0001"), Decimal("0.01"))
_MINUTE: Final = 60


class InventedMarket:
    """A tape whose every second follows from the seed alone."""

    def __init__(self, *, seed: int, sessions: Sessions) -> None:
        self.seed: Final = seed
        self.sessions: Final = sessions
        self._path = lru_cache(maxsize=CACHED)(self._walk)
        self._days: dict[tuple[str, date], Bar] = {}

    def moment(self, instrument_id: str, stretch: Stretch, second: int) -> Moment:
        """The market in that second of a stretch."""
        path = self._path(instrument_id, stretch.day, stretch.part)
        bid = int(path.bid[second])
        return Moment(
            bid=_price(bid),
            ask=_price(int(path.ask[second])),
            bid_size=Decimal(int(path.bid_size[second])),
            ask_size=Decimal(int(path.ask_size[second])),
            last=_price(int(path.last[second])),
            volume=Decimal(int(path.volume[second])),
            tick=_TICKS[bid >= DOLLAR],
        )

    def first(self, instrument_id: str, stretch: Stretch, seconds: range, watch: Watch) -> int | None:
        """The first of these seconds in which it happens; None = in none of them."""
        path = self._path(instrument_id, stretch.day, stretch.part)
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
        """Shares that changed hands in these seconds."""
        path = self._path(instrument_id, stretch.day, stretch.part)
        return Decimal(int(path.volume[seconds.start : seconds.stop].sum(dtype=np.int64)))

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
        return _price(int(self._path(instrument_id, stretch.day, Part.REGULAR).last[:seen].min()))

    def minutes(self, instrument_id: str, day: date) -> Sequence[Bar]:
        """The one-minute bars of a day's regular session."""
        return self._minutes(self._regular(day), self._path(instrument_id, day, Part.REGULAR))

    def day(self, instrument_id: str, day: date) -> Bar:
        """The day's bar: its minutes, put together."""
        if (instrument_id, day) not in self._days:
            stretch = self._regular(day)
            path = self._walk(instrument_id, day, Part.REGULAR)  # past the cache: years of days must not empty it
            self._days[instrument_id, day] = _bar(stretch.start, path.last, path.volume)
        return self._days[instrument_id, day]

    def _minutes(self, stretch: Stretch, path: Path) -> Sequence[Bar]:
        cuts = [slice(start, start + _MINUTE) for start in range(0, stretch.seconds, _MINUTE)]
        return [_bar(stretch.at(cut.start), path.last[cut], path.volume[cut]) for cut in cuts]

    def _regular(self, day: date) -> Stretch:
        hours = self.sessions.hours(day)
        if hours is None:
            raise ValueError(f"{day} has no session")
        return hours.stretches[1]

    def _walk(self, instrument_id: str, day: date, part: Part) -> Path:
        hours = self.sessions.hours(day)
        if hours is None:
            raise ValueError(f"{day} has no session")
        stretch = next(s for s in hours.stretches if s.part is part)
        known, k, column = self._levels, self._levels.index[day], _COLUMN[instrument_id]
        opens, closes = float(known.opens[k, column]), float(known.closes[k, column])
        start, end = opens, closes
        if part is Part.PRE:
            before = float(known.closes[k - 1, column])
            start, end = before + _BEFORE_OPEN * (opens - before), opens
        if part is Part.POST:
            after = float(known.opens[k + 1, column])
            start, end = closes, closes + _AFTER_CLOSE * (after - closes)
        return walk(self.seed, by_id()[instrument_id], stretch, start, end, float(known.busy[k, column]))

    @cached_property
    def _levels(self) -> Levels:
        return levels(self.seed, self.sessions)


@cache
def invented_market(seed: int) -> InventedMarket:
    """The one market of a seed in this process: feed and exchange share what it has worked out."""
    return InventedMarket(seed=seed, sessions=Sessions())


def _price(units: int) -> Decimal:
    """With as many decimals as are quoted at that price."""
    return Decimal(units).scaleb(-PLACES) if units < DOLLAR else Decimal(units // CENT).scaleb(-2)


def _bar(at: datetime, last: Whole, volume: Whole) -> Bar:
    return Bar(
        at=at,
        open=float(last[0]) / DOLLAR,
        high=float(last.max()) / DOLLAR,
        low=float(last.min()) / DOLLAR,
        close=float(last[-1]) / DOLLAR,
        volume=float(volume.sum(dtype=np.int64)),
    )
