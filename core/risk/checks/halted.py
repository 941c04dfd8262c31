"""While trading in a name stands still, only a limit inside its band may be sent."""

from dataclasses import dataclass
from typing import ClassVar, Final

from core.domain.order import Order, OrderType, TimeInForce
from core.domain.quote import Quote
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck, plain

AUCTIONS: Final = (TimeInForce.OPEN, TimeInForce.CLOSE)
STOPS: Final = (OrderType.STOP, OrderType.STOP_LIMIT)


@dataclass(frozen=True, kw_only=True)
class Halted(RiskCheck):
    """R15. It holds the door: a limit inside the band is the way out, and waits for the reopening auction."""

    code: ClassVar[str] = "R15"
    title: ClassVar[str] = "Trading goes on"
    holds_the_door: ClassVar[bool] = True

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        if view.waits or order.time_in_force in AUCTIONS or order.type in STOPS:
            return self.fine  # none of these trades before the name does
        if not view.instrument.tradable:
            return self.fine  # it is gone, not halted: R23 blocks it and says why
        quote = view.quote
        if quote is None:
            return self.needs(f"a quote of {order.symbol}")
        return self._limited(order, quote) if quote.halted else self.fine

    def _limited(self, order: Order, quote: Quote) -> Verdict:
        if order.limit is None:
            return self.block(
                f"{order.symbol} is halted: {quote.halted} A market order would trade at whatever price it opens again "
                "at. Use a limit, or wait until it trades."
            )
        if quote.band is None:
            return self.needs(f"the price band of {order.symbol}, which is halted: {quote.halted}")
        low, high = quote.band
        band = f"{plain(low)} to {plain(high)}"
        if low <= order.limit <= high:
            return self.ok(seen=plain(order.limit), limit=band)
        return self.block(
            f"{order.symbol} is halted: {quote.halted} The limit {plain(order.limit)} is outside its band, {band}. "
            "Use a limit inside it.",
            seen=plain(order.limit),
            limit=band,
        )
