"""Taking the broker's number over ours, on a person's word and with their reason."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from core.domain.entry import Booking, Entry, Posting
from core.domain.errors import BadInput
from core.domain.instrument import Instrument
from core.domain.lot import Lot
from core.domain.money import ZERO
from core.ledger.holding import changed
from core.ledger.lot_methods.base import LotMethod
from core.ledger.opening import stated_cost


def adjusted(
    lots: Sequence[Lot],
    quantity: Decimal,
    *,
    account_id: str,
    instrument: Instrument,
    cost: Decimal | None,
    opened_at: datetime | None,
    reason: str,
    entry_id: str,
    at: datetime,
    method: LotMethod,
) -> Booking:
    """Make the holding what the broker says. What leaves goes at cost; what is new needs the cost a person states."""
    change = quantity - sum((lot.quantity for lot in lots), ZERO)
    if not change:
        raise BadInput(f"Our books and the broker already agree on {instrument.symbol}. Nothing was booked.")
    if not reason.strip():
        raise BadInput(f"{instrument.symbol} was not changed: type why the broker's number is the right one.")

    def opens(part: Decimal) -> Lot:
        return Lot(
            id=entry_id,
            account_id=account_id,
            instrument_id=instrument.id,
            quantity=part,
            cost=stated_cost(cost, part, instrument.symbol),
            currency=instrument.currency,
            opened_at=opened_at,
        )

    lots_after, moves = changed(lots, change, opens, method)
    cost_change = sum((move.cost for move in moves), ZERO)
    postings = (
        Posting.position(account_id, instrument.id, quantity=change, cost=cost_change, currency=instrument.currency),
        Posting.money(account_id, "equity:adjustments", -cost_change, instrument.currency),
    )
    entry = Entry(id=entry_id, at=at, source=f"adjustment:{entry_id}", postings=postings, note=reason.strip())
    return Booking(entry=entry, lots=lots_after, moves=moves)
