"""One POST to one address: encrypted unless it stays on this machine, no redirect followed, over within seconds."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import SplitResult, urlsplit

from core.domain.errors import NotTold
from core.notify.message import plain
from core.notify.ways.base import LONGEST, PATIENCE

HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def is_local(address: str) -> bool:
    """Whether it leads to this machine and no further: then it needs no encryption and is no secret."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.hostname in HERE and not parts.username


def host_of(address: str) -> str:
    """Its host and nothing else of it, which is often the secret itself; empty = it stays on this machine."""
    return "" if is_local(address) or bad_address(address) else plain(urlsplit(address).hostname or "", 60)


def bad_address(address: str) -> str:
    """Why nothing can be posted there; empty = it may be."""
    try:
        parts = urlsplit(address)
        port = parts.port
        (parts.hostname or "").encode("idna")  # a name no machine can have would fail only when it is called
    except ValueError:
        return "The address cannot be read. Copy it whole, beginning with https://."
    if not parts.hostname or parts.scheme not in ("http", "https") or not address.isascii() or " " in address:
        return "The address cannot be read. Copy it whole, beginning with https://."
    if not address.isprintable() or port == 0:
        return "The address holds what no address has. Copy it again."
    if parts.scheme == "http" and parts.hostname not in HERE:
        return "The address is not encrypted. Use one that begins with https://; http:// is for this machine only."
    return ""


def post(address: str, body: bytes, kind: str = "application/json", headers: Mapping[str, str] | None = None) -> None:
    """Or NotTold. Its words name the host and nothing else of the address, which is often the secret itself."""
    if words := bad_address(address):
        raise NotTold(words)
    parts = urlsplit(address)
    host = plain(parts.hostname or "", 60)
    line = _line(parts)
    with over_within(LONGEST, lambda: cut(line.sock)):
        try:
            line.connect()
        except OSError as error:
            line.close()
            raise NotTold(f"{host} could not be reached: {plain(str(error), 100)}.") from error
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            line.request("POST", target, body, {"Content-Type": kind, "User-Agent": "Quarterdeck", **(headers or {})})
            with line.getresponse() as answer:
                status = answer.status
        except (OSError, HTTPException) as error:
            raise NotTold(f"{host} gave no answer in time: {type(error).__name__}.", maybe=True) from error
        finally:
            line.close()
    if status >= 300:
        raise NotTold(f"{host} did not take it: it answered {status}{_meaning(status)}.", maybe=status >= 500)


def cut(line: "socket.socket | None") -> None:
    """End whatever waits on it, now."""
    if line is not None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


@contextmanager
def over_within(seconds: float, end: Callable[[], None]) -> Iterator[None]:
    """A server that says one letter each second outlasts every time-out of a socket: after this long it is cut off."""
    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _line(parts: SplitResult) -> HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        line: HTTPConnection = HTTPSConnection(host, parts.port, timeout=PATIENCE, context=ssl.create_default_context())
    else:
        line = HTTPConnection(host, parts.port, timeout=PATIENCE)
    line.set_debuglevel(0)  # switched on for the whole process it would print the address
    return line


def _meaning(status: int) -> str:
    if status in (401, 403, 404):
        return ", so the address or the key is wrong or no longer valid"
    if status == 429:
        return ", which means too many messages"
    if status < 400:
        return ", which leads elsewhere; that is not followed"
    return ""
