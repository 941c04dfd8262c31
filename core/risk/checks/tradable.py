"""Only what can be traded here, by an account that may, in a way its broker takes."""

from dataclasses import dataclass
from typing import ClassVar, Final

from core.domain.instrument import AssetClass
from core.domain.order import Order
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck

TRADED: Final = (AssetClass.STOCK, AssetClass.FUND)


@dataclass(frozen=True, kw_only=True)
class Tradable(RiskCheck):
    """R23. Options, crypto and orders of several legs are known to the books, and refused here."""

    code: ClassVar[str] = "R23"
    title: ClassVar[str] = "May be traded"
    holds_the_door: ClassVar[bool] = True

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        instrument, broker = view.instrument, view.capabilities
        if view.account_blocked:
            return self.block(f"The broker has blocked this account: {view.account_blocked}. Ask the broker.")
        if instrument.asset_class not in TRADED or order.legs:
            what = "orders of several legs" if order.legs else instrument.asset_class.value
            return self.block(f"{what.capitalize()} cannot be ordered here yet. Use the broker's own site.")
        if order.instrument_id in view.restricted:
            return self.block(f"{order.symbol} is on your restricted list. Take it off the list first.")
        if not instrument.tradable:
            why = f"{instrument.not_traded}." if instrument.not_traded else "Ask the broker why."
            return self.block(f"{order.symbol} cannot be traded at present. {why}")
        if order.type not in broker.order_types or order.time_in_force not in broker.times_in_force:
            kind = f"{order.type.value.replace('_', ' ')} orders, {order.time_in_force.value}"
            return self.block(f"This broker does not take {kind}. Choose another kind of order.")
        return self.fine
