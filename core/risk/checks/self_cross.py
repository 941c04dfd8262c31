"""Nobody trades with himself: an order must not meet one's own order on the other side."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from core.domain.order import IN_DOUBT, Order, OrderType, Side, TimeInForce
from core.domain.verdict import Verdict
from core.domain.view import COLLAR, AccountView
from core.risk.checks.base import RiskCheck, plain

AUCTION = (TimeInForce.OPEN, TimeInForce.CLOSE)


@dataclass(frozen=True, kw_only=True)
class SelfCross(RiskCheck):
    """R13. A stop is not in the book until it triggers, so it meets nobody yet."""

    code: ClassVar[str] = "R13"
    title: ClassVar[str] = "Own order on the other side"
    holds_the_door: ClassVar[bool] = True

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        for other in view.open_orders:
            if other.instrument_id != order.instrument_id or other.side is order.side or not _meet(order, other, view):
                continue
            price = f" at {plain(other.limit)}" if other.limit is not None else ""
            message = (
                f"It could trade with your own order to {other.side} {plain(other.leaves)} {other.symbol}{price}. "
                "Cancel that one first, or choose a price that does not meet it."
            )
            if other.status in IN_DOUBT and view.reduces(order):  # whether it is there at all is not known
                return self.warn(message)
            return self.block(message)
        return self.fine


def _meet(order: Order, other: Order, view: AccountView) -> bool:
    if order.stop is not None or other.stop is not None:
        return False
    if other.limit is None:  # a market order does not rest, except for an auction
        return order.time_in_force is other.time_in_force and order.time_in_force in AUCTION
    reach = _reach(order, view)
    if reach is None:
        return True
    return reach >= other.limit if order.side is Side.BUY else reach <= other.limit


def _reach(order: Order, view: AccountView) -> Decimal | None:
    """The worst price it may trade at; None = any."""
    if order.type is OrderType.LIMIT:
        return order.limit
    if view.quote is None or not view.quote.usable or order.time_in_force in AUCTION:
        return None
    return view.quote.ask * COLLAR if order.side is Side.BUY else view.quote.bid * (2 - COLLAR)
