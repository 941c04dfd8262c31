"""Double entry: value never appears or vanishes, it only moves between accounts."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.domain.errors import LedgerUnbalanced
from core.domain.lot import Lot, LotMove
from core.domain.money import MICRO, ZERO, rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One line of an entry. Position postings move quantity and cost; in cash postings the unit is the currency."""

    account_id: str
    ledger_account: str  # positions, cash, income:realized, expenses:fees, equity:opening, …
    unit: str  # an instrument id, or a currency
    quantity: Decimal
    cost: Decimal
    currency: str

    @classmethod
    def position(
        cls, account_id: str, instrument_id: str, *, quantity: Decimal, cost: Decimal, currency: str
    ) -> "Posting":
        """Shares in or out, at cost."""
        return cls(
            account_id=account_id,
            ledger_account="positions",
            unit=instrument_id,
            quantity=quantity,
            cost=cost,
            currency=currency,
        )

    @classmethod
    def money(cls, account_id: str, ledger_account: str, value: Decimal, currency: str) -> "Posting":
        """Money on any other account: cash, income, expenses, equity."""
        return cls(
            account_id=account_id,
            ledger_account=ledger_account,
            unit=currency,
            quantity=value,
            cost=value,
            currency=currency,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event in the books. Refuses to exist unless it balances in every currency."""

    id: str
    at: datetime
    source: str  # "fill:…", "opening:…", "activity:…"
    postings: tuple[Posting, ...]
    note: str = ""

    def __post_init__(self) -> None:
        sums: dict[str, Decimal] = {}
        for posting in self.postings:
            cost = posting.cost
            if not cost.same_quantum(MICRO) and not _is_money(cost):
                raise LedgerUnbalanced(
                    f"{self.source}: {cost} is not a whole number of millionths. Nothing was booked."
                )
            sums[posting.currency] = sums.get(posting.currency, ZERO) + cost
        for currency, total in sums.items():
            if total:
                raise LedgerUnbalanced(f"{self.source}: postings differ by {total} {currency}. Nothing was booked.")


def _is_money(cost: Decimal) -> bool:
    """Written with other than six places, is it still a whole number of millionths?"""
    return cost.is_finite() and cost == rounded(cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What one event does to the books: committed whole, or not at all."""

    entry: Entry
    lots: tuple[Lot, ...]  # every open lot of the account and instrument, afterwards
    moves: tuple[LotMove, ...]  # which lots changed, by how much
    realized: Decimal = ZERO  # a gain is positive, long or short
