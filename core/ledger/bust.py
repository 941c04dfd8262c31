"""A trade the broker takes back: the story of the holding is told again without it, and the difference is booked."""

from collections.abc import Sequence
from decimal import Decimal

from core.domain.entry import Booking, Entry, Posting
from core.domain.errors import LedgerUnbalanced
from core.domain.fill import Fill
from core.domain.lot import Lot
from core.domain.money import ZERO, rounded, value_of
from core.domain.order import Side
from core.ledger.booking import ONE
from core.ledger.holding import difference
from core.ledger.lot_methods.base import LotMethod
from core.ledger.retelling import Past, taken_back, told_again


def busted(
    bust: Fill,
    history: Sequence[Past],
    lots: Sequence[Lot],
    *,
    entry_id: str,
    method: LotMethod,
    multiplier: Decimal = ONE,
) -> Booking | None:
    """Reverse it with a new entry, also when what it bought was sold since: later sales then took other lots.

    The history is everything booked on this account and instrument, in the order it was booked. None = there is nothing
    to reverse: it was never in these books, or was taken back before.
    """
    gone = taken_back(history)
    taken = next((p.fill for p in history if p.fill is not None and p.fill.execution_id == bust.busts), None)
    if taken is None or bust.busts in gone:
        return None
    again = told_again(history, gone | {bust.busts}, method, multiplier)
    lots_after, adjusted = again.lots, again.adjusted
    moves = difference(lots, lots_after)
    quantity = sum((move.quantity for move in moves), ZERO)
    rescaled = any(past.action for past in history)  # a split since: it takes away as many as they have become
    if quantity != -taken.quantity * taken.side.sign and not rescaled:
        raise LedgerUnbalanced(
            f"Without execution {bust.busts} the books would change by {quantity}, which is not what it traded. "
            "Nothing was booked: run the doctor."
        )
    cost = sum((move.cost for move in moves), ZERO)
    value = value_of(taken.quantity if taken.side is Side.BUY else -taken.quantity, taken.price, multiplier)
    fee = rounded(taken.fee)
    gain = cost + value - adjusted
    account_id, currency = taken.account_id, taken.currency
    money = {"cash": value + fee, "expenses:fees": -fee, "equity:adjustments": -adjusted, "income:realized": -gain}
    postings = (
        Posting.position(account_id, taken.instrument_id, quantity=quantity, cost=cost, currency=currency),
        *(Posting.money(account_id, name, change, currency) for name, change in money.items() if change),
    )
    entry = Entry(
        id=entry_id,
        at=bust.at,
        source=f"fill:{bust.account_id}:{bust.execution_id}",
        postings=postings,
        note=f"The broker took back {taken.execution_id}.",
    )
    return Booking(entry=entry, lots=lots_after, moves=moves, realized=gain)
