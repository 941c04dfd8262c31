"""When trading stops: one name that moved too far within minutes, or all of them after a fall of the market.

The rules are the American ones: limit-up-limit-down bands around the mean price of the last five minutes, a pause of five
minutes after fifteen seconds at a band, and five more for as long as the name would open outside its collar; and the
market-wide stops at −7 %, −13 % and −20 %.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from core.market.invented.chance import Floats
from core.market.invented.path import CENT, DOLLAR, LOT, Path, Whole, last_trade, on_tick

STEP: Final = 30  # seconds for which a reference price holds at least
WINDOW: Final = 300  # seconds whose mean price is the reference
MOVED: Final = 0.01  # by less it does not follow
PATIENCE: Final = 15  # seconds at a band until the pause
PAUSE: Final = 300
COLLAR: Final = 0.05  # of the band at which it was paused: how far beyond it may open, and by how much that widens
CHEAP: Final = 3 * DOLLAR  # up to here the collar is
CHEAP_COLLAR: Final = 15 * CENT
LATE: Final = 25 * 60  # before the close, where the bands are twice as wide
AUCTION: Final = 600  # before the close: who is paused now waits for the auction
MARKET_STOPS: Final = ((-0.07, 900), (-0.13, 900), (-0.20, None))  # None = for the rest of the day
LAST_STOPS: Final = 35 * 60  # before the close: from here on only the last of them counts
MARKET_WIDE: Final = "market-wide"
SINGLE: Final = "paused"
ORDERED: Final = "ordered"  # by the exchange, for one name


@dataclass(frozen=True, slots=True)
class Collar:
    """Between which prices a paused name may open again at a second, and the price it came to by then."""

    until: int
    low: int
    high: int
    price: int

    @property
    def holds(self) -> bool:
        """It opens."""
        return self.low <= self.price <= self.high


@dataclass(frozen=True, slots=True)
class Stop:
    """No trading from one second up to, not including, another."""

    start: int
    end: int
    why: str
    share: float = 0.0  # how far it, or the market, had moved
    collars: tuple[Collar, ...] = ()  # of a pause: one after the other; none = it waits for the closing auction

    @property
    def market_wide(self) -> bool:
        """All names at once."""
        return self.why == MARKET_WIDE


@dataclass(frozen=True, slots=True)
class _Limit:
    """From one second up to another the best price stood at a band."""

    start: int
    end: int
    price: int
    is_down: bool
    share: float


@dataclass(frozen=True, slots=True)
class Bands:
    """Between which prices trades may happen, from which second on."""

    starts: tuple[int, ...]
    lows: tuple[int, ...]
    highs: tuple[int, ...]

    def at(self, second: int) -> tuple[int, int]:
        """In hundredths of a cent."""
        k = bisect_right(self.starts, second) - 1
        return self.lows[k], self.highs[k]


def market_stops(moved: Floats) -> tuple[Stop, ...]:
    """From how far the market has moved since yesterday's close, second by second."""
    stops: list[Stop] = []
    free = 0
    for limit, lasts in MARKET_STOPS:
        below = np.nonzero(moved[free:] <= limit)[0]
        if not len(below):
            break
        start = free + int(below[0]) + 1
        if start >= len(moved) or (lasts is not None and start >= len(moved) - LAST_STOPS):
            continue
        end = len(moved) if lasts is None else start + lasts
        stops.append(Stop(start, end, MARKET_WIDE, limit))
        free = end
    return tuple(stops)


def merged(*several: Sequence[Stop]) -> tuple[Stop, ...]:
    """Those that meet become one, under the name of the first."""
    stops: list[Stop] = []
    for stop in sorted((s for some in several for s in some), key=lambda s: (s.start, s.end)):
        if stops and stop.start <= stops[-1].end:
            stops[-1] = replace(stops[-1], end=max(stops[-1].end, stop.end))
        else:
            stops.append(stop)
    return tuple(stops)


def width(yesterday: int, tier: int, late: bool) -> float:
    """How far a price may move from its reference, as a share of it."""
    if yesterday > 3 * DOLLAR:
        wide = 0.05 if tier == 1 else 0.10
        return wide * 2 if late and tier == 1 else wide
    wide = 0.20 if yesterday >= 3 * DOLLAR // 4 else min(0.15 * DOLLAR / yesterday, 0.75)
    return min(wide * 2, 0.99) if late else wide


