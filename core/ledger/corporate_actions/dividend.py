"""Cash for every share held before the ex day; who is short pays it."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.entry import Booking
from core.domain.instrument import Instrument
from core.domain.lot import Lot
from core.domain.reading import Activity
from core.ledger.activity import moved
from core.ledger.corporate_actions.base import CorporateAction, money, shown
from core.ledger.lot_methods.base import LotMethod


@dataclass(frozen=True)
class Dividend(CorporateAction):
    """The lots stay as they are: they may be sold by the day it is paid."""

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
        """Income to who was long, an expense to who was short."""
        went = activity.value < 0
        each = activity.event.cash if activity.event else None
        shares = f", {shown(each)} a share" if each is not None else ""
        whose = " went, owed on a short position" if went else " came"
        words = f"{instrument.symbol} dividend{shares}: {money(activity.value, activity.currency)}{whose}."
        return Booking(
            entry=moved(activity, account_id=account_id, entry_id=entry_id, words=words), lots=tuple(lots), moves=()
        )
