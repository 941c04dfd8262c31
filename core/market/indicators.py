"""Averages, bands and oscillators, as their authors published them: pure functions over closes, None until there are enough."""

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from typing import Final

Line = list[float | None]
RSI_LENGTH: Final = 14
FAST, SLOW, SIGNAL = 12, 26, 9
BANDS_LENGTH: Final = 20
BANDS_WIDTH: Final = 2.0


def average(values: Sequence[float], length: int) -> Line:
    """The plain mean of the last so many."""
    found: Line = [None] * min(length - 1, len(values))
    for end in range(length, len(values) + 1):
        found.append(sum(values[end - length : end]) / length)
    return found


def exponential(values: Sequence[float], length: int) -> Line:
    """Each new value weighs 2 / (length + 1); it begins with the plain mean of the first so many."""
    if len(values) < length:
        return [None] * len(values)
    weight, last = 2 / (length + 1), sum(values[:length]) / length
    found: Line = [None] * (length - 1) + [last]
    for value in values[length:]:
        last += weight * (value - last)
        found.append(last)
    return found


def rsi(closes: Sequence[float], length: int = RSI_LENGTH) -> Line:
    """Wilder's relative strength: 100 − 100 / (1 + average rise / average fall), smoothed as he did. 50 when nothing moved."""
    moves = [after - before for before, after in pairwise(closes)]
    if len(moves) < length:
        return [None] * len(closes)
    rise = sum(max(move, 0.0) for move in moves[:length]) / length
    fall = sum(max(-move, 0.0) for move in moves[:length]) / length
    found: Line = [None] * length + [_strength(rise, fall)]
    for move in moves[length:]:
        rise = (rise * (length - 1) + max(move, 0.0)) / length
        fall = (fall * (length - 1) + max(-move, 0.0)) / length
        found.append(_strength(rise, fall))
    return found


def macd(closes: Sequence[float], fast: int = FAST, slow: int = SLOW, signal: int = SIGNAL) -> tuple[Line, Line]:
    """Appel's: the fast exponential average less the slow one; and its signal, the exponential average of that."""
    quick, lazy = exponential(closes, fast), exponential(closes, slow)
    line: Line = [None if a is None or b is None else a - b for a, b in zip(quick, lazy, strict=True)]
    known = [value for value in line if value is not None]
    return line, [None] * (len(line) - len(known)) + exponential(known, signal)


def bands(closes: Sequence[float], length: int = BANDS_LENGTH, width: float = BANDS_WIDTH) -> tuple[Line, Line]:
    """Bollinger's: the average less and plus so many standard deviations, of the whole and not of a sample."""
    lower: Line = []
    upper: Line = []
    for end, mean in enumerate(average(closes, length), 1):
        if mean is None:
            lower.append(None)
            upper.append(None)
            continue
        spread = width * sqrt(sum((close - mean) ** 2 for close in closes[end - length : end]) / length)
        lower.append(mean - spread)
        upper.append(mean + spread)
    return lower, upper


def vwap(typical: Sequence[float], volumes: Sequence[float], days: Sequence[object]) -> Line:
    """What a share cost on average since the session began: each bar's typical price, weighed with its volume."""
    found: Line = []
    paid = shares = 0.0
    day: object = None
    for price, volume, this in zip(typical, volumes, days, strict=True):
        if this != day:
            day, paid, shares = this, 0.0, 0.0
        paid, shares = paid + price * volume, shares + volume
        found.append(paid / shares if shares else None)
    return found


def _strength(rise: float, fall: float) -> float:
    return 100 * rise / (rise + fall) if rise + fall else 50.0
