"""The first live orders that add risk are small, whatever they are meant to become."""

from dataclasses import dataclass
from typing import ClassVar

from core.domain.live import SMALL, SMALL_VALUE
from core.domain.order import Order
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.domain.workspace import WorkspaceKind
from core.risk.checks.base import RiskCheck, Unit, shown


@dataclass(frozen=True, kw_only=True)
class SmallAtFirst(RiskCheck):
    """R32. One share or 50, whichever is more, until ten such orders have traded. A plan's lines are no exception."""

    code: ClassVar[str] = "R32"
    title: ClassVar[str] = "First live orders"

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        if view.kind is not WorkspaceKind.LIVE or (view.live is not None and view.live.small_left <= 0):
            return self.fine
        if view.reduces(order):
            return self.fine
        price = view.worst_price(order)
        if price is None:
            return self.needs("a price")
        each = price * view.instrument.multiplier
        most = max(each, SMALL_VALUE)
        worth, limit = shown(order.leaves * each, Unit.MONEY), shown(most, Unit.MONEY)
        if order.leaves * each <= most:
            return self.ok(seen=worth, limit=limit)
        left = SMALL if view.live is None else view.live.small_left
        return self.block(
            f"This order is worth up to {worth}. {_first(left)} at most one share or "
            f"{shown(SMALL_VALUE, Unit.MONEY, 0)}, whichever is more: {limit} here. Make it smaller, or lift that on "
            "the page Going live.",
            seen=worth,
            limit=limit,
        )


def _first(left: int) -> str:
    many = f"The next {left} live orders that add risk are" if left != 1 else "The next live order that adds risk is"
    return f"{many} worth"
