"""Fees on a trade, as a broker passes them on."""

from dataclasses import dataclass
from decimal import Decimal

from core.domain.money import ZERO, rounded
from core.domain.order import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleFees:
    """What US sales of stock cost: a part of the money for the supervisor, a part a share for the industry's own body.

    The rates change about yearly; these are of the size usual in recent years.
    """

    per_dollar: Decimal = Decimal("0.0000278")
    per_share: Decimal = Decimal("0.000166")
    most_for_shares: Decimal = Decimal("8.30")  # in one trade

    def fee(self, side: Side, quantity: Decimal, price: Decimal) -> Decimal:
        """Purchases are free."""
        if side is Side.BUY:
            return ZERO
        return rounded(quantity * price * self.per_dollar + min(quantity * self.per_share, self.most_for_shares))
