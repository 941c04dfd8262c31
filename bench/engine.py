"""A real engine in a process of its own, with a clock watched inside it, and windows that keep asking it.

As a module: python -m bench.engine HOME NAME TICKS [NAMES] runs the engine of a workspace as `core.engine` does, with one more
thread beside the desk's that asks to be woken every 10 ms; when the engine ends, TICKS holds how late it was each time.
With NAMES the practice market lists that many.
"""

import contextlib
import json
import multiprocessing
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from bench.names import list_names
from core.channel.client import answers, connect
from core.channel.desk import Desk
from core.channel.facets.orders import Draft
from core.channel.home import Home, WorkspaceFolder
from core.domain.errors import DeskError
from core.domain.order import OrderType, Origin, Side
from core.domain.verdict import Consent
from core.domain.workspace import WorkspaceKind

ROOT = Path(__file__).parents[1]
NAME = "bench"
PERIOD = 0.010
PATIENCE = 60.0


def watched(ticks: list[tuple[float, float]], over: threading.Event) -> None:
    """When it woke and how many seconds too late, again and again."""
    while not over.is_set():
        due = time.monotonic() + PERIOD
        time.sleep(PERIOD)
        now = time.monotonic()
        ticks.append((now, now - due))


def serve(home: Path, name: str, file: Path) -> int:
    """The engine, with the watched clock beside its threads."""
    from core.engine.__main__ import main as engine

    ticks: list[tuple[float, float]] = []
    over = threading.Event()
    clock = threading.Thread(target=watched, args=(ticks, over), daemon=True)
    clock.start()
    code = engine(["--home", str(home), "--workspace", name])
    over.set()
    clock.join()
    file.write_text(json.dumps(ticks))
    return code


class Running:
    """An engine that answers, its folder and its desk."""

    def __init__(self, folder: WorkspaceFolder, names: int = 0) -> None:
        self.folder = folder
        self.ticks = folder.path.parent / "ticks.json"
        self.log = folder.path.parent / "engine.log"
        command = [sys.executable, "-m", "bench.engine", str(folder.path.parent), folder.name, str(self.ticks)]
        command += [str(names)] if names else []
        self.started = time.monotonic()
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)
        while not answers(folder):
            if self._process.poll() is not None or time.monotonic() - self.started > 2 * PATIENCE:
                raise SystemExit(f"The engine did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.005)
        self.answered = time.monotonic()
        self.desk: Desk = connect(folder, timeout=30.0)

    def trading(self) -> None:
        """Wait until the first reconciliation has opened trading, and the day's first equity is known."""
        until = time.monotonic() + PATIENCE
        while not (
            all(c.reconciled for c in self.desk.health.state().connections)
            and all(account.today is not None for account in self.desk.positions.accounts())
        ):
            if time.monotonic() > until:
                raise SystemExit("The engine did not come to agree with its broker in a minute.")
            time.sleep(0.05)

    def order(self, symbol: str, side: Side, quantity: int, limit: str = "") -> str:
        """Reviewed and confirmed like any other, asked for by an algorithm; its id."""
        sheet = self.desk.orders.review(
            Draft(
                symbol=symbol,
                side=side,
                type=OrderType.LIMIT if limit else OrderType.MARKET,
                quantity=str(quantity),
                limit=limit,
                origin=Origin.ALGORITHM,
                origin_id="bench",
            )
        )
        return self.desk.orders.confirm(sheet.token, Consent()).id

    def symbols(self) -> list[str]:
        """Every name the practice market lists."""
        return [name.symbol for name in self.desk.market.names()]

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE * 10)  # a job that has begun is finished


@contextlib.contextmanager
def running(place: Path | None = None) -> Iterator[Running]:
    """A fresh practice workspace with its engine."""
    with tempfile.TemporaryDirectory(dir=place) as home:
        engine = Running(Home(Path(home)).create(NAME, WorkspaceKind.PRACTICE))
        try:
            yield engine
        finally:
            engine.end()


def window(home: str, name: str, over: Event, asked: Any) -> None:
    """What an open window asks: the frame each second, two live tables, one of them faster."""
    desk = connect(Home(Path(home)).find(name), timeout=30.0)
    every = {"state": 1.0, "accounts": 1.0, "positions": 0.5, "orders": 0.2}
    asks: dict[str, Callable[[], object]] = {
        "state": desk.health.state,
        "accounts": desk.positions.accounts,
        "positions": desk.positions.table,
        "orders": lambda: desk.orders.table("open"),
    }
    due = dict.fromkeys(every, time.monotonic())
    while not over.is_set():
        name = min(due, key=lambda each: due[each])
        over.wait(max(due[name] - time.monotonic(), 0))
        due[name] += every[name]
        with contextlib.suppress(DeskError):
            asks[name]()
            with asked.get_lock():
                asked.value += 1


@contextlib.contextmanager
def windows(folder: WorkspaceFolder, count: int) -> Iterator[Any]:
    """So many windows, each a process; the value counts their answers."""
    context: Any = multiprocessing.get_context("spawn")
    over, asked = context.Event(), context.Value("i", 0)
    processes = [
        context.Process(target=window, args=(str(folder.path.parent), folder.name, over, asked)) for _ in range(count)
    ]
    for process in processes:
        process.start()
    try:
        while asked.value < count * 4:
            time.sleep(0.05)
        yield asked
    finally:
        over.set()
        for process in processes:
            process.join(PATIENCE)


if __name__ == "__main__":
    if len(sys.argv) > 4:
        from core.engine.desk_thread import DeskThread, Urgency

        list_names(int(sys.argv[4]))
        DeskThread.ask.__defaults__ = (Urgency.LOOK, PATIENCE)  # so many names take longer to be made than any list has
    raise SystemExit(serve(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
