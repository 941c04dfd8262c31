"""Whether the prices of what is held or on order are still coming."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from core.risk.checks.base import Unit, limit_words, shown
from core.risk.monitors.base import Gauge, Monitor, Sight, seconds


@dataclass(frozen=True)
class StaleFeed(Monitor):
    """While the market is open; an unchanged price on a living stream is fresh."""

    key: ClassVar[str] = "stale"
    title: ClassVar[str] = "Age of prices"
    check: ClassVar[str] = "R24"
    of_account: ClassVar[bool] = False

    def gauges(self, sight: Sight) -> Iterable[Gauge]:
        if not sight.market_open or not sight.heard:
            return
        limit = sight.limit("R24", "within")
        oldest, age = max(sight.heard.items(), key=lambda item: (item[1], item[0]))
        old = sum(seconds(one) > limit for one in sight.heard.values())
        more = f" and {old - 1} more" if old > 1 else ""
        yield Gauge(
            label="Oldest price",
            used=seconds(age),
            limit=limit,
            unit=Unit.SECONDS,
            reached=False,
            over_title="Prices do not come in.",
            detail=f"The newest one of {sight.name(oldest)}{more} is {shown(seconds(age), Unit.SECONDS)} old, your limit is "
            f"{limit_words(limit, Unit.SECONDS)}: what they are worth may be wrong, and nothing that adds risk is sent on "
            "such a price. It ends by itself when they come again; if not, look at the connection.",
        )
