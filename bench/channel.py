"""What a question to the engine costs: round trips through the channel against a bare connection, engine in its own process.

Run: python -m bench.channel
"""

import contextlib
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from multiprocessing.connection import Client, Listener
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import quantiles
from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa

from core.channel.client import connect
from core.channel.desk import Desk
from core.channel.facets.jobs import JobView
from core.channel.home import Home, WorkspaceFolder
from core.channel.server import Server
from core.channel.wire import table_frame
from core.clock import SystemClock
from core.domain.workspace import WorkspaceKind
from core.system import socket_address

ROUNDS = 5_000
ROWS = 500
NOON = datetime(2026, 9, 14, 16, tzinfo=UTC)
PRICES = pa.array([Decimal(f"{100 + n}.25") for n in range(ROWS)], pa.decimal128(38, 9))
POSITIONS = pa.table(
    {
        "symbol": [f"SYM{n}" for n in range(ROWS)],
        "name": [f"Name of company number {n}" for n in range(ROWS)],
        **dict.fromkeys(("quantity", "cost", "last", "value", "weight", "today", "unrealised"), PRICES),
        "certainty": ["Confirmed by the broker 4 s ago"] * ROWS,
    }
)
SIZE = len(table_frame(POSITIONS))
JOBS = (
    JobView(
        name="reconcile",
        title="Reconcile",
        every="each minute",
        next_at=NOON,
        last_at=NOON,
        last_outcome="done",
        last_words="All positions agree.",
    ),
)


def engine(folder: WorkspaceFolder, up: Event, over: Event) -> None:
    """A desk that answers at once, so that only the channel is measured."""
    desk = SimpleNamespace(
        jobs=SimpleNamespace(all=lambda: JOBS), positions=SimpleNamespace(table=lambda account_id: POSITIONS)
    )
    server = Server(cast(Desk, desk), folder, SystemClock(), "bench")
    server.start()
    up.set()
    over.wait()
    server.stop()


def bare(address: str, up: Event) -> None:
    """As many bytes as asked for, on a connection without handshake, words or time limit."""
    payload = bytes(1 << 20)
    with Listener(address) as listener:
        up.set()
        with listener.accept() as connection, contextlib.suppress(EOFError):
            while True:
                connection.send_bytes(payload, 0, int(connection.recv_bytes()))


def timed(ask: Callable[[], object]) -> tuple[float, float]:
    """p50 and p99 in microseconds."""
    for _ in range(200):
        ask()
    spans = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ask()
        spans.append((time.perf_counter() - start) * 1e6)
    cuts = quantiles(spans, n=100)
    return cuts[49], cuts[98]


def main() -> None:
    context: Any = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as place:
        folder = Home(Path(place)).create("bench", WorkspaceKind.PRACTICE)
        address = socket_address(folder.path) + ".bare"
        engine_up, bare_up, over = context.Event(), context.Event(), context.Event()
        context.Process(target=engine, args=(folder, engine_up, over)).start()
        context.Process(target=bare, args=(address, bare_up)).start()
        engine_up.wait()
        bare_up.wait()
        desk = connect(folder)
        with Client(address) as line:

            def fetch(size: int) -> Callable[[], object]:
                def ask() -> bytes:
                    line.send_bytes(str(size).encode())
                    return line.recv_bytes()

                return ask

            rows = [
                ("small answer, 250 bytes", timed(desk.jobs.all), timed(fetch(250))),
                (f"{ROWS} rows, {SIZE // 1000} kB", timed(desk.positions.table), timed(fetch(SIZE))),
            ]
        over.set()
    sys.stdout.write(
        f"Channel round trip against a bare connection that sends as many bytes; {ROUNDS} rounds, two processes\n"
    )
    for name, (p50, p99), (bare50, bare99) in rows:
        sys.stdout.write(
            f"{name:32} p50 {p50:7.0f} µs  p99 {p99:7.0f} µs   bare p50 {bare50:6.0f} µs  p99 {bare99:6.0f} µs"
            f"   ratio {p50 / bare50:.1f}\n"
        )
    within = rows[0][1][0] <= 1000
    sys.stdout.write(f"Aim: a small answer within 1,000 µs at p50: {'kept' if within else 'MISSED'}\n")
    raise SystemExit(not within)


if __name__ == "__main__":
    main()
