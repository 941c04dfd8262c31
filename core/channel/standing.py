"""Why an engine is silent, in words, from what its processes left on disk."""

from typing import Final
from zoneinfo import ZoneInfo

from core.channel.home import WorkspaceFolder
from core.channel.notes import SupervisorNote, Watch
from core.system import FileLock, free_bytes

_EASTERN: Final = ZoneInfo("America/New_York")  # as the window shows every time
_LEAST_ROOM: Final = 16 * 1024 * 1024  # a workspace begins with about ten


def why_silent(folder: WorkspaceFolder) -> tuple[str, str]:
    """What is the matter with the engine, and what to do."""
    engine = f"The engine of {folder.name}"
    note = folder.supervision()
    if note is not None and note.state is Watch.REFUSED:
        return f"{engine} could not start: {note.words}", "When that is put right, start the desk again."
    if FileLock(folder.supervisor_lock).holder() is not None and note is not None:
        return _watched(engine, folder, note)
    if FileLock(folder.lock).holder() is not None:
        return f"{engine} runs but does not answer.", f"Try again; if it stays silent, see {folder.logs}."
    if folder.path.is_dir() and free_bytes(folder.path) < _LEAST_ROOM:
        return f"{engine} is not running: the disk that holds {folder.path} is full.", "Free space, then start again."
    return f"{engine} is not running.", "Start the desk again."


def _watched(engine: str, folder: WorkspaceFolder, note: SupervisorNote) -> tuple[str, str]:
    told = folder.engine()
    if told is not None and told.pid == note.engine_pid:
        return f"{engine} runs but does not answer.", f"Try again; if it stays silent, see {folder.logs}."
    if note.down_since is not None:
        since = f"{note.down_since.astimezone(_EASTERN):%H:%M:%S} ET"
        return f"{engine} is down since {since}, restarting.", "Try again in a moment."
    return f"{engine} is starting.", "Try again in a moment."
