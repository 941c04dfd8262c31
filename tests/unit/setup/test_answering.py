"""A form behind the lock: locked it leads to its door, a fault is one sentence, and only what was typed is handed on."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from core.channel import window
from core.channel.home import Home, WorkspaceFolder
from core.domain.errors import DeskUnreachable, Locked
from core.domain.workspace import WorkspaceKind
from pages.forms.answering import answered


def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: Exception | None) -> tuple[Response, list[object]]:
    folder = Home(tmp_path).create("practice", WorkspaceKind.PRACTICE)
    monkeypatch.setattr(window, "shown", lambda: folder)
    heard: list[object] = []

    def answer(_: WorkspaceFolder, ticket: str, fields: Mapping[str, str] | None) -> Response:
        heard.append(fields)
        if fault is not None:
            raise fault
        return Response("done")

    request = Request({"type": "http", "method": "GET", "headers": [], "query_string": b"", "path": "/here"})
    return asyncio.run(answered(request, "/here", "A title", "<nav></nav>", answer)), heard


def test_a_look_hands_on_nothing_typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    response, heard = asked(monkeypatch, tmp_path, None)
    assert (response.body, heard) == (b"done", [None])


def test_locked_it_leads_to_the_door_and_back_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    response, _ = asked(monkeypatch, tmp_path, Locked("The desk is locked."))
    assert response.headers["location"] == "/unlock?next=/here"


def test_a_fault_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    response, _ = asked(monkeypatch, tmp_path, DeskUnreachable("It does not run."))
    assert response.status_code == 503
    assert b"It does not run." in bytes(response.body)
