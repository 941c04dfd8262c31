"""The same shares under another symbol: nothing moves, and it is written down that it happened."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.entry import Booking
from core.domain.instrument import Instrument
from core.domain.lot import Lot
from core.domain.reading import Activity
from core.ledger.corporate_actions.base import CorporateAction, settled
from core.ledger.lot_methods.base import LotMethod


@dataclass(frozen=True)
class SymbolChange(CorporateAction):
    """An entry without a line: so that it is known to be done."""

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
        """Nothing may come with it."""
        if activity.quantity or activity.value:
            return None
        name = activity.event.symbol if activity.event else instrument.symbol
        words = f"{instrument.name} trades as {name} from now on."
        return settled(activity, lots, lots, words, account_id=account_id, entry_id=entry_id)
