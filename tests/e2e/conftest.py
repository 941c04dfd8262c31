"""The real thing for every browser test: start.py, its window, supervisor and engine, and a Chromium.

For a page test ask for two fixtures:

    def test_orders_say_so_when_there_are_none(desk: RunningDesk, page: Page) -> None:
        desk.open(page, "orders")                  # goes to the page and waits until it is drawn
        page.get_by_text("No open orders").wait_for()
        page.get_by_role("button", name="…").click()
        settled(page)                              # waits until the script has run again

`desk` is one desk for all of them, with its own home and port; leave it as you found it. A test that kills, stops or
breaks something asks for `own_desk` and gets one to itself. Both are ended with Ctrl-C and must end with code 0.
`desk.ask("status")` is a second terminal. `desk.connect()` is the line to its engine.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from core.channel.client import connect
from core.channel.desk import Desk
from core.channel.home import Home, WorkspaceFolder
from core.channel.notes import read_note
from core.channel.window import WindowNote, answers
from tests.chromium import find_chromium

ROOT: Final = Path(__file__).resolve().parents[2]
DRAWN: Final = '[data-testid="stApp"][data-test-script-state="notRunning"]'
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
_UP_SECONDS: Final = 90
_DOWN_SECONDS: Final = 30
expect.set_options(timeout=60_000)  # a busy machine may draw a first sheet late


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def settled(page: Page) -> None:
    """Wait until the page is drawn and its script rests."""
    page.wait_for_selector(DRAWN, timeout=30_000)


def eventually(holds: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait for something another process does."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def start_command(home: Path, *arguments: str) -> list[str]:
    """start.py with the packages of the Python that runs the tests."""
    return [sys.executable, str(ROOT / "start.py"), "--no-install", "--home", str(home), *arguments]


@dataclass(kw_only=True)
class RunningDesk:
    """A desk that was started the way a person does it."""

    home: Path
    port: int
    process: "subprocess.Popen[bytes]"
    workspace: str = "practice"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def folder(self) -> WorkspaceFolder:
        return Home(self.home).find(self.workspace)

    @property
    def window_pid(self) -> int:
        note = read_note(self.home / "window.json", WindowNote)
        assert note is not None
        return note.pid

    @property
    def said(self) -> str:
        """What start.py wrote to its terminal."""
        return (self.home.parent / "terminal.txt").read_text()

    def connect(self) -> Desk:
        return connect(self.folder)

    def ask(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """A command from a second terminal."""
        return subprocess.run(
            start_command(self.home, *arguments), check=False, capture_output=True, text=True, timeout=60, cwd=ROOT
        )

    def open(self, page: Page, name: str = "") -> None:
        """Go to a page and wait until it is drawn."""
        page.goto(f"{self.address}/{name}")
        settled(page)

    def close(self, how: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C, and the code it ends with."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(_DOWN_SECONDS)


def start_desk(place: Path, *arguments: str, workspace: str = "practice") -> RunningDesk:
    """start.py in a process group of its own, up when its window answers."""
    home, port = place / "home", free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("QUARTERDECK_", "STREAMLIT_"))
    }
    with (place / "terminal.txt").open("wb") as terminal:
        process = subprocess.Popen(
            start_command(home, "--port", str(port), "--no-browser", "--workspace", workspace, *arguments),
            cwd=place,
            env=environment,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
        )
    desk = RunningDesk(home=home, port=port, process=process, workspace=workspace)
    eventually(lambda: answers(port) or process.poll() is not None, "the window answers", _UP_SECONDS)
    eventually(
        lambda: "Quarterdeck is open" in desk.said or process.poll() is not None, "the desk is open", _UP_SECONDS
    )
    assert process.poll() is None, desk.said
    return desk


def _closed(desk: RunningDesk) -> None:
    assert desk.close() == 0, desk.said
    assert "Traceback" not in desk.said


@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """One running desk for all tests that only use it."""
    started = start_desk(tmp_path_factory.mktemp("desk"))
    yield started
    _closed(started)


@pytest.fixture
def own_desk(tmp_path: Path) -> Iterator[RunningDesk]:
    """A running desk for one test that breaks something."""
    started = start_desk(tmp_path)
    yield started
    _closed(started)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The computer's own Chromium."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield launched
        launched.close()


FAILED: Final = pytest.StashKey[bool]()
LEFT: Final = """() => ({
    title: document.title, root: document.getElementById('root')?.outerHTML.slice(0, 300),
    others: [...document.body.children].slice(1).map(element => element.outerHTML.slice(0, 200)),
    hidden: [...document.querySelectorAll('body [inert], body [aria-hidden=true]')]
        .filter(element => element.querySelectorAll('*').length > 20).map(element => element.cloneNode().outerHTML),
    words: document.body.innerText.slice(0, 400)})"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh browser profile's first tab. When its test fails, what the browser said and shows is told with it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    tab = context.new_page()
    said: list[str] = []
    tab.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    tab.on("pageerror", lambda error: said.append(f"{error}\n{error.stack}"))
    yield tab
    if request.node.stash.get(FAILED, False):
        print("\n".join(dict.fromkeys(said)), tab.url, *tab.evaluate(LEFT).items(), sep="\n")
    context.close()
