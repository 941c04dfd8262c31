"""How believable fills are: the same orders on the same tape here and in NautilusTrader, with its defaults.

Run: python -m bench.realism [--peer-python PATH] [--symbol AAPL]. One hour of an invented name; the peer sees its quotes and
trades. Aim: no displayed share is sold twice here, and nothing trades at a better price than was shown.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Final

from bench.measure import say
from core.brokers.practice.broker import PracticeBroker
from core.domain.errors import OrderRejected
from core.domain.order import Order, OrderType, Side, TimeInForce
from core.market.invented.market import InventedMarket
from core.market.invented.names import NAMES
from core.market.sessions import NEW_YORK, Sessions, Stretch
from core.market.tape import Moment

START: Final = datetime(2026, 11, 23, 10, 30, tzinfo=NEW_YORK)
SECONDS: Final = 3600
PATIENCE: Final = 120  # seconds a resting order may wait
SIZES: Final = (0.5, 1, 3, 10)  # of what is shown
ROOT: Final = Path(__file__).parents[1]
Fills = Mapping[str, Sequence[tuple[float, float]]]


@dataclass(frozen=True, slots=True)
class Wish:
    """One order of the comparison."""

    id: str
    second: int
    side: str
    quantity: int
    limit: str | None


@dataclass
class Hand:
    """A clock that stands where it is put."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def wishes(tape: Sequence[Moment]) -> list[Wish]:
    """By turns: market orders of four sizes, a resting order at the touch, and two who want the same shares."""
    asked = []
    for number, second in enumerate(range(30, SECONDS - PATIENCE, 30)):
        moment, side = tape[second], ("buy", "sell")[number % 2]
        shown = int(moment.far_size(Side(side)))
        if number % 3 == 0:
            size = SIZES[number // 3 % len(SIZES)]
            asked.append(Wish(f"m{size:g}-{number}", second, side, max(int(shown * size), 1), None))
        elif number % 3 == 1:
            quantity = max(int(moment.near_size(Side(side))) // 2, 1)
            asked.append(Wish(f"r-{number}", second, side, quantity, str(moment.near(Side(side)))))
        else:
            asked += [Wish(f"d{k}-{number}", second, side, shown, None) for k in (1, 2)]
    return asked


def ours(symbol: str, stretch: Stretch, asked: Sequence[Wish]) -> Fills:
    """Through the practice exchange as it is set by default, but rich and with everything lent."""
    broker = PracticeBroker(starting_cash=Decimal(10) ** 9, borrow=Decimal(1000))
    instrument_id, first = _id_of(symbol), stretch.second(START)
    clock = Hand(START)
    exchange = broker.exchange(":memory:", clock, clock)
    leaving = {wish.second + PATIENCE: wish for wish in asked if wish.limit}
    coming: dict[int, list[Wish]] = {}
    for wish in asked:
        coming.setdefault(wish.second, []).append(wish)
    for second in range(SECONDS):
        clock.at = stretch.at(first + second)
        for wish in coming.get(second, ()):
            exchange.submit(_order(wish, symbol, instrument_id))
        if second in leaving:
            try:
                exchange.cancel(leaving[second].id)
            except OrderRejected:
                continue  # it has filled
    exchange.pump()
    fills: dict[str, list[tuple[float, float]]] = {}
    for fill in exchange.executions(START):
        fills.setdefault(fill.client_id, []).append((float(fill.quantity), float(fill.price)))
    return fills


def theirs(python: str, tape: Sequence[Moment], asked: Sequence[Wish]) -> Fills:
    """Through the peer, in a Python of its own."""
    rows = [[float(x) for x in (m.bid, m.ask, m.bid_size, m.ask_size, m.last, m.volume)] for m in tape]
    orders = [[w.id, w.second, w.side, w.quantity, w.limit] for w in asked]
    with TemporaryDirectory() as folder:
        file = Path(folder, "asked.json")
        file.write_text(json.dumps({"tape": rows, "orders": orders, "patience": PATIENCE}), encoding="utf-8")
        done = subprocess.run(
            [python, str(ROOT / "bench" / "nautilus_fills.py"), str(file)], capture_output=True, text=True, check=True
        )
    found: Fills = json.loads(done.stdout.splitlines()[-1])
    return found


def row(fills: Fills, tape: Sequence[Moment], asked: Sequence[Wish]) -> dict[str, str]:
    """What is compared, one number each."""
    resting = [w for w in asked if w.limit]
    filled = {w.id: sum(q for q, _ in fills.get(w.id, ())) for w in asked}
    found = {
        "resting orders filled": f"{mean(filled[w.id] >= w.quantity for w in resting):.0%}",
        "resting orders filled in part": f"{mean(0 < filled[w.id] < w.quantity for w in resting):.0%}",
    }
    for size in SIZES:
        mine = [w for w in asked if w.id.startswith(f"m{size:g}-") and filled[w.id]]
        found[f"cost of {size:g} × what is shown, bp of mid"] = f"{mean(_cost(w, fills, tape) for w in mine):.1f}"
    twice = [w for w in asked if w.id.startswith("d2-")]
    found["second of two hits the same shares again"] = f"{mean(_at_touch(w, fills, tape) for w in twice):.0%}"
    return found


def main() -> int:
    """0 when the aim is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-python", default="", help="a Python that has nautilus_trader")
    parser.add_argument("--symbol", default="AAPL")
    given = parser.parse_args()
    market = InventedMarket(seed=1, sessions=Sessions())
    stretch = market.sessions.stretch(START)
    if stretch is None:
        raise AssertionError(f"{START} is no trading day")
    first = stretch.second(START)
    tape = [market.moment(_id_of(given.symbol), stretch, first + k) for k in range(SECONDS)]
    asked = wishes(tape)
    columns = {"here": row(ours(given.symbol, stretch, asked), tape, asked)}
    if given.peer_python:
        columns["peer"] = row(theirs(given.peer_python, tape, asked), tape, asked)
    else:
        say(
            "Without the peer: python3 -m venv /tmp/peer && /tmp/peer/bin/pip install nautilus_trader, then "
            "--peer-python /tmp/peer/bin/python."
        )
    say(f"{len(asked)} orders for {given.symbol}, {START:%d %b %Y} from {START:%H:%M}, {timedelta(seconds=SECONDS)}")
    say(f"{'':45}" + "".join(f"{name:>10}" for name in columns))
    for name in columns["here"]:
        say(f"{name:45}" + "".join(f"{column[name]:>10}" for column in columns.values()))
    twice = columns["here"]["second of two hits the same shares again"]
    kept = twice == "0%"
    say(f"realism: {twice} of displayed shares sold twice here (aim 0%): {'kept' if kept else 'MISSED'}")
    return 0 if kept else 1


def _cost(wish: Wish, fills: Fills, tape: Sequence[Moment]) -> float:
    moment, sign = tape[wish.second], int(Side(wish.side).sign)
    mid = float(moment.bid + moment.ask) / 2
    quantity = sum(q for q, _ in fills[wish.id])
    return sign * (sum(q * p for q, p in fills[wish.id]) / quantity / mid - 1) * 1e4


def _at_touch(wish: Wish, fills: Fills, tape: Sequence[Moment]) -> float:
    touch = float(tape[wish.second].far(Side(wish.side)))
    return sum(q for q, p in fills.get(wish.id, ()) if abs(p - touch) < 1e-9) / wish.quantity


def _id_of(symbol: str) -> str:
    return next(name.instrument.id for name in NAMES if name.instrument.symbol == symbol)


def _order(wish: Wish, symbol: str, instrument_id: str) -> Order:
    return Order(
        id=wish.id,
        intent_key=wish.id,
        client_id=wish.id,
        account_id="practice",
        instrument_id=instrument_id,
        symbol=symbol,
        side=Side(wish.side),
        type=OrderType.LIMIT if wish.limit else OrderType.MARKET,
        quantity=Decimal(wish.quantity),
        limit=None if wish.limit is None else Decimal(wish.limit),
        time_in_force=TimeInForce.DAY,
    )


if __name__ == "__main__":
    sys.exit(main())
