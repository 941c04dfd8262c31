"""Whether what is held, long and short together, is worth more than the account allows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from core.risk.checks.base import Unit, limit_words, shown
from core.risk.monitors.base import NEAR, Gauge, Monitor, Sight, gross


@dataclass(frozen=True)
class Exposure(Monitor):
    """Fully invested is ordinary: near its limit nothing is said."""

    key: ClassVar[str] = "exposure"
    title: ClassVar[str] = "Gross exposure"
    check: ClassVar[str] = "R22"

    def gauges(self, sight: Sight) -> Iterable[Gauge]:
        held = gross(sight)
        if held is None or sight.equity is None or sight.equity <= 0:
            return
        limit = sight.limit("R22", "most")
        ratio = held / sight.equity
        yield Gauge(
            label="Gross exposure",
            used=ratio,
            limit=limit,
            near=limit * NEAR,
            unit=Unit.SHARE,
            reached=False,
            over_title="Positions are worth more than your limit allows.",
            detail=f"{shown(held, Unit.MONEY)} {sight.currency}, {shown(ratio, Unit.SHARE)} of the account; your limit is "
            f"{limit_words(limit, Unit.SHARE)}. What adds to it is refused, what reduces it is not: close something, or "
            "change the limit.",
        )
