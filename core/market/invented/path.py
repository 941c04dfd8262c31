"""One name through one stretch of a day, second by second: quotes, sizes, trades, before anybody halts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from core.market.invented.chance import Floats, Parts, bell, grown, parts, share
from core.market.invented.factors import Factor
from core.market.invented.levels import OVERNIGHT
from core.market.invented.names import Name
from core.market.invented.script import Character
from core.market.invented.shape import CLOSING, OPENING, WHOLE_DAY, Shape, shape
from core.market.sessions import Part, Stretch

Whole = npt.NDArray[np.int32]
PLACES: Final = 4  # prices are counted in hundredths of a cent
DOLLAR: Final = 10**PLACES
CENT: Final = DOLLAR // 100
LOT: Final = 100
_WORDS: Final = 3
_SHARED: Final = 1000  # streams of chance from here on are the shared moves'
_PART_NUMBER: Final = {Part.REGULAR: 1, Part.PRE: 2, Part.POST: 3}
_OFF_HOURS_VARIANCE: Final = 0.1  # of the overnight move's, around its straight line
_TOLD_DAILY: Final = 0.020  # around a chosen profile the times do not matter
_BURST: Final = 20  # seconds in which trading is lively, or is not
_NEWS_BETWEEN: Final = (0.08, 0.9)  # share of the session
_NEWS_LASTS: Final = 0.0018
_STUMBLE_FALLS: Final = 0.006  # share of the session in which a single name falls in a flash crash
_STUMBLE_RISES: Final = 0.03


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Path:
    """One number a second each; prices in hundredths of a cent, sizes in shares."""

    bid: Whole
    ask: Whole
    last: Whole
    bid_size: Whole
    ask_size: Whole
    volume: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """What a name's stretch leads through."""

    scale: float  # of a price, in dollars
    start: float  # logarithms of multiples of the scale
    end: float
    daily: float  # what the name does alone in a day, one standard deviation
    news: float  # of the way, what is made within a minute
    spread: float  # multiples of the usual
    size: float
    volume: float  # of the name's usual day, in shares


def place(stretch: Stretch) -> int:
    """Where its chance lies in every stream."""
    return stretch.day.toordinal() * 4 + _PART_NUMBER[stretch.part]


def shared(seed: int, factor: Factor, stretch: Stretch, move: float, daily: float, character: Character) -> Floats:
    """A shared move's way through the regular session, from nothing to the whole of it."""
    seconds = stretch.seconds
    numbers = parts(seed, _SHARED + factor, place(stretch), seconds, 1)
    told = factor is Factor.MARKET and bool(character.profile)
    noise = _TOLD_DAILY if told else daily
    way = _bridge(numbers, shape(stretch.part, seconds), noise * character.noise)
    if told:
        return way + move * _along(character.profile, seconds)
    whole: Floats = way + move * shape(stretch.part, seconds).done
    return whole


def walk(
    seed: int,
    name: Name,
    stretch: Stretch,
    trip: Trip,
    ways: Sequence[tuple[float, Floats]],
    character: Character,
    gaps: Sequence[tuple[int, float]] = (),
) -> Path:
    """From one price to another, on the way a name like this takes; ways: its share of each shared move; gaps: from
    which second on everything is so many times as much.
    """
    seconds = stretch.seconds
    form = shape(stretch.part, seconds)
    numbers = parts(seed, name.number, place(stretch), seconds, _WORDS)
    burst = _bursts(numbers[:, 11], seconds)
    regular = stretch.part is Part.REGULAR
    noise = trip.daily * character.alone if regular else trip.daily * np.sqrt(_OFF_HOURS_VARIANCE)
    wander = _bridge(numbers[:, :4], form, float(noise))
    shared_end = 0.0
    for load, way in ways:
        wander += load * way
        shared_end += load * float(way[-1])
    wander += trip.start
    wander += form.done * (trip.end - trip.start - shared_end - trip.news)
    if trip.news:
        wander += trip.news * _step(seed, name, stretch)
    if character.stumbles and regular and name.reports:
        wander -= _stumble(seed, name, stretch, character)
    mid = grown(wander)
    mid *= trip.scale * DOLLAR
    for second, times in gaps:
        mid[second:] *= times
    bid, ask = _touch(name, form, numbers, mid, trip.spread * character.spread)
    volume = _volume(form, numbers, burst, trip.volume * character.volume)
    last = np.where(numbers[:, 9] & 1, ask, bid)
    size = name.displayed * trip.size * character.size
    return Path(
        bid=bid,
        ask=ask,
        last=last[last_trade(volume)],
        bid_size=_shown(size * form.size, numbers[:, 5]),
        ask_size=_shown(size * form.size, numbers[:, 6]),
        volume=volume,
    )


