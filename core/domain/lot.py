"""A parcel of one purchase (or one short sale), with its own date and cost."""

from dataclasses import dataclass
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
        return self.changed(-quantity, -self.cost_of(quantity))

    def changed(self, quantity: Decimal, cost: Decimal) -> "Lot":
        """The same lot with more or less in it."""
        return Lot(
            id=self.id,
            account_id=self.account_id,
            instrument_id=self.instrument_id,
            quantity=self.quantity + quantity,
            cost=self.cost + cost,
            currency=self.currency,
            opened_at=self.opened_at,
        )

    def cost_of(self, quantity: Decimal) -> Decimal:
        """The cost that goes with part of it; the last part takes what is left, so nothing is lost to rounding."""
        return self.cost if quantity == self.quantity else rounded(self.cost * quantity / self.quantity)

    def move(self, quantity: Decimal, cost: Decimal) -> "LotMove":
        """What a booking does to it."""
        return LotMove(
            lot_id=self.id,
            account_id=self.account_id,
            instrument_id=self.instrument_id,
            quantity=quantity,
            cost=cost,
            currency=self.currency,
            opened_at=self.opened_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LotMove:
    """How one entry changed one lot. It names the lot in full, so that the moves alone tell every lot there is."""

    lot_id: str
    account_id: str
    instrument_id: str
    quantity: Decimal  # the change
    cost: Decimal  # the change
    currency: str
    opened_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What an account holds of one instrument."""

    account_id: str
    instrument_id: str
    quantity: Decimal
    cost: Decimal
    currency: str
