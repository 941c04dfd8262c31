"""Whether this machine's clock agrees with the broker's."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from core.risk.checks.base import Unit, limit_words, shown
from core.risk.monitors.base import Gauge, Monitor, Sight, seconds


@dataclass(frozen=True)
class ClockSkew(Monitor):
    """As the last reading of the broker showed it."""

    key: ClassVar[str] = "clock"
    title: ClassVar[str] = "Clock against the broker's"
    check: ClassVar[str] = "R24"
    of_account: ClassVar[bool] = False

    def gauges(self, sight: Sight) -> Iterable[Gauge]:
        if sight.skew is None:
            return
        limit = sight.limit("R24", "skew")
        off = seconds(abs(sight.skew))
        yield Gauge(
            label="Clock off the broker's",
            used=off,
            limit=limit,
            unit=Unit.SECONDS,
            reached=False,
            of=sight.connection,
            over_title="This machine's clock is not the broker's.",
            over_weight="red",
            detail=f"{shown(off, Unit.SECONDS)} off {sight.connection}, your limit is {limit_words(limit, Unit.SECONDS)}: "
            "nothing that adds risk is sent. Let the system set its clock from the network; it ends by itself then.",
        )
