"""A real practice workspace in a folder of the test, with time in the test's hand and no thread but the desk's own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.channel.home import Home, WorkspaceFolder
from core.domain.workspace import WorkspaceKind
from core.engine.background import Background
from core.engine.wiring import _tick, build
from core.execution.errand import run
from tests.fakes.clock import FakeClock
from tests.unit.vault.made import QUICK


class Opened:
    """One engine. Its wire is worked by `settle`, its jobs by `wake`."""

    def __init__(self, folder: WorkspaceFolder, clock: FakeClock) -> None:
        self.folder = folder
        self.clock = clock
        self.engine, self.desk = build(folder, clock, QUICK)
        assert self.engine.background is not None
        self.background: Background = self.engine.background
        self.engine.desk.wake()
        self.engine.minder.start()
        self.engine.thread._every = 3600  # it ticks when the test says so
        self.engine.thread.start()

    def settle(self, seconds: float = 0) -> None:
        """Time passes; what is due is done and every answer is heard, all on the desk thread."""
        self.clock.advance(seconds)
        self.engine.thread.ask(self._round)

    def _round(self) -> None:
        engine = self.engine
        _tick(engine)
        (wire,), (line,) = engine.wires, engine.lines
        for _ in range(5):
            line.heartbeat()
            while wire._cancels or wire._errands:
                found = wire._next()
                assert found is not None
                engine.hear(run(found[0], line, self.clock))
        _tick(engine)

    def days(self, count: int) -> None:
        """Whole days pass; the desk's own time stands still meanwhile unless it follows the exchange."""
        self.clock.advance(count * 24 * 3600)


@contextmanager
def opened(home: Path, clock: FakeClock | None = None, name: str = "practice", recording: str = "") -> Iterator[Opened]:
    """Made if it is not there yet, as a paper one if it plays a recording; closed at the end."""
    homes = Home(home)
    known = {folder.name: folder for folder in homes.workspaces()}
    kind = WorkspaceKind.PAPER if recording else WorkspaceKind.PRACTICE
    folder = known.get(name) or homes.create(name, kind, recording)
    before = os.umask(0o077)  # as an engine does first of all
    desk = Opened(folder, clock or FakeClock())
    try:
        yield desk
    finally:
        desk.engine.close()
        os.umask(before)
