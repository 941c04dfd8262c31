"""A desk started the way a person starts it, a Chromium that looks at it, and what each of their processes costs.

What a page says and hears is noted in the page itself, with its own clock: a note for each question (a run of the whole
script or of one live block), for each answer that ends one, and their bytes.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.channel.home import Home, WorkspaceFolder
from core.channel.notes import read_note
from core.channel.window import WindowNote

ROOT = Path(__file__).parents[1]
DRAWN = '[data-testid="stApp"][data-test-script-state="notRunning"]'
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 120.0
_NOTED = """
(() => {
  const Real = WebSocket, notes = window.__notes = [];
  const kept = bytes => bytes.byteLength > 20000 ? '' : btoa(String.fromCharCode(...new Uint8Array(bytes)));
  window.WebSocket = class extends Real {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', event => {
        const at = performance.now();
        if (event.data instanceof ArrayBuffer) notes.push([at, 'heard', event.data.byteLength, kept(event.data)]);
      });
    }
    send(data) {
      const bytes = data instanceof ArrayBuffer ? data : data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
      notes.push([performance.now(), 'said', bytes.byteLength, kept(bytes)]);
      super.send(data);
    }
  };
})();
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def load() -> str:
    """How busy the machine is, with everybody's work on it."""
    return "load " + ", ".join(f"{one:.1f}" for one in os.getloadavg())


def megabytes(pid: int) -> float:
    """Of real memory that a process holds now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(kw_only=True)
class Server:
    """A Streamlit server, ours or another."""

    process: "subprocess.Popen[bytes]"
    port: int
    pid: int  # of the server itself, where the process is what watches over it

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu(self) -> float:
        """Seconds of a processor it has used: another program's work beside it is not counted."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(60)
            return
        self.process.kill()


def up(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
            return
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"The window did not come up: {log.read_text()[-2000:]}")
        time.sleep(0.1)


def serve(app: Path, place: Path, *options: str, **environment: str) -> Server:
    """`streamlit run`, in a folder where no settings but those given hold."""
    port = free_port()
    log = place / f"{app.stem}.log"
    command = [sys.executable, "-m", "streamlit", "run", str(app), f"--server.port={port}", "--server.headless=true"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, *options],
            cwd=place,
            env=os.environ | environment,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    up(process, port, log)
    return Server(process=process, port=port, pid=process.pid)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """The computer's own."""
    found = next((where for name in NAMES if (where := shutil.which(name))), None)
    if found is None:
        raise SystemExit("There is no Chromium here: install one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


def noted(browser: Browser) -> Page:
    """A window of its own, that keeps notes."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(_NOTED)
    return page


def settled(page: Page) -> None:
    page.wait_for_selector(DRAWN, timeout=60_000)


@dataclass(frozen=True, kw_only=True)
class Run:
    """From the question until the answer's end."""

    fragments: tuple[str, ...]  # none: the whole script
    began: float  # ms of the page's own clock
    ended: float
    heard: int  # bytes

    @property
    def span(self) -> float:
        return self.ended - self.began


def forget(page: Page) -> None:
    """What was noted so far."""
    page.evaluate("() => window.__notes.splice(0)")


def runs(page: Page) -> list[Run]:
    """All that were asked for and answered since it last forgot. A live block that was cut off is left out."""
    asked: dict[str, float] = {}
    found: list[Run] = []
    now: tuple[str, ...] = ()
    began, heard = 0.0, 0
    for at, way, size, text in page.evaluate("() => window.__notes"):
        if way == "said":
            told = BackMsg.FromString(b64decode(text))
            if told.WhichOneof("type") == "rerun_script":
                asked.setdefault(told.rerun_script.fragment_id, at)
            continue
        heard += size
        if not text:
            continue
        message = ForwardMsg.FromString(b64decode(text))
        if message.WhichOneof("type") == "new_session":
            now = tuple(message.metadata.run.fragment_ids)
            began = min((asked.pop(one) for one in now or ("",) if one in asked), default=0.0)
            heard = size
        elif message.WhichOneof("type") == "script_finished" and began:
            if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                found.append(Run(fragments=now, began=began, ended=at, heard=heard))
            elif not now:
                asked.setdefault("", began)  # it begins anew by itself: who asked still waits
            began = 0.0
    return found


def desk_of(place: Path, home: Path | None = None) -> tuple[Server, WorkspaceFolder]:
    """`start.py` with a home of its own, or with one whose engine runs already; its window's server, and its workspace."""
    home, port, log = home or place / "home", free_port(), place / "terminal.log"
    command = [sys.executable, str(ROOT / "start.py"), "--no-install", "--no-browser"]
    with log.open("wb") as out:
        started = subprocess.Popen(
            [*command, "--home", str(home), "--port", str(port)], stdout=out, stderr=out, start_new_session=True
        )
    up(started, port, log)
    note = read_note(home / "window.json", WindowNote)
    assert note is not None
    return Server(process=started, port=port, pid=note.pid), Home(home).find("practice")
