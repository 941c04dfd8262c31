"""The practice exchange's own records: one SQLite file, written before anything is answered or told."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec

from core.brokers.practice import script_rows
from core.brokers.practice.bad_day import BadDay
from core.brokers.practice.called import BY_BROKER, Called
from core.brokers.practice.held import Held, How, Seen, Trade
from core.brokers.practice.owed import Owed
from core.brokers.practice.till import Position
from core.domain.chosen import Script
from core.domain.errors import BadInput, StoreError
from core.domain.fill import Fill
from core.domain.money import MONEY_PLACES, PRICE_PLACES, QUANTITY_PLACES, as_units, from_units
from core.domain.order import OrderType, Side, Status, TimeInForce
from core.domain.reading import Activity
from core.market.tape import Moment

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS exchange (
    one INTEGER PRIMARY KEY CHECK (one = 1), seed INTEGER NOT NULL, born TEXT NOT NULL,
    cash INTEGER NOT NULL, worked INTEGER NOT NULL, orders INTEGER NOT NULL, executions INTEGER NOT NULL,
    called TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE IF NOT EXISTS held (
    client_id TEXT PRIMARY KEY, broker_order_id TEXT NOT NULL, sequence INTEGER NOT NULL,
    account_id TEXT NOT NULL, instrument_id TEXT NOT NULL, side TEXT NOT NULL, type TEXT NOT NULL,
    time_in_force TEXT NOT NULL, extended_hours INTEGER NOT NULL, quantity INTEGER NOT NULL,
    limit_price INTEGER, stop_price INTEGER, carried INTEGER NOT NULL, filled INTEGER NOT NULL,
    status TEXT NOT NULL, reason TEXT NOT NULL, replaced_by TEXT, accepted_at INTEGER NOT NULL,
    active_at INTEGER NOT NULL, ends_at INTEGER, cancel_at INTEGER, ended_at INTEGER,
    triggered INTEGER NOT NULL, arrived INTEGER, ahead INTEGER, adjusted_for TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS held_by_end ON held (ended_at);
CREATE TABLE IF NOT EXISTS trade (
    execution_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, account_id TEXT NOT NULL, instrument_id TEXT NOT NULL,
    client_id TEXT NOT NULL, side TEXT NOT NULL, quantity INTEGER NOT NULL, price INTEGER NOT NULL,
    fee INTEGER NOT NULL, at INTEGER NOT NULL, recorded_at INTEGER NOT NULL, how TEXT NOT NULL, note TEXT NOT NULL,
    bid INTEGER NOT NULL, ask INTEGER NOT NULL, bid_size INTEGER NOT NULL, ask_size INTEGER NOT NULL,
    last INTEGER NOT NULL, volume INTEGER NOT NULL, tick INTEGER NOT NULL, seen TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS trade_by_at ON trade (at);
CREATE INDEX IF NOT EXISTS trade_by_recorded_at ON trade (recorded_at);
CREATE INDEX IF NOT EXISTS trade_by_client_id ON trade (client_id);
CREATE TABLE IF NOT EXISTS position (
    instrument_id TEXT PRIMARY KEY, quantity INTEGER NOT NULL, cost INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS activity (
    sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
    content TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS activity_by_at ON activity (at);
CREATE INDEX IF NOT EXISTS activity_by_recorded_at ON activity (recorded_at);
CREATE TABLE IF NOT EXISTS owed (event_id TEXT PRIMARY KEY, paid INTEGER NOT NULL, content TEXT NOT NULL) STRICT;
"""
_SEEN_OUT: Final = msgspec.json.Encoder()
_SEEN: Final = msgspec.json.Decoder(Seen)
_SAVE_HELD: Final = f"INSERT OR REPLACE INTO held VALUES ({', '.join('?' * 26)})"  # noqa: S608  # only question marks
_activity: Final = msgspec.json.Decoder(Activity).decode
_called: Final = msgspec.json.Decoder(Called).decode
_owed: Final = msgspec.json.Decoder(Owed).decode
_SAVE_ACTIVITY: Final = "INSERT INTO activity (id, at, recorded_at, content) VALUES (?, ?, ?, ?)"
_SAVE_TRADE: Final = f"INSERT INTO trade VALUES ({', '.join('?' * 21)})"  # noqa: S608
_LATER: Final = (("trade", "seen"), ("held", "adjusted_for"), ("exchange", "called"))  # for files begun before


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The exchange's own numbers."""

    seed: int
    born: str  # stands in every id it gives out, so that no two exchanges ever give the same
    cash: Decimal
    worked: datetime  # market time up to which every order has had its turn
    orders: int = 0
    executions: int = 0
    called: Called | None = None  # the margin call that stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """One commit. With activities and trades goes the real time they became known."""

    standing: Standing
    held: Sequence[Held]
    trades: Sequence[tuple[Trade, datetime]]
    moved: dict[str, Position]
    activities: Sequence[tuple[Activity, datetime]]
    owed: Sequence[Owed]


