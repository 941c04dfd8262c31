"""How long stopping takes: from the call until trading is stopped and every cancel is handed to the broker's line.

The real engine in its own process, on the practice market. With load: resting orders at the broker, then orders sent as
fast as the channel takes them, beyond the broker's throttle, and three windows that keep asking. Without load: the same
resting orders, nobody else asks. In turn, on one engine: between them trading is resumed and a minute passes, so that the
throttle is free again and the book is filled anew at the broker.

Run: python -m bench.stop [--orders 250] [--rounds 2]
"""

import argparse
import contextlib
import threading
import time
from statistics import median

from bench.engine import Running, running, windows
from bench.measure import ratio, say, verdict
from core.domain.errors import DeskError
from core.domain.order import Side
from core.domain.workspace import Level

WINDOWS = 3
AIM = 1.0
PATIENCE = 300.0
THROTTLE = 75.0  # seconds after which the broker's minute is free again


def fill_book(engine: Running, orders: int) -> None:
    """Resting purchases far below the market, spread over all names."""
    symbols = engine.symbols()
    for number in range(orders):
        engine.order(symbols[number % len(symbols)], Side.BUY, 1, limit="0.10")


def stop(engine: Running) -> tuple[float, int, int]:
    """Seconds until stopped and handed over, how many were at the broker, and how many were asked back in all."""
    there = len(engine.desk.trading.report().still_open)
    start = time.perf_counter()
    report = engine.desk.trading.stop("bench")
    took = time.perf_counter() - start
    if report.level is not Level.STOPPED:
        raise SystemExit(f"Trading was not stopped: {report.words}")
    return took, there, len(report.canceling)


def settle(engine: Running) -> float:
    """Wait until the broker shows none of them, then trade again; seconds it took."""
    start = time.perf_counter()
    until = start + PATIENCE
    while not engine.desk.trading.report().finished:
        if time.perf_counter() > until:
            raise SystemExit(f"The cancels did not end: {engine.desk.trading.report().words}")
        time.sleep(0.1)
    took = time.perf_counter() - start
    engine.desk.trading.resume("bench goes on")
    return took


def keep_sending(engine: Running, over: threading.Event) -> None:
    """Orders as fast as they are taken; after the stop each is refused."""
    while not over.is_set():
        with contextlib.suppress(DeskError):
            engine.order("SPY", Side.BUY, 1, limit="0.10")


def loaded(engine: Running) -> tuple[float, int, int]:
    over = threading.Event()
    sender = threading.Thread(target=keep_sending, args=(engine, over))
    with windows(engine.folder, WINDOWS):
        sender.start()
        time.sleep(2.0)
        found = stop(engine)
        over.set()
        sender.join()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=250)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    calm: list[float] = []
    busy: list[float] = []
    with running() as engine:
        engine.trading()
        for number in range(given.rounds * 2):
            with_load = number % 2 == 1
            began = time.monotonic()
            fill_book(engine, given.orders)
            took, there, asked = loaded(engine) if with_load else stop(engine)
            (busy if with_load else calm).append(took)
            ended = settle(engine)
            load = "under load" if with_load else "at rest"
            say(
                f"{load:11} {there:4} at the broker, {asked - there:4} waiting here: handed over in {took * 1e3:6.0f} ms; "
                f"the broker shows none after {ended:.1f} s"
            )
            if number < given.rounds * 2 - 1:
                time.sleep(max(began + THROTTLE - time.monotonic(), 0))
    words = f"{median(busy) * 1e3:.0f} ms under load, worst {max(busy) * 1e3:.0f} ms, {ratio(busy, calm):.1f} × at rest"
    verdict("stop", words, kept=max(busy) < AIM, aim=f"< {AIM:g} s")


if __name__ == "__main__":
    main()
