"""What an order costs through the real `place` and `hear`, against NautilusTrader's backtest engine.

One instrument, market orders of ten shares, each filled at once; here with the journal, books and orders in memory, there
as it comes. CPU time, so that other programs do not count; both sides in turn, each run in a process of its own.
Two ways to trade: `bought, sold` is flat after every second order; `always held` never is.
Three numbers of each: what an order costs around the 1,000th and around the 20,000th (the median of neighbouring pairs),
and a whole run of as many orders to its end, divided by them. Its whole run ends with statistics over all its positions,
ours with everything on its record; the time of a run without orders is taken off.

Run: python -m bench.orders [--peer-python PATH]
The peer is no part of this project. To have it: python3 -m venv /tmp/peer && /tmp/peer/bin/pip install nautilus_trader,
then --peer-python /tmp/peer/bin/python.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.house import build
from bench.measure import say, verdict
from core.store.database import Database

MARKS = (1_000, 20_000)
AIMS = (2.0, 15.0)
AROUND = 250
WAYS = {"bought, sold": 0, "always held": 1}
REPEATS = 3
ROOT = Path(__file__).parents[1]


def ours(orders: int, held: int) -> dict[str, Any]:
    """CPU seconds of a run, and when each order began."""
    house = build(Database.in_memory())
    ticks = []
    start = time.process_time()
    for number in range(orders):
        ticks.append(time.process_time())
        house.trade(number, held)
    return {"idle": 0.0, "spent": time.process_time() - start, "ticks": ticks}


def answer(command: list[str]) -> dict[str, Any] | None:
    """What another process found; None when the peer is not there."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr)
        return None
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def typical(ticks: list[float], around: int) -> float:
    """Microseconds an order, from pairs: a purchase and a sale need not cost the same."""
    first = max(around - AROUND, 0)
    pairs = [ticks[n + 2] - ticks[n] for n in range(first, min(around + AROUND, len(ticks) - 2), 2)]
    return median(pairs) / 2 * 1e6


def measured(found: dict[str, Any], orders: int) -> tuple[float, float]:
    """An order around the last one, and one of the whole run; without what the quotes alone cost."""
    quote = found["idle"] / orders * 1e6
    return typical(found["ticks"], orders - AROUND) - quote, (found["spent"] - found["idle"]) / orders * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-python", default="", help="a Python that has nautilus_trader")
    parser.add_argument("--ours", nargs=2, type=int, metavar=("ORDERS", "HELD"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ours:
        say(json.dumps(ours(*given.ours)))
        return
    peer = given.peer_python
    if not peer or subprocess.run([peer, "-c", "import nautilus_trader"], capture_output=True, check=False).returncode:
        say("orders: peer not installed: python3 -m venv /tmp/peer && /tmp/peer/bin/pip install nautilus_trader,")
        say("then: python -m bench.orders --peer-python /tmp/peer/bin/python")
        peer = ""
    compare(peer)


def compare(peer: str) -> None:
    wholes = []
    say(f"{'Orders, CPU µs each':32}{'ours':>9}{'Nautilus':>10}{'ratio':>8}")
    for way, held in WAYS.items():
        for mark in MARKS:
            mine, theirs = [], []
            for _ in range(REPEATS):
                found = answer([sys.executable, "-m", "bench.orders", "--ours", str(mark), str(held)])
                mine.append(measured(found or {}, mark))
                other = peer and answer([peer, "bench/nautilus.py", str(mark), str(held)])
                if other:
                    theirs.append(measured(other, mark))
            for place, what in enumerate((f"around the {mark:,}th", f"whole run of {mark:,}")):
                cost = median(costs[place] for costs in mine)
                peers = median(costs[place] for costs in theirs) if theirs else float("nan")
                say(f"{way + ', ' + what:36}{cost:5.0f}{peers:10.0f}{peers / cost:7.1f} ×")
                if place and not held:
                    wholes.append(peers / cost)
    if peer:
        kept = all(found >= aim for found, aim in zip(wholes, AIMS, strict=True))
        words = f"a run of 1,000 costs {wholes[0]:.1f} × less than NautilusTrader's, one of 20,000 {wholes[1]:.1f} ×"
        verdict("orders", words, kept=kept, aim="≥ 2 × and ≥ 15 ×")


if __name__ == "__main__":
    main()
