"""Whether an order gets slower with the history before it: the 100,000th against the 1,000th.

Two desks of the real parts, 20 names bought and sold in turn. One has 1,000 orders behind it, the other 100,000; then
both take 100 at a time in turn, so that whatever else the machine does troubles both. CPU time of the whole way: gate,
journal, order, acknowledgement, fill, lots and books. The databases are files with their log, as the engine opens them,
but for the wait for the disk, which bench.durable measures. (SQLite's own in-memory database would not do: each of its
commits walks over all of its pages.)

Run: python -m bench.history [--orders 100000] [--folder FOLDER]
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.house import House, build
from bench.measure import ratio, say, verdict
from core.store.database import Database

NAMES = 20
EARLY = 1_000
ROUNDS = 15
A_ROUND = 100
AIM = 1.1


def run(house: House, first: int, orders: int) -> float:
    """Microseconds of CPU time to an order."""
    start = time.process_time()
    for number in range(first, first + orders):
        house.trade(number)
    return (time.process_time() - start) / orders * 1e6


def desk(folder: Path, name: str) -> House:
    database = Database.open(folder / name)
    database.connection.execute("PRAGMA synchronous=OFF")
    return build(database, NAMES, folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=None)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as place:
        compare(desk(Path(place), "young.sqlite3"), desk(Path(place), "old.sqlite3"), given.orders)


def compare(young: House, old: House, late: int) -> None:
    say(f"History: order {late:,} against order {EARLY:,}, on one desk each, in turn")
    run(old, 0, late - ROUNDS * A_ROUND // 2)
    run(young, 0, EARLY - ROUNDS * A_ROUND // 2)
    early_costs, late_costs = [], []
    for turn in range(ROUNDS):
        early_costs.append(run(young, turn * A_ROUND, A_ROUND))
        late_costs.append(run(old, turn * A_ROUND, A_ROUND))
    for name, costs in ((f"order {EARLY:,}", early_costs), (f"order {late:,}", late_costs)):
        say(f"{name:16} median {median(costs):6.0f} µs   lowest {min(costs):6.0f} µs   highest {max(costs):6.0f} µs")
    found = ratio(late_costs, early_costs)
    verdict("history", f"order {late:,} costs {found:.2f} × order {EARLY:,}", kept=found <= AIM, aim=f"≤ {AIM} ×")


if __name__ == "__main__":
    main()
