"""A parcel of one purchase (or one short sale), with its own date and cost."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from core.domain.money import rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Quantity and cost share a sign: a short lot is negative in both."""

    id: str
    account_id: str
    instrument_id: str
    quantity: Decimal
    cost: Decimal  # of what is left of it
    currency: str
    opened_at: datetime | None  # None = the broker did not say and the user was asked in vain

    def less(self, quantity: Decimal) -> "Lot":
        """What is left after part of it is closed; its cost shrinks in proportion."""
        return replace(self, quantity=self.quantity - quantity, cost=self.cost - self.cost_of(quantity))

    def cost_of(self, quantity: Decimal) -> Decimal:
        """The cost that goes with part of it; the last part takes what is left, so nothing is lost to rounding."""
        return self.cost if quantity == self.quantity else rounded(self.cost * quantity / self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What an account holds of one instrument."""

    account_id: str
    instrument_id: str
    quantity: Decimal
    cost: Decimal
    currency: str