def halted(path: Path, yesterday: int, tier: int, market: Sequence[Stop]) -> tuple[Path, Bands, tuple[Stop, ...]]:
    """The path as it is seen: inside its bands, with nothing while trading stands still."""
    seconds = len(path.last)
    sums = np.concatenate([[0], np.cumsum(path.last, dtype=np.int64)])
    starts: list[int] = []
    lows: list[int] = []
    highs: list[int] = []
    stops: list[Stop] = []
    limits: list[_Limit] = []
    coming = list(market)
    begin = 0
    while begin < seconds:
        until = coming[0].start if coming else seconds
        bands = _bands(sums, begin, until, yesterday, tier)
        found = _limits(path, bands, begin, until)
        limits += found
        paused = bool(found) and found[-1].end - found[-1].start == PATIENCE
        shown = bisect_right(bands.starts, found[-1].end if paused else until)
        starts += bands.starts[:shown]
        lows += bands.lows[:shown]
        highs += bands.highs[:shown]
        if paused:
            limit = found[-1]
            collars = _collars(path, limit, bands.at(limit.start), coming)
            end = collars[-1].until if collars and collars[-1].holds else seconds
            stops.append(Stop(limit.end, end, SINGLE, limit.share, collars))
        elif coming:
            stops.append(coming.pop(0))
        begin = stops[-1].end if paused or until < seconds else seconds
    if limits or stops:
        path = _seen(path, limits, stops)
    return path, Bands(tuple(starts), tuple(lows), tuple(highs)), tuple(stops)


def _bands(sums: Whole, begin: int, until: int, yesterday: int, tier: int) -> Bands:
    """From a (re)opening on: the first price is the reference until the mean has moved away from it."""
    late = len(sums) - 1 - LATE
    reference = float(sums[begin + 1] - sums[begin])
    starts, lows, highs = [], [], []
    marks = np.arange(begin + STEP, until, STEP)
    since = np.maximum(marks - WINDOW, begin)
    means = ((sums[marks] - sums[since]) / (marks - since)).tolist()
    was_late: bool | None = None
    for second, mean in zip([begin, *marks.tolist()], [reference, *means], strict=True):
        is_late = second >= late
        if was_late is is_late and abs(mean - reference) < MOVED * reference:
            continue
        reference, was_late = mean, is_late
        wide = reference * width(yesterday, tier, is_late)
        starts.append(second)
        lows.append(on_tick(reference - wide))
        highs.append(on_tick(reference + wide))
    return Bands(tuple(starts), tuple(lows), tuple(highs))


def _limits(path: Path, bands: Bands, begin: int, until: int) -> list[_Limit]:
    """Every time at a band, up to the one that lasts long enough for a pause."""
    found: list[_Limit] = []
    for k, start in enumerate(bands.starts):
        end = bands.starts[k + 1] if k + 1 < len(bands.starts) else until
        low, high = bands.lows[k], bands.highs[k]
        free = max(start, begin)
        down, up = path.ask[start:end] <= low, path.bid[start:end] >= high
        for second in (np.nonzero(down | up)[0] + start).tolist():
            if second < free:
                continue
            is_down = bool(down[second - start])
            most = slice(second, min(second + PATIENCE, until))
            away = np.nonzero(path.ask[most] > low if is_down else path.bid[most] < high)[0]
            free = second + int(away[0]) if len(away) else most.stop
            price = low if is_down else high
            found.append(_Limit(second, free, price, is_down, 2 * price / (low + high) - 1))
            if free - second == PATIENCE:
                return found
        begin = max(begin, free)
    return found


def _collars(path: Path, limit: _Limit, band: tuple[int, int], coming: list[Stop]) -> tuple[Collar, ...]:
    """Every five minutes it is asked whether it opens; whoever finds it outside widens the collar on that side."""
    wider = on_tick(limit.price * COLLAR) if limit.price > CHEAP else CHEAP_COLLAR
    low, high = (limit.price - wider, band[1]) if limit.is_down else (band[0], limit.price + wider)
    found: list[Collar] = []
    end = limit.end + PAUSE
    while True:
        while coming and coming[0].start <= end:  # the market's stop takes over
            end = max(end, coming.pop(0).end)
        if end >= len(path.last) - AUCTION:
            return tuple(found)
        collar = Collar(end, low, high, int(path.last[end]))
        found.append(collar)
        if collar.holds:
            return tuple(found)
        low, high = (low - wider, high) if collar.price < low else (low, high + wider)
        end += PAUSE


def _seen(path: Path, limits: Sequence[_Limit], stops: Sequence[Stop]) -> Path:
    bid, ask, last, volume = path.bid.copy(), path.ask.copy(), path.last.copy(), path.volume.copy()
    for limit in limits:
        here, price = slice(limit.start, limit.end), limit.price
        last[here] = price
        if limit.is_down:
            ask[here] = price
            bid[here] = np.minimum(bid[here], price - (CENT if price > DOLLAR else 1))
        else:
            bid[here] = price
            ask[here] = np.maximum(ask[here], price + (CENT if price >= DOLLAR else 1))
    for stop in stops:
        here = slice(stop.start, stop.end)
        volume[here] = 0
        bid[here], ask[here] = bid[stop.start - 1], ask[stop.start - 1]
        if stop.end < len(volume):
            volume[stop.end] = max(volume[stop.end], LOT)  # it opens again with a trade
    return replace(path, bid=bid, ask=ask, last=last[last_trade(volume)], volume=volume)
