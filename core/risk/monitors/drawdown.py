"""How far an account has fallen from its highest value, of what it may."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from core.domain.money import ZERO
from core.risk.checks.base import Unit, limit_words, shown
from core.risk.monitors.base import NEAR, Gauge, Monitor, Sight


@dataclass(frozen=True)
class Drawdown(Monitor):
    """Both values net of deposits and withdrawals."""

    key: ClassVar[str] = "fall"
    title: ClassVar[str] = "Fall from the highest value"
    check: ClassVar[str] = "R20"

    def gauges(self, sight: Sight) -> Iterable[Gauge]:
        if sight.equity is None or sight.peak is None or sight.peak <= 0:
            return
        limit = sight.limit("R20", "drawdown")
        fallen = max(sight.peak - sight.equity, ZERO)
        share = fallen / sight.peak
        yield Gauge(
            label="Fall from the highest value",
            used=share,
            limit=limit,
            near=limit * NEAR,
            unit=Unit.SHARE,
            near_title="The account has fallen nearly to your limit below its highest value.",
            over_title="The account has fallen to your limit below its highest value: only closing is allowed.",
            over_weight="red",
            detail=f"{shown(fallen, Unit.MONEY)} {sight.currency} below {shown(sight.peak, Unit.MONEY)}, "
            f"{shown(share, Unit.SHARE)}; your limit is {limit_words(limit, Unit.SHARE)}. Nothing is sold for you: close "
            "something, or change the limit if it was set too tight.",
        )
