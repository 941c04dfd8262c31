"""Money-weighted return: the one rate at which everything paid in would have become what is there now."""

import math
from collections.abc import Sequence
from typing import Final

_STEPS: Final = 400
_STEEPEST: Final = 12.0  # of the logarithm over the whole time: one becomes 160,000, or almost nothing
_HALVINGS: Final = 200


def rate(flows: Sequence[tuple[float, float]]) -> float | str:
    """Flows are (time, money), paid in negative, what is there at the end positive. The rate of one unit of time.

    A sentence instead where no rate fits, or more than one does.
    """
    paid = [(time, money) for time, money in flows if money]
    if not paid or all(money > 0 for _, money in paid) or all(money < 0 for _, money in paid):
        return "Nothing was paid in that something is left of: no rate fits."
    first = min(time for time, _ in paid)
    span = max(time for time, _ in paid) - first
    if not span:
        return "Everything happened at one moment: no rate fits."
    scaled = [((time - first) / span, money) for time, money in paid]
    marks = [-_STEEPEST + 2 * _STEEPEST * i / _STEPS for i in range(_STEPS + 1)]
    worths = [_worth(scaled, mark) for mark in marks]
    found = [i for i in range(_STEPS) if worths[i] == 0 or worths[i] * worths[i + 1] < 0]
    if not found:
        return "No rate explains what came in and went out."
    if len(found) > 1:
        return f"{len(found)} different rates explain what came in and went out: none of them is the return."
    root = _between(scaled, marks[found[0]], marks[found[0] + 1])
    return math.expm1(root / span)


def _worth(flows: Sequence[tuple[float, float]], logarithm: float) -> float:
    return math.fsum(money * math.exp(-logarithm * time) for time, money in flows)


def _between(flows: Sequence[tuple[float, float]], low: float, high: float) -> float:
    """Halved until nothing is left to halve: it cannot run away."""
    below = _worth(flows, low)
    if below == 0:
        return low
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        worth = _worth(flows, middle)
        if worth == 0 or middle in (low, high):
            return middle
        if (worth < 0) is (below < 0):
            low = middle
        else:
            high = middle
    return (low + high) / 2
