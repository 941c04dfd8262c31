"""Time-weighted return: what a dollar that stayed in all along became, whatever was paid in or taken out meanwhile."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from core.domain.equity import Certainty, EquityPoint
from core.domain.money import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From one close that is known to the next, or to now: what was there, and what came, and what was won, is what is there."""

    day: date
    at: datetime
    value: Decimal  # before what comes at that very moment
    flow: Decimal  # what came since, less what went
    gain: Decimal | None  # None = shares moved that had no price
    share: float | None  # None = likewise, or nothing was there to measure from
    benchmark: float | None
    whole: bool  # from close to close of one session, nothing missing in between
    certainty: Certainty


@dataclass(slots=True, kw_only=True)
class _Stretch:
    """From one worth to the next; without a flow in between, or with flows nobody knows the worth at."""

    at: datetime
    start: Decimal | None
    waiting: list[tuple[datetime, Decimal]] = field(default_factory=list)

    def gain(self, value: Decimal) -> Decimal | None:
        return None if self.start is None else value - self.start - sum((came for _, came in self.waiting), ZERO)

    def share(self, value: Decimal, at: datetime) -> float | None:
        gain, start = self.gain(value), self.start
        if gain is None or start is None:
            return None
        span = Decimal(str((at - self.at).total_seconds() or 1))
        for when, came in self.waiting:
            start += came * Decimal(str((at - when).total_seconds())) / span
        return share_of(gain, start) if start > 0 else None


def share_of(change: Decimal, of: Decimal) -> float:
    """The crossing: money is exact, a rate of return is an estimate."""
    return float(change / of)


def steps(points: Sequence[EquityPoint]) -> list[Step]:
    """Linked around every flow: a point just before each says what was there.

    Where money moved at a moment without a value, its stretch is weighed by time instead (Modified Dietz).
    """
    found: list[Step] = []
    last: EquityPoint | None = None  # the one the step begins at
    stretch: _Stretch | None = None
    grown: float | None = 1.0
    gain: Decimal | None = ZERO
    flow, whole = ZERO, True
    for point in points:
        came = point.flow or ZERO
        if point.value is None:
            whole = False
            flow += came
            if stretch is not None:
                stretch.waiting.append((point.at, came))
                stretch.start = None if point.flow is None else stretch.start
            continue
        if stretch is not None:
            share, won = stretch.share(point.value, point.at), stretch.gain(point.value)
            grown = None if share is None or grown is None else grown * (1 + share)
            gain = None if won is None or gain is None else gain + won
        if last is not None and (point.is_close or point is points[-1]):
            step = Step(
                day=point.day,
                at=point.at,
                value=point.value,
                flow=flow,
                gain=gain,
                share=None if grown is None else grown - 1,
                benchmark=_moved(last.benchmark, point.benchmark),
                whole=whole and last.is_close and point.is_close,
                certainty=point.certainty,
            )
            found.append(step)
        begins = last is None
        if begins or point.is_close:
            last, grown, gain, flow, whole = point, 1.0, ZERO, ZERO, True
        flow += ZERO if begins else came  # what was there at the beginning did not come since
        stretch = _Stretch(at=point.at, start=point.begins())
    return found


def linked(shares: Iterable[float | None]) -> float:
    """One return after the other."""
    return math.prod(1 + share for share in shares if share is not None) - 1


def annual(share: float, years: float) -> float:
    """A return of several years as one of each year; never of a part of a year, which would promise what was not."""
    if years < 1:
        raise ValueError(f"{years} years are no whole year")
    return float((1 + share) ** (1 / years) - 1)


def annual_of(returns: Sequence[float | None], periods: int) -> float:
    """By the number of periods, those without an observation counted too."""
    return float((1 + linked(returns)) ** (periods / len(returns)) - 1)


def _moved(before: Decimal | None, after: Decimal | None) -> float | None:
    return None if before is None or after is None or not before else share_of(after - before, before)
