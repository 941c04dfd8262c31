"""How large the largest open order is, of what one may be."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from core.risk.checks.base import Unit
from core.risk.monitors.base import NEAR, Gauge, Monitor, Sight


@dataclass(frozen=True)
class OrderSize(Monitor):
    """Nothing to be told of: a larger one was given a reason for."""

    key: ClassVar[str] = "order_size"
    title: ClassVar[str] = "Size of one order"
    check: ClassVar[str] = "R02"

    def gauges(self, sight: Sight) -> Iterable[Gauge]:
        if sight.equity is None or sight.equity <= 0 or sight.largest_order is None:
            return
        limit = min(sight.limit("R02", "cap"), sight.limit("R02", "share") * sight.equity)
        yield Gauge(
            label="Largest open order",
            used=sight.largest_order,
            limit=limit,
            near=limit * NEAR,
            unit=Unit.MONEY,
            reached=False,
        )
