"""Start and stop a workspace's engine from outside, and tell how it stands. The engine is always another process."""

import contextlib
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from core.channel.client import answers, connect
from core.channel.home import WorkspaceFolder
from core.channel.notes import SupervisorNote, Watch
from core.channel.standing import why_silent
from core.clock import stopwatch
from core.domain.errors import DeskError, DeskUnreachable
from core.system import FileLock, end, start_detached

_PROJECT: Final = Path(__file__).resolve().parents[2]
_LOOK_AGAIN: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """How an engine stands, seen from outside."""

    answers: bool
    engine_pid: int | None  # of the living process that holds the workspace
    supervisor_pid: int | None
    down_since: datetime | None  # real; None = it answers, or nobody knows
    attempts: int
    words: str


def launch(folder: WorkspaceFolder) -> int | None:
    """Start a supervisor, which starts the engine. None = one is at work already. Does not wait."""
    folder.prepare()
    if FileLock(folder.supervisor_lock).holder() is not None:
        return None
    try:
        return start_detached(supervisor_command(folder), folder=_PROJECT, log=folder.logs / "supervisor.log")
    except OSError as error:
        raise DeskUnreachable(
            f"The engine of {folder.name} could not be started: {error.strerror}. Nothing was started. "
            "Free some memory or disk space, and start the desk again."
        ) from error


def look_after(folder: WorkspaceFolder) -> None:
    """Start a supervisor again where one was killed. One that ended or gave up did so for a reason, and is left."""
    note = folder.supervision()
    if note is not None and note.state in (Watch.STARTED, Watch.RESTARTING):
        launch(folder)


def supervisor_command(folder: WorkspaceFolder) -> list[str]:
    """What runs the supervisor of this workspace."""
    where = ["--home", str(folder.path.parent), "--workspace", folder.name]
    return [sys.executable, "-m", "core.engine.supervisor", *where]


def ensure(
    folder: WorkspaceFolder, seconds: float = 30.0, progress: Callable[[str], None] = lambda words: None
) -> None:
    """Have an engine that answers and a supervisor that watches it. DeskUnreachable says why there is none."""
    ours = launch(folder)
    until = stopwatch() + seconds
    while not answers(folder):
        ours = ours or launch(folder)  # the one that was there may just have been ending
        note = folder.supervision()
        refused = note is not None and note.state is Watch.REFUSED and note.pid == ours
        if refused or stopwatch() > until:
            trouble, advice = why_silent(folder)
            raise DeskUnreachable(f"{trouble} The workspace was not opened. {advice}")
        progress(why_silent(folder)[0])
        time.sleep(_LOOK_AGAIN)


def stop(folder: WorkspaceFolder, *, even_if_kept: bool = False, seconds: float = 20.0) -> bool:
    """End engine and supervisor in good order. False = left running, because the workspace is set to keep running."""
    if not even_if_kept and folder.keep_running:
        return False
    with contextlib.suppress(DeskError):
        connect(folder, timeout=2.0).health.shut_down()
        _wait_for_end(folder, seconds)
    asked: set[int] = set()
    until = stopwatch() + seconds
    while (pid := _whoever_runs(folder)) is not None:
        if pid not in asked:
            end(pid)
            asked.add(pid)
        if stopwatch() > until:
            raise DeskUnreachable(
                f"Process {pid} of {folder.name} was asked to end and still runs after {seconds:g} s. "
                "It was not ended by force. Wait and stop it again."
            )
        time.sleep(_LOOK_AGAIN)
    return True


def status(folder: WorkspaceFolder) -> EngineStatus:
    """How it stands now."""
    up = answers(folder)
    supervisor = FileLock(folder.supervisor_lock).holder()
    note = (folder.supervision() if supervisor else None) or SupervisorNote(pid=0, state=Watch.ENDED)
    return EngineStatus(
        answers=up,
        engine_pid=FileLock(folder.lock).holder(),
        supervisor_pid=supervisor,
        down_since=None if up else note.down_since,
        attempts=note.attempts,
        words=f"The engine of {folder.name} answers." if up else " ".join(why_silent(folder)),
    )


def _whoever_runs(folder: WorkspaceFolder) -> int | None:
    """The supervisor first: it ends its engine itself."""
    return FileLock(folder.supervisor_lock).holder() or FileLock(folder.lock).holder()


def _wait_for_end(folder: WorkspaceFolder, seconds: float) -> None:
    until = stopwatch() + seconds
    while _whoever_runs(folder) is not None and stopwatch() < until:
        time.sleep(_LOOK_AGAIN)
