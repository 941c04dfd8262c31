"""A trade the broker takes back: the story of the holding is told again without it, and the difference is booked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from core.domain.entry import Booking, Entry, Posting
from core.domain.errors import LedgerUnbalanced
from core.domain.fill import Fill
from core.domain.lot import Lot, LotMove
from core.domain.money import ZERO, rounded, value_of
from core.domain.order import Side
from core.ledger.booking import ONE, booked
from core.ledger.holding import changed
from core.ledger.lot_methods.base import LotMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One thing already booked on an account's holding of one instrument."""

    entry_id: str
    fill: Fill | None  # None = an opening or an adjustment
    moves: tuple[LotMove, ...]


def busted(
    bust: Fill,
    history: Sequence[Past],
    lots: Sequence[Lot],
    *,
    entry_id: str,
    method: LotMethod,
    multiplier: Decimal = ONE,
) -> Booking | None:
    """Reverse it with a new entry, also when what it bought was sold since: later sales then took other lots.

    The history is everything booked on this account and instrument, in the order it was booked. None = there is nothing
    to reverse: it was never in these books, or was taken back before.
    """
    gone = {past.fill.busts for past in history if past.fill is not None}
    taken = next((p.fill for p in history if p.fill is not None and p.fill.execution_id == bust.busts), None)
    if taken is None or bust.busts in gone:
        return None
    lots_after, adjusted = _told_again(history, gone | {bust.busts}, method, multiplier)
    moves = _difference(lots, lots_after)
    quantity = sum((move.quantity for move in moves), ZERO)
    if quantity != -taken.quantity * taken.side.sign:
        raise LedgerUnbalanced(
            f"Without execution {bust.busts} the books would change by {quantity}, which is not what it traded. "
            "Nothing was booked: run the doctor."
        )
    cost = sum((move.cost for move in moves), ZERO)
    value = value_of(taken.quantity if taken.side is Side.BUY else -taken.quantity, taken.price, multiplier)
    fee = rounded(taken.fee)
    gain = cost + value - adjusted
    account_id, currency = taken.account_id, taken.currency
    money = {"cash": value + fee, "expenses:fees": -fee, "equity:adjustments": -adjusted, "income:realized": -gain}
    postings = (
        Posting.position(account_id, taken.instrument_id, quantity=quantity, cost=cost, currency=currency),
        *(Posting.money(account_id, name, change, currency) for name, change in money.items() if change),
    )
    entry = Entry(
        id=entry_id,
        at=bust.at,
        source=f"fill:{bust.account_id}:{bust.execution_id}",
        postings=postings,
        note=f"The broker took back {taken.execution_id}.",
    )
    return Booking(entry=entry, lots=lots_after, moves=moves, realized=gain)


def _told_again(
    history: Iterable[Past], gone: set[str | None], method: LotMethod, multiplier: Decimal
) -> tuple[tuple[Lot, ...], Decimal]:
    """The lots had these executions never been, and by how much the cost of adjustments differs from what was booked."""
    lots: tuple[Lot, ...] = ()
    adjusted = ZERO
    known: set[str] = set()
    for past in history:
        if past.fill is None:
            for number, move in enumerate(past.moves):
                name = f"{past.entry_id}:again{number}" if move.lot_id in known else move.lot_id
                lots, moves = changed(lots, move.quantity, partial(_share, move, name), method)
                adjusted += sum((again.cost for again in moves), ZERO) - move.cost
        elif past.fill.busts is None and past.fill.execution_id not in gone:
            lots = booked(past.fill, lots, entry_id=past.entry_id, method=method, multiplier=multiplier).lots
        known.update(move.lot_id for move in past.moves)
    return lots, adjusted


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


def _difference(before: Iterable[Lot], after: Iterable[Lot]) -> tuple[LotMove, ...]:
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
