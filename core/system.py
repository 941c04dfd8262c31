"""Everything that differs between operating systems: locks, private files, local sockets, processes."""

import contextlib
import os
import platform
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Sequence
from hashlib import blake2b
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Final

from core.domain.errors import StoreError

if sys.platform == "win32":
    import ctypes
    import msvcrt
    from multiprocessing.connection import PipeConnection

    AnyConnection = Connection | PipeConnection
else:
    import fcntl

    AnyConnection = Connection

_A_MOMENT: Final = 0.5  # somebody who asks who holds a lock holds it himself for microseconds
_LONGEST_ADDRESS: Final = 100  # a socket's path is cut at about 107 bytes
_WAITING_CALLERS: Final = 128


def default_home() -> Path:
    """Where workspaces live unless told otherwise."""
    return Path(os.environ.get("QUARTERDECK_HOME") or "~/.quarterdeck").expanduser().absolute()


class FileLock:
    """Held by one process at a time. The system frees it when that process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def acquire(self) -> bool:
        """Take it, or say that a living process has it."""
        until = time.monotonic() + _A_MOMENT
        try:
            while not self._take():
                if time.monotonic() > until:
                    return False
                time.sleep(0.02)
            self._write(str(os.getpid()))
        except OSError as error:
            self._drop()
            raise StoreError(
                f"{self._path} cannot be written: {error.strerror}. Nothing was opened. "
                "Make its folder writable for you or free some space, and try again."
            ) from error
        return True

    def release(self) -> None:
        """Give it back."""
        if self._file is None:
            return
        with contextlib.suppress(OSError):  # a full disk: the old pid stays in it and means nothing
            self._write("")
        self._drop()

    def holder(self) -> int | None:
        """The living process that has it. None = it is free, whatever an old file says. Looking writes nothing."""
        if self._file is not None:
            return os.getpid()
        try:
            while not self._take(os.O_RDONLY):
                with contextlib.suppress(ValueError):
                    return int(self._path.read_text())
                time.sleep(0.02)  # it was taken just now and has no name in it yet
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise StoreError(
                f"{self._path} cannot be read: {error.strerror}. Whether the desk is open there is not known. "
                "Make it readable for you, and try again."
            ) from error
        self._drop()
        return None

    def _drop(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _take(self, how: int = os.O_RDWR | os.O_CREAT) -> bool:
        file = os.open(self._path, how, 0o600)
        if not _lock(file, to_look=how == os.O_RDONLY):
            os.close(file)
            return False
        self._file = file
        return True

    def _write(self, words: str) -> None:
        assert self._file is not None
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, words.encode())


def _lock(file: int, *, to_look: bool = False) -> bool:
    """Taken to look, it keeps out nobody else who looks: two of them must not take each other for the holder."""
    try:
        if sys.platform == "win32":
            os.lseek(file, 1 << 30, os.SEEK_SET)  # a locked byte cannot be read, so not one of the pid's
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, (fcntl.LOCK_SH if to_look else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def keep_private() -> None:
    """Whatever this process writes from now on, libraries' files included, only its owner can read."""
    os.umask(0o077)


def make_private_folder(path: Path) -> None:
    """A folder only its owner can look into, and so is every folder made on the way to it."""
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    path.chmod(0o700)


def write_private(path: Path, content: bytes) -> None:
    """The whole new content or the whole old one, whatever happens meanwhile, and for its owner only."""
    file, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(file, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    settle(path.parent)


def settle(folder: Path) -> None:
    """What was made or renamed in it stays so, whatever happens."""
    if sys.platform == "win32":
        return  # it has no way to flush a folder
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def free_bytes(path: Path) -> int:
    """Room left on the disk that holds this path."""
    return shutil.disk_usage(path).free


def socket_address(owner: Path) -> str:
    """The local address that belongs to this folder: short, private, always the same."""
    name = blake2b(os.fsencode(owner.resolve()), digest_size=8).hexdigest()
    if sys.platform == "win32":
        return rf"\\.\pipe\quarterdeck-{name}"
    return str(_runtime_folder(os.getuid()) / f"{name}.sock")


def _runtime_folder(user: int) -> Path:
    given = Path(os.environ.get("XDG_RUNTIME_DIR") or "/")
    suits = _is_private(given, user) and len(os.fsencode(given)) < _LONGEST_ADDRESS - 40
    folder = given / "quarterdeck" if suits else Path("/tmp") / f"qd-{user}"  # noqa: S108 - looked at below
    try:
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        if not _is_private(folder, user):
            raise PermissionError("it must be a folder that belongs to you and that nobody else can open")
    except OSError as error:
        raise StoreError(
            f"The folder {folder} cannot be used for the engine's socket: {error.strerror or error}. "
            "The engine was not started. Remove that folder, or set XDG_RUNTIME_DIR to a private one."
        ) from error
    return folder


def _is_private(folder: Path, user: int) -> bool:
    """A real folder, this user's, closed to everybody else."""
    try:
        seen = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(seen.st_mode) and seen.st_uid == user and not seen.st_mode & 0o077


def listen(address: str) -> Listener:
    """Wait for callers of this machine. No key here: the handshake belongs in each caller's own thread."""
    if sys.platform == "win32":
        return Listener(address, "AF_PIPE")
    Path(address).unlink(missing_ok=True)  # left by a process that was killed
    listener = Listener(address, "AF_UNIX", backlog=_WAITING_CALLERS)
    Path(address).chmod(0o600)
    return listener


def dial(address: str, seconds: float) -> AnyConnection:
    """Call a listener of this machine."""
    if sys.platform == "win32":
        return Client(address, "AF_PIPE")
    with socket.socket(socket.AF_UNIX) as line:
        _limit(line, seconds)
        line.connect(address)
        return Connection(line.detach())


def limit_waiting(connection: AnyConnection, seconds: float) -> None:
    """Once a message has begun, the rest of it has to follow within this time, in both directions."""
    if sys.platform != "win32":  # there a message comes whole or not at all
        with socket.socket(fileno=os.dup(connection.fileno())) as line:
            _limit(line, seconds)


def hang_up(connection: AnyConnection) -> None:
    """Nothing more is heard from the other end; what is being answered may still be said."""
    if sys.platform == "win32":
        return  # the thread that listens ends with its process
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RD)


