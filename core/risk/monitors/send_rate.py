"""How many orders a person has asked for today, of what a day allows."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from core.risk.checks.base import Unit
from core.risk.monitors.base import NEAR, Gauge, Monitor, Sight


@dataclass(frozen=True)
class SendRate(Monitor):
    """Nothing to be told of: the next order says so itself."""

    key: ClassVar[str] = "send_rate"
    title: ClassVar[str] = "Orders a day"
    check: ClassVar[str] = "R18"

    def gauges(self, sight: Sight) -> Iterable[Gauge]:
        limit = sight.limit("R18", "a_day")
        yield Gauge(
            label="Orders today", used=Decimal(sight.asked_today), limit=limit, near=limit * NEAR, unit=Unit.COUNT
        )
