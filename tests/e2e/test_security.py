"""Only this machine's own window reaches the desk, and no page can be put around it (S4, S5, S6, S17, S24)."""

import base64
import http.client
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import RunningDesk

HERE = "127.0.0.1:{port}"
FOREIGN = [
    ("evil.example", None),
    ("evil.example:{port}", None),
    ("evil.example:{port}", "http://127.0.0.1:{port}"),
    ("127.0.0.1.evil.example:{port}", None),
    ("localhost.evil.example:{port}", "http://localhost.evil.example:{port}"),
    ("127.0.0.1:{port}@evil.example", None),
    ("0.0.0.0:{port}", None),
    ("[::1]:{port}", None),
    ("192.168.1.10:{port}", "http://192.168.1.10:{port}"),
    ("127.0.0.1:1", None),
    ("", None),
    (HERE, "http://evil.example"),
    (HERE, "https://127.0.0.1:{port}"),
    (HERE, "http://127.0.0.1:1"),
    (HERE, "http://127.0.0.1:{port}.evil.example"),
    (HERE, "http://localhost:{port}"),
    (HERE, "null"),
    (HERE, "file://"),
    (HERE, ""),
]
OWN = [
    (HERE, None),
    (HERE, "http://127.0.0.1:{port}"),
    ("localhost:{port}", None),
    ("localhost:{port}", "http://localhost:{port}"),
]
PATHS = ["/", "/unlock", "/passphrase", "/_stcore/health", "/_stcore/host-config", "/static/no-such-file"]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    body: bytes


def call(desk: RunningDesk, path: str, host: str, origin: str | None, **more: str) -> Answer:
    """One request with exactly these headers."""
    with closing(http.client.HTTPConnection("127.0.0.1", desk.port, timeout=10)) as line:
        line.putrequest("GET", path, skip_host=True)
        line.putheader("Host", host.format(port=desk.port))
        if origin is not None:
            line.putheader("Origin", origin.format(port=desk.port))
        for name, value in more.items():
            line.putheader(name.replace("_", "-"), value)
        line.endheaders()
        with line.getresponse() as answer:
            opened = answer.status == http.client.SWITCHING_PROTOCOLS
            return Answer(answer.status, answer.headers, b"" if opened else answer.read())


def shake_hands(desk: RunningDesk, host: str, origin: str | None) -> int:
    """The first step of a WebSocket; 101 = it is open."""
    key = base64.b64encode(os.urandom(16)).decode()
    return call(
        desk, "/_stcore/stream", host, origin,
        Connection="Upgrade", Upgrade="websocket",
        Sec_WebSocket_Key=key, Sec_WebSocket_Version="13", Sec_WebSocket_Protocol="streamlit",
    ).status  # fmt: skip


@pytest.mark.parametrize(("host", "origin"), FOREIGN)
def test_a_foreign_name_or_page_is_refused(desk: RunningDesk, host: str, origin: str | None) -> None:
    for path in PATHS:
        answer = call(desk, path, host, origin)
        assert answer.status in (400, 403), path
        assert len(answer.body) < 200
    assert shake_hands(desk, host, origin) in (400, 403)


@pytest.mark.parametrize(("host", "origin"), OWN)
def test_our_own_window_is_not(desk: RunningDesk, host: str, origin: str | None) -> None:
    assert call(desk, "/", host, origin).status == 200
    assert shake_hands(desk, host, origin) == 101


def own_addresses() -> list[str]:
    """Every other address of this machine, one of the loopback's own among them."""
    found = {"127.0.0.2"}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.200", 9))  # nothing is sent: it only chooses the way out
            found.add(probe.getsockname()[0])
        except OSError:
            pass  # no way out: a machine without a network
    return sorted(found)


@pytest.mark.parametrize("address", own_addresses())
def test_from_the_network_nobody_answers(desk: RunningDesk, address: str) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address, desk.port), timeout=5)


def listening(pid: int) -> set[tuple[str, int]]:
    """Every TCP address a process listens on, as the kernel writes it."""
    own = {str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir() if file.is_symlink()}
    found = set()
    for table in ("tcp", "tcp6"):
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            cells = row.split()
            if cells[3] == "0A" and f"socket:[{cells[9]}]" in own:
                address, port = cells[1].split(":")
                found.add((address, int(port, 16)))
    return found


def family(pid: int) -> Iterator[int]:
    """A process and everything it started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from family(int(child))


def test_only_this_machine_is_listened_to(desk: RunningDesk) -> None:
    pids = {*family(desk.process.pid), desk.window_pid, desk.connect().health.state().engine_pid}
    assert len(pids) >= 4  # start.py, window, supervisor, engine
    assert set().union(*(listening(pid) for pid in pids)) == {("0100007F", desk.port)}


@pytest.mark.parametrize("path", [*PATHS, "/app/static/plex-sans.woff2", "/orders", "/no/such/page"])
def test_every_answer_forbids_frames_and_guessing(desk: RunningDesk, path: str) -> None:
    for host in (HERE, "evil.example"):
        told = call(desk, path, host, None).headers
        assert told["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in told["Content-Security-Policy"]
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["Cache-Control"]
        assert told["Access-Control-Allow-Origin"] is None


class Around(BaseHTTPRequestHandler):
    """Another site that puts the desk into a frame of its page."""

    inside = ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"<iframe src='{self.inside}'></iframe>".encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


def test_no_other_page_can_put_the_desk_into_a_frame(desk: RunningDesk, page: Page) -> None:
    handler = type("Handler", (Around,), {"inside": desk.address})
    with HTTPServer(("127.0.0.1", 0), handler) as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        page.goto(f"http://localhost:{site.server_port}/", wait_until="load")
        (frame,) = page.main_frame.child_frames
        for _ in range(100):  # a busy machine shows its refusal a little later
            if frame.url:
                break
            page.wait_for_timeout(100)
        site.shutdown()
        thread.join()
    assert frame.url == "chrome-error://chromewebdata/"


def test_text_that_came_from_elsewhere_runs_no_script(desk: RunningDesk, page: Page) -> None:
    blocked: list[str] = []
    desk.open(page)
    page.on(
        "console", lambda message: blocked.append(message.text) if "Content Security Policy" in message.text else None
    )
    page.evaluate(
        "() => { const box = document.createElement('div'); document.body.append(box);"
        " box.innerHTML = '<img src=x onerror=\"window.ran = true\">'; }"
    )
    page.wait_for_function("() => true")
    page.evaluate("() => fetch('http://192.0.2.1/').catch(() => 0)")
    assert page.evaluate("() => window.ran") is None
    assert any("connect-src" in text for text in blocked)


def test_the_window_asks_nobody_else_for_anything(desk: RunningDesk, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    desk.open(page)
    assert [url for url in asked if not url.startswith((desk.address, "data:", "blob:"))] == []
