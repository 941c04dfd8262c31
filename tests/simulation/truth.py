"""What must be true of our books, held against what the broker holds. Reads the tables itself, not through the store."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from core.domain.money import MONEY_PLACES, PRICE_PLACES, QUANTITY_PLACES, ZERO, from_units
from core.domain.order import AT_BROKER, IN_DOUBT, NEXT, OPEN, Order, Status
from core.execution.picture import Pictures, buying_power
from core.store.journal import broken_links
from tests.fakes.broker import ACCOUNT, FakeBroker, FakeLine, Held

WATCH_MOVES = """
CREATE TEMP TABLE IF NOT EXISTS move (seq INTEGER PRIMARY KEY, id TEXT, was TEXT, became TEXT)
"""
WATCH_TRIGGER = """
CREATE TEMP TRIGGER IF NOT EXISTS watch_moves AFTER UPDATE OF status ON orders WHEN old.status <> new.status
BEGIN INSERT INTO move (id, was, became) VALUES (new.id, old.status, new.status); END
"""


MAY_TRADE = ("intent", "unsent", "sending", "unknown", "acked", "partial", "cancel_pending", "replace_pending")
ORDERS = """
SELECT new.id, new.client_id, new.status, new.quantity, new.filled, new.carried, old.client_id AS old_client_id
FROM orders AS new LEFT JOIN orders AS old ON new.replaces = old.id
"""


class Broken(AssertionError):
    """A promise was not kept."""


def watch(disk: sqlite3.Connection) -> None:
    """From now on every change of an order's state is written down by the database itself."""
    sqlite3.Connection.execute(disk, WATCH_MOVES)
    sqlite3.Connection.execute(disk, WATCH_TRIGGER)


