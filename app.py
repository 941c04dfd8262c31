"""The window's server: this machine only, up after its engines and down with them."""

import asyncio
import gc
import ipaddress
import logging
import os
import re
import socket
import sys
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from core.channel import engines, window
from core.channel.home import WorkspaceFolder
from core.domain.errors import DeskError
from pages.forms.golive import golive
from pages.forms.hand import Hand
from pages.forms.notify import notify
from pages.forms.passphrase import passphrase
from pages.forms.unlock import lock, unlock
from pages.parts.fault import told
from pages.parts.mended import mend

_ENGINE_SECONDS: Final = 10.0  # then the window opens all the same, and says how the engine stands
_LOOK_AFTER_EVERY: Final = 2.0
OWN_NAMES: Final = ("127.0.0.1", "localhost")
SAFE: Final[dict[str, object]] = {
    "server.address": "127.0.0.1",
    "server.allowedHosts": list(OWN_NAMES),
    "server.enableCORS": True,  # in Streamlit's words this turns the protection on
    "server.corsAllowedOrigins": [],
    "server.enableXsrfProtection": True,
    "server.enableAgentApi": False,
    "server.fileWatcherType": "none",
    "server.baseUrlPath": "",
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.allowedOrigins": [],
    "runner.postScriptGC": False,
    "global.developmentMode": False,
}
_INLINE: Final = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_PAGE: Final = Path(st.__file__).with_name("static") / "index.html"
_OWN: Final = sorted((Path(__file__).with_name("pages") / "static").glob("*.js"))
_KNOWN: Final = [
    b64encode(sha256(script).digest()).decode()
    for script in (*_INLINE.findall(_PAGE.read_bytes()), *(script.read_bytes() for script in _OWN))
]
POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' " + " ".join(f"'sha256-{known}'" for known in _KNOWN),  # no script that came with some text
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' data: blob:",
        "connect-src 'self' data: blob:",  # nothing read on a page can be sent anywhere else
        "worker-src 'self' blob:",
        "frame-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
TOLD_TO_BROWSERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # no-referrer would blank the Origin of our own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def unsafe_settings() -> list[str]:
    """Each setting that would open the window to others, and how to put it right."""
    found = []
    for name, safe in SAFE.items():
        given = config.get_option(name)
        value = list(given) if isinstance(given, tuple) else given  # as a flag gives it
        if value != safe:
            found.append(
                f"{name} is {value!r} (set by {config.get_where_defined(name)}). The window was not started: "
                f"it must be {safe!r}, as in .streamlit/config.toml; take away what changes it."
            )
    return found


def foreign(scope: Scope) -> str:
    """Why this request is not from this machine's own window; empty = it is."""
    server = scope.get("server") or ("", 0)
    if not _is_loopback(server[0]):
        return "The desk answers on this machine only."
    own = {f"{name}:{server[1]}" for name in OWN_NAMES}
    headers = Headers(scope=scope)
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    if len(hosts) != 1 or hosts[0].lower() not in own:
        return "The desk does not answer to this name. Use the address start.py prints."
    # Browsers name the page that asks whenever it could do harm; a program of this machine could name any.
    if origins and (len(origins) != 1 or origins[0].lower() != f"http://{hosts[0].lower()}"):
        return "The desk does not answer to other pages."
    return ""


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class OwnWindowOnly:
    """Turns away who comes from elsewhere or in another page's name, and tells the browser what never to do."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(TOLD_TO_BROWSERS)
                del headers["Access-Control-Allow-Origin"]  # Streamlit lets every page read what it serves from static/
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        reason = foreign(scope)
        if not reason:
            await self._app(scope, receive, send_guarded)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it was accepted: a 403
        else:
            await PlainTextResponse(reason, status_code=403)(scope, receive, send_guarded)


def listening_socket() -> socket.socket | None:
    """Where this window listens. Streamlit keeps it to itself; uvicorn on its own has not made it yet."""
    for found in gc.get_objects():
        if type(found) is socket.socket and found.fileno() >= 0 and found.family == socket.AF_INET:  # noqa: SIM102
            if found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                return found
    return None


async def _look_after(folder: WorkspaceFolder, closing: asyncio.Event) -> None:
    """While the window is open nobody's engine is left without somebody to start it again."""
    while not closing.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(closing.wait(), _LOOK_AFTER_EVERY)
            return
        with suppress(DeskError):
            await asyncio.to_thread(engines.look_after, folder)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Engines before the first visitor; after the last, whatever is not set to keep running ends."""
    listening = listening_socket()
    if listening is not None:  # without this a click waits 40 ms for an acknowledgement
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    home = window.home()
    folder = await asyncio.to_thread(window.shown)
    lock = window.lock_of(home)
    first = lock.acquire()
    if first and listening is not None:
        window.tell_where(home, listening.getsockname()[1], folder.name)
    try:
        await asyncio.to_thread(engines.ensure, folder, _ENGINE_SECONDS)
    except DeskError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the pages say it too, and come back by themselves
    closing = asyncio.Event()
    looking = asyncio.create_task(_look_after(folder, closing))
    try:
        yield
    finally:
        closing.set()
        await looking
        if first:
            await asyncio.to_thread(window.close_engines, home)
            lock.release()


mend()
logging.getLogger("uvicorn.error").addFilter(lambda record: record.levelno >= logging.WARNING)
app = st.App(
    Path(__file__).with_name("pages") / "shell.py",
    lifespan=lifespan,
    on_script_error=told,
    routes=[
        Route("/unlock", unlock, methods=["GET", "POST"]),
        Route("/lock", lock, methods=["POST"]),
        Route("/passphrase", passphrase, methods=["GET", "POST"]),
        Route("/notify", notify, methods=["GET", "POST"]),
        Route("/golive", golive, methods=["GET", "POST"]),
    ],
    middleware=[Middleware(OwnWindowOnly), Middleware(Hand)],
)
if __name__ == "__main__":
    os.chdir(Path(__file__).parent)  # where .streamlit is, wherever it was called from
    config.get_config_options(force_reparse=True)
if unsafe := unsafe_settings():
    sys.exit("\n".join(unsafe))
if __name__ == "__main__":
    with suppress(KeyboardInterrupt):  # Ctrl-C: everything has ended in order by then
        app.run()
