"""The engine of one workspace: python -m core.engine --home HOME --workspace NAME."""

import argparse
import gc
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from core.channel.home import Home, WorkspaceFolder
from core.channel.server import Server
from core.clock import SystemClock
from core.domain.errors import BadInput, DeskError, StoreError
from core.engine.engine import VERSION
from core.engine.supervisor import Exit
from core.engine.wiring import build, start
from core.system import FileLock, default_home, keep_private

_PASSING: Final = ("disk is full", "database is locked")  # may be over at the next try
_CODES: Final = {BadInput: Exit.MISUSED, StoreError: Exit.UNUSABLE}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until asked to end. The last line on stderr says why it could not."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    parser = argparse.ArgumentParser(prog="core.engine", description="The engine of one workspace.")
    parser.add_argument("--home", type=Path, default=default_home())
    parser.add_argument("--workspace", required=True)
    given = parser.parse_args(arguments)
    keep_private()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        folder = Home(given.home).find(given.workspace)
        folder.prepare()
        return _alone(folder)
    except DeskError as error:
        sys.stderr.write(f"{error}\n")
        passing = any(word in str(error) for word in _PASSING)
        return next((code for kind, code in _CODES.items() if isinstance(error, kind) and not passing), Exit.CRASHED)


def _alone(folder: WorkspaceFolder) -> int:
    """No two engines on one workspace."""
    lock = FileLock(folder.lock)
    if not lock.acquire():
        sys.stderr.write(f"{folder.name} is open already, in process {lock.holder()}. Nothing was started.\n")
        return Exit.HELD
    try:
        return run(folder)
    finally:
        lock.release()


def run(folder: WorkspaceFolder) -> int:
    """Open, serve, wait for the end, close."""
    gc.disable()  # what is made now stays: to look through it for garbage again and again held everybody up
    engine, desk = build(folder)
    server = Server(desk, folder, SystemClock(), VERSION, engine.door)
    asked: list[int] = []  # an Event must not be set where a signal may interrupt its own wait
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: asked.append(number))
    try:
        start(engine)
        server.start()
        gc.freeze()
        gc.enable()
        logging.info(
            "%s is open: %s",
            folder.name,
            engine.store.database.read_only or ("locked" if engine.waiting else "trading"),
        )
        while not asked and not engine.ending.wait(0.2):
            if not engine.alive:
                logging.error("a thread of the desk has ended; the engine starts again")
                return Exit.CRASHED
        again = engine.again and not asked
        engine.cut.ask()  # a caller may wait for what the server would wait for
        server.stop(for_good=not again)
    finally:
        engine.close()
    return Exit.AGAIN if again else Exit.DONE


if __name__ == "__main__":
    raise SystemExit(main())
