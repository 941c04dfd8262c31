"""Drawdown: how far below its highest it fell, for how long, and whether it came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawdown:
    """The deepest one."""

    depth: float  # negative
    peak: date
    trough: date
    recovered: date | None  # None = not yet
    sessions: int  # from the peak until it came back, or until now


def below(levels: Sequence[float]) -> list[float]:
    """For each level, how far it is below the highest so far."""
    highest, found = 0.0, []
    for level in levels:
        highest = max(highest, level)
        found.append(level / highest - 1 if highest > 0 else 0.0)
    return found


def levels(returns: Sequence[float | None]) -> list[float]:
    """From one, before the first return."""
    found = [1.0]
    for share in returns:
        found.append(found[-1] * (1 + (share or 0.0)))
    return found


def deepest(days: Sequence[date], heights: Sequence[float]) -> Drawdown | None:
    """Days and levels, side by side, beginning with where it started. None = it never fell."""
    down = below(heights)
    if not down or min(down) >= 0:
        return None
    trough = down.index(min(down))
    peak = max(i for i in range(trough) if down[i] == 0)
    back = next((i for i in range(trough, len(down)) if down[i] == 0), None)
    return Drawdown(
        depth=down[trough],
        peak=days[peak],
        trough=days[trough],
        recovered=None if back is None else days[back],
        sessions=(len(down) - 1 if back is None else back) - peak,
    )


def pain(returns: Sequence[float | None]) -> float:
    """How far below the highest so far, on average (pain index)."""
    down = below(levels(returns))[1:]
    return -sum(down) / len(down)
