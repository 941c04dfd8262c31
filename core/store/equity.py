"""Equity points on disk, and the lines of the books they are worked out from."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from sys import intern
from typing import Any, Final, TypeVar

from core.domain.equity import Booked, Certainty, EquityPoint, Moved
from core.domain.money import MONEY_PLACES, PRICE_PLACES, QUANTITY_PLACES, ZERO, as_units, from_units, value_of
from core.store.columns import from_micros, to_micros

_COLUMNS: Final = (
    "account_id, at, day, is_close, value, cash, flow, benchmark, certainty, words, postings_from, moves_from, read_to"
)
_INSERT: Final = f"INSERT OR REPLACE INTO equity_point ({_COLUMNS}) VALUES ({','.join('?' * 13)})"
_LINES: Final = (
    "SELECT p.seq, p.entry_id, e.at, e.source, p.ledger_account, p.unit, p.quantity, p.cost FROM posting p "
    "JOIN entry e ON e.id = p.entry_id WHERE p.seq > ? AND p.account_id = ? AND p.currency = ? ORDER BY p.seq"
)
_MOVES: Final = (  # a trade's entry is named after its execution, and both are found by their indexes
    "SELECT m.seq, m.entry_id, e.at, e.source, m.lot_id, m.instrument_id, m.quantity, m.cost, m.opened_at, f.client_id, "
    "o.strategy, lo.strategy, f.quantity, f.price, f.side, f.busts FROM lot_move m JOIN entry e ON e.id = m.entry_id "
    "LEFT JOIN fill f ON f.account_id = m.account_id AND f.execution_id = substr(e.source, ?1) AND e.source LIKE 'fill:%' "
    "LEFT JOIN orders o ON o.client_id = f.client_id "
    "LEFT JOIN entry le ON le.id = substr(m.lot_id, 1, instr(m.lot_id || ':', ':') - 1) "
    "LEFT JOIN fill lf ON lf.account_id = m.account_id AND lf.execution_id = substr(le.source, ?1) "
    "AND le.source LIKE 'fill:%' LEFT JOIN orders lo ON lo.client_id = lf.client_id "
    "WHERE m.seq > ?2 AND m.account_id = ?3 ORDER BY m.seq"
)
K = TypeVar("K")
V = TypeVar("V")
_AT_HAND: Final = 2
MOST_LINES: Final = 60_000  # a history that is longer when this is first worked out is measured from its last part on
RETRIED: Final = 10  # of the newest points, those without a worth are worked out once more at each close


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A point, and from where on the books have to be read to work out a later one."""

    point: EquityPoint
    postings_from: int = 0  # every line booked for a later moment has a higher number
    moves_from: int = 0
    read_to: int = 0  # the newest line there was


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One account at one moment of the disk."""

    marks: tuple[Mark, ...]  # the last of these is where the lines begin
    after: tuple[Mark, ...]  # later ones
    lines: tuple[Booked, ...]
    moves: tuple[Moved, ...]
    quantities: dict[str, Decimal]  # held now
    cash: Decimal
    read_to: int
    moves_to: int


class Equity:
    """Written on the desk thread; read beside it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def newest(self, account_id: str) -> datetime | None:
        """Market time of the newest point."""
        sql = "SELECT max(at) FROM equity_point WHERE account_id=?"
        found = self._connection.execute(sql, (account_id,)).fetchone()[0]
        return None if found is None else from_micros(found)

    def confirm(self, account_id: str, until: datetime) -> None:
        """Inside a unit: the broker was seen to agree at that moment, so it agrees with everything up to it."""
        self._connection.execute(
            "UPDATE equity_point SET certainty=? WHERE account_id=? AND certainty=? AND at<=?",
            (Certainty.CONFIRMED.value, account_id, Certainty.OURS.value, to_micros(until)),
        )

    def write(self, marks: Sequence[Mark]) -> None:
        """Inside a unit: these, and none after the first of them that are not among these."""
        first = marks[0].point
        self._connection.execute(
            "DELETE FROM equity_point WHERE account_id=? AND at>=?", (first.account_id, to_micros(first.at))
        )
        self._connection.executemany(_INSERT, [_row(mark) for mark in marks])


class Read:
    """What was read of the books before, to be gone on with: their rows are only ever added, and in this order.

    A reading that is broken off leaves what it came to. By one thread at a time.
    """

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str, int], list[Booked]] = {}
        self._moves: dict[tuple[str, int], list[Moved]] = {}

    def lines(self, connection: sqlite3.Connection, account_id: str, currency: str, begins: int) -> tuple[Booked, ...]:
        """Booked after that row."""
        found = _at_hand(self._lines, (account_id, currency, begins))
        upto = found[-1].seq if found else begins
        for row in connection.execute(_LINES, (upto, account_id, currency)):
            found.append(_booked(row, found[-1] if found else None))
        return tuple(found)

    def moves(self, connection: sqlite3.Connection, account_id: str, begins: int) -> tuple[Moved, ...]:
        """Likewise, of lots."""
        found = _at_hand(self._moves, (account_id, begins))
        prefix = len(f"fill:{account_id}:") + 1
        for row in connection.execute(_MOVES, (prefix, found[-1].seq if found else begins, account_id)):
            found.append(_moved(row))
        return tuple(found)


