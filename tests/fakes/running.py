"""A real engine in its own process, beside a real practice exchange in another: both can be ended, one of them by force."""

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import msgspec

from core.brokers.base import Surroundings
from core.brokers.practice.broker import PracticeBroker
from core.brokers.practice.remote import RemoteLine
from core.channel.client import answers, connect
from core.channel.desk import Desk
from core.channel.home import Home, WorkspaceFolder
from core.clock import SystemClock
from core.domain.errors import DeskError
from core.domain.workspace import WorkspaceKind
from core.market.invented.names import by_id
from core.market.sessions import Sessions
from core.market.timeline import Timeline
from core.store.accounts import Kept
from core.store.database import Database
from core.store.store import Store
from core.system import socket_address

ROOT = Path(__file__).parents[2]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PATIENCE = 40.0  # seconds, on a machine that is busy with other tests


def wait(seconds: float) -> None:
    Event().wait(seconds)


def until(claim: "object", what: str, patience: float = PATIENCE) -> None:
    """Look again and again until it is so."""
    assert callable(claim)
    for _ in range(int(patience / 0.02)):
        with contextlib.suppress(DeskError):
            if claim():
                return
        wait(0.02)
    raise AssertionError(f"{what} did not come true within {patience:.0f} s")


@dataclass
class Running:
    """One practice workspace whose exchange outlives its engine."""

    home: Path
    cash: int = 10_000_000
    engine: "subprocess.Popen[bytes] | None" = None
    exchange: "subprocess.Popen[str] | None" = None
    starts: int = 0
    folder: WorkspaceFolder = field(init=False)
    address: str = ""

    def __post_init__(self) -> None:
        self.folder = Home(self.home).create("practice", WorkspaceKind.PRACTICE)
        file = self.folder.path / "far-away.sqlite"
        self.address = socket_address(file)
        options = ["--file", str(file), "--address", self.address, "--latency-ms", "5", "--cash", str(self.cash)]
        self.exchange = subprocess.Popen(
            [sys.executable, "-m", "core.brokers.practice", *options], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert self.exchange.stdout is not None
        assert self.exchange.stdout.readline() == "ready\n"
        self._connect_to_it()

    def _connect_to_it(self) -> None:
        """The workspace's only connection leads to that process."""
        database = Database.open(self.folder.database)
        timeline = Timeline.fresh(SystemClock(), Sessions())
        store = Store(database, SystemClock(), timeline)
        settings = msgspec.json.encode({"seed": 1, "exchange_at": self.address}).decode()
        with store.unit:
            store.accounts.connect(Kept(name="practice", broker="practice", settings=settings))
        database.close()

    def line(self) -> RemoteLine:
        """A way of our own to ask the exchange."""
        clock = SystemClock()
        surroundings = Surroundings(
            folder=self.home,
            kind=WorkspaceKind.PRACTICE,
            clock=clock,
            market_clock=Timeline.fresh(clock, Sessions()),
            instrument=lambda name: by_id()[name].instrument,
        )
        line = PracticeBroker(exchange_at=self.address).open(surroundings)
        assert isinstance(line, RemoteLine)
        return line

    def start(self) -> Desk:
        """The engine comes up; back when it answers."""
        self.starts += 1
        with (self.home / "engine.log").open("ab") as log:
            self.engine = subprocess.Popen(
                [sys.executable, "-m", "core.engine", "--home", str(self.home), "--workspace", "practice"],
                stderr=log,
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
            )
        until(lambda: answers(self.folder), "the engine's answer")
        return connect(self.folder, timeout=10.0)

    def kill(self) -> None:
        """SIGKILL: no goodbye."""
        assert self.engine is not None
        self.engine.kill()
        self.engine.wait()

    def stop(self) -> None:
        """In good order."""
        assert self.engine is not None
        self.engine.terminate()
        assert self.engine.wait(PATIENCE) == 0

    def end(self) -> None:
        for process in (self.engine, self.exchange):
            if process is not None:
                process.kill()
                process.wait()
        if self.exchange is not None and self.exchange.stdout is not None:
            self.exchange.stdout.close()

    @property
    def log(self) -> str:
        return (self.home / "engine.log").read_text()