def rows(disk: sqlite3.Connection, sql: str, *values: Any) -> list[dict[str, Any]]:
    cursor = sqlite3.Connection.execute(disk, sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def shares(units: int) -> Decimal:
    return from_units(units, QUANTITY_PLACES)


def money(units: int) -> Decimal:
    return from_units(units, MONEY_PLACES)


# At the instant a broker accepts


def durable(disk: sqlite3.Connection, order: Order) -> Iterator[str]:
    """It is on our disk, committed, with the same content, before the broker says yes."""
    if disk.in_transaction:
        yield f"{order.client_id} was sent before it was committed"
        return
    found = rows(disk, "SELECT * FROM orders WHERE client_id=?", order.client_id)
    if not found:
        yield f"{order.client_id} was sent and is not on the disk"
        return
    row = found[0]
    if row["status"] in {Status.DRAFT, Status.INTENT}:
        yield f"{order.client_id} was sent as {row['status']}"
    for column, value in content(order).items():
        if row[column] != value:
            yield f"{order.client_id} was sent with {column} {value}, on the disk it is {row[column]}"


def content(order: Order) -> dict[str, Any]:
    """What a broker would act on, as it is stored."""

    def price(value: Decimal | None) -> int | None:
        return None if value is None else int(value.scaleb(PRICE_PLACES))

    return {
        "account_id": order.account_id,
        "instrument_id": order.instrument_id,
        "side": order.side,
        "type": order.type,
        "quantity": int(order.quantity.scaleb(QUANTITY_PLACES)),
        "limit_price": price(order.limit),
        "stop_price": price(order.stop),
        "time_in_force": order.time_in_force,
        "intent_key": order.intent_key,
    }


# At every instant


def always(disk: sqlite3.Connection, broker: FakeBroker, line: FakeLine) -> Iterator[str]:
    """Nothing here waits for healing: it holds at every instant the process could look."""
    yield from (f"{client_id} became more than one order" for client_id in broker.doubles())
    held = {one.order.client_id: one for one in broker.held}
    for row in rows(disk, ORDERS):
        yield from _ended_with_evidence(row, held.get(row["client_id"]), broker, line)
    for move in rows(disk, "SELECT * FROM temp.move"):
        if Status(move["became"]) not in NEXT[Status(move["was"])]:
            yield f"order {move['id']} went from {move['was']} to {move['became']}"


def _ended_with_evidence(row: dict[str, Any], held: Held | None, broker: FakeBroker, line: FakeLine) -> Iterator[str]:
    """An order is over only when the broker said so, or when it provably never left, or on a person's word."""
    status, client_id = Status(row["status"]), row["client_id"]
    if status in OPEN | {Status.ATTESTED, Status.DRAFT}:
        if status in AT_BROKER and held is None:
            yield f"{client_id} is {status} and the broker has never seen it"
        if status in {Status.INTENT, Status.UNSENT} and client_id in line.departed:
            yield f"{client_id} is {status} and it did leave this machine"
        return
    if status is Status.ABANDONED:
        if client_id in line.departed:
            yield f"{client_id} was abandoned and it did leave this machine"
        return
    if status is Status.REJECTED:
        said_so = client_id in broker.refused or (held is not None and held.status is Status.REJECTED)
        if not said_so and not _can_never_come(row, held, broker):
            yield f"{client_id} counts as rejected and the broker never said so"
        return
    if held is None:
        yield f"{client_id} is {status} and the broker has never seen it"
    elif held.open and shares(row["filled"] + row["carried"]) < shares(row["quantity"]):
        yield f"{client_id} is {status} and still works at the broker"


def reserves_kept(disk: sqlite3.Connection, pictures: Pictures) -> Iterator[str]:
    """Whatever may still trade holds its buying power, in doubt or not."""
    marks = ",".join("?" * len(MAY_TRADE))
    sql = f"SELECT id, replaces, quantity, carried, filled, reserve_price FROM orders WHERE status IN ({marks})"
    chain = "CASE n.origin WHEN 'adjusted' THEN 0 ELSE o.carried + o.filled END"  # the broker's asks for the rest alone
    counted = f"SELECT n.id FROM orders n JOIN orders o ON n.replaces = o.id WHERE n.carried <> {chain}"
    for row in rows(disk, f"{counted} AND n.status IN ({marks})", *MAY_TRADE):
        yield f"{row['id']} does not count what the orders it replaced have filled"
    held: dict[str, Decimal] = {}
    replaced: list[tuple[str, str]] = []
    for row in rows(disk, sql, *MAY_TRADE):
        leaves = max(row["quantity"] - row["carried"] - row["filled"], 0)
        held[row["id"]] = shares(leaves) * from_units(row["reserve_price"], PRICE_PLACES)
        if row["replaces"]:
            replaced.append((row["id"], row["replaces"]))
    held_back = sum(held.values(), ZERO)
    held_back -= sum((min(held[new], held[old]) for new, old in replaced if old in held), ZERO)  # never both counted
    worth = pictures.worth(ACCOUNT)
    shown = buying_power(worth, pictures.store.orders.open(ACCOUNT))
    if shown is not None and worth.shorts is not None and shown != worth.cash - 2 * worth.shorts - held_back:
        yield f"buying power is {shown}, but {held_back} is held back from {worth.cash}"


def frozen_without_cause(pictures: Pictures) -> Iterator[str]:
    """Everything at this broker is explained by its executions: no symbol may ever be frozen by comparing. A split may
    wait for trades that cannot be read.
    """
    for restriction in pictures.levels.restrictions:
        if restriction.by not in ("attested", "person", "corporate event"):
            yield f"{restriction.scope} was restricted: {restriction.reason}"


def wrong_words_freeze(disk: sqlite3.Connection, broker: FakeBroker) -> Iterator[str]:
    """An order that was ended on a person's word and is at the broker all the same freezes its symbol; nothing else does."""
    attested = rows(
        disk,
        "SELECT client_id, account_id || '/' || instrument_id AS scope FROM orders "
        "WHERE id IN (SELECT id FROM temp.move WHERE became = 'attested')",
    )
    came = {held.order.client_id for held in broker.held}
    matters = {held.order.client_id for held in broker.held if held.filled}
    proved_wrong = {row["scope"] for row in attested if row["client_id"] in matters}
    possibly_wrong = {row["scope"] for row in attested if row["client_id"] in came}
    frozen = {row["scope"] for row in rows(disk, 'SELECT scope FROM trading_level WHERE "by" = ?', "attested")}
    yield from (f"{scope} filled after a person's word and is not frozen" for scope in proved_wrong - frozen)
    yield from (f"{scope} is frozen, and nobody's word was wrong" for scope in frozen - possibly_wrong)


def _can_never_come(row: dict[str, Any], held: Held | None, broker: FakeBroker) -> bool:
    """A replacement for an order that ended otherwise, or that the broker adjusted: whenever it arrives, it will be
    refused.
    """
    old = [one for one in broker.held if one.order.client_id == row["old_client_id"]]
    return held is None and bool(old) and not old[0].open and (old[0].replaced_by or "~").find("~") >= 0


# When everything has healed and was read again


def at_peace(disk: sqlite3.Connection, broker: FakeBroker, line: FakeLine) -> Iterator[str]:
    """Our books are the broker's, to the last share and the last micro-dollar."""
    yield from always(disk, broker, line)
    yield from fills_are_booked_once(disk, broker)
    yield from orders_agree(disk, broker)
    yield from holdings_agree(disk, broker)
    yield from books_hold(disk)
    yield from wrong_words_freeze(disk, broker)


def fills_are_booked_once(disk: sqlite3.Connection, broker: FakeBroker) -> Iterator[str]:
    ours = rows(disk, "SELECT execution_id, instrument_id, side, quantity, price, fee, busts FROM fill")
    told = Counter(row["execution_id"] for row in ours)
    yield from (f"{execution} is stored {count} times" for execution, count in told.items() if count > 1)
    true = {fill.execution_id: fill for fill in broker.fills}
    yield from (f"{execution} is booked and never traded" for execution in told if execution not in true)
    yield from (f"{execution} traded and is not booked" for execution in true if execution not in told)
    busted_by = {fill.busts: fill.execution_id for fill in broker.fills if fill.busts}
    entries = Counter(row["source"] for row in rows(disk, "SELECT source FROM entry"))
    for row in ours:
        fill = true.get(row["execution_id"])
        if fill is None:
            continue
        same = (
            row["instrument_id"] == fill.instrument_id
            and row["side"] == fill.side
            and shares(row["quantity"]) == fill.quantity
            and from_units(row["price"], PRICE_PLACES) == fill.price
            and money(row["fee"]) == fill.fee
        )
        if not same:
            yield f"{fill.execution_id} is stored with another content"
        booked = _entries_of(fill.execution_id, entries)
        partner = fill.busts or busted_by.get(fill.execution_id)
        never_counted = partner and booked == _entries_of(partner, entries) == 0  # taken back before it was heard of
        if booked != 1 and not never_counted:
            yield f"{fill.execution_id} has {booked} entries"


def _entries_of(execution_id: str, entries: Counter[str]) -> int:
    return sum(count for source, count in entries.items() if source.endswith(f":{execution_id}"))


def orders_agree(disk: sqlite3.Connection, broker: FakeBroker) -> Iterator[str]:
    held = {one.order.client_id: one for one in broker.held}
    ours = {row["client_id"]: row for row in rows(disk, "SELECT * FROM orders")}
    yield from (f"{client_id} is at the broker and not on our disk" for client_id in held if client_id not in ours)
    for client_id, row in ours.items():
        status, theirs = Status(row["status"]), held.get(client_id)
        if status in IN_DOUBT and theirs is not None:
            yield f"{client_id} is still {status} and the broker could tell"
        if theirs is None:
            continue
        if shares(row["filled"]) != theirs.filled:
            yield f"{client_id} filled {shares(row['filled'])} here, {theirs.filled} at the broker"
        replacing = status is Status.REPLACE_PENDING and any(
            one["replaces"] == row["id"] and one["status"] == Status.UNKNOWN for one in ours.values()
        )
        if not _same_state(status, theirs) and not (theirs.open and replacing):
            yield f"{client_id} is {status} here, {theirs.status} at the broker"
        if theirs.open and status not in OPEN | {Status.ATTESTED}:
            yield f"{client_id} works at the broker and is over here"


def _same_state(ours: Status, theirs: Held) -> bool:
    if ours is theirs.status:
        return True
    if ours is Status.CANCEL_PENDING:
        return theirs.open and theirs.reason == "cancel requested"
    if ours is Status.ATTESTED:
        return True  # a person's word stands until a complete fill ends it; the fills themselves are compared above
    return {ours, theirs.status} == {Status.CANCELED, Status.REJECTED} and theirs.reason == "the exchange sent it back"


def holdings_agree(disk: sqlite3.Connection, broker: FakeBroker) -> Iterator[str]:
    ours = {
        row["instrument_id"]: shares(row["quantity"])
        for row in rows(disk, "SELECT instrument_id, quantity FROM position WHERE account_id=?", ACCOUNT)
    }
    for name in sorted(ours.keys() | broker.positions.keys()):
        here, there = ours.get(name, ZERO), broker.positions.get(name, ZERO)
        if here != there:
            yield f"{name}: {here} here, {there} at the broker"
    cash = sum((money(r["value"]) for r in rows(disk, "SELECT value FROM balance WHERE ledger_account='cash'")), ZERO)
    if cash != broker.cash:
        yield f"cash: {cash} here, {broker.cash} at the broker"


def books_hold(disk: sqlite3.Connection) -> Iterator[str]:
    """The maintained tables are the sum of all postings, entries balance, lots add up, the journal is whole."""
    yield from _differences("entry", _sums(disk, "SELECT entry_id || currency AS k, cost AS v FROM posting"), {})
    position = "SELECT account_id || ' ' || unit AS k, {} AS v FROM posting WHERE ledger_account='positions'"
    lots = "SELECT account_id || ' ' || instrument_id AS k, {} AS v FROM lot"
    held = "SELECT account_id || ' ' || instrument_id AS k, {} AS v FROM position"
    for column in ("quantity", "cost"):
        kept = _sums(disk, held.format(column))
        yield from _differences(f"position {column} against postings", kept, _sums(disk, position.format(column)))
        yield from _differences(f"position {column} against lots", kept, _sums(disk, lots.format(column)))
        moves = _sums(disk, f"SELECT lot_id AS k, {column} AS v FROM lot_move")
        yield from _differences(f"lot {column}", _sums(disk, f"SELECT id AS k, {column} AS v FROM lot"), moves)
    key = "account_id || ' ' || ledger_account || ' ' || currency AS k"
    balances = _sums(disk, f"SELECT {key}, value AS v FROM balance")
    yield from _differences(
        "balance", balances, _sums(disk, f"SELECT {key}, cost AS v FROM posting WHERE ledger_account<>'positions'")
    )
    yield from broken_links(disk)


def _sums(disk: sqlite3.Connection, sql: str) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for row in rows(disk, sql):
        sums[row["k"]] += row["v"]
    return sums


def _differences(what: str, kept: dict[str, int], folded: dict[str, int]) -> Iterator[str]:
    for key in sorted(kept.keys() | folded.keys()):
        if kept.get(key, 0) != folded.get(key, 0):
            yield f"{what} of {key}: {kept.get(key, 0)} is kept, {folded.get(key, 0)} is the sum"


def demand(problems: Iterable[str]) -> None:
    """Stop at the first promise that was not kept."""
    for problem in problems:
        raise Broken(problem)
