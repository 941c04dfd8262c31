"""Read the whole database from beside the running desk, without ever writing: proofs, checks and backups."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from core.domain.entry import Posting
from core.domain.lot import Lot, LotMove, Position
from core.domain.money import MONEY_PLACES, QUANTITY_PLACES, from_units
from core.store.books import lot_from, move_from, position_from
from core.store.cut import NEVER, Cut
from core.store.database import read_only
from core.store.heads import Checked, Head, checked
from core.store.journal import broken_links

_PAGES_AT_ONCE: Final = 4096  # 16 MB of a copy, between two looks


@contextmanager
def snapshot(path: Path, cut: Cut = NEVER) -> Iterator[sqlite3.Connection]:
    """One moment of the database, unmoved by what is written meanwhile."""
    with closing(read_only(path)) as connection, cut.over(connection):
        connection.execute("BEGIN")
        yield connection


def postings(connection: sqlite3.Connection) -> Iterator[Posting]:
    """Everything ever booked."""
    sql = "SELECT account_id, ledger_account, unit, quantity, cost, currency FROM posting ORDER BY seq"
    for account, name, unit, quantity, cost, currency in connection.execute(sql):
        places = QUANTITY_PLACES if name == "positions" else MONEY_PLACES
        yield Posting(
            account_id=account,
            ledger_account=name,
            unit=unit,
            quantity=from_units(quantity, places),
            cost=from_units(cost, MONEY_PLACES),
            currency=currency,
        )


def moves(connection: sqlite3.Connection) -> Iterator[LotMove]:
    """Every change of every lot."""
    sql = "SELECT lot_id, account_id, instrument_id, quantity, cost, currency, opened_at FROM lot_move ORDER BY seq"
    return (move_from(row) for row in connection.execute(sql))


def positions(connection: sqlite3.Connection) -> Iterator[Position]:
    """As they are kept."""
    sql = "SELECT account_id, instrument_id, quantity, cost, currency FROM position"
    return (position_from(*row) for row in connection.execute(sql))


def lots(connection: sqlite3.Connection) -> Iterator[Lot]:
    """As they are kept."""
    return (lot_from(row) for row in connection.execute("SELECT * FROM lot"))


def balances(connection: sqlite3.Connection) -> Iterator[tuple[str, str, str, int]]:
    """As they are kept, in millionths."""
    return iter(connection.execute("SELECT account_id, ledger_account, currency, value FROM balance"))


def damaged_pages(path: Path, cut: Cut = NEVER) -> list[str]:
    """What SQLite itself finds wrong."""
    try:
        with closing(read_only(path)) as connection, cut.over(connection):
            found = [" ".join(row[0].split()) for row in connection.execute("PRAGMA integrity_check(10)")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [] if found == ["ok"] else found


def broken_chain(path: Path, cut: Cut = NEVER) -> list[str]:
    """Where the journal is not what was written."""
    try:
        with snapshot(path, cut) as connection:
            return list(broken_links(connection))
    except sqlite3.DatabaseError as error:
        return [str(error)]


def vouched(path: Path, public: str, kept: Sequence[Head], holds: Callable[[Head], bool], cut: Cut = NEVER) -> Checked:
    """Up to where the journal is signed, and what does not fit what was signed."""
    try:
        with snapshot(path, cut) as connection:
            return checked(connection, public, kept, holds)
    except sqlite3.DatabaseError as error:
        return Checked(problems=(str(error),), up_to=None)


def copy(path: Path, target: Path, cut: Cut = NEVER) -> None:
    """A whole copy of one moment, piece by piece and on the disk when it returns."""
    with snapshot(path, cut) as source, closing(sqlite3.connect(target)) as to, target.open("r+b") as file:
        source.execute("SELECT 1 FROM sqlite_master").fetchone()  # the moment: else each piece would begin another
        to.execute("PRAGMA synchronous=OFF")  # each piece is flushed here, so that the last one is no long wait

        def piece_done(status: int, left: int, pages: int) -> None:
            os.fsync(file.fileno())
            cut.look()

        source.backup(to, pages=_PAGES_AT_ONCE, progress=piece_done)
        to.execute("PRAGMA journal_mode=DELETE")
        os.fsync(file.fileno())
