"""Whether there is room left to write down what happens."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from core.risk.checks.base import Unit
from core.risk.monitors.base import Gauge, Monitor, Sight

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class DiskSpace(Monitor):
    """An order is sent only after it is on the disk."""

    key: ClassVar[str] = "disk"
    title: ClassVar[str] = "Room on the disk"
    of_account: ClassVar[bool] = False

    least: int = 500 * MEGABYTE
    look_below: int = 1_000 * MEGABYTE

    def gauges(self, sight: Sight) -> Iterable[Gauge]:
        if sight.free is None:
            return
        missing, room = Decimal(max(self.look_below - sight.free, 0)), Decimal(self.look_below - self.least)
        yield Gauge(
            label="Room on the disk",
            used=missing,
            limit=room,
            near=Decimal(1),
            unit=Unit.COUNT,
            reached=False,
            near_title="The disk is filling up.",
            over_title="The disk is nearly full.",
            over_weight="red",
            detail=f"{sight.free // MEGABYTE:,} MB are free, {self.least // MEGABYTE} MB are needed to be safe: when it is "
            "full, no order is sent, because none can be written down first. Make room; nothing here is deleted for you.",
        )
