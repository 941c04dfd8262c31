"""Against a benchmark: how much of it was the market, and how much was not. Returns of the same periods, side by side."""

import math
from collections.abc import Sequence
from statistics import covariance, fmean, pstdev, stdev, variance

from core.performance.returns import annual_of

Pairs = Sequence[tuple[float, float]]  # ours, the benchmark's


def beta(pairs: Pairs) -> float | None:
    """How much it moved when the benchmark moved by one. None = the benchmark stood still."""
    ours, theirs = _apart(pairs)
    spread = variance(theirs)
    return covariance(ours, theirs) / spread if spread > 0 else None


def alpha(pairs: Pairs, periods: int, riskless: float = 0.0) -> float | None:
    """What was left beyond beta times the benchmark, of a year, arithmetic (Jensen)."""
    slope = beta(pairs)
    if slope is None:
        return None
    ours, theirs = _apart(pairs)
    return (fmean(ours) - riskless - slope * (fmean(theirs) - riskless)) * periods


def tracking_error(pairs: Pairs, periods: int) -> float:
    """Standard deviation (n − 1) of the difference, of a year."""
    return stdev([ours - theirs for ours, theirs in pairs]) * math.sqrt(periods)


def correlation(pairs: Pairs) -> float | None:
    """From −1 to 1. None = one of the two stood still."""
    ours, theirs = _apart(pairs)
    spread = stdev(ours) * stdev(theirs)
    return covariance(ours, theirs) / spread if spread > 0 else None


def fama_beta(pairs: Pairs) -> float:
    """How much it moved, by how much the benchmark moved."""
    ours, theirs = _apart(pairs)
    return stdev(ours) / stdev(theirs)


def specific_risk(pairs: Pairs, periods: int) -> float | None:
    """Standard deviation (n) of what the benchmark does not explain, of a year."""
    slope = beta(pairs)
    return None if slope is None else pstdev([ours - slope * theirs for ours, theirs in pairs]) * math.sqrt(periods)


def m_squared(pairs: Pairs, periods: int, riskless: float = 0.0) -> float:
    """The return it would have had at the benchmark's volatility, of a year."""
    ours, theirs = _apart(pairs)
    return (annual_of(ours, periods) - riskless) * stdev(theirs) / stdev(ours) + riskless


def modified_treynor(pairs: Pairs, periods: int, riskless: float = 0.0) -> float | None:
    """Return of a year by the risk that came from the benchmark (beta times its standard deviation, n)."""
    ours, theirs = _apart(pairs)
    slope = beta(pairs)
    risk = None if slope is None else slope * pstdev(theirs) * math.sqrt(periods)
    return (annual_of(ours, periods) - riskless) / risk if risk else None


def _apart(pairs: Pairs) -> tuple[list[float], list[float]]:
    return [ours for ours, _ in pairs], [theirs for _, theirs in pairs]
