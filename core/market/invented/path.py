"""One name through one stretch of a day, second by second: quotes, sizes, trades."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from core.market.invented.chance import Floats, bell, parts, share
from core.market.invented.levels import OVERNIGHT, TRADING_DAYS
from core.market.invented.names import Name
from core.market.sessions import Part, Stretch

Whole = npt.NDArray[np.int32]
PLACES: Final = 4  # prices are counted in hundredths of a cent
DOLLAR: Final = 10**PLACES
CENT: Final = DOLLAR // 100
LOT: Final = 100
# of a day's volume, half-hour by half-hour
HALF_HOURS: Final = (13.8, 9.8, 7.6, 6.4, 7.1, 5.1, 4.4, 5.2, 4.5, 5.9, 4.6, 7.4, 18.2)
_WORDS: Final = 3
_PART_NUMBER: Final = {Part.REGULAR: 1, Part.PRE: 2, Part.POST: 3}
_OPENING_SPREAD: Final = 1.5  # added to 1 at the opening, gone after half an hour
_OPENING_SECONDS: Final = 600.0
_OFF_HOURS_VARIANCE: Final = 0.1  # of the overnight move's, around its straight line
_OFF_HOURS_VOLUME: Final = 0.02  # of a day's
_OFF_HOURS_SPREAD: Final = 4.0
_OFF_HOURS_SIZE: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Path:
    """One number a second each; prices in hundredths of a cent, sizes in shares."""

    bid: Whole
    ask: Whole
    last: Whole
    bid_size: Whole
    ask_size: Whole
    volume: Whole


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Shape:
    """How a stretch differs from second to second, whatever the name."""

    pace: Floats  # square root of each second's share of the variance
    done: Floats  # share of the variance that has passed, 0 at the first second and 1 at the last
    volume: Floats  # share of a day's volume
    spread: Floats
    size: float


@lru_cache(maxsize=8)
def _shape(part: Part, seconds: int) -> _Shape:
    if part is not Part.REGULAR:
        even = np.full(seconds, 1 / seconds)
        return _Shape(
            pace=np.sqrt(even),
            done=np.linspace(0, 1, seconds),
            volume=even * _OFF_HOURS_VOLUME,
            spread=np.full(seconds, _OFF_HOURS_SPREAD),
            size=_OFF_HOURS_SIZE,
        )
    halves = np.array(HALF_HOURS) / sum(HALF_HOURS)
    weight = halves[np.arange(seconds) * len(halves) // seconds]
    weight = weight / weight.sum()
    passed = np.cumsum(weight)
    return _Shape(
        pace=np.sqrt(weight),
        done=(passed - passed[0]) / (passed[-1] - passed[0]),
        volume=weight,
        spread=1 + _OPENING_SPREAD * np.exp(-np.arange(seconds) / _OPENING_SECONDS),
        size=1.0,
    )


def walk(seed: int, name: Name, stretch: Stretch, start: float, end: float, busy: float) -> Path:
    """From one log price to another, on the way a name like this takes."""
    seconds = stretch.seconds
    shape = _shape(stretch.part, seconds)
    place = stretch.day.toordinal() * 4 + _PART_NUMBER[stretch.part]
    numbers = parts(seed, name.number, place, seconds, _WORDS)
    mid = _mid(name, stretch.part, shape, numbers, start, end)
    bid, ask = _touch(name, shape, numbers, mid)
    volume = _volume(name, shape, numbers, busy)
    last = np.where(numbers[:, 9] & 1, ask, bid)
    traded = np.maximum.accumulate(np.where(volume > 0, np.arange(seconds), 0))
    return Path(
        bid=bid,
        ask=ask,
        last=last[traded],
        bid_size=_shown(name, shape, numbers[:, 5:6]),
        ask_size=_shown(name, shape, numbers[:, 6:7]),
        volume=volume,
    )


def _mid(name: Name, part: Part, shape: _Shape, numbers: npt.NDArray[np.uint16], start: float, end: float) -> Floats:
    daily = name.volatility / np.sqrt(TRADING_DAYS)
    variance = 1 - OVERNIGHT if part is Part.REGULAR else OVERNIGHT * _OFF_HOURS_VARIANCE
    wander = np.cumsum(bell(numbers[:, :4]) * shape.pace) * daily * np.sqrt(variance)
    wander -= wander[0]
    wander += start + shape.done * (end - start - wander[-1])
    mid: Floats = np.exp(wander) * DOLLAR
    return mid


def _touch(name: Name, shape: _Shape, numbers: npt.NDArray[np.uint16], mid: Floats) -> tuple[Whole, Whole]:
    """Best bid and ask around the middle, on ticks, never locked or crossed."""
    tick = np.where(mid >= DOLLAR, CENT, 1)
    wanted = mid * shape.spread * (0.6 + 0.8 * share(numbers[:, 4])) * (name.spread_bps / 10_000) / tick
    spread = np.maximum(np.rint(wanted), 1)
    below = np.maximum(np.floor(mid / tick - spread / 2 + 0.5), 1)
    bid, ask = below * tick, (below + spread) * tick
    split = (tick == 1) & (ask > DOLLAR)  # a dollar is where the tick changes: nothing finer above it
    return np.where(split, np.minimum(bid, DOLLAR - 1), bid).astype(np.int32), np.where(split, DOLLAR, ask).astype(
        np.int32
    )


def _shown(name: Name, shape: _Shape, numbers: npt.NDArray[np.uint16]) -> Whole:
    lots = name.displayed * shape.size * (0.2 + 1.6 * share(numbers[:, 0])) / LOT
    return (np.maximum(np.rint(lots), 1) * LOT).astype(np.int32)


def _volume(name: Name, shape: _Shape, numbers: npt.NDArray[np.uint16], busy: float) -> Whole:
    """Trades come in bursts, and in round lots; the first and the last second of a stretch always trade."""
    lots = name.volume * busy * shape.volume / LOT
    whole = np.floor(lots * 4 * share(numbers[:, 7]) ** 3 + share(numbers[:, 8])).astype(np.int32)
    whole[0] = max(whole[0], 1)
    whole[-1] = max(whole[-1], 1)
    return whole * LOT
