"""How much of the loss a day may bring is used."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from core.domain.money import ZERO
from core.risk.checks.base import Unit, limit_words, shown
from core.risk.monitors.base import NEAR, Gauge, Monitor, Sight


@dataclass(frozen=True)
class DayLoss(Monitor):
    """Against the account's value as the day began, net of deposits and withdrawals."""

    key: ClassVar[str] = "loss"
    title: ClassVar[str] = "Loss of the day"
    check: ClassVar[str] = "R20"

    def gauges(self, sight: Sight) -> Iterable[Gauge]:
        if sight.equity is None or sight.start is None or sight.start <= 0:
            return
        limit, cancel_at = sight.limit("R20", "closing_only_at"), sight.limit("R20", "cancel_at")
        lost = max(sight.start - sight.equity, ZERO)
        share = lost / sight.start
        most = shown(limit * sight.start, Unit.MONEY)
        numbers = (
            f"{shown(lost, Unit.MONEY)} of {most} {sight.currency}, {shown(share, Unit.SHARE)} of the day's "
            f"beginning; your limit is {limit_words(limit, Unit.SHARE)}."
        )
        asked_back = " Open orders that add risk are asked back." if share >= cancel_at else ""
        yield Gauge(
            label="Loss today",
            used=share,
            limit=limit,
            near=limit * NEAR,
            unit=Unit.SHARE,
            near_title="Today's loss is near your limit.",
            over_title="Today's loss has reached your limit: only closing is allowed.",
            over_weight="red",
            detail=f"{numbers}{asked_back} Protective stops stay. Nothing is sold for you: close something, cancel, or wait "
            "for tomorrow.",
        )
