"""What an account earned, and by what: every balance of its books in exactly one part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from core.domain.money import ZERO

_PARTS: Final[Mapping[str, str]] = {
    "income:realized": "realized",
    "income:dividends": "dividends",
    "expenses:dividends_paid": "dividends",
    "income:interest": "interest",
    "expenses:interest": "interest",
    "expenses:borrow": "borrow",
    "expenses:fees": "fees",
}
_NO_PART: Final = frozenset({"cash", "equity:opening", "equity:transfers"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """start + transfers + profit = end, to the micro-dollar."""

    start: Decimal  # cash, and what was held at its cost, when the books began
    transfers: Decimal  # deposits less withdrawals
    realized: Decimal
    unrealized: Decimal | None  # None = something held has no price
    dividends: Decimal  # received less paid on shorts
    interest: Decimal
    borrow: Decimal
    fees: Decimal
    corrections: Decimal  # taken over from the broker on a person's word, and what nobody could explain
    cash: Decimal
    cost: Decimal  # of what is held

    @property
    def settled(self) -> Decimal:
        """The parts no price can change any more."""
        return self.realized + self.dividends + self.interest + self.borrow + self.fees + self.corrections

    @property
    def profit(self) -> Decimal | None:
        """All parts."""
        return None if self.unrealized is None else self.settled + self.unrealized

    @property
    def end(self) -> Decimal | None:
        """Cash, and what is held at its price."""
        return None if self.unrealized is None else self.cash + self.cost + self.unrealized


def result(balances: Mapping[str, Decimal], cost: Decimal, worth: Decimal | None) -> Result:
    """From the balances by ledger account, the cost of what is held, and what it is worth; None = not known."""
    parts = dict.fromkeys([*_PARTS.values(), "corrections"], ZERO)
    for name, value in balances.items():
        if name not in _NO_PART:
            parts[_PARTS.get(name, "corrections")] -= value  # income is negative in the books, an expense positive
    return Result(
        start=-balances.get("equity:opening", ZERO),
        transfers=-balances.get("equity:transfers", ZERO),
        unrealized=None if worth is None else worth - cost,
        cash=balances.get("cash", ZERO),
        cost=cost,
        **parts,
    )


def worst_fall(values: Sequence[Decimal]) -> tuple[Decimal, Decimal] | None:
    """The deepest fall below a value of before, in money and as a share of it; None = there are not two values."""
    if len(values) < 2:
        return None
    peak, worst, share = values[0], ZERO, ZERO
    for value in values:
        peak = max(peak, value)
        if peak > 0 and (peak - value) / peak > share:
            worst, share = peak - value, (peak - value) / peak
    return worst, share
