"""The engine of one workspace: python -m core.engine --home HOME --workspace NAME."""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from core.channel.home import Home, WorkspaceFolder
from core.channel.server import Server
from core.clock import SystemClock
from core.domain.errors import BadInput, DeskError, StoreError
from core.engine.engine import VERSION
from core.engine.supervisor import Exit
from core.engine.wiring import build, start
from core.system import FileLock, default_home, keep_private


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
    except DeskError as error:
        return _refuse(error, Exit.UNUSABLE if isinstance(error, StoreError) else Exit.MISUSED)
    lock = FileLock(folder.lock)
    try:
        free = lock.acquire()
    except StoreError as error:
        return _refuse(error, Exit.UNUSABLE)
    if not free:
        return _refuse(f"{folder.name} is open already, in process {lock.holder()}. Nothing was started.", Exit.HELD)
    try:
        return run(folder)
    except BadInput as error:
        return _refuse(error, Exit.MISUSED)
    except StoreError as error:
        return _refuse(error, Exit.UNUSABLE)
    except DeskError as error:
        return _refuse(error, Exit.CRASHED)
    finally:
        lock.release()


def run(folder: WorkspaceFolder) -> int:
    """Open, serve, wait for the end, close."""
    engine, desk = build(folder)
    server = Server(desk, folder, SystemClock(), VERSION)
    asked: list[int] = []  # an Event must not be set where a signal may interrupt its own wait
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: asked.append(number))
    try:
        start(engine)
        server.start()
        logging.info("%s is open: %s", folder.name, engine.store.database.read_only or "trading")
        while not asked and not engine.ending.wait(0.2):
            pass
        server.stop()
    finally:
        engine.close()
    return Exit.DONE


def _refuse(why: object, code: Exit) -> int:
    sys.stderr.write(f"{why}\n")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
