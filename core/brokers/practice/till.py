"""Cash and positions as the practice exchange counts them, on its own and not from our ledger."""

from decimal import Decimal

from core.domain.fill import Fill
from core.domain.money import ZERO, rounded, value_of
from core.domain.reading import Activity

Position = tuple[Decimal, Decimal]  # quantity and what it cost, both negative when short


class Till:
    """Average cost; only quantities and cash are ever compared with anybody's."""

    def __init__(self, cash: Decimal, positions: dict[str, Position]) -> None:
        self.cash = cash
        self.positions = positions

    def quantity(self, instrument_id: str) -> Decimal:
        """Held now: negative when short."""
        return self.positions.get(instrument_id, (ZERO, ZERO))[0]

    def take(self, fill: Fill) -> None:
        """Money one way, shares the other."""
        value = value_of(fill.quantity, fill.price)
        self.cash -= fill.side.sign * value + fill.fee
        moved = fill.side.sign * fill.quantity
        held, cost = self.positions.get(fill.instrument_id, (ZERO, ZERO))
        after = held + moved
        if held * moved >= 0:
            cost += fill.side.sign * value
        elif held * after > 0:
            cost = rounded(cost * after / held)
        else:
            cost = rounded(after * fill.price)
        self.positions[fill.instrument_id] = (after, cost)

    def move(self, activity: Activity) -> None:
        """Cash and shares that come or go without a trade. What a position cost stays, but for a fraction paid out."""
        self.cash += activity.value
        if activity.instrument_id is None or not activity.quantity:
            return
        held, cost = self.positions.get(activity.instrument_id, (ZERO, ZERO))
        after = held + activity.quantity
        ratio = activity.event.ratio if activity.event else None
        kept = cost if ratio is None or held * ratio == after else rounded(cost * after / (held * ratio))
        self.positions[activity.instrument_id] = (after, kept if after else ZERO)
