"""How long an engine takes to start, and how fast pages answer, with a long history: a new workspace and a full one.

The history is written straight into the tables of a workspace in which the engine has traded once: orders bought and
sold at one price, each with its three journal rows (chained), its fill (two where it sells), entry, postings and lot
move. Then, in turn, the real engine of the new and of the full workspace, from the start of its process until the channel answers; afterwards what
pages ask of the full one, through the channel.

Run: python -m bench.start [--orders 200000] [--rounds 3]
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.engine import Running
from bench.measure import percentile, ratio, say, verdict
from core.channel.home import Home, WorkspaceFolder
from core.domain.order import Side
from core.domain.workspace import WorkspaceKind
from core.store.columns import to_micros
from core.store.journal import link

A_DAY = 1_000  # orders
CHUNK = 10_000
ASKED = 40
AT_NIGHT = ("proof", "backup", "integrity")  # what they do with the history is not measured here
START_AIM, PAGE_AIM = 3.0, 0.050
Row = dict[str, Any]


def traded_once(folder: WorkspaceFolder) -> None:
    """A workspace as the engine makes it, with one order and its fill, after last night's jobs."""
    engine = Running(folder)
    engine.trading()
    engine.order("AAPL", Side.BUY, 1)
    while not engine.desk.orders.table("done").num_rows or any(
        job.last_outcome == "running" or (job.name in AT_NIGHT and job.last_outcome == "never")
        for job in engine.desk.jobs.all()
    ):
        time.sleep(0.1)
    engine.end()


