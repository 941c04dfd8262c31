"""Servers on this machine that take messages, or refuse, babble, dawdle, break off and hang, as a test says."""

import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What came, and what is answered."""

    port: int = 0
    status: int = 200
    location: str = ""
    hang: bool = False  # take the request and say nothing
    drip: bool = False  # say one letter at a time, for ever
    babble: bool = False  # say what was asked, which is no answer
    got: list[tuple[str, str]] = field(default_factory=list)  # path and body
    letters: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """An HTTP server on 127.0.0.1."""
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
            told.got.append((self.path, body))
            if told.hang:
                told.let_go.wait(30)
                return
            if told.drip:
                while not told.let_go.wait(0.05):
                    try:
                        self.wfile.write(b"H")
                    except OSError:
                        return
            if told.babble:
                self.wfile.write(f"{self.path}\r\n\r\n".encode())
                return
            self.send_response(
                told.status, self.path if told.status >= 300 else None
            )  # as some repeat what they refuse
            if told.location:
                self.send_header("Location", told.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def mail_server() -> Iterator[Receiver]:
    """Just enough SMTP. 535 refuses the login, any other bad status the recipient; it hangs after it has the letter."""
    told = Receiver()
    door = socket.create_server(("127.0.0.1", 0))
    told.port = door.getsockname()[1]

    def serve() -> None:
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                return
            with line:
                try:
                    _converse(line, told)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.let_go.set()
        door.shutdown(socket.SHUT_RDWR)
        door.close()
        thread.join(5)


def _converse(line: socket.socket, told: Receiver) -> None:
    line.settimeout(10)
    line.sendall(b"220 here\r\n")
    with line.makefile("rb") as words:
        for said in words:
            verb = said[:4].upper()
            if verb == b"EHLO":
                line.sendall(b"250-here\r\n250 AUTH PLAIN\r\n")
            elif verb == b"AUTH":
                login = base64.b64decode(said.split()[-1]).decode().replace("\0", " ").strip()
                told.logins.append(login)
                no = f"{'' if told.babble else '535 '}{login}, or {said.decode()}"  # as some repeat what they refuse
                line.sendall(no.encode() if told.babble or told.status == 535 else b"235 come in\r\n")
            elif verb == b"RCPT" and told.status != 200:
                line.sendall(f"{told.status} no such user\r\n".encode())
            elif verb == b"DATA":
                line.sendall(b"354 go on\r\n")
                letter = b""
                for part in words:
                    if part == b".\r\n":
                        break
                    letter += part[1:] if part.startswith(b"..") else part
                told.letters.append(letter.decode())
                if told.hang:
                    told.let_go.wait(30)
                    return
                line.sendall(b"250 taken\r\n")
            elif verb == b"QUIT":
                line.sendall(b"221 bye\r\n")
                return
            else:
                line.sendall(b"250 fine\r\n")


def nobody_there() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])
