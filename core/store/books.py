"""The books on disk: entries, postings and lots, with positions and balances kept up to date beside them."""

import sqlite3
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Final

from core.domain.entry import Booking, Entry
from core.domain.lot import Lot, LotMove, Position
from core.domain.money import MONEY_PLACES, QUANTITY_PLACES, ZERO, as_units, from_units
from core.store.columns import from_micros, to_micros
from core.store.unit import Unit

POSITIONS: Final = "positions"
_ENTRY: Final = "INSERT INTO entry (id, at, source, note) VALUES (?,?,?,?)"
_POSTING: Final = (
    "INSERT INTO posting (entry_id, account_id, ledger_account, unit, quantity, cost, currency) VALUES (?,?,?,?,?,?,?)"
)
_MOVE: Final = (
    "INSERT INTO lot_move (entry_id, lot_id, account_id, instrument_id, quantity, cost, currency, opened_at) "
    "VALUES (?,?,?,?,?,?,?,?)"
)
_LOT: Final = (
    "INSERT INTO lot (id, account_id, instrument_id, quantity, cost, currency, opened_at) VALUES (?,?,?,?,?,?,?) "
    "ON CONFLICT (id) DO UPDATE SET quantity=excluded.quantity, cost=excluded.cost"
)
_POSITION: Final = (
    "INSERT INTO position (account_id, instrument_id, quantity, cost, currency) VALUES (?,?,?,?,?) "
    "ON CONFLICT (account_id, instrument_id) DO UPDATE SET quantity=excluded.quantity, cost=excluded.cost"
)
_BALANCE: Final = (
    "INSERT INTO balance (account_id, ledger_account, currency, value) VALUES (?,?,?,?) "
    "ON CONFLICT (account_id, ledger_account, currency) DO UPDATE SET value=excluded.value"
)
Held = tuple[str, str]
Named = tuple[str, str, str]


class Books:
    """Answers from memory; every booking is one balanced entry on disk."""

    def __init__(self, connection: sqlite3.Connection, unit: Unit) -> None:
        self._connection = connection
        self._unit = unit
        self._positions: dict[Held, Position] = {}
        self._lots: dict[Held, tuple[Lot, ...]] = {}
        self._balances: dict[Named, Decimal] = {}
        newest = connection.execute("SELECT max(id) FROM entry").fetchone()[0]
        self._entries = int(newest[1:]) if newest else 0
        for account, instrument, quantity, cost, currency in connection.execute(
            "SELECT account_id, instrument_id, quantity, cost, currency FROM position"
        ):
            self._positions[account, instrument] = position_from(account, instrument, quantity, cost, currency)
        for lot in (lot_from(row) for row in connection.execute("SELECT * FROM lot ORDER BY opened_at, id")):
            key = (lot.account_id, lot.instrument_id)
            self._lots[key] = (*self._lots.get(key, ()), lot)
        for account, name, currency, value in connection.execute(
            "SELECT account_id, ledger_account, currency, value FROM balance"
        ):
            self._balances[account, name, currency] = from_units(value, MONEY_PLACES)

    def next_entry_id(self) -> str:
        before = self._entries
        self._entries += 1
        self._unit.if_it_fails(lambda: setattr(self, "_entries", before))
        return f"e{self._entries:09d}"

    def lots(self, account_id: str, instrument_id: str) -> tuple[Lot, ...]:
        return self._lots.get((account_id, instrument_id), ())

    def position(self, account_id: str, instrument_id: str) -> Position | None:
        found = self._positions.get((account_id, instrument_id))
        return found if found and found.quantity else None

    def positions(self, account_id: str) -> dict[str, Position]:
        """What one account holds, by instrument."""
        return {key[1]: held for key, held in self._positions.items() if key[0] == account_id and held.quantity}

    def balance(self, account_id: str, ledger_account: str, currency: str) -> Decimal:
        return self._balances.get((account_id, ledger_account, currency), ZERO)

    def balances(self, account_id: str, currency: str) -> dict[str, Decimal]:
        """Everything of one account that is not a position, by its ledger account."""
        return {key[1]: value for key, value in self._balances.items() if (key[0], key[2]) == (account_id, currency)}

    def book(self, booking: Booking) -> None:
        """Write one event: entry, postings, lots, and what they add up to."""
        entry = booking.entry
        run = self._connection.execute
        run(_ENTRY, (entry.id, to_micros(entry.at), entry.source, entry.note))
        for posting in entry.postings:
            cost = as_units(posting.cost, MONEY_PLACES)
            position = posting.ledger_account == POSITIONS
            quantity = as_units(posting.quantity, QUANTITY_PLACES) if position else cost
            run(
                _POSTING,
                (
                    entry.id,
                    posting.account_id,
                    posting.ledger_account,
                    posting.unit,
                    quantity,
                    cost,
                    posting.currency,
                ),
            )
            if position:
                self._add_position(posting.account_id, posting.unit, posting.quantity, posting.cost, posting.currency)
            else:
                self._add_balance(posting.account_id, posting.ledger_account, posting.currency, posting.cost)
        if booking.moves:
            self._move_lots(entry, booking)

    def _add_position(self, account: str, instrument: str, quantity: Decimal, cost: Decimal, currency: str) -> None:
        before = self._positions.get((account, instrument))
        if before is not None:
            quantity += before.quantity
            cost += before.cost
        self._unit.keep(
            self._positions,
            (account, instrument),
            Position(account_id=account, instrument_id=instrument, quantity=quantity, cost=cost, currency=currency),
        )
        self._connection.execute(
            _POSITION,
            (account, instrument, as_units(quantity, QUANTITY_PLACES), as_units(cost, MONEY_PLACES), currency),
        )

    def _add_balance(self, account: str, name: str, currency: str, value: Decimal) -> None:
        key = (account, name, currency)
        total = self._balances.get(key, ZERO) + value
        self._unit.keep(self._balances, key, total)
        self._connection.execute(_BALANCE, (*key, as_units(total, MONEY_PLACES)))

    def _move_lots(self, entry: Entry, booking: Booking) -> None:
        for key in {(move.account_id, move.instrument_id) for move in booking.moves}:
            lots = booking.lots if _of_one(booking) else tuple(lot for lot in booking.lots if _holding(lot) == key)
            self._unit.keep(self._lots, key, lots)
        moved = {move.lot_id for move in booking.moves}
        left = {lot.id: lot for lot in booking.lots if lot.id in moved} if len(moved) > 1 else _last(booking, moved)
        for move in booking.moves:
            self._connection.execute(_MOVE, (entry.id, *_move_row(move)))
            lot = left.get(move.lot_id)
            if lot is None:
                self._connection.execute("DELETE FROM lot WHERE id=?", (move.lot_id,))
            else:
                self._connection.execute(_LOT, _lot_row(lot))

    def entry_at(self, source: str) -> datetime | None:
        """Market time an event was booked; None = it was not."""
        row = self._connection.execute("SELECT at FROM entry WHERE source=?", (source,)).fetchone()
        return from_micros(row[0]) if row else None

    def tells_of(self, account_id: str, event_id: str) -> bool:
        """Whether what a company did is in this account's books; an activity's id begins with its event's."""
        row = self._connection.execute(
            "SELECT 1 FROM entry WHERE source >= ? AND source < ?", _told(account_id, event_id)
        )
        return row.fetchone() is not None

    def history(self, account_id: str, instrument_id: str) -> list[tuple[str, datetime, str, tuple[LotMove, ...]]]:
        """Everything booked on one holding, oldest first: entry id, market time, its source, its moves."""
        rows = self._connection.execute(
            "SELECT m.entry_id, e.at, e.source, m.lot_id, m.account_id, m.instrument_id, m.quantity, m.cost, m.currency, "
            "m.opened_at FROM lot_move m JOIN entry e ON e.id = m.entry_id "
            "WHERE m.account_id=? AND m.instrument_id=? ORDER BY m.seq",
            (account_id, instrument_id),
        )
        return [
            (entry_id, from_micros(at), source, tuple(move_from(row[3:]) for row in group))
            for (entry_id, at, source), group in groupby(rows, key=lambda row: (row[0], row[1], row[2]))
        ]


