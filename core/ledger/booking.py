"""From an event to the books: a fill becomes one balanced entry and the lots it leaves behind."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from core.domain.entry import Booking, Entry, Posting
from core.domain.fill import Fill
from core.domain.lot import Lot
from core.domain.money import ZERO, rounded, value_of
from core.domain.order import Side
from core.ledger.holding import changed
from core.ledger.lot_methods.base import LotMethod

ONE: Final = Decimal(1)


def booked(fill: Fill, lots: Sequence[Lot], *, entry_id: str, method: LotMethod, multiplier: Decimal = ONE) -> Booking:
    """What traded. The lots are the open ones of this account and instrument.

    Cash moves by the value traded and the fee. Lots leave at cost and enter at value. Whatever is between the two is the
    gain, so a rounded lot cost can never unbalance the entry.
    """
    if fill.busts is not None:
        raise ValueError(f"{fill.execution_id} takes back {fill.busts}: it is booked by busted()")
    quantity = fill.quantity if fill.side is Side.BUY else -fill.quantity
    value = value_of(quantity, fill.price, multiplier)
    fee = rounded(fill.fee)

    def opens(part: Decimal) -> Lot:
        return Lot(
            id=entry_id,
            account_id=fill.account_id,
            instrument_id=fill.instrument_id,
            quantity=part,
            cost=value if part == quantity else value_of(part, fill.price, multiplier),
            currency=fill.currency,
            opened_at=fill.at,
        )

    lots_after, moves = changed(lots, quantity, opens, method)
    cost = moves[0].cost if len(moves) == 1 else sum((move.cost for move in moves), ZERO)
    gain = cost - value
    postings = [
        Posting.position(fill.account_id, fill.instrument_id, quantity=quantity, cost=cost, currency=fill.currency),
        Posting.money(fill.account_id, "cash", -value - fee, fill.currency),
    ]
    if fee:
        postings.append(Posting.money(fill.account_id, "expenses:fees", fee, fill.currency))
    if gain:
        postings.append(Posting.money(fill.account_id, "income:realized", -gain, fill.currency))
    entry = Entry(
        id=entry_id, at=fill.at, source=f"fill:{fill.account_id}:{fill.execution_id}", postings=tuple(postings)
    )
    return Booking(entry=entry, lots=lots_after, moves=moves, realized=gain)