def last_trade(volume: Whole) -> npt.NDArray[np.int64]:
    """For each second, the newest in which anything traded."""
    found: npt.NDArray[np.int64] = np.maximum.accumulate(np.where(volume > 0, np.arange(len(volume)), 0))
    return found


def crosses(seed: int, name: Name, stretch: Stretch, volume: float) -> tuple[int, int]:
    """Shares in the opening and in the closing auction of a day with so much volume, in round lots."""
    drawn = share(parts(seed, name.number, place(stretch) - 1, 1, 1)[0])
    opening = volume * OPENING / WHOLE_DAY * (0.7 + 0.6 * float(drawn[0]))
    closing = volume * CLOSING / WHOLE_DAY * (0.85 + 0.3 * float(drawn[1]))
    return max(int(opening / LOT), 1) * LOT, max(int(closing / LOT), 1) * LOT


def on_tick(price: float) -> int:
    """The nearest price that is quoted, from hundredths of a cent."""
    return max(int(price / CENT + 0.5) * CENT, DOLLAR) if price >= DOLLAR else max(int(price + 0.5), 2)


def _bridge(numbers: Parts, form: Shape, daily: float) -> Floats:
    """Away from a straight line and back to it."""
    wander = np.cumsum(bell(numbers[:, :4]) * form.pace)
    wander -= wander[0]
    wander -= form.done * wander[-1]
    wander *= daily * np.sqrt(1 - OVERNIGHT)
    return wander


def _along(profile: Sequence[tuple[float, float]], seconds: int) -> Floats:
    """Straight lines from point to point."""
    at = np.arange(seconds) / (seconds - 1)
    height = np.zeros(seconds)
    for (x, y), (to_x, to_y) in pairwise(profile):
        here = (at >= x) & (at <= to_x)
        height[here] = y + (at[here] - x) / (to_x - x) * (to_y - y)
    return height


def _step(seed: int, name: Name, stretch: Stretch) -> Floats:
    """From nothing to all of it within a minute, some time of the day."""
    drawn = share(parts(seed, name.number, place(stretch) - 1, 1, 1)[0])
    at = _NEWS_BETWEEN[0] + (_NEWS_BETWEEN[1] - _NEWS_BETWEEN[0]) * float(drawn[3])
    return _along(((0, 0), (at, 0), (at + _NEWS_LASTS, 1), (1, 1)), stretch.seconds)


def _stumble(seed: int, name: Name, stretch: Stretch, character: Character) -> Floats:
    """Some names fall much further than all others for some minutes."""
    drawn = share(parts(seed, name.number, place(stretch) - 1, 1, 1)[0])
    deep = character.stumbles * float(drawn[2]) * float(drawn[2])
    at = character.stumbles_at + 0.01 * float(drawn[3])
    points = ((0, 0), (at, 0), (at + _STUMBLE_FALLS, deep), (at + _STUMBLE_FALLS + _STUMBLE_RISES, 0), (1, 0))
    return _along(points, stretch.seconds)


def _bursts(numbers: Parts, seconds: int) -> Floats:
    """Trading comes in bursts: a third of the usual, or twice it."""
    lively = 0.25 + 2.25 * share(numbers[::_BURST]) ** 2
    return np.repeat(lively, _BURST)[:seconds]


def _touch(name: Name, form: Shape, numbers: Parts, mid: Floats, wider: float) -> tuple[Whole, Whole]:
    """Best bid and ask around the middle, on ticks, never locked or crossed."""
    tick = np.where(mid >= DOLLAR, CENT, 1)
    in_ticks = mid / tick
    wanted = in_ticks * form.spread * (0.6 + 0.8 * share(numbers[:, 4])) * (name.spread_bps * wider / 10_000)
    spread = np.maximum(np.floor(wanted + share(numbers[:, 10])), 1)
    below = np.maximum(np.floor(in_ticks - spread / 2 + 0.5), 1)
    bid, ask = below * tick, (below + spread) * tick
    split = (tick == 1) & (ask > DOLLAR)  # a dollar is where the tick changes: nothing finer above it
    if split.any():
        bid, ask = np.where(split, np.minimum(bid, DOLLAR - 1), bid), np.where(split, DOLLAR, ask)
    return bid.astype(np.int32), ask.astype(np.int32)


def _shown(size: Floats, numbers: Parts) -> Whole:
    lots = size * (0.2 + 1.6 * share(numbers)) / LOT
    return (np.maximum(np.rint(lots), 1) * LOT).astype(np.int32)


def _volume(form: Shape, numbers: Parts, burst: Floats, volume: float) -> Whole:
    """Trades come in round lots; the first and the last second of a stretch always trade."""
    lots = volume * form.volume / LOT * burst
    drawn = share(numbers[:, 7])
    whole = np.floor(lots * 4 * drawn * drawn * drawn + share(numbers[:, 8])).astype(np.int32)
    whole[0] = max(whole[0], 1)
    whole[-1] = max(whole[-1], 1)
    return whole * LOT