def _told(account_id: str, event_id: str) -> tuple[str, str]:
    source = f"activity:{account_id}:{event_id}"
    return source, f"{source}\U0010ffff"


def _of_one(booking: Booking) -> bool:
    first = booking.moves[0]
    return len(booking.moves) == 1 or all(move.instrument_id == first.instrument_id for move in booking.moves)


def _holding(lot: Lot) -> Held:
    return lot.account_id, lot.instrument_id


def _last(booking: Booking, moved: set[str]) -> dict[str, Lot]:
    """A purchase adds its lot at the end: no need to look through the others."""
    if booking.lots and booking.lots[-1].id in moved:
        return {booking.lots[-1].id: booking.lots[-1]}
    return {lot.id: lot for lot in booking.lots if lot.id in moved}


def _lot_row(lot: Lot) -> tuple[object, ...]:
    return (
        lot.id,
        lot.account_id,
        lot.instrument_id,
        as_units(lot.quantity, QUANTITY_PLACES),
        as_units(lot.cost, MONEY_PLACES),
        lot.currency,
        None if lot.opened_at is None else to_micros(lot.opened_at),
    )


def _move_row(move: LotMove) -> tuple[object, ...]:
    return (
        move.lot_id,
        move.account_id,
        move.instrument_id,
        as_units(move.quantity, QUANTITY_PLACES),
        as_units(move.cost, MONEY_PLACES),
        move.currency,
        None if move.opened_at is None else to_micros(move.opened_at),
    )


def move_from(row: tuple[str, str, str, int, int, str, int | None]) -> LotMove:
    return LotMove(
        lot_id=row[0],
        account_id=row[1],
        instrument_id=row[2],
        quantity=from_units(row[3], QUANTITY_PLACES),
        cost=from_units(row[4], MONEY_PLACES),
        currency=row[5],
        opened_at=None if row[6] is None else from_micros(row[6]),
    )


def position_from(account: str, instrument: str, quantity: int, cost: int, currency: str) -> Position:
    return Position(
        account_id=account,
        instrument_id=instrument,
        quantity=from_units(quantity, QUANTITY_PLACES),
        cost=from_units(cost, MONEY_PLACES),
        currency=currency,
    )


def lot_from(row: tuple[str, str, str, int, int, str, int | None]) -> Lot:
    return Lot(
        id=row[0],
        account_id=row[1],
        instrument_id=row[2],
        quantity=from_units(row[3], QUANTITY_PLACES),
        cost=from_units(row[4], MONEY_PLACES),
        currency=row[5],
        opened_at=None if row[6] is None else from_micros(row[6]),
    )
