"""What the desk consists of on this machine: its files and what each is for, versions, and whose work it stands on."""

import platform
import re
import sqlite3
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from core.channel.facets.settings import AboutView, KeptView, PackageView
from core.channel.home import WorkspaceFolder
from core.store.database import SCHEMA
from core.system import free_bytes

_ROOT: Final = Path(__file__).resolve().parents[2]
_LOCK: Final = _ROOT / "requirements.lock"
_PINNED: Final = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==", re.MULTILINE)
_FONT: Final = PackageView(name="IBM Plex Sans (the font)", version="", licence="SIL Open Font License 1.1")
_LONGEST: Final = 60  # some put the whole text where its name belongs
_WHAT: Final = (  # how a file's name begins → what it is
    ("desk.sqlite3-", "What the database has not folded in yet; it belongs to the database"),
    ("desk.sqlite3", "The database: orders, fills, books, journal, settings"),
    ("exchange", "The practice exchange's own memory: what a broker would keep"),
    ("recording", "Prices as they were heard"),
    ("vault", "Keys, encrypted under your passphrase"),
    ("backups", "Copies of the database, and one of the vault"),
    ("logs", "What the processes said; no secret in it"),
    ("workspace.json", "What this workspace is: its name and its kind"),
    ("STOP", "The file that stops trading"),
    ("engine.json", "How the window reaches the engine; made anew at each start"),
    ("supervisor.json", "Who looks after the engine; made anew at each start"),
    ("tries.json", "How many passphrases were wrong since the last right one"),
    ("terminal-tries.json", "The same, for the terminal"),
)
_OTHER: Final = "Not made by this version"


def about(folder: WorkspaceFolder, version: str) -> AboutView:
    """Read afresh. What comes and goes meanwhile is left out."""
    versions = {
        "Quarterdeck": version,
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "Database tables": SCHEMA,
    }
    return AboutView(
        folder=str(folder.path),
        kept=tuple(_kept(folder.path)),
        free=free_bytes(folder.path),
        versions=versions,
        packages=(*packages(), _FONT),
    )


def packages() -> tuple[PackageView, ...]:
    """Every package of the lock file that is installed here; what other systems need is not."""
    found = []
    for name in _PINNED.findall(_LOCK.read_text()):
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            continue
        found.append(PackageView(name=name, version=installed.version, licence=licence(installed)))
    return tuple(found)


def licence(installed: Distribution) -> str:
    """As the package names it: the expression, the classifiers, or the first line of what it calls its licence."""
    told = installed.metadata
    expression = next(iter(told.get_all("License-Expression") or ()), "")
    classifiers = told.get_all("Classifier") or ()
    classified = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License ::")]
    typed = next(iter(next(iter(told.get_all("License") or ()), "").strip().splitlines()), "")
    named = expression or " · ".join(one for one in classified if one != "OSI Approved") or typed
    return named[:_LONGEST] or "Not named: see its own files"


def _kept(path: Path) -> list[KeptView]:
    found = []
    for entry in sorted(path.iterdir()):
        if entry.name.startswith(".") or entry.suffix == ".lock":
            continue
        words = next((what for begins, what in _WHAT if entry.name.startswith(begins)), _OTHER)
        found.append(KeptView(name=entry.name, words=words, size=_size(entry)))
    return found


def _size(entry: Path) -> int:
    try:
        return sum(p.lstat().st_size for p in (entry.rglob("*") if entry.is_dir() else (entry,)) if not p.is_dir())
    except FileNotFoundError:  # a file that came and went
        return 0
