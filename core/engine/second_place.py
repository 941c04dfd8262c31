"""The second place: a folder that takes each backup as well, best on a disk of its own."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Final

from core.channel.home import WorkspaceFolder
from core.domain.errors import BadInput
from core.domain.workspace import Workspace
from core.engine.checks import drop_older
from core.store.snapshot import damaged_pages
from core.system import settle

SAME, OTHER = "same", "other"
DISKS: Final = {
    SAME: "It is on the same disk as this workspace: good against a mistake, not against a disk that fails.",
    OTHER: "It is on another disk than this workspace.",
}
_PROBE: Final = ".quarterdeck.part"


def judge(own: WorkspaceFolder, typed: str) -> str:
    """SAME or OTHER; BadInput when it cannot be used."""
    place = Path(typed)
    if not typed.isprintable() or not place.is_absolute():
        raise BadInput("Type the whole path of a folder. Nothing was changed.")
    try:
        if not place.is_dir():
            raise BadInput(f"{typed[:200]} is no folder on this machine. Nothing was changed: make it, then set it.")
        if place.resolve().is_relative_to(own.path.resolve().parent):
            raise BadInput("It lies where the workspaces lie and would be lost with them. Nothing was changed.")
        probe = place / _PROBE
        os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        probe.unlink()
        return _disk(own.path, place)
    except OSError as error:
        raise BadInput(f"{why(error, typed)} Nothing was changed.") from error


def take(file: Path, place: Path, workspace: Workspace, name: str, keep: int, disk: str) -> str:
    """The whole copy, read back and compared, or OSError and no copy. What it was named until then ends in .part."""
    if not place.is_dir():
        raise FileNotFoundError
    if disk == OTHER and _disk(file.parent, place) == SAME:  # never onto the disk under an empty place to mount one
        raise OSError("Its disk is not there: the folder is on the workspace's own disk now")
    prefix = f"{workspace.name}-{workspace.id[:6]}-desk-"
    target = place / f"{prefix}{name}.sqlite3"
    unfinished = target.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    try:
        with file.open("rb") as source, open(unfinished, "wb", opener=_private) as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        if _digest(unfinished) != _digest(file) or damaged_pages(unfinished):
            raise OSError("What was read back there is not what was written")
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    settle(place)
    drop_older(place, prefix, name, keep)
    return f"also at {target}"


def why(error: OSError, place: str) -> str:
    """In one sentence."""
    if isinstance(error, FileNotFoundError):
        return f"{place} is not there: is its disk connected?"
    reason = error.strerror or str(error)
    return f"{place} cannot be used: {reason}."


def _disk(own: Path, place: Path) -> str:
    return SAME if own.stat().st_dev == place.stat().st_dev else OTHER


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
