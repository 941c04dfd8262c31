"""Orders on disk, and the open ones in memory."""

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from heapq import nlargest
from typing import Any, Final

import msgspec

from core.domain.money import MONEY_PLACES, PRICE_PLACES, QUANTITY_PLACES, ZERO, as_units, from_units
from core.domain.order import OPEN, Leg, Order, OrderType, Origin, Purpose, Side, Status, TimeInForce
from core.domain.verdict import NO_CONSENT, Consent
from core.store.columns import from_micros, to_micros
from core.store.journal import contains, is_whole_id
from core.store.rows import STILL_OPEN, OrderRow
from core.store.unit import Unit

_NAMES: Final = tuple(OrderRow.__table__.columns.keys())  # type: ignore[attr-defined]
_COLUMNS: Final = ", ".join(_NAMES)
_INSERT: Final = f"INSERT INTO orders ({_COLUMNS}) VALUES ({','.join('?' * len(_NAMES))})"
_UPDATE: Final = (
    "UPDATE orders SET quantity=?, carried=?, cancel_asked=?, doubted=?, status=?, filled=?, filled_value=?, broker_order_id=?, reason=?, "
    "sent_at=? WHERE id=?"
)
_SELECT: Final = f"SELECT {_COLUMNS} FROM orders"
_NEWEST_NUMBER: Final = (  # a refused order is in the journal alone, and its number is never given again
    "SELECT max(CAST(substr(id, 10) AS INTEGER)) FROM (SELECT id FROM orders WHERE id > ? AND id < ? "
    "UNION ALL SELECT order_id FROM journal WHERE order_id > ? AND order_id < ?)"
)
_LATELY: Final = 200
_TAGGED_LATELY: Final = 1000
_NOTHING_AGREED: Final = msgspec.json.encode(NO_CONSENT).decode()


