"""A workspace served to a real window: its engine in this process, on a clock that stands still while pictures are taken."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from core.channel.desk import Desk
from core.channel.home import Home, WorkspaceFolder
from core.channel.server import Server
from core.channel.window import address_of, answers, lock_of
from core.engine.engine import VERSION
from core.engine.wiring import build, start
from core.system import FileLock
from tests.fakes.clock import FakeClock
from tests.shots.seeding import nothing_by_lot

ROOT: Final = Path(__file__).resolve().parents[2]
PID: Final = 4711  # shown at the foot of each page
SERVED: Final = 1_000_000  # the marks of the past are below
_UP_SECONDS: Final = 60


@contextmanager
def served(home: Path, clock: FakeClock, port: int) -> Iterator[tuple[Desk, str]]:
    """The desk, and the address of its window."""
    with _engine(home, clock) as desk, _window(home, port) as address:
        yield desk, address


def let_pass(clock: FakeClock, seconds: int) -> None:
    """Real time goes on, a second at a time, so that whatever looks each second has its turns."""
    for _ in range(seconds):
        clock.advance(1)
        time.sleep(0.2)


@contextmanager
def _engine(home: Path, clock: FakeClock) -> Iterator[Desk]:
    folder = Home(home).find("practice")
    with _ours(home, folder), nothing_by_lot(SERVED):
        engine, desk = build(folder, clock)
        engine.pid = PID
        server = Server(desk, folder, clock, VERSION, engine.door)
        start(engine)
        server.start()
        try:
            yield desk
        finally:
            server.stop()
            engine.close()


@contextmanager
def _ours(home: Path, folder: WorkspaceFolder) -> Iterator[None]:
    """Nobody else starts this engine, and the window is a guest that ends nothing."""
    locks = (FileLock(folder.lock), FileLock(folder.supervisor_lock), lock_of(Home(home)))
    for lock in locks:
        assert lock.acquire(), "the folder is in use"
    try:
        yield
    finally:
        for lock in locks:
            lock.release()


@contextmanager
def _window(home: Path, port: int) -> Iterator[str]:
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true"]
    place = {"QUARTERDECK_HOME": str(home), "QUARTERDECK_WORKSPACE": "practice"}
    with (home / "window.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | place, stdout=log, stderr=log)
    try:
        until = time.monotonic() + _UP_SECONDS
        while not answers(port):
            if process.poll() is not None or time.monotonic() > until:
                sys.exit(f"The window did not come up. It said:\n{(home / 'window.log').read_text()}")
            time.sleep(0.2)
        yield address_of(port)
    finally:
        process.terminate()
        process.wait(30)
