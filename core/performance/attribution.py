"""Where a difference to a benchmark comes from: what was chosen in each sector, or how much of each sector (Brinson)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum


@dataclass(frozen=True, slots=True)
class Sector:
    """Shares of the whole and returns."""

    weight: float
    benchmark_weight: float
    share: float
    benchmark_share: float


def totals(sectors: Sequence[Sector]) -> tuple[float, float]:
    """Our return and the benchmark's."""
    return fsum(s.weight * s.share for s in sectors), fsum(s.benchmark_weight * s.benchmark_share for s in sectors)


def effects(sectors: Sequence[Sector]) -> dict[str, float]:
    """Allocation against the whole benchmark, selection at its weights, and their interaction: together the difference."""
    _, whole = totals(sectors)
    return {
        "allocation": fsum((s.weight - s.benchmark_weight) * (s.benchmark_share - whole) for s in sectors),
        "selection": fsum(s.benchmark_weight * (s.share - s.benchmark_share) for s in sectors),
        "interaction": fsum((s.weight - s.benchmark_weight) * (s.share - s.benchmark_share) for s in sectors),
    }
