"""How a change in what is held runs through the lots: close the other side first, then open a new lot."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from core.domain.lot import Lot, LotMove
from core.domain.money import ZERO
from core.ledger.lot_methods.base import LotMethod

Opens = Callable[[Decimal], Lot]  # makes the new lot for the part that opens or adds


def changed(
    lots: Sequence[Lot], quantity: Decimal, opens: Opens, method: LotMethod
) -> tuple[tuple[Lot, ...], tuple[LotMove, ...]]:
    """The open lots afterwards, and the moves that led there."""
    if not lots or (lots[0].quantity > 0) is (quantity > 0):
        lot = opens(quantity)
        return (*lots, lot), (lot.move(lot.quantity, lot.cost),)
    held = sum((lot.quantity for lot in lots), ZERO)
    closing = -quantity if abs(quantity) < abs(held) else held
    moves = tuple(
        pick.lot.move(-pick.quantity, -pick.lot.cost_of(pick.quantity)) for pick in method.pick(lots, closing)
    )
    if quantity + closing:
        lot = opens(quantity + closing)
        return (lot,), (*moves, lot.move(lot.quantity, lot.cost))
    return after(lots, moves), moves


def after(lots: Sequence[Lot], moves: Sequence[LotMove]) -> tuple[Lot, ...]:
    """These lots with the moves done; a closed one is gone."""
    by_lot = {move.lot_id: move for move in moves}
    kept = (lot if (move := by_lot.get(lot.id)) is None else lot.changed(move.quantity, move.cost) for lot in lots)
    return tuple(lot for lot in kept if lot.quantity)
