"""Whether the desk keeps up: 50 orders a second, checked, journaled and on the disk, for as long as one likes.

Each order is due at its own moment, 20 ms after the one before; then the real `place`, and the real `hear` of its
acknowledgement and of its fill: three durable commits. Beside it the bare commits this disk gives in a second, measured
before and after on a file opened the same way.

Run: python -m bench.journal [--seconds 20] [--rate 50] [--folder FOLDER]
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.house import House, build
from bench.measure import percentile, say, verdict
from core.domain.order import Side
from core.store.database import Database

NAMES = 20
COMMITS = 3  # of one order
BARE = 300


def bare_rate(path: Path) -> float:
    """Commits a second of one short row each."""
    run = Database.open(path).connection.execute
    run("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, payload TEXT NOT NULL) STRICT")
    start = time.perf_counter()
    for _ in range(BARE):
        run("BEGIN IMMEDIATE")
        run("INSERT INTO bare (payload) VALUES (?)", ("x" * 400,))
        run("COMMIT")
    return BARE / (time.perf_counter() - start)


def trade(house: House, number: int) -> float:
    """One order to its fill; seconds spent in place."""
    name = house.names[number // 2 % len(house.names)]
    house.tape.tick(name.id, number)
    draft = house.draft(name, Side.SELL if number % 2 else Side.BUY)
    start = time.perf_counter()
    order = house.desk.place(draft)
    spent = time.perf_counter() - start
    house.counter.handed.clear()
    house.desk.hear(house.counter.acked(order, house.clock))
    price = house.tape.newest[name.id].last
    house.desk.hear(house.counter.filled(order, price, house.clock, house.market_clock))
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to be measured")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as place:
        folder = Path(place)
        rates = [bare_rate(folder / "bare.sqlite3")]
        house = build(Database.open(folder / "desk.sqlite3"), NAMES, folder)
        placed, late = [], []
        orders = int(given.seconds * given.rate)
        start = time.perf_counter()
        for number in range(orders):
            due = start + number / given.rate
            time.sleep(max(due - time.perf_counter(), 0))
            late.append(time.perf_counter() - due)
            placed.append(trade(house, number))
        took = time.perf_counter() - start
        rates.append(bare_rate(folder / "bare.sqlite3"))
    rate = orders / max(took, orders / given.rate)
    share = rate * COMMITS / median(rates)
    say(
        f"Journal: {orders} orders in {took:.1f} s, {COMMITS} commits each; this disk gives {median(rates):.0f} bare commits/s"
    )
    for name, spans in (("place", placed), ("late", late)):
        shares = "   ".join(f"p{p * 100:g} {percentile(spans, p) * 1e3:6.2f} ms" for p in (0.5, 0.99))
        say(f"{name:6} {shares}   worst {max(spans) * 1e3:6.2f} ms")
    words = f"{rate:.1f} orders/s kept up, {share:.0%} of the disk's bare commits, worst {max(late) * 1e3:.0f} ms late"
    kept = rate >= given.rate * 0.99 and percentile(late, 0.99) < 1.0
    verdict("journal", words, kept=kept, aim=f"{given.rate:g} orders/s, p99 less than 1 s late")


if __name__ == "__main__":
    main()
