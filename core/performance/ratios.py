"""Risk and return of a row of returns. A period without an observation is None and counts for nothing but its time."""

import math
from collections.abc import Sequence
from statistics import fmean, pstdev, stdev

from core.performance.returns import annual_of

Returns = Sequence[float | None]


def seen(returns: Returns) -> list[float]:
    """Those that were observed."""
    return [share for share in returns if share is not None]


def volatility(returns: Returns, periods: int) -> float:
    """Standard deviation (n − 1), of a year."""
    return stdev(seen(returns)) * math.sqrt(periods)


def sharpe(returns: Returns, periods: int, riskless: float = 0.0) -> float | None:
    """Mean by standard deviation (n − 1), of a year; the mean is arithmetic. None = it never moved."""
    over = [share - riskless for share in seen(returns)]
    spread = stdev(over)
    return fmean(over) / spread * math.sqrt(periods) if spread > 0 else None


def downside_risk(returns: Returns, periods: int, required: float = 0.0) -> float:
    """Root of the mean square of what was below what is required, over all periods and not only the bad ones."""
    return _power(returns, required, 2) * math.sqrt(periods)


def sortino(returns: Returns, periods: int, required: float = 0.0) -> float | None:
    """Mean by downside risk, of a year. None = it was never below what is required."""
    down = downside_risk(returns, periods, required)
    return (fmean(seen(returns)) - required) * periods / down if down > 0 else None


def adjusted_sharpe(returns: Returns, periods: int) -> float:
    """Geometric return of a year by volatility, less for a skew to losses and for fat tails (Pezier)."""
    known = seen(returns)
    ratio = annual_of(returns, periods) / volatility(returns, periods)
    mean, spread = fmean(known), pstdev(known)
    skew = fmean(((share - mean) / spread) ** 3 for share in known)
    tails = fmean(((share - mean) / spread) ** 4 for share in known) - 3
    return ratio * (1 + skew / 6 * ratio - tails / 24 * ratio**2)


def mean_absolute_deviation(returns: Returns) -> float:
    """How far from the mean, on average."""
    known = seen(returns)
    mean = fmean(known)
    return fmean(abs(share - mean) for share in known)


def d_ratio(returns: Returns) -> float | None:
    """Losses by gains, each times how often. None = there was no gain."""
    known = seen(returns)
    losses, gains = [share for share in known if share < 0], [share for share in known if share > 0]
    return -len(losses) * sum(losses) / (len(gains) * sum(gains)) if gains else None


def downside_frequency(returns: Returns, required: float = 0.0) -> float:
    """How often it was below what is required."""
    known = seen(returns)
    return sum(share < required for share in known) / len(known)


def kappa(returns: Returns, order: int, required: float = 0.0) -> float | None:
    """Mean above what is required, by the lower partial moment of that order."""
    down = _power(returns, required, order)
    return (fmean(seen(returns)) - required) / down if down > 0 else None


def upside_potential(returns: Returns, required: float = 0.0) -> float:
    """What came above what is required, on average over all periods."""
    return fmean(max(share - required, 0.0) for share in seen(returns))


def variability_skewness(returns: Returns, required: float = 0.0) -> float | None:
    """Upside risk by downside risk."""
    up = math.sqrt(fmean(max(share - required, 0.0) ** 2 for share in seen(returns)))
    down = _power(returns, required, 2)
    return up / down if down > 0 else None


def _power(returns: Returns, required: float, order: int) -> float:
    mean: float = fmean(max(required - share, 0.0) ** order for share in seen(returns))
    return float(mean ** (1 / order))
