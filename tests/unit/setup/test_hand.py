"""A click keeps a session unlocked; a page that refreshes itself, or comes back after its line was cut, does not (S8)."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message
from streamlit.proto.BackMsg_pb2 import BackMsg

from core.channel import window
from core.channel.home import Home
from core.channel.window import ticket_cookie
from core.domain.workspace import WorkspaceKind
from pages.forms import hand
from pages.forms.hand import Hand, asks_for_a_run


def rerun(*, auto: bool) -> Message:
    told = BackMsg()
    told.rerun_script.is_auto_rerun = auto
    told.rerun_script.fragment_id = "frame"
    return {"type": "websocket.receive", "bytes": told.SerializeToString()}


CLICK, REFRESH = rerun(auto=False), rerun(auto=True)


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("QUARTERDECK_HOME", str(tmp_path))
    monkeypatch.delenv("QUARTERDECK_WORKSPACE", raising=False)
    monkeypatch.setattr(hand, "_AGAIN", 0.0)
    Home(tmp_path).create("practice", WorkspaceKind.PRACTICE)
    heard: list[str] = []
    monkeypatch.setattr(hand, "_active", heard.append)
    return heard


def scope(kind: str, *, ticket: str = "a-ticket", **headers: str) -> dict[str, Any]:
    folder = window.shown()
    cookie = f"other=1; {ticket_cookie(folder)}={ticket}" if ticket else "other=1"
    every = {"cookie": cookie, **headers}
    return {"type": kind, "headers": [(name.encode(), value.encode()) for name, value in every.items()]}


def sends(*messages: Message, **how: Any) -> None:
    """A page that sends these, one after another, over one line."""
    waiting = [*messages, {"type": "websocket.disconnect"}]

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        pass

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["type"] != "websocket.disconnect":
            await asyncio.sleep(0)

    async def go() -> None:
        guarded = Hand(app)
        await guarded(scope("websocket", **how), receive, send)
        await asyncio.gather(*guarded._telling)

    asyncio.run(go())


def test_a_click_is_a_hand(told: list[str]) -> None:
    sends(CLICK, REFRESH, REFRESH, CLICK, REFRESH)
    assert told == ["a-ticket"]  # the first run is the page's own


def test_a_page_that_refreshes_itself_for_hours_is_none(told: list[str]) -> None:
    sends(CLICK, *[REFRESH] * 7200)
    assert told == []


def test_a_line_that_comes_back_is_none(told: list[str]) -> None:
    for _ in range(3):
        sends(CLICK)
    assert told == []


def test_who_has_no_ticket_tells_nothing(told: list[str]) -> None:
    sends(CLICK, CLICK, ticket="")
    assert told == []


@pytest.mark.parametrize(
    "message",
    [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": "hello"},
        {"type": "websocket.receive", "bytes": b""},
        {"type": "websocket.receive", "bytes": b"\xff\xff\xff"},
        {"type": "websocket.receive", "bytes": BackMsg(clear_cache=True).SerializeToString()},
    ],
)
def test_what_is_no_run_is_no_hand(message: Message) -> None:
    assert not asks_for_a_run(message)


def test_opening_a_page_is_a_hand_and_what_it_loads_is_none(told: list[str]) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        pass

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        pass

    async def go(mode: str) -> None:
        guarded = Hand(app)
        await guarded(scope("http", **{"sec-fetch-mode": mode}), receive, send)
        await asyncio.gather(*guarded._telling)

    for mode in ("no-cors", "cors", "websocket"):
        asyncio.run(go(mode))
    assert told == []
    asyncio.run(go("navigate"))
    assert told == ["a-ticket"]


def test_a_hurried_hand_is_told_of_once_a_second(told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand, "_AGAIN", 60.0)
    sends(*[CLICK] * 20)
    assert told == ["a-ticket"]


def test_streamlit_still_says_which_runs_are_its_own() -> None:
    """The word we go by is Streamlit's: a version without it must not pass for one where nobody ever refreshes."""
    assert "is_auto_rerun" in BackMsg().rerun_script.DESCRIPTOR.fields_by_name
