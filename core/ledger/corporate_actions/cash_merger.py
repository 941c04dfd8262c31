"""The company was bought: every share became cash, and trades no more."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.entry import Booking
from core.domain.instrument import Instrument
from core.domain.lot import Lot
from core.domain.reading import Activity
from core.ledger.corporate_actions.base import CorporateAction, held, money, settled, shown
from core.ledger.lot_methods.base import LotMethod


@dataclass(frozen=True)
class CashMerger(CorporateAction):
    """Every lot closes, long or short, and the cash is what it was sold or bought back for."""

    def apply(
        self,
        activity: Activity,
        lots: Sequence[Lot],
        *,
        account_id: str,
        instrument: Instrument,
        entry_id: str,
        method: LotMethod,
    ) -> Booking | None:
        """All of it goes, or these books do not hold what the broker closed."""
        before = held(lots)
        if before + activity.quantity:
            return None
        price = activity.event.cash if activity.event else None
        each = f" for {shown(price)} a share" if price is not None else ""
        came = "came to" if activity.value >= 0 else "cost"
        words = (
            f"{instrument.symbol} was bought{each}: {shown(before)} shares {came} "
            f"{money(activity.value, activity.currency)}. It trades no more."
        )
        return settled(activity, lots, (), words, account_id=account_id, entry_id=entry_id)
