"""The arithmetic of the lessons: from days of prices to the few numbers that make a point. Estimates, so plain floats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

Row = Mapping[str, Any]  # a day: at, open, close
SHORTEST, LONGEST = 2, 20  # of the averages that are tried


@dataclass(frozen=True, slots=True)
class Fall:
    """From the highest close to the lowest one after it."""

    high: Row
    low: Row

    @property
    def share(self) -> float:
        return float(self.low["close"] / self.high["close"] - 1)

    @property
    def back(self) -> float:
        """What it takes to be where it was."""
        return 1 / (1 + self.share) - 1


def deepest_fall(days: Sequence[Row]) -> Fall:
    """The first day twice where nothing fell."""
    high, found = days[0], Fall(days[0], days[0])
    for day in days:
        high = max(high, day, key=lambda one: one["close"])
        if Fall(high, day).share < found.share:
            found = Fall(high, day)
    return found


def below_highest(days: Sequence[Row]) -> list[float]:
    highest, depths = 0.0, []
    for day in days:
        highest = max(highest, day["close"])
        depths.append(day["close"] / highest - 1)
    return depths


@dataclass(frozen=True, slots=True)
class Borrowed:
    """Own money once, the rest borrowed at the beginning and never changed; interest left out."""

    times: int
    result: float  # of the own money
    worst: float  # on the way
    gone: bool  # nothing of it was left


def borrowed(days: Sequence[Row], times: int) -> Borrowed:
    levels = [times * (day["close"] / days[0]["close"] - 1) for day in days]
    worst = min(levels)
    return Borrowed(times=times, result=-1.0 if worst <= -1 else levels[-1], worst=max(worst, -1.0), gone=worst <= -1)


@dataclass(frozen=True, slots=True)
class Gap:
    """The opening that lay furthest below the close before it."""

    before: Row
    day: Row

    @property
    def share(self) -> float:
        return float(self.day["open"] / self.before["close"] - 1)


def widest_gap(days: Sequence[Row]) -> Gap:
    return min((Gap(before, day) for before, day in pairwise(days)), key=lambda gap: gap.share)


@dataclass(frozen=True, slots=True)
class Tried:
    """The rule that was best in the first half, and what became of it in the second."""

    rules: int
    short: int
    long: int
    then: float
    later: float
    place: int  # of all rules in the second half
    held_then: float
    held_later: float


def best_of_many(days: Sequence[Row]) -> Tried:
    """Be in while the average of a few days is above that of more days; every pair is tried on the first half."""
    closes = [float(day["close"]) for day in days]
    half = len(closes) // 2
    first, second = slice(LONGEST, half), slice(half, len(closes))
    pairs = [(short, long) for short in range(SHORTEST, LONGEST) for long in range(short + 1, LONGEST + 1)]
    early = {pair: _earned(closes, *pair, first) for pair in pairs}
    late = {pair: _earned(closes, *pair, second) for pair in pairs}
    best = max(pairs, key=early.__getitem__)
    return Tried(
        rules=len(pairs),
        short=best[0],
        long=best[1],
        then=early[best],
        later=late[best],
        place=1 + sum(other > late[best] for other in late.values()),
        held_then=closes[half - 1] / closes[LONGEST - 1] - 1,
        held_later=closes[-1] / closes[half - 1] - 1,
    )


def _earned(closes: Sequence[float], short: int, long: int, days: slice) -> float:
    """What is known by a close decides about the next day."""
    level = 1.0
    for day in range(len(closes))[days]:
        known = closes[:day]
        if sum(known[-short:]) / short > sum(known[-long:]) / long:
            level *= closes[day] / closes[day - 1]
    return level - 1


NEEDED: Final = 3 * LONGEST  # days; with fewer the examples say nothing
