"""The window as others find it: which workspace it shows, where it answers, and what ends with it."""

import http.client
import os
import threading
import time
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

from core.channel import engines
from core.channel.home import Home, WorkspaceFolder
from core.channel.notes import read_note, write_note
from core.clock import stopwatch
from core.domain.errors import BadInput, DeskError, DeskUnreachable
from core.domain.workspace import WorkspaceKind
from core.system import FileLock, default_home

FIRST_WORKSPACE: Final = "practice"
_NOTE: Final = "window.json"
_JUST_STARTED: Final = 20.0
_ANSWER_SECONDS: Final = 2.0
_LOOK_AGAIN: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowNote:
    """Where the window of this home answers."""

    pid: int
    port: int
    workspace: str = ""


def home() -> Home:
    """The home this process was started with."""
    return Home(default_home())


def shown() -> WorkspaceFolder:
    """The workspace this window shows. The first one ever is made on the way, for practice."""
    return open_workspace(home(), os.environ.get("QUARTERDECK_WORKSPACE", ""))


def open_workspace(where: Home, name: str) -> WorkspaceFolder:
    """The workspace of this name; one that is not there yet is made, and is for practice."""
    name = name or FIRST_WORKSPACE
    if name not in {folder.name for folder in where.workspaces()}:
        return where.create(name, WorkspaceKind.PRACTICE)
    return where.find(name)


def ticket_cookie(folder: WorkspaceFolder) -> str:
    """What the cookie is called: browsers keep one jar for all desks of this machine, whatever their port."""
    return f"quarterdeck-{blake2b(os.fsencode(folder.path), digest_size=6).hexdigest()}"


def replay(where: Home, name: str, recording: Path) -> WorkspaceFolder:
    """A new paper workspace that plays this recording, or the one that was made to play it."""
    known = {folder.name: folder for folder in where.workspaces()}
    if not name:
        raise BadInput("A recording is played in a workspace of its own. Nothing was made: name it with --workspace.")
    if name in known and known[name].note.recording != str(recording):
        raise BadInput(
            f"The workspace {name} is there already and does not play {recording}. Nothing was opened: "
            "choose a new name with --workspace, or leave --recording out."
        )
    if name in known:
        return known[name]
    if not any(recording.glob("*.parquet")):
        raise BadInput(f"There is no recording in {recording}. {name} was not made: name the folder of one.")
    return where.create(name, WorkspaceKind.PAPER, str(recording))


def lock_of(where: Home) -> FileLock:
    """Held by the window that ends the engines when it ends; a second window is a guest."""
    return FileLock(where.path / "window.lock")


def tell_where(where: Home, port: int, workspace: str) -> None:
    """Leave word of this window for whoever starts the desk again."""
    write_note(where.path / _NOTE, WindowNote(pid=os.getpid(), port=port, workspace=workspace))


def address_of(port: int) -> str:
    """What to type into a browser."""
    return f"http://127.0.0.1:{port}"


def running(where: Home) -> WindowNote | None:
    """The window that runs already; None = none does."""
    holder = lock_of(where).holder()
    if holder is None:
        return None
    until = stopwatch() + _JUST_STARTED
    while stopwatch() < until:  # it may have been started a moment ago
        note = read_note(where.path / _NOTE, WindowNote)
        if note is not None and note.pid == holder and answers(note.port):
            return note
        time.sleep(_LOOK_AGAIN)
    raise DeskUnreachable(
        f"The window of {where.path} (process {holder}) runs but does not answer. No second one was started. "
        "End that process and start again. To stop trading meanwhile:  python3 start.py stop-trading"
    )


def answers(port: int) -> bool:
    """Whether a window is up there."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_SECONDS)
    try:
        line.request("GET", "/_stcore/health")
        return line.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def close_engines(where: Home) -> list[str]:
    """End every engine of this home that is not set to keep running. Says what would not end."""
    left: list[str] = []

    def close(folder: WorkspaceFolder) -> None:
        try:
            engines.stop(folder)
        except DeskError as error:
            left.append(str(error))

    closing = [threading.Thread(target=close, args=(folder,)) for folder in where.workspaces()]
    for thread in closing:
        thread.start()
    for thread in closing:
        thread.join()
    return left
