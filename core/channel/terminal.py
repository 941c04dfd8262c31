"""The desk from the terminal that starts it: its window is brought up, watched, and ended in order."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from core.channel import engines, window
from core.channel.client import connect
from core.channel.home import Home, WorkspaceFolder
from core.channel.notes import cannot_write
from core.clock import stopwatch
from core.domain.errors import BadInput, DeskError

FIRST_PORT: Final = 8501
_PORTS_TRIED: Final = 100
_PROJECT: Final = Path(__file__).resolve().parents[2]
_START_SECONDS: Final = 60
_END_SECONDS: Final = 8
_LOOK_AGAIN: Final = 0.1
_LAST_LINES: Final = 12


def open_desk(home: Path, workspace: str, port: int | None, *, browser: bool, recording: Path | None = None) -> int:
    """Start the desk and stay until told to end; or, if its window runs already, open that one."""
    where = Home(home.expanduser().absolute())
    try:
        there = window.running(where)
        if there is not None:
            return _join(where, there, workspace, browser=browser)
        folder = window.replay(where, workspace, recording) if recording else window.open_workspace(where, workspace)
        return Watch(home=where, folder=folder, port=_free_port(port), browser=browser).until_told()
    except DeskError as error:
        complain(str(error))
        return 1


def _join(where: Home, there: window.WindowNote, workspace: str, *, browser: bool) -> int:
    """The window that runs, with its engine: that may have ended since."""
    if workspace not in ("", there.workspace):
        raise BadInput(
            f"The desk is open with the workspace {there.workspace}. {workspace} was not opened. "
            f"End that one with Ctrl-C where it was started, then start again with --workspace {workspace}."
        )
    address = window.address_of(there.port)
    say(f"The desk is open already: {address}")
    if browser:
        _show(address)
    engines.ensure(window.open_workspace(where, there.workspace))
    return 0


@dataclass(kw_only=True)
class Watch:
    """Over one window. When it dies it is started again; its engines never notice."""

    home: Home
    folder: WorkspaceFolder
    port: int
    browser: bool

    def until_told(self) -> int:
        """Up, and down again after Ctrl-C or an ending session. 0 = everything ended as it should."""
        told = _listen_for_the_end()
        failed = False
        try:
            while not told.is_set() and not failed:
                process = self._start()
                try:
                    failed = not self._came_up(process, told)
                    if not failed:
                        self._stay_beside(process, told)
                finally:
                    _end(process)
        finally:
            left = window.close_engines(self.home)
            for words in left:
                complain(words)
        say("The desk is closed.")
        return 1 if left or failed else 0

    def _start(self) -> subprocess.Popen[bytes]:
        place = {"QUARTERDECK_HOME": str(self.home.path), "QUARTERDECK_WORKSPACE": self.folder.name}
        with self._new_log() as log:
            return subprocess.Popen(  # noqa: S603 - our own command, no shell
                [
                    sys.executable,
                    "-m",
                    "streamlit",
                    "run",
                    "app.py",
                    f"--server.port={self.port}",
                    "--server.headless=true",
                ],
                cwd=_PROJECT,
                env=os.environ | place,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us; we end the window in order
            )

    def _new_log(self) -> BinaryIO:
        try:
            log = self._log.open("wb")
            self._log.chmod(0o600)
        except OSError as error:
            raise cannot_write(self._log, error) from error
        return log

    def _came_up(self, process: subprocess.Popen[bytes], told: threading.Event) -> bool:
        try:
            engines.ensure(self.folder)  # while the window starts, which would do the same
        except DeskError as error:
            complain(str(error))  # the window comes up all the same and says so too
        until = stopwatch() + _START_SECONDS
        while not window.answers(self.port):
            if told.wait(_LOOK_AGAIN):
                return True
            if process.poll() is not None or stopwatch() > until:
                complain(f"The window did not come up, and the desk is being closed. It said:\n{self._last_words()}")
                return False
        self._greet()
        return True

    def _stay_beside(self, process: subprocess.Popen[bytes], told: threading.Event) -> None:
        while not told.wait(_LOOK_AGAIN):
            if process.poll() is not None:
                complain("The window ended by itself. The engines were not touched. It is started again.")
                return

    def _greet(self) -> None:
        address = window.address_of(self.port)
        say(
            f"\nQuarterdeck is open:  {address}\n"
            f"Workspace:            {self.folder.name}, for {self.folder.kind}, in {self.folder.path}\n"
            "To stop trading:      the button in the window, or in any terminal  python3 start.py stop-trading\n"
            f"                      or make the file {self.folder.stop_file}\n"
            "To close:             Ctrl-C here\n"
        )
        with contextlib.suppress(DeskError):
            if connect(self.folder).lock.state().sealed:
                say("It is locked, and nothing is watched until you unlock it: in the window, or  start.py unlock\n")
        if self.browser:
            _show(address)
            self.browser = False  # the page that is open finds a window that was started again

    @property
    def _log(self) -> Path:
        return self.home.path / "window.log"

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-_LAST_LINES:])


def _free_port(asked: int | None) -> int:
    for port in (asked,) if asked else range(FIRST_PORT, FIRST_PORT + _PORTS_TRIED):
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError as error:
            reason = os.strerror(error.errno or 0)
        else:
            return port
    which = f"Port {asked} cannot be used" if asked else f"None of the ports from {FIRST_PORT} can be used"
    raise BadInput(f"{which}: {reason}. Nothing was started. Choose another with --port, or leave it out.")


def _end(process: subprocess.Popen[bytes]) -> None:
    """In order if it can, by force if it hangs."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _listen_for_the_end() -> threading.Event:
    told = threading.Event()
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: told.set())
    return told


def _show(address: str) -> None:
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        say("No screen was found: open the address in a browser yourself.")
    else:
        webbrowser.open(address)


def say(words: str) -> None:
    """To whoever reads the terminal."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def complain(words: str) -> None:
    """The same, where it is seen even when the answers go into a file."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
