"""How a change in what is held runs through the lots: close the other side first, then open a new lot."""

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from core.domain.lot import Lot, LotMove
from core.domain.money import QUANTITY_PLACES, ZERO
from core.ledger.lot_methods.base import LotMethod

LAST_PLACE: Final = Decimal(1).scaleb(-QUANTITY_PLACES)
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


def reduced(lots: Sequence[Lot], quantity: Decimal, method: LotMethod) -> tuple[Lot, ...]:
    """Without this much, which has the lots' sign; the cost goes with it."""
    picks = method.pick(lots, quantity)
    return after(lots, [pick.lot.move(-pick.quantity, -pick.lot.cost_of(pick.quantity)) for pick in picks])


def scaled(lots: Sequence[Lot], total: Decimal) -> tuple[Lot, ...]:
    """The same lots holding so much in all, each its share to the last place, at the cost they had.

    A lot too small to hold anything leaves its cost to a neighbour.
    """
    held = sum((lot.quantity for lot in lots), ZERO)
    kept: list[Lot] = []
    seen = given = spare = ZERO
    for lot in lots:
        seen += lot.quantity
        upto = total if seen == held else (total * seen / held).quantize(LAST_PLACE, ROUND_HALF_EVEN)
        quantity, given = upto - given, upto
        if quantity:
            kept.append(lot.changed(quantity - lot.quantity, spare))
            spare = ZERO
        else:
            spare += lot.cost
    if kept and spare:
        kept[-1] = kept[-1].changed(ZERO, spare)
    return tuple(kept)


def difference(before: Iterable[Lot], after: Iterable[Lot]) -> tuple[LotMove, ...]:
    """The moves that lead from these lots to those."""
    old = {lot.id: lot for lot in before}
    new = {lot.id: lot for lot in after}
    moves = []
    for name, lot in (old | new).items():
        quantity = (new[name].quantity if name in new else ZERO) - (old[name].quantity if name in old else ZERO)
        cost = (new[name].cost if name in new else ZERO) - (old[name].cost if name in old else ZERO)
        if quantity or cost:
            moves.append(lot.move(quantity, cost))
    return tuple(moves)
