"""Whether a broker's sign-in ends soon: afterwards nothing is read or sent until a person signs in again."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from core.domain.money import ZERO
from core.risk.checks.base import Unit
from core.risk.monitors.base import Gauge, Monitor, Sight, seconds

HOUR = 3600


@dataclass(frozen=True)
class LoginExpiry(Monitor):
    """Only where a broker names the moment; the practice exchange names none."""

    key: ClassVar[str] = "login"
    title: ClassVar[str] = "Sign-in at the broker"
    of_account: ClassVar[bool] = False

    look_below: int = 24 * HOUR
    least: int = HOUR

    def gauges(self, sight: Sight) -> Iterable[Gauge]:
        if sight.signed_in_for is None:
            return
        left = seconds(sight.signed_in_for)
        ends = f"It ends in {_words(left)}." if left > 0 else f"It ended {_words(-left)} ago."
        yield Gauge(
            label="Sign-in at the broker",
            used=max(self.look_below - left, ZERO),
            limit=Decimal(self.look_below - self.least),
            near=Decimal(1),
            unit=Unit.SECONDS,
            of=sight.connection,
            near_title=f"{sight.connection}: the sign-in ends within a day.",
            over_title=f"{sight.connection}: the sign-in ends within the hour.",
            over_weight="red",
            detail=f"{ends} After that nothing is read and nothing can be sent there; orders at the broker stay. Sign in "
            "again before.",
        )


def _words(left: Decimal) -> str:
    minutes = int(left) // 60
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"
