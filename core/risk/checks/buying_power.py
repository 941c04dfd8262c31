"""Money for one order is not money for another: what open orders may still take is gone already."""

from dataclasses import dataclass
from typing import ClassVar

from core.domain.money import ZERO
from core.domain.order import Order, Side
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck, Unit, shown


@dataclass(frozen=True, kw_only=True)
class BuyingPower(RiskCheck):
    """R06."""

    code: ClassVar[str] = "R06"
    title: ClassVar[str] = "Buying power"

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        quantity = order.leaves if order.side is Side.BUY else view.unowned(order)
        if not quantity:
            return self.fine
        price, power = view.worst_price(order), view.buying_power_for(order)
        if price is None or power is None:
            return self.needs("a price and the account's buying power")
        cost = quantity * price * view.instrument.multiplier
        seen, limit = shown(cost, Unit.MONEY), shown(max(power, ZERO), Unit.MONEY)
        if cost <= power:
            return self.ok(seen=seen, limit=limit)
        return self.block(
            f"This order may take {seen}, and {limit} is free. Make it smaller, or cancel another order first.",
            seen=seen,
            limit=limit,
        )