class Records:
    """Locked to one opening at a time; used by one thread at a time."""

    def __init__(self, file: str) -> None:
        opened: sqlite3.Connection | None = None
        try:
            self._db = opened = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=1)
            for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(_SCHEMA + script_rows.SCHEMA)
            self._grow()
        except sqlite3.Error as error:
            if opened is not None:
                opened.close()
            raise StoreError(
                f"The practice exchange's file {file} cannot be opened ({error}). No order was taken: "
                "end whatever else has it open, check the disk, or move the file away to begin a new exchange."
            ) from error

    def _grow(self) -> None:
        for table, column in _LATER:
            if column not in {row[1] for row in self._db.execute(f"PRAGMA table_info({table})")}:
                self._db.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")

    def begin(self, fresh: Standing, days: Script = ()) -> Standing:
        """What the file says; a new file starts with these numbers and chosen days, both or neither."""
        begun = (fresh.seed, fresh.born, as_units(fresh.cash, MONEY_PLACES), _micros(fresh.worked))
        self._db.execute("BEGIN IMMEDIATE")
        if self._db.execute("INSERT OR IGNORE INTO exchange VALUES (1, ?, ?, ?, ?, 0, 0, '')", begun).rowcount == 1:
            script_rows.write(self._db, days, None)
        self._db.execute("COMMIT")
        seed, born, cash, worked, orders, executions, called = self._db.execute(
            "SELECT seed, born, cash, worked, orders, executions, called FROM exchange"
        ).fetchone()
        return Standing(
            seed=seed,
            born=born,
            cash=from_units(cash, MONEY_PLACES),
            worked=_moment(worked),
            orders=orders,
            executions=executions,
            called=_called(called) if called else None,
        )

    def save(self, saved: Saved) -> None:
        """All of it or nothing, on the disk when this returns."""
        standing = saved.standing
        orders = [_held_row(h) for h in saved.held]
        traded = [_trade_row(trade, at) for trade, at in saved.trades]
        shares = [(i, as_units(q, QUANTITY_PLACES), as_units(c, MONEY_PLACES)) for i, (q, c) in saved.moved.items()]
        happened = [(a.id, _micros(a.at), _micros(at), _json(a)) for a, at in saved.activities]
        owed = [(o.event.id, o.paid, _json(o)) for o in saved.owed]
        cash, worked = as_units(standing.cash, MONEY_PLACES), _micros(standing.worked)
        called = _json(standing.called) if standing.called else ""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(_SAVE_HELD, orders)
            self._db.executemany(_SAVE_TRADE, traded)
            self._db.executemany("INSERT OR REPLACE INTO position VALUES (?, ?, ?)", shares)
            self._db.executemany(_SAVE_ACTIVITY, happened)
            self._db.executemany("INSERT OR REPLACE INTO owed VALUES (?, ?, ?)", owed)
            self._db.execute(
                "UPDATE exchange SET cash = ?, worked = ?, orders = ?, executions = ?, called = ?",
                (cash, worked, standing.orders, standing.executions, called),
            )
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise StoreError(
                f"The practice exchange cannot write its file ({error}). What was asked may still be carried out: "
                "free some disk space, then look the order up."
            ) from error

    def open_orders(self) -> Sequence[Held]:
        """Everything that may still trade, in the order it came."""
        return self._helds("ended_at IS NULL ORDER BY sequence")

    def ended_since(self, at: datetime) -> Sequence[Held]:
        """Orders that ended at or after a moment of market time."""
        return self._helds("ended_at >= ? ORDER BY sequence", _micros(at))

    def find(self, client_id: str) -> Held | None:
        """The order with this client id, whatever became of it."""
        return next(iter(self._helds("client_id = ?", client_id)), None)

    def trades_since(self, at: datetime) -> Sequence[Trade]:
        """Trades whose market time, or whose real time, is not before this: the two clocks may be far apart."""
        rows = self._db.execute(
            "SELECT * FROM trade WHERE at >= ? UNION SELECT * FROM trade WHERE recorded_at >= ? ORDER BY sequence",
            (_micros(at),) * 2,
        )
        return [_trade(row) for row in rows]

    def trades_from(self, at: datetime) -> Sequence[Trade]:
        """Trades from a moment of market time on."""
        return [
            _trade(row)
            for row in self._db.execute("SELECT * FROM trade WHERE at >= ? ORDER BY sequence", (_micros(at),))
        ]

    def trades_of(self, client_id: str) -> Sequence[Trade]:
        """One order's trades, in the order they came."""
        rows = self._db.execute("SELECT * FROM trade WHERE client_id = ? ORDER BY sequence", (client_id,))
        return [_trade(row) for row in rows]

    def positions(self) -> dict[str, Position]:
        """Quantity and cost of everything ever held."""
        rows = self._db.execute("SELECT instrument_id, quantity, cost FROM position ORDER BY instrument_id")
        return {i: (from_units(q, QUANTITY_PLACES), from_units(c, MONEY_PLACES)) for i, q, c in rows}

    def activities_since(self, at: datetime) -> Sequence[Activity]:
        """By market time or by real time, like trades; in the order they happened."""
        rows = self._db.execute(
            "SELECT content FROM activity WHERE at >= ? OR recorded_at >= ? ORDER BY sequence", (_micros(at),) * 2
        )
        return [_activity(content) for (content,) in rows]

    def activity(self, activity_id: str) -> Activity | None:
        """What has happened under this id."""
        found = self._db.execute("SELECT content FROM activity WHERE id = ?", (activity_id,)).fetchone()
        return None if found is None else _activity(found[0])

    def owed(self) -> Sequence[Owed]:
        """Dividends not paid yet."""
        rows = self._db.execute("SELECT content FROM owed WHERE NOT paid ORDER BY event_id")
        return [_owed(content) for (content,) in rows]

    def script(self) -> tuple[Script, BadDay | None]:
        """What somebody chose, in its order; and the bad day."""
        try:
            return script_rows.read(self._db), script_rows.read_bad_day(self._db)
        except (ValueError, BadInput, msgspec.DecodeError) as error:
            raise StoreError(
                f"The practice exchange's file holds a chosen day that cannot be read ({error}). No order was taken: "
                "open it with the version that wrote it, or move the file away to begin a new exchange."
            ) from error

    def keep(self, script: Script, bad_day: BadDay | None) -> None:
        """These and no others, on the disk when this returns."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            script_rows.write(self._db, script, bad_day)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise StoreError(
                f"The practice exchange cannot write its file ({error}). The chosen days stay as they were: "
                "free some disk space, then choose again."
            ) from error

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _helds(self, where: str, *values: object) -> Sequence[Held]:
        return [_held(row) for row in self._db.execute(f"SELECT * FROM held WHERE {where}", values)]  # noqa: S608


def _json(value: Activity | Owed | Called) -> str:
    return msgspec.json.encode(value).decode()


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _moment(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _maybe_micros(at: datetime | None) -> int | None:
    return None if at is None else _micros(at)


def _maybe_moment(micros: int | None) -> datetime | None:
    return None if micros is None else _moment(micros)


def _maybe_units(value: Decimal | None, places: int) -> int | None:
    return None if value is None else as_units(value, places)


def _maybe_value(units: int | None, places: int) -> Decimal | None:
    return None if units is None else from_units(units, places)


def _held_row(h: Held) -> tuple[object, ...]:
    return (
        h.client_id,
        h.broker_order_id,
        h.sequence,
        h.account_id,
        h.instrument_id,
        h.side,
        h.type,
        h.time_in_force,
        h.extended_hours,
        as_units(h.quantity, QUANTITY_PLACES),
        _maybe_units(h.limit, PRICE_PLACES),
        _maybe_units(h.stop, PRICE_PLACES),
        as_units(h.carried, QUANTITY_PLACES),
        as_units(h.filled, QUANTITY_PLACES),
        h.status,
        h.reason,
        h.replaced_by,
        _micros(h.accepted_at),
        _micros(h.active_at),
        _maybe_micros(h.ends_at),
        _maybe_micros(h.cancel_at),
        _maybe_micros(h.ended_at),
        h.triggered,
        _maybe_micros(h.arrived),
        _maybe_units(h.ahead, QUANTITY_PLACES),
        h.adjusted_for,
    )


def _held(row: Sequence[Any]) -> Held:
    return Held(
        client_id=row[0],
        broker_order_id=row[1],
        sequence=row[2],
        account_id=row[3],
        instrument_id=row[4],
        side=Side(row[5]),
        type=OrderType(row[6]),
        time_in_force=TimeInForce(row[7]),
        extended_hours=bool(row[8]),
        quantity=from_units(row[9], QUANTITY_PLACES),
        limit=_maybe_value(row[10], PRICE_PLACES),
        stop=_maybe_value(row[11], PRICE_PLACES),
        carried=from_units(row[12], QUANTITY_PLACES),
        filled=from_units(row[13], QUANTITY_PLACES),
        status=Status(row[14]),
        reason=row[15],
        replaced_by=row[16],
        accepted_at=_moment(row[17]),
        active_at=_moment(row[18]),
        ends_at=_maybe_moment(row[19]),
        cancel_at=_maybe_moment(row[20]),
        ended_at=_maybe_moment(row[21]),
        triggered=bool(row[22]),
        arrived=_maybe_moment(row[23]),
        ahead=_maybe_value(row[24], QUANTITY_PLACES),
        adjusted_for=row[25],
    )


def _trade_row(trade: Trade, recorded_at: datetime) -> tuple[object, ...]:
    fill, moment = trade.fill, trade.moment
    return (
        fill.execution_id,
        trade.sequence,
        fill.account_id,
        fill.instrument_id,
        fill.client_id,
        fill.side,
        as_units(fill.quantity, QUANTITY_PLACES),
        as_units(fill.price, PRICE_PLACES),
        as_units(fill.fee, MONEY_PLACES),
        _micros(fill.at),
        _micros(recorded_at),
        trade.how,
        fill.note,
        as_units(moment.bid, PRICE_PLACES),
        as_units(moment.ask, PRICE_PLACES),
        as_units(moment.bid_size, QUANTITY_PLACES),
        as_units(moment.ask_size, QUANTITY_PLACES),
        as_units(moment.last, PRICE_PLACES),
        as_units(moment.volume, QUANTITY_PLACES),
        as_units(moment.tick, PRICE_PLACES),
        _SEEN_OUT.encode(trade.seen).decode(),
    )


def _trade(row: Sequence[Any]) -> Trade:
    fill = Fill(
        execution_id=row[0],
        account_id=row[2],
        instrument_id=row[3],
        client_id=row[4],
        side=Side(row[5]),
        quantity=from_units(row[6], QUANTITY_PLACES),
        price=from_units(row[7], PRICE_PLACES),
        fee=from_units(row[8], MONEY_PLACES),
        at=_moment(row[9]),
        note=row[12],
        bid=from_units(row[13], PRICE_PLACES),
        ask=from_units(row[14], PRICE_PLACES),
        liquidation=row[4].startswith(BY_BROKER),
    )
    moment = Moment(
        bid=from_units(row[13], PRICE_PLACES),
        ask=from_units(row[14], PRICE_PLACES),
        bid_size=from_units(row[15], QUANTITY_PLACES),
        ask_size=from_units(row[16], QUANTITY_PLACES),
        last=from_units(row[17], PRICE_PLACES),
        volume=from_units(row[18], QUANTITY_PLACES),
        tick=from_units(row[19], PRICE_PLACES),
    )
    return Trade(fill=fill, sequence=row[1], moment=moment, how=How(row[11]), seen=_read_seen(row[20]))


def _read_seen(text: str) -> Seen:
    return _SEEN.decode(text) if text else Seen()