def past(
    connection: sqlite3.Connection,
    account_id: str,
    currency: str,
    since: datetime | None,
    *,
    retry: bool = False,
    read: Read | None = None,
) -> Past:
    """With everything booked after the last point at or before that moment, else after the first there is; None = after
    the last one that still holds.

    What is booked for a moment that has a point already is told late: that point and all after it hold no more. Tried
    again, a point that had no price does not hold either.
    """
    read = read or Read()
    sql = f"SELECT {_COLUMNS} FROM equity_point WHERE account_id=? ORDER BY at"
    marks = [_mark(row) for row in connection.execute(sql, (account_id,))]
    after: list[Mark] = []
    if since is not None:
        upto = max(sum(mark.point.at <= since for mark in marks), 1)
        marks, after = marks[:upto], marks[upto:]
    read_to = connection.execute("SELECT coalesce(max(seq), 0) FROM posting").fetchone()[0]
    lines = read.lines(connection, account_id, currency, _postings_from(marks, read_to))
    if since is None and marks:
        again = [line.at for line in lines if line.seq > marks[-1].read_to]
        again += [mark.point.at for mark in marks[-RETRIED:] if retry and mark.point.begins() is None]
        if again and min(again) <= marks[-1].point.at:
            marks = [mark for mark in marks if mark.point.at < min(again)]
            lines = read.lines(connection, account_id, currency, _postings_from(marks, read_to))
    moves_to = connection.execute("SELECT coalesce(max(seq), 0) FROM lot_move").fetchone()[0]
    begins = marks[-1].moves_from if marks else max(moves_to - MOST_LINES, 0)
    held = "SELECT instrument_id, quantity FROM position WHERE account_id=? AND quantity != 0"
    cash = "SELECT value FROM balance WHERE account_id=? AND ledger_account='cash' AND currency=?"
    row = connection.execute(cash, (account_id, currency)).fetchone()
    return Past(
        marks=tuple(marks),
        after=tuple(after),
        lines=lines,
        moves=read.moves(connection, account_id, begins),
        quantities={
            name: from_units(units, QUANTITY_PLACES) for name, units in connection.execute(held, (account_id,))
        },
        cash=from_units(row[0], MONEY_PLACES) if row else ZERO,
        read_to=read_to,
        moves_to=moves_to,
    )


def _postings_from(marks: Sequence[Mark], newest: int) -> int:
    return marks[-1].postings_from if marks else max(newest - MOST_LINES, 0)


def _at_hand(known: dict[K, list[V]], key: K) -> list[V]:
    """From one place on, or from two: what a page asks about and what the newest point is worked out from."""
    found = known.pop(key, [])
    while len(known) >= _AT_HAND:
        del known[next(iter(known))]
    known[key] = found
    return found


def _booked(row: tuple[Any, ...], before: Booked | None) -> Booked:
    """A long history repeats few words: each is kept once."""
    seq, entry_id, micros, source, name, unit, quantity, cost = row
    at = from_micros(micros)
    if before is not None and before.entry_id == entry_id:
        entry_id, at, source = before.entry_id, before.at, before.source
    return Booked(
        seq=seq,
        entry_id=entry_id,
        at=at,
        source=source,
        ledger_account=intern(name),
        unit=intern(unit),
        quantity=from_units(quantity, QUANTITY_PLACES if name == "positions" else MONEY_PLACES),
        value=from_units(cost, MONEY_PLACES),
    )


def _moved(row: tuple[Any, ...]) -> Moved:
    seq, entry_id, at, source, lot_id, instrument_id, quantity, cost, opened_at, client_id, *trade = row
    strategy, opened_with, size, price, side, busts = trade
    traded = ZERO if size is None else value_of(from_units(size, QUANTITY_PLACES), from_units(price, PRICE_PLACES))
    return Moved(
        seq=seq,
        entry_id=entry_id,
        at=from_micros(at),
        source=source,
        lot_id=lot_id,
        instrument_id=intern(instrument_id),
        quantity=from_units(quantity, QUANTITY_PLACES),
        opened_at=None if opened_at is None else from_micros(opened_at),
        cost=from_units(cost, MONEY_PLACES),
        client_id=client_id or "",
        strategy=intern(strategy or ""),
        opened_with=intern(opened_with or ""),
        traded=-traded if busts else traded,
        bought=side == "buy",
    )


def _row(mark: Mark) -> tuple[object, ...]:
    point = mark.point
    return (
        point.account_id,
        to_micros(point.at),
        point.day.isoformat(),
        int(point.is_close),
        None if point.value is None else as_units(point.value, MONEY_PLACES),
        as_units(point.cash, MONEY_PLACES),
        None if point.flow is None else as_units(point.flow, MONEY_PLACES),
        None if point.benchmark is None else as_units(point.benchmark, PRICE_PLACES),
        point.certainty.value,
        point.words,
        mark.postings_from,
        mark.moves_from,
        mark.read_to,
    )


def _mark(row: tuple[Any, ...]) -> Mark:
    account_id, at, day, is_close, value, cash, flow, level, certainty, words, *numbers = row
    point = EquityPoint(
        account_id=account_id,
        at=from_micros(at),
        day=date.fromisoformat(day),
        is_close=bool(is_close),
        value=None if value is None else from_units(value, MONEY_PLACES),
        cash=from_units(cash, MONEY_PLACES),
        flow=None if flow is None else from_units(flow, MONEY_PLACES),
        benchmark=None if level is None else from_units(level, PRICE_PLACES),
        certainty=Certainty(certainty),
        words=words,
    )
    return Mark(point=point, postings_from=numbers[0], moves_from=numbers[1], read_to=numbers[2])
