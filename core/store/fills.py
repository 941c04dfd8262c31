"""Executions on disk: each booked once, by broker account and execution id."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from core.domain.fill import Fill
from core.domain.money import (
    MONEY_PLACES,
    PRICE_PLACES,
    QUANTITY_PLACES,
    as_units,
    from_units,
    maybe_units,
    maybe_value,
)
from core.domain.order import Side
from core.store.columns import from_micros, to_micros

COLUMNS: Final = "account_id, execution_id, instrument_id, client_id, side, quantity, price, fee, currency, at, busts, note, bid, ask"
_INSERT: Final = (
    f"INSERT INTO fill ({COLUMNS}) VALUES ({','.join('?' * 14)}) ON CONFLICT (account_id, execution_id) DO NOTHING"
)
_SELECT: Final = f"SELECT {COLUMNS} FROM fill"
_OF_WHAT_IS_HELD: Final = (  # one look into the index for each position, however long the history
    f"{_SELECT} WHERE account_id=? AND instrument_id IN "
    "(SELECT instrument_id FROM position WHERE account_id=? AND quantity != 0) AND at>=? ORDER BY seq"
)

_ON_A_CHART: Final = (
    f"{_SELECT} AS traded WHERE account_id=? AND instrument_id=? AND at>=? AND busts IS NULL AND NOT EXISTS "
    "(SELECT 1 FROM fill AS back WHERE back.account_id=traded.account_id AND back.busts=traded.execution_id) "
    "ORDER BY at DESC LIMIT ?"
)


_SALES: Final = (  # likewise
    f"{_SELECT} AS sold WHERE account_id=? AND side='sell' AND instrument_id IN (SELECT id FROM instrument) AND at>=? "
    "AND busts IS NULL AND NOT EXISTS "
    "(SELECT 1 FROM fill AS back WHERE back.account_id=sold.account_id AND back.busts=sold.execution_id) ORDER BY seq"
)


class Fills:
    """Append only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._since: tuple[object, dict[str, list[Fill]]] = (None, {})  # looked up last, and what it was looked up for

    def add_if_new(self, fill: Fill) -> bool:
        """False when this execution is known: a repeat is harmless."""
        row = (
            fill.account_id,
            fill.execution_id,
            fill.instrument_id,
            fill.client_id,
            fill.side.value,
            as_units(fill.quantity, QUANTITY_PLACES),
            as_units(fill.price, PRICE_PLACES),
            as_units(fill.fee, MONEY_PLACES),
            fill.currency,
            to_micros(fill.at),
            fill.busts,
            fill.note,
            maybe_units(fill.bid, PRICE_PLACES),
            maybe_units(fill.ask, PRICE_PLACES),
        )
        return self._connection.execute(_INSERT, row).rowcount == 1

    def knows(self, account_id: str, execution_id: str) -> bool:
        row = self._connection.execute(
            "SELECT 1 FROM fill WHERE account_id=? AND execution_id=?", (account_id, execution_id)
        )
        return row.fetchone() is not None

    def taken_back(self, account_id: str, execution_id: str) -> bool:
        """The broker's word that it does not count can come before the execution itself."""
        row = self._connection.execute("SELECT 1 FROM fill WHERE account_id=? AND busts=?", (account_id, execution_id))
        return row.fetchone() is not None

    def one(self, account_id: str, execution_id: str) -> Fill | None:
        row = self._connection.execute(f"{_SELECT} WHERE account_id=? AND execution_id=?", (account_id, execution_id))
        found = row.fetchone()
        return fill_from(found) if found else None

    def of_instrument(self, account_id: str, instrument_id: str) -> list[Fill]:
        """Everything an account traded of one instrument, in the order it was booked."""
        rows = self._connection.execute(
            f"{_SELECT} WHERE account_id=? AND instrument_id=? ORDER BY seq", (account_id, instrument_id)
        )
        return [fill_from(row) for row in rows]

    def since(self, account_id: str, at: datetime) -> Mapping[str, Sequence[Fill]]:
        """What still counts of everything an account traded from a market time on, of what it still holds, by instrument."""
        asked = (account_id, at, self._connection.total_changes)  # only this connection writes
        if self._since[0] != asked:
            self._since = (asked, self._look_since(account_id, at))
        return self._since[1]

    def _look_since(self, account_id: str, at: datetime) -> dict[str, list[Fill]]:
        rows = self._connection.execute(_OF_WHAT_IS_HELD, (account_id, account_id, to_micros(at)))
        fills = [fill_from(row) for row in rows]
        gone = {fill.busts for fill in fills if fill.busts}
        found: dict[str, list[Fill]] = {}
        for fill in fills:
            if fill.busts is None and fill.execution_id not in gone:
                found.setdefault(fill.instrument_id, []).append(fill)
        return found

    def sales_since(self, account_id: str, at: datetime) -> list[Fill]:
        """What still counts of everything an account sold from a market time on."""
        return [fill_from(row) for row in self._connection.execute(_SALES, (account_id, to_micros(at)))]

    def last_at(self, account_id: str) -> datetime | None:
        newest = "SELECT max(at) FROM fill WHERE account_id=? AND instrument_id=instrument.id"  # the end of its index
        row = self._connection.execute(f"SELECT max(({newest})) FROM instrument", (account_id,)).fetchone()
        return from_micros(row[0]) if row[0] is not None else None

    def count_since(self, account_id: str, at: datetime) -> int:
        """Executions from then on."""
        of_one = "SELECT count(*) FROM fill WHERE account_id=? AND instrument_id=instrument.id AND at>=?"
        found = self._connection.execute(f"SELECT sum(({of_one})) FROM instrument", (account_id, to_micros(at)))
        return found.fetchone()[0] or 0


def of_client(connection: sqlite3.Connection, client_id: str) -> list[Fill]:
    """Everything one order traded, oldest first."""
    return [fill_from(row) for row in connection.execute(f"{_SELECT} WHERE client_id=? ORDER BY seq", (client_id,))]


def of_instrument(
    connection: sqlite3.Connection, account_id: str, instrument_id: str, since: datetime, most: int
) -> list[Fill]:
    """The newest so many of what still counts from a market time on, oldest first."""
    rows = connection.execute(_ON_A_CHART, (account_id, instrument_id, to_micros(since), most))
    return [fill_from(row) for row in rows][::-1]


def fill_from(row: tuple[Any, ...]) -> Fill:
    return Fill(
        account_id=row[0],
        execution_id=row[1],
        instrument_id=row[2],
        client_id=row[3],
        side=Side(row[4]),
        quantity=from_units(row[5], QUANTITY_PLACES),
        price=from_units(row[6], PRICE_PLACES),
        fee=from_units(row[7], MONEY_PLACES),
        currency=row[8],
        at=from_micros(row[9]),
        busts=row[10],
        note=row[11],
        bid=maybe_value(row[12], PRICE_PLACES),
        ask=maybe_value(row[13], PRICE_PLACES),
    )
