"""A corporate action told after trades that came later: the holding is told again with it in its place."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from core.domain.entry import Booking
from core.domain.instrument import Instrument
from core.domain.lot import Lot
from core.domain.reading import Activity
from core.ledger.corporate_actions.base import CorporateAction, settled
from core.ledger.lot_methods.base import LotMethod
from core.ledger.retelling import Past, taken_back, told_again


def applied(
    action: CorporateAction,
    activity: Activity,
    history: Sequence[Past],
    lots: Sequence[Lot],
    *,
    account_id: str,
    instrument: Instrument,
    entry_id: str,
    method: LotMethod,
) -> Booking | None:
    """To what was held when it happened. None = it does not fit.

    The history is everything booked on this account and instrument, in the order it was booked.
    """

    def at(held: Sequence[Lot]) -> Booking | None:
        return action.apply(
            activity, held, account_id=account_id, instrument=instrument, entry_id=entry_id, method=method
        )

    later = [past for past in history if past.at >= activity.at]
    if not later:
        return at(lots)
    gone = taken_back(history)
    multiplier: Decimal = instrument.multiplier
    before = told_again([past for past in history if past.at < activity.at], gone, method, multiplier)
    booking = at(before.lots)
    if booking is None or not booking.moves:
        return booking
    told = told_again(later, gone, method, multiplier, replace(before, lots=booking.lots))
    return settled(activity, lots, told.lots, booking.entry.note, account_id=account_id, entry_id=entry_id)
