"""A crowded workspace to look at: 500 positions, 1,000 open orders and 100,000 done ones, in a real engine.

The positions and open orders are traded through the engine, whose practice market lists as many names as there are
positions; the history is written as bench.start writes it. Then the engine stays open until Ctrl-C, and what pages ask
of it is timed. A window on it, in another terminal: python3 start.py --home HOME

Run: python -m bench.crowd HOME [--positions 500] [--open 1000] [--orders 100000]
"""

import argparse
import time
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import TypeVar

import msgspec

from bench.engine import Running
from bench.measure import percentile, say
from bench.start import fill
from core.channel.facets.orders import Draft
from core.channel.home import Home, WorkspaceFolder
from core.clock import SystemClock
from core.domain.errors import DeskError, DeskUnreachable
from core.domain.order import OrderType, Origin, Side, TimeInForce
from core.domain.verdict import Consent
from core.domain.workspace import WorkspaceKind
from core.market.sessions import Sessions
from core.market.timeline import Timeline
from core.store.accounts import Kept
from core.store.database import Database
from core.store.store import Store

NAME = "practice"
CASH = 50_000_000
ASKED = 20
TRIES = 20
T = TypeVar("T")
ABOVE, BELOW = Decimal("1.01"), Decimal("0.97")


def rich(folder: WorkspaceFolder) -> None:
    """Its exchange lends the account enough money to hold everything."""
    folder.prepare()
    database = Database.open(folder.database)
    store = Store(database, SystemClock(), Timeline.fresh(SystemClock(), Sessions()))
    settings = msgspec.json.encode({"seed": 7, "starting_cash": str(CASH)}).decode()
    with store.unit:
        store.accounts.connect(Kept(name=NAME, broker=NAME, settings=settings))
    database.close()


def place(engine: Running, symbol: str, quantity: int, far: Decimal) -> None:
    """A purchase with a limit so far from the ask."""
    seen = patiently(lambda: engine.desk.market.quote(symbol))
    draft = Draft(
        symbol=symbol,
        side=Side.BUY,
        type=OrderType.LIMIT,
        quantity=str(quantity),
        limit=f"{(seen.quote.ask * far).quantize(seen.tick):f}",
        time_in_force=TimeInForce.GTC,
        origin=Origin.ALGORITHM,
        origin_id="bench",
    )
    sheet = patiently(lambda: engine.desk.orders.review(draft))
    patiently(lambda: engine.desk.orders.confirm(sheet.token, Consent(warnings=sheet.warnings)))


def patiently(ask: Callable[[], T]) -> T:
    """Again while the desk is busy: it makes a market of so many names at the same time."""
    for _ in range(TRIES):
        with suppress(DeskUnreachable):
            return ask()
    return ask()


def trade(engine: Running, positions: int, working: int) -> None:
    """Buy some of every name, then leave orders below the market."""
    symbols = engine.symbols()[:positions]
    for number, symbol in enumerate(symbols):
        place(engine, symbol, 10 + number % 90, ABOVE)
    waited(engine, lambda: patiently(engine.desk.positions.table).num_rows >= len(symbols), "positions")
    for number in range(working):
        place(engine, symbols[number % len(symbols)], 1 + number % 7, BELOW)
    waited(engine, lambda: patiently(engine.desk.health.state).open_orders >= working * 9 // 10, "open orders")


def waited(engine: Running, holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + 600
    while not holds():
        if time.monotonic() > until:
            raise SystemExit(f"The {what} did not come about in ten minutes: {engine.desk.health.state().notices}")
        time.sleep(0.5)


def looks(engine: Running) -> dict[str, Callable[[], object]]:
    """What pages ask each second or two, and the searches a person types."""
    desk = engine.desk
    newest = desk.orders.table("done", limit=1).column("id")[0].as_py()
    held = desk.positions.table().column("instrument_id")[0].as_py()
    return {
        "frame": desk.health.state,
        "accounts": desk.positions.accounts,
        "positions": desk.positions.table,
        "one position": lambda: desk.positions.one(held),
        "orders, open": lambda: desk.orders.table("open"),
        "orders, done": lambda: desk.orders.table("done"),
        "an order's story": lambda: desk.orders.story(newest),
        "journal": desk.journal.table,
        "journal, its kinds": desk.journal.kinds,
        "search orders in vain": lambda: desk.orders.table("all", find="nothing of the kind"),
        "search journal in vain": lambda: desk.journal.table(find="nothing of the kind"),
        "bars of a day": lambda: desk.market.bars("AAPL", "1m", 390),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--positions", type=int, default=500)
    parser.add_argument("--open", type=int, default=1_000)
    parser.add_argument("--orders", type=int, default=100_000)
    given = parser.parse_args()
    home = Home(given.home)
    new = not home.workspaces()
    folder = home.create(NAME, WorkspaceKind.PRACTICE) if new else home.find(NAME)
    if new:
        rich(folder)
    engine = Running(folder, names=given.positions)
    engine.trading()
    if new:
        trade(engine, given.positions, given.open)
        engine.end()
        fill(folder, given.orders)
        engine = Running(folder, names=given.positions)
        engine.trading()
    try:
        for name, look in looks(engine).items():
            spans = []
            for _ in range(ASKED):
                start = time.perf_counter()
                try:
                    look()
                except DeskError as error:  # a search that was ended
                    say(str(error))
                spans.append(time.perf_counter() - start)
            say(f"{name:24} p50 {median(spans) * 1e3:7.1f} ms   p95 {percentile(spans, 0.95) * 1e3:7.1f} ms")
        say(f"Open until Ctrl-C. A window on it: python3 start.py --home {given.home}")
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        say("Closing")
    finally:
        engine.end()


if __name__ == "__main__":
    main()
