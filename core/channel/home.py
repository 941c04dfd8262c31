"""The folder of all workspaces, and the folder of one: what is where, and which names are allowed."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from core.channel.notes import EngineNote, SupervisorNote, WorkspaceNote, cannot_write, read_note, write_note
from core.domain.errors import BadInput, StoreError
from core.domain.workspace import WorkspaceKind
from core.system import FileLock, make_private_folder

_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")
_TAKEN_BY_WINDOWS: Final = re.compile(r"con|prn|aux|nul|com\d|lpt\d")


@dataclass(frozen=True, slots=True)
class WorkspaceFolder:
    """One workspace on disk. Only its engine opens the database; the notes are for everybody."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def note_file(self) -> Path:
        return self.path / "workspace.json"

    @property
    def note(self) -> WorkspaceNote:
        """What this workspace is."""
        note = read_note(self.note_file, WorkspaceNote)
        if note is None:
            raise StoreError(
                f"{self.note_file} is missing or damaged. The workspace {self.name} was not opened. "
                "Restore that file from a backup."
            )
        return note

    @property
    def kind(self) -> WorkspaceKind:
        return self.note.kind

    @property
    def keep_running(self) -> bool:
        """Whether its engine outlives the window."""
        return self.note.keep_running

    @property
    def by_keyring(self) -> bool:
        """Whether its engine opens by itself after a restart."""
        return self.note.by_keyring

    @property
    def database(self) -> Path:
        return self.path / "desk.sqlite3"

    @property
    def lock(self) -> Path:
        """Held by the engine."""
        return self.path / "engine.lock"

    @property
    def supervisor_lock(self) -> Path:
        return self.path / "supervisor.lock"

    @property
    def engine_file(self) -> Path:
        return self.path / "engine.json"

    @property
    def supervisor_file(self) -> Path:
        return self.path / "supervisor.json"

    @property
    def stop_file(self) -> Path:
        """Whoever makes this file stops trading, whatever else hangs."""
        return self.path / "STOP"

    @property
    def vault(self) -> Path:
        """The keys, encrypted; there once a passphrase was chosen."""
        return self.path / "vault"

    @property
    def tries(self) -> Path:
        """How many passphrases were wrong since the last right one."""
        return self.path / "tries.json"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def backups(self) -> Path:
        return self.path / "backups"

    def engine(self) -> EngineNote | None:
        """How to reach the engine, if one said so."""
        return read_note(self.engine_file, EngineNote)

    def supervision(self) -> SupervisorNote | None:
        """What the supervisor last knew, if there was one."""
        return read_note(self.supervisor_file, SupervisorNote)

    def keep(self, on: bool) -> None:
        """Let its engine outlive the window, or not."""
        write_note(self.note_file, replace(self.note, keep_running=on))

    def open_by_keyring(self, on: bool) -> None:
        """Let its engine open by itself after a restart, or not."""
        write_note(self.note_file, replace(self.note, by_keyring=on))

    def prepare(self) -> None:
        """Make its folders, private whatever they were."""
        for folder in (self.path, self.logs, self.backups):
            try:
                make_private_folder(folder)
            except OSError as error:
                raise cannot_write(folder, error) from error


@dataclass(frozen=True, slots=True)
class Home:
    """Where all workspaces of this user live."""

    path: Path

    def workspaces(self) -> tuple[WorkspaceFolder, ...]:
        """Every workspace, by name."""
        try:
            folders = [WorkspaceFolder(path) for path in sorted(self.path.iterdir())]
            return tuple(folder for folder in folders if folder.note_file.is_file())
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise StoreError(
                f"{self.path} cannot be read: {error.strerror}. No workspace was opened. "
                "Make it readable for you, or choose another place with --home."
            ) from error

    def find(self, name: str) -> WorkspaceFolder:
        """An existing workspace."""
        folder = WorkspaceFolder(self.path / _allowed(name))
        known = self.workspaces()
        if folder not in known:
            names = ", ".join(other.name for other in known) or "none yet"
            raise BadInput(f"There is no workspace {name} in {self.path}. Nothing was opened. There are: {names}.")
        return folder

    def create(self, name: str, kind: WorkspaceKind, recording: str = "") -> WorkspaceFolder:
        """A new workspace, of this kind for life. recording: the folder a paper workspace replays."""
        folder = WorkspaceFolder(self.path / _allowed(name))
        self._open()
        lock = FileLock(self.path / ".lock")
        if not lock.acquire():
            raise BadInput(f"Another window is making a workspace just now. {name} was not made. Try again.")
        try:
            self._refuse_second(folder, kind)
            folder.prepare()
            write_note(folder.note_file, WorkspaceNote(name=name, kind=kind, recording=recording))
        finally:
            lock.release()
        return folder

    def _open(self) -> None:
        try:
            if not self.path.exists():
                make_private_folder(self.path)
            (self.path / ".lock").touch(mode=0o600)
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def _refuse_second(self, folder: WorkspaceFolder, kind: WorkspaceKind) -> None:
        if folder.note_file.exists():
            raise BadInput(
                f"There is a workspace {folder.name} already. Nothing was made. Open it, or choose a new name."
            )
        live = [other.name for other in self.workspaces() if other.kind is WorkspaceKind.LIVE]
        if kind is WorkspaceKind.LIVE and live:
            raise BadInput(
                f"The workspace {live[0]} is live, and all real money belongs into one. {folder.name} was not made. "
                f"Connect the account in {live[0]}."
            )


def _allowed(name: str) -> str:
    if _NAME.fullmatch(name) and not _TAKEN_BY_WINDOWS.fullmatch(name):
        return name
    raise BadInput(
        f"{name!r} cannot be the name of a workspace. Nothing was made or opened. "
        "Use up to 32 small letters, digits and dashes, such as practice-1."
    )
