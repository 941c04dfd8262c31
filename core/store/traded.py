"""Fills as a statement needs them: what still counts, with the order each belongs to and the market when it was asked for."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import msgspec

from core.domain.fill import Fill
from core.domain.money import MONEY_PLACES, QUANTITY_PLACES, ZERO, from_units
from core.domain.order import OPEN, Status
from core.domain.sample import MARK
from core.store.fills import COLUMNS, fill_from

SAMPLE: Final = "sample"
_FILL: Final = ", ".join(f"f.{name}" for name in COLUMNS.split(", "))
_TYPE: Final = f"coalesce(o.type, CASE WHEN f.client_id GLOB '{MARK}*' THEN '{SAMPLE}' END)"
_SELECT: Final = (
    f"SELECT f.seq, i.multiplier, o.id, o.replaces, {_TYPE}, o.symbol, {_FILL} FROM fill f "
    "JOIN instrument i ON i.id = f.instrument_id LEFT JOIN orders o ON o.client_id = f.client_id "
)
_COUNTS: Final = "f.busts IS NULL AND NOT EXISTS (SELECT 1 FROM fill b WHERE b.busts = f.execution_id AND b.account_id = f.account_id)"
_ASKED_FOR: Final = (  # +: by the order's index; there are as many rows of these kinds as orders
    "SELECT body FROM journal WHERE order_id=? AND +kind IN ('order.placed', 'order.waits') ORDER BY seq LIMIT 1"
)
_NEVER_CAME: Final = (Status.REJECTED, Status.ABANDONED, Status.REPLACED)  # a replaced one lives on in its successor
_LONGEST_CHAIN: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Traded:
    """One fill that still counts."""

    seq: int
    fill: Fill
    multiplier: Decimal
    order_id: str  # empty = made elsewhere
    type: str  # of the order; or that it is of a sample; empty = not known
    symbol: str  # as it was ordered under
    arrival: Decimal | None  # the mid the order saw when it was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The orders of one account that came to its broker; what was changed on the way counts once."""

    orders: int
    over: int
    filled_share: Decimal | None  # of those that are over, on average; None = none is


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What an account was worth when a session began."""

    day: str
    equity: Decimal
    transfers: Decimal


class _Seen(msgspec.Struct):
    bid: Decimal
    ask: Decimal


class _Placing(msgspec.Struct):
    quote: _Seen | None = None


_placing: Final = msgspec.json.Decoder(_Placing).decode


def after(connection: sqlite3.Connection, seq: int, limit: int) -> list[Traded]:
    """Of every account, oldest first, those after a row."""
    rows = connection.execute(f"{_SELECT} WHERE f.seq > ? AND {_COUNTS} ORDER BY f.seq LIMIT ?", (seq, limit))
    return _with_arrivals(connection, rows)


def page(
    connection: sqlite3.Connection,
    account_id: str,
    before: int,
    limit: int,
    *,
    instrument_id: str = "",
    order_type: str = "",
    side: str = "",
) -> list[Traded]:
    """Of one account, newest first, below a row; 0 = from the top."""
    account = "f.account_id" if instrument_id else "+f.account_id"  # +: row by row from the newest, nothing to sort
    where, values = [f"{account} = ? AND {_COUNTS}"], [account_id]
    for column, value in (("f.instrument_id", instrument_id), (_TYPE, order_type), ("f.side", side)):
        if value:
            where.append(f"{column} = ?")
            values.append(value)
    sql = f"{_SELECT} WHERE {' AND '.join(where)} AND f.seq < ? ORDER BY f.seq DESC LIMIT ?"
    return _with_arrivals(connection, connection.execute(sql, (*values, before or 2**62, limit)))


def taken_back(connection: sqlite3.Connection) -> frozenset[tuple[str, str]]:
    """Account and execution id of everything a broker took back."""
    return frozenset(connection.execute("SELECT account_id, busts FROM fill WHERE busts IS NOT NULL"))


def asked(connection: sqlite3.Connection) -> dict[str, Asked]:
    """By account."""
    still = [str(status) for status in OPEN]
    sql = (
        f"SELECT account_id, count(*), count(share), avg(share) FROM (SELECT account_id, "
        f"CASE WHEN status NOT IN ({','.join('?' * len(still))}) THEN min(1.0, 1.0 * (carried + filled) / quantity) END AS share "
        f"FROM orders WHERE status NOT IN ({','.join('?' * len(_NEVER_CAME))})) GROUP BY account_id"
    )
    rows = connection.execute(sql, (*still, *map(str, _NEVER_CAME)))
    return {
        account: Asked(orders=orders, over=over, filled_share=None if share is None else Decimal(str(share)))
        for account, orders, over, share in rows
    }


def worths(connection: sqlite3.Connection) -> dict[str, list[Worth]]:
    """By account, the oldest first."""
    found: dict[str, list[Worth]] = {}
    for account, day, equity, transfers in connection.execute(
        "SELECT account_id, day, equity, transfers FROM equity_mark ORDER BY day"
    ):
        worth = Worth(day=day, equity=from_units(equity, MONEY_PLACES), transfers=from_units(transfers, MONEY_PLACES))
        found.setdefault(account, []).append(worth)
    return found


def _with_arrivals(connection: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> list[Traded]:
    found = list(rows)
    arrivals = _arrivals(connection, {row[2]: row[3] for row in found if row[2]})
    return [
        Traded(
            seq=row[0],
            multiplier=from_units(row[1], QUANTITY_PLACES),
            order_id=row[2] or "",
            type=row[4] or "",
            symbol=row[5] or "",
            fill=fill_from(row[6:]),
            arrival=arrivals.get(row[2]),
        )
        for row in found
    ]


def _arrivals(connection: sqlite3.Connection, replaced: Mapping[str, str | None]) -> dict[str, Decimal | None]:
    """By order; given is what each took the place of."""
    return {
        order_id: _arrival(connection, _first(connection, before) if before else order_id)
        for order_id, before in replaced.items()
    }


def _first(connection: sqlite3.Connection, order_id: str) -> str:
    """Of the chain in which each order took another one's place."""
    for _ in range(_LONGEST_CHAIN):
        row = connection.execute("SELECT replaces FROM orders WHERE id=?", (order_id,)).fetchone()
        if row is None or row[0] is None:
            break
        order_id = row[0]
    return order_id


def _arrival(connection: sqlite3.Connection, order_id: str) -> Decimal | None:
    row = connection.execute(_ASKED_FOR, (order_id,)).fetchone()
    seen = _placing(row[0]).quote if row else None
    usable = seen is not None and ZERO < seen.bid <= seen.ask
    return (seen.bid + seen.ask) / 2 if seen is not None and usable else None
