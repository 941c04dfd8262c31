"""Percentiles, and the line a benchmark ends with: what came out, what was aimed for."""

import sys
from collections.abc import Sequence
from statistics import median


def percentile(spans: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(spans)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def ratio(ours: Sequence[float], others: Sequence[float]) -> float:
    """The median of the ratios of what was measured side by side."""
    return median(mine / theirs for mine, theirs in zip(ours, others, strict=True))


def say(line: str) -> None:
    """At once, for whoever waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def verdict(name: str, what: str, *, kept: bool, aim: str) -> None:
    """The last line; ends with 1 when the aim was missed."""
    say(f"{name}: {what}; aim {aim}: {'kept' if kept else 'MISSED'}")
    raise SystemExit(not kept)
