"""What it costs to make an order durable: checked, journaled, on the disk and handed over, against one bare commit.

Everything on one disk, in the same folder, each in a file of its own that was opened the same way: WAL grown beforehand,
synchronous FULL. Side by side, 50 at a time in turn:
  place       the real `place`: picture, 17 checks, order and journal row in one commit, handed to the wire
  one commit  a bare sqlite3 INSERT of one row as long as those two, and COMMIT
  place + ack the real `place`, then the real `hear` of the acknowledgement: a second commit
  two commits two bare ones, of the same lengths
  ORM         the order and journal rows of `place`, the same values, through a SQLModel session and its commit

Run: python -m bench.durable [--folder FOLDER]
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, select

from bench.house import House, build
from bench.measure import percentile, ratio, say, verdict
from core.domain.order import Side
from core.store.database import Database
from core.store.rows import JournalRow, OrderRow

ROUNDS = 15
A_ROUND = 50
AIM = 1.3
Step = Callable[[], None]


class Bare:
    """One table without indexes, in a file opened as the desk opens its own."""

    def __init__(self, path: Path) -> None:
        self._run = Database.open(path).connection.execute
        self._run("CREATE TABLE bare (id INTEGER PRIMARY KEY, payload TEXT NOT NULL) STRICT")

    def commit(self, payload: str) -> None:
        self._run("BEGIN IMMEDIATE")
        self._run("INSERT INTO bare (payload) VALUES (?)", (payload,))
        self._run("COMMIT")


class Mapped:
    """The desk's own tables through SQLModel, which commits by itself."""

    def __init__(self, path: Path, like: House) -> None:
        self._opened = Database.open(path)  # stays open, so that the grown WAL stays
        for table in ("workspace", "connection", "account", "instrument"):
            for row in like.store.connection.execute(f"SELECT * FROM {table}").fetchall():
                self._opened.connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
        with Session(like.store.database.engine) as session:
            self._order = session.exec(select(OrderRow).order_by(OrderRow.id).limit(1)).one().model_dump()
            placed = select(JournalRow).where(JournalRow.kind == "order.placed").limit(1)
            self._journal = session.exec(placed).one().model_dump()
        self._engine = create_engine(f"sqlite:///{path}", poolclass=StaticPool)
        event.listen(self._engine, "connect", _like_the_desk)
        self._number = 0

    def commit(self) -> None:
        self._number += 1
        key = f"{self._number:09}"
        with Session(self._engine) as session:
            session.add(OrderRow(**(self._order | {"id": key, "intent_key": key, "client_id": key})))
            session.add(JournalRow(**(self._journal | {"seq": None, "order_id": key})))
            session.commit()


def _like_the_desk(connection: sqlite3.Connection, _: object) -> None:
    for pragma in ("synchronous=2", "foreign_keys=1", "secure_delete=1"):
        connection.execute(f"PRAGMA {pragma}")


def lengths(house: House) -> tuple[int, int]:
    """How many bytes the first order's rows hold: written by place, written by its acknowledgement."""

    def long(rows: list[tuple[Any, ...]]) -> int:
        return sum(len(value if isinstance(value, bytes) else str(value)) for row in rows for value in row)

    run = house.store.connection.execute
    order = run("SELECT * FROM orders ORDER BY id LIMIT 1").fetchall()
    placed = run("SELECT * FROM journal WHERE kind='order.placed' ORDER BY seq LIMIT 1").fetchall()
    acked = run("SELECT * FROM journal WHERE kind='order.acked' ORDER BY seq LIMIT 1").fetchall()
    return long(order) + long(placed), long(acked)


def timed(step: Step) -> float:
    start = time.perf_counter()
    step()
    return (time.perf_counter() - start) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to be measured")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as place:
        folder = Path(place)
        house = build(Database.open(folder / "desk.sqlite3"), names=1, folder=folder)
        for number in range(100):
            house.trade(number)
        long, short = lengths(house)
        bare, mapped = Bare(folder / "bare.sqlite3"), Mapped(folder / "mapped.sqlite3", house)
        spans = measure(house, bare, mapped, "x" * long, "x" * short)
    report(spans, long, short)


def measure(house: House, bare: Bare, mapped: Mapped, long: str, short: str) -> dict[str, list[list[float]]]:
    """Rounds of spans of every kind."""
    spans: dict[str, list[list[float]]] = {
        name: [] for name in ("place", "one commit", "place + ack", "two commits", "ORM")
    }
    number = 100
    for _ in range(ROUNDS):
        placed, acknowledged = [], []
        for _ in range(A_ROUND):
            name = house.names[0]
            house.tape.tick(name.id, number)
            draft = house.draft(name, Side.SELL if number % 2 else Side.BUY)
            number += 1
            start = time.perf_counter()
            order = house.desk.place(draft)
            middle = time.perf_counter()
            report = house.counter.acked(order, house.clock)
            resumed = time.perf_counter()
            house.desk.hear(report)
            end = time.perf_counter()
            placed.append((middle - start) * 1e6)
            acknowledged.append((middle - start + end - resumed) * 1e6)
            quote = house.tape.newest[name.id]
            house.desk.hear(house.counter.filled(order, quote.bid, house.clock, house.market_clock))
        spans["place"].append(placed)
        spans["place + ack"].append(acknowledged)
        one = [timed(lambda: bare.commit(long)) for _ in range(A_ROUND)]
        spans["one commit"].append(one)
        spans["two commits"].append([first + timed(lambda: bare.commit(short)) for first in one])
        spans["ORM"].append([timed(mapped.commit) for _ in range(A_ROUND)])
    return spans


def report(spans: dict[str, list[list[float]]], long: int, short: int) -> None:
    say(f"Durable: {ROUNDS} rounds of {A_ROUND} each in turn; rows of {long} bytes (place) and {short} bytes (ack)")
    p50 = {name: [median(spans) for spans in rounds] for name, rounds in spans.items()}
    for name, rounds in spans.items():
        every = [span for spans in rounds for span in spans]
        say(f"{name:12} p50 {median(every):7.0f} µs   p99 {percentile(every, 0.99):7.0f} µs")
    pair = ratio(p50["place + ack"], p50["two commits"])
    orm = ratio(p50["ORM"], p50["place"])
    say(f"place + ack is {pair:.2f} × two commits; the ORM's commit of the same rows is {orm:.2f} × place")
    more = median(place - commit for place, commit in zip(p50["place"], p50["one commit"], strict=True))
    enough = more / (AIM - 1) / 1000
    say(
        f"place takes {more:.0f} µs more than one commit; the aim can be kept where one takes {enough:.1f} ms or longer"
    )
    found = ratio(p50["place"], p50["one commit"])
    verdict(
        "durable",
        f"checked, journaled, durable, handed over = {found:.2f} × one bare commit",
        kept=found <= AIM,
        aim=f"≤ {AIM} ×",
    )


if __name__ == "__main__":
    main()
