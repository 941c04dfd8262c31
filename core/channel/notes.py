"""What a workspace's processes leave on disk for others to read: who runs, where to call, since when it is down."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import msgspec

from core.domain.errors import StoreError
from core.domain.workspace import WorkspaceKind
from core.system import write_private

Note = TypeVar("Note")


class Watch(StrEnum):
    """How the supervisor stands."""

    STARTED = "started"  # an engine process lives
    RESTARTING = "restarting"  # it ended unasked; the next one comes after a pause
    REFUSED = "refused"  # it will not start until somebody does something
    ENDED = "ended"  # in good order


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineNote:
    """How to reach the engine. Its key makes this file as private as the socket."""

    pid: int
    address: str
    key: str  # hex
    started_at: datetime  # real
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorNote:
    """What the supervisor knows about its engine."""

    pid: int
    state: Watch
    engine_pid: int | None = None
    down_since: datetime | None = None  # real; None = it was never down, or came back
    attempts: int = 0  # restarts since it last stayed up
    last_exit: int | None = None
    words: str = ""  # the last thing a failed engine said


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceNote:
    """What a workspace is, for life, and what its person chose for its engine."""

    name: str
    kind: WorkspaceKind
    keep_running: bool = False  # its engine outlives the window
    by_keyring: bool = False  # after a restart its engine opens by itself, with the key in this computer's keyring
    recording: str = ""  # the folder of the recording that a paper workspace replays


def cannot_write(path: Path, error: OSError) -> StoreError:
    """What to say when the disk says no."""
    return StoreError(
        f"{path} cannot be written: {error.strerror or error}. Nothing was changed. "
        "Make that folder writable for you, free some space, or choose another place with --home."
    )


def write_note(path: Path, note: object) -> None:
    """Put it in place of the old one, whole."""
    try:
        write_private(path, msgspec.json.format(msgspec.json.encode(note)))
    except OSError as error:
        raise cannot_write(path, error) from error


def read_note(path: Path, kind: type[Note]) -> Note | None:
    """What it says; None = there is none, or it makes no sense."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError):
        return None