def _limit(line: socket.socket, seconds: float) -> None:
    span = struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        line.setsockopt(socket.SOL_SOCKET, option, span)


def start_detached(command: Sequence[str], *, folder: Path, log: Path) -> int:
    """Start a process that outlives this one, its terminal and its Ctrl-C. Returns its pid."""
    with log.open("ab") as out:
        log.chmod(0o600)
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
            process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out, creationflags=flags
            )
        else:
            process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
    threading.Thread(target=process.wait, name="reaper", daemon=True).start()  # or it stays as a zombie
    return process.pid


def show_on_desktop(title: str, text: str, *, loud: bool, seconds: float) -> str:
    """A note of the system's own. Why it could not be shown; empty = the system took it. Words go as arguments, never as code."""
    found = _desktop_command(title, text, loud=loud)
    if found is None:
        return "This machine has no program that shows notes: install notify-send (libnotify), or use another way."
    command, words = found
    try:
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            command, env=os.environ | words, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"The system showed no note: {type(error).__name__}."
    return "" if done.returncode == 0 else "The system showed no note: nobody is logged in at its screen."


def _desktop_command(title: str, text: str, *, loud: bool) -> tuple[list[str], dict[str, str]] | None:
    """The command, and what it reads from its surroundings."""
    if sys.platform == "darwin":
        script = "on run words\ndisplay notification (item 2 of words) with title (item 1 of words)\nend run"
        return ["/usr/bin/osascript", "-e", script, title, text], {}
    if sys.platform == "win32":
        return ["powershell", "-NoProfile", "-NonInteractive", "-Command", _BALLOON], {
            "QD_TITLE": title,
            "QD_TEXT": text,
        }
    program = shutil.which("notify-send")
    if program is None:
        return None
    body = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")  # it reads a little markup
    return [program, f"--urgency={'critical' if loud else 'normal'}", "--app-name=Quarterdeck", "--", title, body], {}


_BALLOON: Final = (
    "Add-Type -AssemblyName System.Windows.Forms,System.Drawing;"
    "$note=New-Object System.Windows.Forms.NotifyIcon;$note.Icon=[System.Drawing.SystemIcons]::Information;"
    "$note.Visible=$true;$note.ShowBalloonTip(8000,$env:QD_TITLE,$env:QD_TEXT,'Info');Start-Sleep 8;$note.Dispose()"
)


def is_alive(pid: int) -> bool:
    """Whether there is such a process."""
    if sys.platform == "win32":
        handle = ctypes.windll.kernel32.OpenProcess(0x100000, 0, pid)  # SYNCHRONIZE: just enough to wait for it
        alive = bool(handle) and ctypes.windll.kernel32.WaitForSingleObject(handle, 0) != 0
        ctypes.windll.kernel32.CloseHandle(handle)
        return alive
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end(pid: int) -> None:
    """Ask a process to end (on Windows: end it)."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)


def this_machine() -> str:
    """A short name for this machine and user that stays the same, and says nothing about either."""
    try:
        known = Path("/etc/machine-id").read_text().strip()
    except OSError:
        known = ""
    node = uuid.getnode()
    made_up = node >> 40 & 1  # no network card has this bit: it would be another number at each start
    who = f"{known or (platform.node() if made_up else node)}:{Path.home()}"
    return blake2b(who.encode(), digest_size=3).hexdigest()
