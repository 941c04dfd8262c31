"""Implementation shortfall after Perold: what a decision would have earned on paper, less what it came to, and by what."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.domain.money import ZERO, rounded, value_of
from core.domain.order import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """Of one order. Positive is worse for whoever traded."""

    delay: Decimal  # of what filled: from the decision to the market's price when the order came
    trading: Decimal  # of what filled: from there to what was paid
    opportunity: Decimal  # of what did not fill: from the decision to the end
    fees: Decimal
    paper: Decimal  # the whole order at the decision's price: the shares are of it

    @property
    def total(self) -> Decimal:
        """All four."""
        return self.delay + self.trading + self.opportunity + self.fees

    def share(self, part: Decimal) -> Decimal:
        """Of the whole order on paper."""
        return part / self.paper


def shortfall(
    side: Side,
    quantity: Decimal,
    fills: Sequence[tuple[Decimal, Decimal]],  # quantity and price
    *,
    decision: Decimal,
    arrival: Decimal,
    final: Decimal,
    fees: Decimal = ZERO,
) -> Shortfall:
    """The order's whole quantity, what of it filled, and the prices when it was decided, when it came and when it ended."""
    filled = sum((part for part, _ in fills), ZERO)
    return Shortfall(
        delay=side.sign * value_of(filled, arrival - decision),
        trading=side.sign * sum((value_of(part, price - arrival) for part, price in fills), ZERO),
        opportunity=side.sign * value_of(quantity - filled, final - decision),
        fees=rounded(fees),
        paper=value_of(quantity, decision),
    )
