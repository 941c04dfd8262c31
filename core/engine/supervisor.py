"""Keeps one workspace's engine alive: starts it, starts it again when it crashes, and ends with it."""

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from core.channel.home import Home, WorkspaceFolder
from core.channel.notes import SupervisorNote, Watch, write_note
from core.clock import Clock, SystemClock, stopwatch
from core.domain.errors import DeskError, StoreError
from core.system import FileLock, default_home, end, keep_private

_PROJECT: Final = Path(__file__).resolve().parents[2]
_LARGEST_LOG: Final = 5_000_000
_LOG_EVERY: Final = 60.0
_LOOK_AGAIN: Final = 0.1


class Exit(IntEnum):
    """What an engine's exit code tells its supervisor. Any other code is a crash: it is started again."""

    DONE = 0
    CRASHED = 1
    MISUSED = 2  # asked for something that is not there
    HELD = 3  # a living engine has this workspace
    UNUSABLE = 4  # the folder cannot be written
    AGAIN = 5  # in good order, to come up again at once: a new practice run has begun


_REFUSALS: Final = frozenset({Exit.MISUSED, Exit.HELD, Exit.UNUSABLE})


class Supervisor:
    """One engine at a time, until one ends in good order or says that starting it again is of no use."""

    def __init__(
        self,
        folder: WorkspaceFolder,
        command: Sequence[str],
        clock: Clock,
        *,
        first_pause: float = 0.5,
        longest_pause: float = 30.0,
        settled: float = 60.0,
        patience: float = 15.0,
    ) -> None:
        self._folder = folder
        self._command = command
        self._clock = clock
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._settled = settled  # an engine that lived this long had no trouble starting
        self._patience = patience  # with an engine that was asked to end
        self._log = folder.logs / "engine.log"
        self._note = SupervisorNote(pid=os.getpid(), state=Watch.STARTED)
        self._engine: subprocess.Popen[bytes] | None = None
        self._ending = False

    def run(self) -> int:
        """Returns 0 after an end in good order, else the code of the engine that refused to start."""
        done = threading.Event()
        threading.Thread(target=self._shorten_log, args=(done,), name="log", daemon=True).start()
        try:
            return self._watch()
        finally:
            done.set()

    def stop(self) -> None:
        """End the engine, and then this. Safe in a signal handler."""
        self._ending = True
        if self._engine is not None:
            self._engine.terminate()
            late = threading.Timer(self._patience, self._engine.kill)
            late.daemon = True
            late.start()

    def _watch(self) -> int:
        while not self._ending:
            began = stopwatch()
            code, words = self._one_life()
            if self._ending or code == Exit.DONE:
                self._tell(state=Watch.ENDED, engine_pid=None, down_since=None, last_exit=code)
                return Exit.DONE
            if code == Exit.AGAIN:
                continue
            if code in _REFUSALS:
                self._tell(state=Watch.REFUSED, engine_pid=None, last_exit=code, words=words)
                return code
            self._mourn(code, words, lived=stopwatch() - began)
        self._tell(state=Watch.ENDED, down_since=None)
        return Exit.DONE

    def _one_life(self) -> tuple[int, str]:
        """From an engine's start to its end: how it ended, and its last words."""
        orphan = FileLock(self._folder.lock).holder()
        if orphan is not None:
            return self._adopt(orphan), ""
        start = _size(self._log)
        try:
            with self._log.open("ab") as out:
                self._log.chmod(0o600)
                self._engine = subprocess.Popen(  # noqa: S603 - our own command, no shell
                    self._command, cwd=_PROJECT, stdin=subprocess.DEVNULL, stdout=out, stderr=out
                )
        except OSError as error:  # no memory, no handles: the next try may find some
            return Exit.CRASHED, str(error)
        if self._ending:  # asked between the two
            self.stop()
        self._tell(state=Watch.STARTED, engine_pid=self._engine.pid)
        return self._engine.wait(), _last_line(self._log, start)

    def _adopt(self, pid: int) -> int:
        """Watch an engine whose own supervisor was killed, or that a person started by hand."""
        self._tell(state=Watch.STARTED, engine_pid=pid)
        asked = False
        while FileLock(self._folder.lock).holder() is not None:
            if self._ending and not asked:
                end(pid)
                asked = True
            time.sleep(_LOOK_AGAIN)
        crashed = self._folder.engine_file.exists()  # an engine that ends for good takes it away
        return Exit.CRASHED if crashed else Exit.DONE

    def _mourn(self, code: int, words: str, *, lived: float) -> None:
        """Write down that it is down, and wait longer each time before the next try."""
        attempts = 0 if lived >= self._settled else self._note.attempts
        told = self._folder.engine()
        came_up = told is not None and told.pid == self._note.engine_pid
        self._tell(
            state=Watch.RESTARTING,
            engine_pid=None,
            down_since=self._clock.now() if came_up or self._note.down_since is None else self._note.down_since,
            attempts=attempts + 1,
            last_exit=code,
            words=words,
        )
        doubled = self._first_pause * 2 ** min(attempts, 16)
        self._rest(min(doubled, self._longest_pause))

    def _rest(self, seconds: float) -> None:
        until = stopwatch() + seconds
        while stopwatch() < until and not self._ending:  # an event could not be set safely by a signal handler
            time.sleep(min(_LOOK_AGAIN, seconds))

    def _tell(self, **changes: Any) -> None:
        self._note = replace(self._note, **changes)
        try:
            write_note(self._folder.supervisor_file, self._note)
        except StoreError as error:  # a full disk is no reason to leave the engine alone
            sys.stderr.write(f"{error}\n")

    def _shorten_log(self, done: threading.Event) -> None:
        while True:
            with contextlib.suppress(OSError):
                _rotate(self._log)
            if done.wait(_LOG_EVERY):
                return


def _rotate(log: Path) -> None:
    """Put a long log aside. The engine keeps its handle and goes on at the start of the emptied file."""
    if _size(log) > _LARGEST_LOG:
        shutil.copy(log, log.with_name(log.name + ".1"))
        os.truncate(log, 0)


def _size(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


def _last_line(log: Path, start: int) -> str:
    """What an engine said last, if it said anything since it was started."""
    with log.open("rb") as written:
        written.seek(max(start, _size(log) - 4096))
        lines = written.read().decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: python -m core.engine.supervisor --home HOME --workspace NAME."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=default_home())
    parser.add_argument("--workspace", required=True)
    chosen = parser.parse_args(arguments)
    keep_private()
    try:
        folder = Home(chosen.home).find(chosen.workspace)
        folder.prepare()
        return supervise(folder, engine_command(folder))
    except DeskError as error:
        sys.stderr.write(f"{error}\n")
        return Exit.UNUSABLE


def engine_command(folder: WorkspaceFolder) -> list[str]:
    """What runs the engine of this workspace."""
    return [sys.executable, "-m", "core.engine", "--home", str(folder.path.parent), "--workspace", folder.name]


def supervise(folder: WorkspaceFolder, command: Sequence[str]) -> int:
    """Hold the workspace's one place for a supervisor, and watch its engine until it ends."""
    lock = FileLock(folder.supervisor_lock)
    if not lock.acquire():
        sys.stderr.write(f"{folder.name} has a supervisor already: process {lock.holder()}. Nothing was started.\n")
        return Exit.HELD
    supervisor = Supervisor(folder, command, SystemClock())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: supervisor.stop())
    try:
        return supervisor.run()
    finally:
        lock.release()


if __name__ == "__main__":
    raise SystemExit(main())
