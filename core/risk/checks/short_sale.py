"""A sale is never a short by accident, and closing never opens the other side."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Annotated, ClassVar

from core.domain.order import Order, Purpose
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck, Setting, Unit, plain


@dataclass(frozen=True, kw_only=True)
class ShortSale(RiskCheck):
    """R14, with Rule 201: after a fall of 10 % a share is sold short only above the bid."""

    code: ClassVar[str] = "R14"
    title: ClassVar[str] = "Selling what is held"
    holds_the_door: ClassVar[bool] = True

    fall: Annotated[Decimal, Setting("Fall that restricts short sales", Unit.SHARE, "0.01", "0.10")] = Decimal("0.10")

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        if order.purpose is Purpose.CLOSE and not view.reduces(order):
            return self.block(self._nothing_to_close(order, view))
        short = view.unowned(order)
        if not short:
            return self.fine
        if order.purpose is not Purpose.SHORT:
            return self.block(
                f"Only {plain(order.leaves - short)} {order.symbol} are held and not already on sale, and this sells "
                f"{plain(order.leaves)}. Sell fewer, cancel the open sale first, or choose “sell short”."
            )
        if not (view.instrument.shortable and view.capabilities.short):
            return self.block(f"{order.symbol} cannot be sold short here. Sell only what is held.")
        if short != short.to_integral_value():
            return self.block(
                f"{plain(short)} {order.symbol} would be sold short, and only whole shares can be. Round it."
            )
        return self._fallen(order, view)

    def _nothing_to_close(self, order: Order, view: AccountView) -> str:
        held = view.sure_quantity(order.instrument_id)
        pending = view.open_quantity(order.instrument_id, order.side, besides=order, in_doubt=False)
        return (
            f"Closing would go beyond the position: {plain(held)} {order.symbol} are held for certain and open orders "
            f"to {order.side} already take {plain(pending)}. Close at most what is left, or cancel those orders first."
        )

    def _fallen(self, order: Order, view: AccountView) -> Verdict:
        quote = view.quote
        if quote is None or (view.previous_close is None and not view.short_restricted):
            return self.needs("a quote and yesterday's close")
        if view.short_restricted is None:
            return self.needs("today's and yesterday's lowest price")
        lows = [quote.last] if view.session_low is None else [quote.last, view.session_low]
        fallen = view.previous_close is not None and min(lows) <= view.previous_close * self._rest
        if not (fallen or view.short_restricted) or (order.limit is not None and order.limit > quote.bid):
            return self.fine
        return self.block(
            f"{order.symbol} fell {self._limits['fall']} or more, so it is sold short only above the bid "
            f"{plain(quote.bid)} today and on the next trading day. Use a limit above the bid."
        )

    @cached_property
    def _rest(self) -> Decimal:
        return 1 - self.fall