class Orders:
    """One writer, the desk thread; open orders are answered from memory, and so are those that have just ended."""

    def __init__(self, connection: sqlite3.Connection, unit: Unit) -> None:
        self._connection = connection
        self._unit = unit
        self._open: dict[str, Order] = {}
        self._by_client: dict[str, str] = {}
        self._lately: dict[str, Order] = {}  # ended a moment ago, by client id: the broker still talks about them
        self._numbers: dict[date, int] = {}
        self._successors: dict[str, str] = dict(
            connection.execute(
                "SELECT replaces, id FROM orders WHERE replaces IS NOT NULL ORDER BY replaces, id"
            ).fetchall()
        )
        for row in connection.execute(f"{_SELECT} WHERE {STILL_OPEN} ORDER BY id"):
            order = _order(row)
            self._open[order.id] = order
            self._by_client[order.client_id] = order.id

    def next_id(self, day: date) -> str:
        """Our own number for the next order of that market day."""
        if day not in self._numbers:
            span = (f"{day:%Y%m%d}-", f"{day:%Y%m%d}.")
            found = self._connection.execute(_NEWEST_NUMBER, (*span, *span)).fetchone()[0]
            self._numbers = {day: found or 0}
        self._numbers[day] += 1
        return f"{day.isoformat().replace('-', '')}-{self._numbers[day]:06d}"  # a date's own format is slow

    def add(self, order: Order) -> None:
        self._connection.execute(_INSERT, _row(order))
        if order.replaces:
            self._unit.keep(self._successors, order.replaces, order.id)
        self._remember(order)

    def save(self, order: Order) -> None:
        self._connection.execute(
            _UPDATE,
            (
                as_units(order.quantity, QUANTITY_PLACES),
                as_units(order.carried, QUANTITY_PLACES),
                int(order.cancel_asked),
                int(order.doubted),
                order.status.value,
                as_units(order.filled, QUANTITY_PLACES),
                as_units(order.filled_value, MONEY_PLACES),
                order.broker_order_id,
                order.reason,
                None if order.sent_at is None else to_micros(order.sent_at),
                order.id,
            ),
        )
        self._remember(order)

    def get(self, order_id: str) -> Order | None:
        return self._open.get(order_id) or self._one("id", order_id)

    def by_client(self, client_id: str) -> Order | None:
        order_id = self._by_client.get(client_id)
        if order_id:
            return self._open[order_id]
        return self._lately.get(client_id) or self._one("client_id", client_id)

    def by_intent(self, intent_key: str) -> Order | None:
        return self._one("intent_key", intent_key)

    def successor(self, order_id: str) -> Order | None:
        """The newest order that takes this one's place."""
        newest = self._successors.get(order_id)
        return self.get(newest) if newest else None

    def open(self, account_id: str = "") -> tuple[Order, ...]:
        """Everything that is not over yet."""
        if not account_id:
            return tuple(self._open.values())
        return tuple(order for order in self._open.values() if order.account_id == account_id)

    def working(self, statuses: Collection[Status], before: str, limit: int, find: str = "") -> list[Order]:
        """Those of the open ones, as `page` has them, from memory: as they are now, and quick however long the history."""
        found = (o for o in self._open.values() if o.status in statuses and (not before or o.id < before))
        return nlargest(limit, (o for o in found if not find or _fits(o, find)), key=lambda order: order.id)

    def newest(self, order: Order) -> Order:
        """An order that was read a moment ago, as it is now."""
        return (order.status in OPEN and self.by_client(order.client_id)) or order

    def asked_on(self, account_id: str, day: date, origins: Collection[Origin]) -> int:
        """How many orders were asked for on that market day, by these; a reduction holds nothing back and does not count."""
        row = self._connection.execute(
            f"SELECT count(*) FROM orders WHERE id > ? AND id < ? AND account_id=? AND reserve_price > 0 "
            f"AND origin IN ({','.join('?' * len(origins))})",
            (f"{day:%Y%m%d}-", f"{day:%Y%m%d}.", account_id, *origins),
        )
        return int(row.fetchone()[0])

    def count_of(self, day: date) -> int:
        """How many orders there are of that market day."""
        span = (f"{day:%Y%m%d}-", f"{day:%Y%m%d}.")
        return int(self._connection.execute("SELECT count(*) FROM orders WHERE id > ? AND id < ?", span).fetchone()[0])

    def traded_at_risk(self, account_id: str, most: int) -> int:
        """How many orders of it that added risk have traded, all of it or a part; counted no further than this."""
        sql = (  # by its fills, which have an index: an account that never traded is known at once
            "SELECT count(*) FROM (SELECT DISTINCT o.id FROM fill f JOIN orders o ON o.client_id = f.client_id "
            "WHERE f.account_id = ? AND o.reserve_price > 0 AND o.filled > 0 LIMIT ?)"
        )
        return int(self._connection.execute(sql, (account_id, most)).fetchone()[0])

    def tags(self) -> tuple[str, ...]:
        """Strategy tags of the newest orders: enough to choose from, and quick however long the history."""
        sql = f"SELECT DISTINCT strategy FROM (SELECT strategy FROM orders ORDER BY id DESC LIMIT {_TAGGED_LATELY})"
        found = (tag for (tag,) in self._connection.execute(sql) if tag)
        return tuple(sorted(found, key=str.casefold))

    def _one(self, column: str, value: str) -> Order | None:
        row = self._connection.execute(f"{_SELECT} WHERE {column}=?", (value,)).fetchone()
        return _order(row) if row else None

    def _remember(self, order: Order) -> None:
        if order.status in OPEN:
            self._unit.keep(self._open, order.id, order)
            if order.client_id not in self._by_client:
                self._unit.keep(self._by_client, order.client_id, order.id)
        else:
            self._unit.drop(self._open, order.id)
            self._unit.drop(self._by_client, order.client_id)
            self._unit.keep(self._lately, order.client_id, order)
            if len(self._lately) > _LATELY:
                self._unit.drop(self._lately, next(iter(self._lately)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """Orders of some accounts; of no day before the one they began on, so that nobody looks through years for them."""

    accounts: tuple[str, ...]
    since: date | None = None  # market day; None = not known


def page(
    connection: sqlite3.Connection,
    statuses: Iterable[Status],
    before: str,
    limit: int,
    find: str = "",
    only: Only | None = None,
) -> list[Order]:
    """Newest first, below an id; empty = from the top."""
    wanted = tuple(statuses)
    where, values = [f"status IN ({','.join('?' * len(wanted))})"], [str(status) for status in wanted]
    if before:
        where.append("id < ?")
        values.append(before)
    if is_whole_id(find):
        where.append("id = ?")
        values.append(find)
    elif find:
        where.append("(symbol = ? OR id LIKE ? ESCAPE '\\' OR origin = ? OR client_id = ? OR strategy = ?)")
        values += [find.upper(), contains(find), find.lower(), find, find]
    if only is not None:
        where.append(f"account_id IN ({','.join('?' * len(only.accounts))})")
        values += only.accounts
        if only.since is not None:
            where.append("id > ?")
            values.append(f"{only.since:%Y%m%d}-")
    sql = f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT ?"
    return [_order(row) for row in connection.execute(sql, (*values, limit))]


def one(connection: sqlite3.Connection, order_id: str) -> Order | None:
    row = connection.execute(f"{_SELECT} WHERE id=?", (order_id,)).fetchone()
    return _order(row) if row else None


def symbols(connection: sqlite3.Connection, order_ids: Collection[str]) -> dict[str, str]:
    """What each of these orders is about."""
    sql = f"SELECT id, symbol FROM orders WHERE id IN ({','.join('?' * len(order_ids))})"
    return dict(connection.execute(sql, tuple(order_ids)).fetchall())


def _fits(order: Order, find: str) -> bool:
    """As `page` finds it."""
    if is_whole_id(find):
        return order.id == find
    exact = find.upper() == order.symbol or find.lower() == order.origin or find in (order.client_id, order.strategy)
    return exact or find in order.id


def _row(order: Order) -> tuple[Any, ...]:
    if order.at is None:
        raise ValueError(f"order {order.id} has no time")
    return (
        order.id,
        order.intent_key,
        order.client_id,
        order.account_id,
        order.instrument_id,
        order.symbol,
        order.side.value,
        order.type.value,
        as_units(order.quantity, QUANTITY_PLACES),
        None if order.limit is None else as_units(order.limit, PRICE_PLACES),
        None if order.stop is None else as_units(order.stop, PRICE_PLACES),
        order.time_in_force.value,
        int(order.extended_hours),
        order.purpose.value,
        None if order.notional is None else as_units(order.notional, MONEY_PLACES),
        order.origin.value,
        order.origin_id,
        order.strategy,
        order.parent_id,
        msgspec.json.encode(order.legs).decode() if order.legs else "[]",
        order.replaces,
        _NOTHING_AGREED if order.consent is NO_CONSENT else msgspec.json.encode(order.consent).decode(),
        as_units(order.reserve_price, PRICE_PLACES),
        to_micros(order.at),
        None if order.expires_at is None else to_micros(order.expires_at),
        as_units(order.carried, QUANTITY_PLACES) if order.carried else 0,
        int(order.cancel_asked),
        int(order.doubted),
        order.status.value,
        as_units(order.filled, QUANTITY_PLACES) if order.filled else 0,
        as_units(order.filled_value, MONEY_PLACES) if order.filled_value else 0,
        order.broker_order_id,
        order.reason,
        None if order.sent_at is None else to_micros(order.sent_at),
    )


def _order(row: tuple[Any, ...]) -> Order:
    kept = dict(zip(_NAMES, row, strict=True))
    return Order(
        id=kept["id"],
        intent_key=kept["intent_key"],
        client_id=kept["client_id"],
        account_id=kept["account_id"],
        instrument_id=kept["instrument_id"],
        symbol=kept["symbol"],
        side=Side(kept["side"]),
        type=OrderType(kept["type"]),
        quantity=from_units(kept["quantity"], QUANTITY_PLACES),
        limit=_maybe(kept["limit_price"], PRICE_PLACES),
        stop=_maybe(kept["stop_price"], PRICE_PLACES),
        time_in_force=TimeInForce(kept["time_in_force"]),
        extended_hours=bool(kept["extended_hours"]),
        purpose=Purpose(kept["purpose"]),
        notional=_maybe(kept["notional"], MONEY_PLACES),
        origin=Origin(kept["origin"]),
        origin_id=kept["origin_id"],
        strategy=kept["strategy"],
        parent_id=kept["parent_id"],
        legs=msgspec.json.decode(kept["legs"], type=tuple[Leg, ...]),
        replaces=kept["replaces"],
        consent=NO_CONSENT
        if kept["consent"] == _NOTHING_AGREED
        else msgspec.json.decode(kept["consent"], type=Consent),
        reserve_price=from_units(kept["reserve_price"], PRICE_PLACES),
        at=from_micros(kept["at"]),
        expires_at=None if kept["expires_at"] is None else from_micros(kept["expires_at"]),
        carried=from_units(kept["carried"], QUANTITY_PLACES) if kept["carried"] else ZERO,
        cancel_asked=bool(kept["cancel_asked"]),
        doubted=bool(kept["doubted"]),
        status=Status(kept["status"]),
        filled=from_units(kept["filled"], QUANTITY_PLACES) if kept["filled"] else ZERO,
        filled_value=from_units(kept["filled_value"], MONEY_PLACES) if kept["filled_value"] else ZERO,
        broker_order_id=kept["broker_order_id"],
        reason=kept["reason"],
        sent_at=None if kept["sent_at"] is None else from_micros(kept["sent_at"]),
    )


def _maybe(units: int | None, places: int) -> Decimal | None:
    return None if units is None else from_units(units, places)
