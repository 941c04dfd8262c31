"""A price lies on the exchange's grid."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from core.domain.money import ZERO
from core.domain.order import Order
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck, plain

LARGEST: Final = Decimal(1_000_000_000)  # what can be stored to nine decimals


@dataclass(frozen=True, kw_only=True)
class Tick(RiskCheck):
    """R05."""

    code: ClassVar[str] = "R05"
    title: ClassVar[str] = "Price step"
    holds_the_door: ClassVar[bool] = True

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        for name, price in (("limit", order.limit), ("stop", order.stop)):
            if price is None:
                continue
            if not price.is_finite() or not ZERO < price <= LARGEST:
                return self.block(f"The {name} {price} is not a price. Type a number above 0, at most 1,000,000,000.")
            step = view.instrument.tick_at(price)
            if price % step:
                below = price - price % step
                return self.block(
                    f"The {name} {price:f} is between two price steps of {plain(step)}. "
                    f"Type {plain(below)} or {plain(below + step)}.",
                    seen=f"{price:f}",
                    limit=plain(step),
                )
        return self.fine
