"""The story of one holding told again from what was booked: without a trade that was taken back, or with what came late."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import partial

from core.domain.fill import Fill
from core.domain.lot import Lot, LotMove
from core.domain.money import ZERO, rounded
from core.ledger.booking import booked
from core.ledger.holding import LAST_PLACE, after, changed, scaled
from core.ledger.lot_methods.base import LotMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One thing already booked on an account's holding of one instrument."""

    entry_id: str
    at: datetime
    fill: Fill | None  # None = an opening, an adjustment or a corporate action
    moves: tuple[LotMove, ...]
    action: bool = False  # a corporate action: it did to every lot what it did to all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Where a story leads."""

    lots: tuple[Lot, ...]
    booked: tuple[Lot, ...]  # as it was booked, with nothing left out
    adjusted: Decimal  # by how much the cost of adjustments differs from what was booked
    known: frozenset[str]  # every lot there has been


NOTHING = Told(lots=(), booked=(), adjusted=ZERO, known=frozenset())


def taken_back(history: Iterable[Past]) -> Set[str | None]:
    """Executions that do not count."""
    return {past.fill.busts for past in history if past.fill is not None}


def told_again(
    history: Sequence[Past], gone: Set[str | None], method: LotMethod, multiplier: Decimal, so_far: Told = NOTHING
) -> Told:
    """The lots had these executions never been. Where a corporate action is among them the order of time counts, and one
    that was booked after trades that came later did to them what no longer shows: it is done again by its ratio.
    """
    late = _late(history)
    if any(past.action for past in history):
        history = sorted(history, key=lambda past: past.at)
    lots, was, adjusted, known = so_far.lots, so_far.booked, so_far.adjusted, set(so_far.known)
    for past in history:
        if past.action:
            same = lots == was and past.entry_id not in late
            lots = after(lots, past.moves) if same else _likewise(lots, was, past.moves)
        elif past.fill is None:
            for number, move in enumerate(past.moves):
                name = f"{past.entry_id}:again{number}" if move.lot_id in known else move.lot_id
                lots, moves = changed(lots, move.quantity, partial(_share, move, name), method)
                adjusted += sum((again.cost for again in moves), ZERO) - move.cost
        elif past.fill.busts is None and past.fill.execution_id not in gone:
            lots = booked(past.fill, lots, entry_id=past.entry_id, method=method, multiplier=multiplier).lots
        was = _moved(was, past.moves)
        known.update(move.lot_id for move in past.moves)
    return Told(lots=lots, booked=was, adjusted=adjusted, known=frozenset(known))


def _late(history: Sequence[Past]) -> Set[str]:
    """Corporate actions booked after something that happened later."""
    newest, late = None, set()
    for past in history:
        if past.action and newest is not None and newest >= past.at:
            late.add(past.entry_id)
        newest = past.at if newest is None else max(newest, past.at)
    return late


def _likewise(lots: tuple[Lot, ...], was: tuple[Lot, ...], moves: Sequence[LotMove]) -> tuple[Lot, ...]:
    """What a corporate action did to the holding that was, done to this one."""
    held = sum((lot.quantity for lot in was), ZERO)
    change = sum((move.quantity for move in moves), ZERO)
    mine = sum((lot.quantity for lot in lots), ZERO)
    if not held or not mine:
        return lots
    return scaled(lots, (mine * (held + change) / held).quantize(LAST_PLACE, ROUND_HALF_EVEN))


def _moved(lots: tuple[Lot, ...], moves: Sequence[LotMove]) -> tuple[Lot, ...]:
    """As the tables keep them."""
    new = {lot.id for lot in lots}
    fresh = tuple(
        Lot(
            id=move.lot_id,
            account_id=move.account_id,
            instrument_id=move.instrument_id,
            quantity=move.quantity,
            cost=move.cost,
            currency=move.currency,
            opened_at=move.opened_at,
        )
        for move in moves
        if move.lot_id not in new
    )
    return (*after(lots, [move for move in moves if move.lot_id in new]), *fresh)


def _share(move: LotMove, name: str, quantity: Decimal) -> Lot:
    """A lot for the part of an adjustment that finds nothing left to close, at the cost booked with it."""
    return Lot(
        id=name,
        account_id=move.account_id,
        instrument_id=move.instrument_id,
        quantity=quantity,
        cost=move.cost if quantity == move.quantity else rounded(move.cost * quantity / move.quantity),
        currency=move.currency,
        opened_at=move.opened_at,
    )
