"""Tells a person's hand from a page that refreshes itself: only the first keeps a session unlocked."""

import asyncio
from contextlib import suppress
from time import monotonic
from typing import Final

from google.protobuf.message import DecodeError
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from core.channel import window
from core.channel.client import connect
from core.domain.errors import DeskError

_AGAIN: Final = 1.0  # second: a person's hand is told of no more often
_SECONDS: Final = 2.0


class Hand:
    """Looks at what a browser sends, holds nothing up, and changes nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._told: dict[str, float] = {}
        self._telling: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if HTTPConnection(scope).headers.get("sec-fetch-mode") == "navigate":
                self._tell(scope)  # somebody opened or reloaded a page
            await self._app(scope, receive, send)
            return
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        runs = 0

        async def hear() -> Message:
            nonlocal runs
            message = await receive()
            if asks_for_a_run(message):
                runs += 1
                if runs > 1:  # the first is the page itself, and each time its line comes back
                    self._tell(scope)
            return message

        await self._app(scope, hear, send)

    def _tell(self, scope: Scope) -> None:
        ticket = HTTPConnection(scope).cookies.get(window.ticket_cookie(window.shown()), "")
        now = monotonic()
        if not ticket or now - self._told.get(ticket, -_AGAIN) < _AGAIN:
            return
        self._told = {ticket: now} if len(self._told) > 64 else self._told | {ticket: now}
        task = asyncio.create_task(asyncio.to_thread(_active, ticket))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)


def asks_for_a_run(message: Message) -> bool:
    """A click, a key, a chosen row: a run the page did not ask for by its own watch."""
    content = message.get("bytes")
    if message["type"] != "websocket.receive" or not content:
        return False
    try:
        told = BackMsg.FromString(content)
    except DecodeError:
        return False
    return told.WhichOneof("type") == "rerun_script" and not told.rerun_script.is_auto_rerun


def _active(ticket: str) -> None:
    with suppress(DeskError):  # it is locked by now, or the desk is down: the page says so
        connect(window.shown(), _SECONDS, ticket).lock.active(ticket)
