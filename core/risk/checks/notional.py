"""One order may not be worth more than a slip of the hand should cost."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from core.domain.order import Order
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck, Setting, Unit, shown


@dataclass(frozen=True, kw_only=True)
class Notional(RiskCheck):
    """R02. Lines of an approved plan are judged by the plan."""

    code: ClassVar[str] = "R02"
    title: ClassVar[str] = "Size of one order"
    overridable: ClassVar[bool] = True

    share: Annotated[Decimal, Setting("Largest order, share of equity", Unit.SHARE, "0.001", "1")] = Decimal("0.10")
    cap: Annotated[Decimal, Setting("Largest order in money", Unit.MONEY, "1", "1000000000")] = Decimal("100000")

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        if view.slice_of_plan:
            return self.fine
        price, equity = view.worst_price(order), view.equity
        if price is None or equity is None:
            return self.needs("a price and the account's equity")
        worth = order.leaves * price * view.instrument.multiplier
        of_equity = equity * self.share
        by, most = ("cap", self.cap) if self.cap <= of_equity else ("share", of_equity)
        limit = shown(most, Unit.MONEY)
        if worth <= most:
            return self.ok(seen=shown(worth, Unit.MONEY), by=by, limit=limit)
        return self.block(
            f"This order is worth up to {shown(worth, Unit.MONEY)}, one order may be worth {limit}. "
            "Make it smaller, or give a reason.",
            seen=shown(worth, Unit.MONEY),
            by=by,
            limit=limit,
        )
