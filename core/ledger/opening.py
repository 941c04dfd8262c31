"""The first page of the books: what was held and owned when the desk met the account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.domain.entry import Booking, Entry, Posting
from core.domain.errors import BadInput
from core.domain.lot import Lot
from core.domain.money import rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One parcel found at the broker, as a person confirmed it."""

    instrument_id: str
    symbol: str  # for the sentences
    quantity: Decimal
    cost: Decimal | None  # paid for all of it, or received for a short; None = nobody has said yet
    currency: str
    opened_at: datetime | None  # None = not known, and said so


def opening(
    holdings: Sequence[Holding], cash: Mapping[str, Decimal], *, account_id: str, entry_id: str, at: datetime
) -> Booking:
    """Everything found, against equity. The booking's lots are all lots of the account. Cash goes by currency."""
    lots = tuple(
        Lot(
            id=f"{entry_id}:{number:04}",
            account_id=account_id,
            instrument_id=holding.instrument_id,
            quantity=holding.quantity,
            cost=stated_cost(holding.cost, holding.quantity, holding.symbol),
            currency=holding.currency,
            opened_at=holding.opened_at,
        )
        for number, holding in enumerate(holdings, start=1)
        if holding.quantity
    )
    postings = []
    for lot in lots:
        postings += [
            Posting.position(
                account_id, lot.instrument_id, quantity=lot.quantity, cost=lot.cost, currency=lot.currency
            ),
            Posting.money(account_id, "equity:opening", -lot.cost, lot.currency),
        ]
    for currency, money in cash.items():
        postings += [
            Posting.money(account_id, "cash", rounded(money), currency),
            Posting.money(account_id, "equity:opening", -rounded(money), currency),
        ]
    return Booking(
        entry=Entry(id=entry_id, at=at, source=f"opening:{account_id}", postings=tuple(postings)),
        lots=lots,
        moves=tuple(lot.move(lot.quantity, lot.cost) for lot in lots),
    )


def stated_cost(cost: Decimal | None, quantity: Decimal, symbol: str) -> Decimal:
    """What a person said was paid, in the sign of the holding. Never a silent zero."""
    if cost is None or not cost.is_finite():
        raise BadInput(
            f"What {symbol} cost is not known. Nothing was booked: look it up at the broker and type what was paid "
            "for all of it, or 0 if it cost nothing."
        )
    if quantity > 0 > cost:
        raise BadInput(f"{symbol} cannot have cost {cost}. Nothing was booked: type what was paid, without a sign.")
    return rounded(abs(cost).copy_sign(quantity))
