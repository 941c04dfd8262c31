"""A quantity is a number the broker can take: above zero, not finer than its scale, whole where fractions are not sold."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from core.domain.money import ZERO
from core.domain.order import Order, TimeInForce
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck, plain

LARGEST: Final = Decimal(1_000_000_000)  # what can be stored to nine decimals


@dataclass(frozen=True, kw_only=True)
class Quantity(RiskCheck):
    """R01."""

    code: ClassVar[str] = "R01"
    title: ClassVar[str] = "Quantity"
    holds_the_door: ClassVar[bool] = True

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        quantity = order.quantity
        if not quantity.is_finite() or not ZERO < quantity <= LARGEST:
            return self.block(
                f"The quantity {quantity} cannot be ordered. Type a number above 0, at most 1,000,000,000."
            )
        if order.leaves <= 0:
            return self.block(
                f"{plain(order.carried)} of {plain(quantity)} have filled, so nothing is left to trade. Type a larger total."
            )
        return self.fine if quantity == quantity.to_integral_value() else self._fraction(order, view)

    def _fraction(self, order: Order, view: AccountView) -> Verdict:
        quantity, instrument = order.quantity, view.instrument
        if quantity % Decimal(1).scaleb(-instrument.scale):
            return self.block(
                f"{quantity:f} has more than the {instrument.scale} decimals {order.symbol} is traded in. Round it."
            )
        if not (instrument.fractionable and view.capabilities.fractional):
            return self.block(
                f"{order.symbol} is only traded in whole shares here. Round {plain(quantity)} to a whole number."
            )
        if order.time_in_force is not TimeInForce.DAY:
            return self.block("A fraction of a share is only traded with a day order. Choose DAY, or a whole number.")
        return self.fine
