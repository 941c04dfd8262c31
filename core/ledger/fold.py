"""The proof of the books: everything added up again from the first entry, and held against the tables kept up to date."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.domain.entry import Posting
from core.domain.lot import Lot, LotMove, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Everything the books say at one moment. What is zero may be left out."""

    positions: Mapping[tuple[str, str], Position]  # by account and instrument
    balances: Mapping[tuple[str, str, str], Decimal]  # by account, ledger account and currency; cash is one of them
    lots: Mapping[str, Lot]  # by lot id


def folded(postings: Iterable[Posting], moves: Iterable[LotMove]) -> Books:
    """Add up every posting and every lot move there ever was."""
    positions: dict[tuple[str, str], Position] = {}
    balances: dict[tuple[str, str, str], Decimal] = {}
    for line in postings:
        if line.ledger_account != "positions":
            account = (line.account_id, line.ledger_account, line.currency)
            balances[account] = balances.get(account, Decimal(0)) + line.cost
            continue
        held = positions.get((line.account_id, line.unit))
        positions[line.account_id, line.unit] = Position(
            account_id=line.account_id,
            instrument_id=line.unit,
            quantity=line.quantity + (held.quantity if held else 0),
            cost=line.cost + (held.cost if held else 0),
            currency=line.currency,
        )
    lots: dict[str, Lot] = {}
    for move in moves:
        lot = lots.get(move.lot_id)
        lots[move.lot_id] = Lot(
            id=move.lot_id,
            account_id=move.account_id,
            instrument_id=move.instrument_id,
            quantity=move.quantity + (lot.quantity if lot else 0),
            cost=move.cost + (lot.cost if lot else 0),
            currency=move.currency,
            opened_at=move.opened_at,
        )
    return Books(
        positions={key: p for key, p in positions.items() if p.quantity or p.cost},
        balances={key: value for key, value in balances.items() if value},
        lots={key: x for key, x in lots.items() if x.quantity or x.cost},
    )


def proof(fold: Books, maintained: Books, symbol: Callable[[str], str] = str) -> list[str]:
    """Every difference, in words. Empty = the books are proved."""
    return [
        *_positions(fold, maintained, symbol),
        *_balances(fold, maintained),
        *_lots(fold, maintained, symbol),
        *_within(fold, symbol),
    ]


def _positions(fold: Books, maintained: Books, symbol: Callable[[str], str]) -> Iterable[str]:
    for key in sorted(fold.positions.keys() | maintained.positions.keys()):
        entries, table = _held(fold, key), _held(maintained, key)
        if entries != table:
            yield f"{symbol(key[1])} in {key[0]}: the table says {_at(table)}, the entries add up to {_at(entries)}."


def _balances(fold: Books, maintained: Books) -> Iterable[str]:
    for key in sorted(fold.balances.keys() | maintained.balances.keys()):
        entries, table = (books.balances.get(key, Decimal(0)) for books in (fold, maintained))
        if entries != table:
            account_id, name, currency = key
            yield f"{name} in {account_id}: the table says {table:f} {currency}, the entries add up to {entries:f}."


def _lots(fold: Books, maintained: Books, symbol: Callable[[str], str]) -> Iterable[str]:
    for key in sorted(fold.lots.keys() | maintained.lots.keys()):
        moves, table = fold.lots.get(key), maintained.lots.get(key)
        if moves == table or (moves is None and table is not None and not table.quantity and not table.cost):
            continue
        lot = moves or table
        name = symbol(lot.instrument_id) if lot else key
        yield f"Lot {key} of {name}: the table says {_lot(table)}, its moves add up to {_lot(moves)}."


def _within(fold: Books, symbol: Callable[[str], str]) -> Iterable[str]:
    """What must hold among the entries themselves."""
    sums: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for lot in fold.lots.values():
        key = (lot.account_id, lot.instrument_id)
        quantity, cost = sums.get(key, (Decimal(0), Decimal(0)))
        sums[key] = (quantity + lot.quantity, cost + lot.cost)
        if not lot.quantity:
            yield f"Lot {lot.id} of {symbol(lot.instrument_id)} is closed but still carries a cost of {lot.cost:f}."
    for key in sorted(sums.keys() | fold.positions.keys()):
        lots, entries = sums.get(key, (Decimal(0), Decimal(0))), _held(fold, key)
        if lots != entries:
            yield f"{symbol(key[1])} in {key[0]}: the lots add up to {_at(lots)}, the entries to {_at(entries)}."
    totals: dict[str, Decimal] = {}
    for position in fold.positions.values():
        totals[position.currency] = totals.get(position.currency, Decimal(0)) + position.cost
    for (_, _, currency), value in fold.balances.items():
        totals[currency] = totals.get(currency, Decimal(0)) + value
    for currency, total in totals.items():
        if total:
            yield f"All entries together differ by {total:f} {currency}: money appeared or vanished."


def _held(books: Books, key: tuple[str, str]) -> tuple[Decimal, Decimal]:
    position = books.positions.get(key)
    return (position.quantity, position.cost) if position else (Decimal(0), Decimal(0))


def _at(held: tuple[Decimal, Decimal]) -> str:
    return f"{held[0]:f} at a cost of {held[1]:f}"


def _lot(lot: Lot | None) -> str:
    if lot is None:
        return "nothing"
    return f"{_at((lot.quantity, lot.cost))} from {lot.opened_at or 'an unknown day'}"