class Past:
    """Rows like those of one real order, as often as wanted."""

    def __init__(self, connection: sqlite3.Connection, orders: int) -> None:
        connection.row_factory = sqlite3.Row
        self._run = connection
        self._order = self._like("SELECT * FROM orders LIMIT 1")
        self._fill = self._like("SELECT * FROM fill LIMIT 1")
        self._rows = [
            self._like(f"SELECT * FROM journal WHERE kind='{kind}' LIMIT 1")
            for kind in ("order.placed", "order.acked", "fill")
        ]
        newest = self._like("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")
        self._seq, self._head = newest["seq"], newest["hash"]
        self._first_day = datetime.now(UTC) - timedelta(days=orders // A_DAY + 10)

    def write(self, numbers: range) -> None:
        """One chunk, in one commit."""
        self._run.execute("BEGIN")
        for table, rows in (
            ("orders", [self._order_row(n) for n in numbers]),
            ("fill", [self._fill_row(n, part) for n in numbers for part in range(_parts(n))]),
            ("entry", [self._entry_row(n, part) for n in numbers for part in range(_parts(n))]),
            ("posting", [row for n in numbers for part in range(_parts(n)) for row in self._postings(n, part)]),
            ("lot_move", [self._move(n, part) for n in numbers for part in range(_parts(n))]),
            ("journal", [row for n in numbers for row in self._journal(n)]),
        ):
            self._insert(table, rows)
        self._run.execute("COMMIT")

    def _like(self, sql: str) -> Row:
        return dict(self._run.execute(sql).fetchone())

    def _insert(self, table: str, rows: list[Row]) -> None:
        names = [name for name in rows[0] if (table, name) not in (("fill", "seq"),)]
        sql = f"INSERT INTO {table} ({','.join(names)}) VALUES ({','.join('?' * len(names))})"
        self._run.executemany(sql, [tuple(row[name] for name in names) for row in rows])

    def _at(self, number: int) -> int:
        day, place = divmod(number, A_DAY)
        return to_micros(self._first_day + timedelta(days=day, seconds=place))

    def _id(self, number: int) -> str:
        day, place = divmod(number, A_DAY)
        return f"{self._first_day + timedelta(days=day):%Y%m%d}-{place + 1:06d}"

    def _order_row(self, number: int) -> Row:
        key = f"past-{number * 2654435761 % 2**32:08x}-{number}"  # scattered, as real ones are
        ids = {"id": self._id(number), "intent_key": key, "client_id": key}
        return self._order | ids | {"side": _side(number), "status": "filled", "at": self._at(number)}

    def _fill_row(self, number: int, part: int) -> Row:
        key = self._order_row(number)["client_id"]
        return self._fill | {
            "execution_id": f"past-{number}-{part}",
            "client_id": key,
            "side": _side(number),
            "quantity": self._fill["quantity"] // _parts(number),
            "fee": 0,
            "at": self._at(number),
        }

    def _entry_row(self, number: int, part: int) -> Row:
        return {"id": _entry(number, part), "at": self._at(number), "source": f"past:{number}:{part}", "note": ""}

    def _postings(self, number: int, part: int) -> Iterable[Row]:
        sign = 1 if number % 2 == 0 else -1
        shared = {"entry_id": _entry(number, part), "account_id": self._fill["account_id"], "currency": "USD"}
        value, quantity = (sign * whole // _parts(number) for whole in (100_000_000, self._fill["quantity"]))
        unit = self._fill["instrument_id"]
        yield shared | {"ledger_account": "positions", "unit": unit, "quantity": quantity, "cost": value}
        yield shared | {"ledger_account": "cash", "unit": "USD", "quantity": -value, "cost": -value}

    def _move(self, number: int, part: int) -> Row:
        position, _ = self._postings(number, part)
        return {
            "entry_id": _entry(number, part),
            "lot_id": _entry(number - number % 2, 0),
            "account_id": position["account_id"],
            "instrument_id": position["unit"],
            "quantity": position["quantity"],
            "cost": position["cost"],
            "currency": "USD",
            "opened_at": self._at(number - number % 2),
        }

    def _journal(self, number: int) -> Iterable[Row]:
        for like in self._rows:
            self._seq += 1
            row = like | {"seq": self._seq, "order_id": self._id(number), "recorded_at": self._at(number)}
            self._head = link(self._head, *(row[name] for name in _CHAINED))
            yield row | {"hash": self._head}


_CHAINED = ("seq", "recorded_at", "market_at", "kind", "who", "order_id", "about", "title", "body")


def _entry(number: int, part: int) -> str:
    return f"d{number:09}{part or ''}"  # before the engine's own, which begin with e


def _parts(number: int) -> int:
    """What is bought comes at once, what is sold in two fills: three for two orders."""
    return 1 + number % 2


def _side(number: int) -> str:
    return "sell" if number % 2 else "buy"


def fill(folder: WorkspaceFolder, orders: int) -> None:
    """The history, and every table's statistics left as they were."""
    with closing(sqlite3.connect(folder.database, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        past = Past(connection, orders)
        for first in range(0, orders, CHUNK):
            past.write(range(first, min(first + CHUNK, orders)))


def started(folder: WorkspaceFolder) -> tuple[float, Running]:
    engine = Running(folder)
    engine.desk.health.state()
    return time.monotonic() - engine.started, engine


def pages(engine: Running) -> dict[str, list[float]]:
    """Seconds of what pages ask."""
    desk = engine.desk
    done = desk.orders.table("done", limit=1000)
    deep = done.column("id")[done.num_rows - 1].as_py()
    newest = desk.journal.table(limit=1).column("seq")[0].as_py()
    asks: dict[str, Callable[[], object]] = {
        "orders, done": lambda: desk.orders.table("done"),
        "orders, next page": lambda: desk.orders.table("done", before=deep),
        "orders, open": lambda: desk.orders.table("open"),
        "orders, one symbol": lambda: desk.orders.table("all", find="AAPL"),
        "one order's story": lambda: desk.orders.story(deep),
        "journal": desk.journal.table,
        "journal, the middle": lambda: desk.journal.table(before=newest // 2),
        "journal, one kind": lambda: desk.journal.table(kind="fill"),
        "journal, a rare kind": lambda: desk.journal.table(kind="workspace"),
        "positions": desk.positions.table,
    }
    spans: dict[str, list[float]] = {name: [] for name in asks}
    for _ in range(ASKED):
        for name, ask in asks.items():
            start = time.perf_counter()
            ask()
            spans[name].append(time.perf_counter() - start)
    return spans


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        home = Home(Path(place))
        new, full = (home.create(name, WorkspaceKind.PRACTICE) for name in ("new", "full"))
        traded_once(new)
        traded_once(full)
        fill(full, given.orders)
        size = full.database.stat().st_size / 1e6
        say(f"Start: {given.orders:,} orders, {size:,.0f} MB, against a new workspace")
        quick: list[float] = []
        slow: list[float] = []
        for turn in range(given.rounds):
            for folder, starts in ((new, quick), (full, slow)):
                took, engine = started(folder)
                starts.append(took)
                if folder is full and turn == given.rounds - 1:
                    asked = pages(engine)
                engine.end()
        for name, spans in asked.items():
            say(f"{name:22} p50 {median(spans) * 1e3:6.1f} ms   p95 {percentile(spans, 0.95) * 1e3:6.1f} ms")
        worst = max(percentile(spans, 0.95) for spans in asked.values())
        words = (
            f"{median(slow):.2f} s to the first answer, {ratio(slow, quick):.2f} × a new workspace; "
            f"slowest page p95 {worst * 1e3:.0f} ms"
        )
        kept = median(slow) < START_AIM and worst < PAGE_AIM
        verdict("start", words, kept=kept, aim=f"< {START_AIM:g} s and < {PAGE_AIM * 1e3:g} ms")


if __name__ == "__main__":
    main()
