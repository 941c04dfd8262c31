"""More shares, or fewer, for the same money; a fraction that cannot be held is paid out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

from core.domain.entry import Booking
from core.domain.instrument import Instrument
from core.domain.lot import Lot
from core.domain.money import ZERO
from core.domain.reading import Activity
from core.ledger.corporate_actions.base import CorporateAction, held, money, settled, shown
from core.ledger.holding import LAST_PLACE, reduced, scaled
from core.ledger.lot_methods.base import LotMethod

ONE: Final = Decimal(1)


@dataclass(frozen=True)
class Split(CorporateAction):
    """Each lot keeps its cost and its day. Cash in lieu is a sale of the fraction at that value."""

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
        """The broker's number of shares is the one that counts; it must fit the ratio and what these books held."""
        before = held(lots)
        after = before + activity.quantity
        ratio = activity.event.ratio if activity.event else None
        exact = after if ratio is None else before * ratio
        if abs(exact - after) >= ONE.scaleb(-instrument.scale) or after * before < 0 or bool(exact) is not bool(before):
            return None
        fraction = (exact - after).quantize(LAST_PLACE, ROUND_DOWN) if activity.value else ZERO
        paid_out = fraction * before > 0
        lots_after = scaled(lots, after + fraction) if paid_out else scaled(lots, after)
        if paid_out:
            lots_after = reduced(lots_after, fraction, method)
        words = f"{instrument.symbol} {_ratio(ratio)}: {shown(before)} became {shown(after)}"
        words += f", and {money(activity.value, activity.currency)} for the fraction." if activity.value else "."
        return settled(activity, lots, lots_after, words, account_id=account_id, entry_id=entry_id)


def _ratio(ratio: Decimal | None) -> str:
    if ratio is None:
        return "split"
    if ratio < 1 and ONE / ratio == (ONE / ratio).to_integral_value():
        return f"split 1 for {shown(ONE / ratio)}"
    return f"split {shown(ratio)} for 1"
