"""The plain form that takes a workspace live: it hands on what was typed, and shows none of it."""

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.responses import Response

from core.channel.home import Home
from core.domain.errors import Locked
from core.domain.workspace import WorkspaceKind
from pages.forms import golive
from tests.fakes.desk import FakeDesk
from tests.fakes.live_view import PASSPHRASE, shown

RIGHT = {"what": "live", "word": "LIVE", "passphrase": PASSPHRASE}


def desk_behind(monkeypatch: pytest.MonkeyPatch, *, days: int = 20, locked: bool = False) -> FakeDesk:
    desk = FakeDesk.ordinary()
    desk.world.kind = WorkspaceKind.LIVE
    desk.world.lock = replace(desk.world.lock, has_passphrase=True, locked=locked, asks_code=True)
    desk.live.seen = (shown(WorkspaceKind.PRACTICE, days, made=True),)
    monkeypatch.setattr(golive, "ask", lambda folder, ticket: desk)
    return desk


def answered(
    tmp_path: Path, fields: dict[str, str] | None = None, kind: WorkspaceKind = WorkspaceKind.LIVE
) -> Response:
    home = Home(tmp_path)
    folder = home.workspaces()[0] if home.workspaces() else home.create("real", kind)
    return golive._answer(folder, "a-ticket", fields)


def body(answer: Response) -> str:
    return bytes(answer.body).decode()


def test_the_word_and_the_passphrase_open_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_behind(monkeypatch)
    first = body(answered(tmp_path))
    assert all(name in first for name in ("name='word'", "name='passphrase' type='password'", "name='code'"))
    assert "moves real money" in first
    assert "LIVE<span>real money" in first
    done = answered(tmp_path, RIGHT)
    assert (done.status_code, done.headers["location"]) == (303, "/live")
    assert desk.live.opened is not None
    assert "It is live already" in body(answered(tmp_path))


@pytest.mark.parametrize("wrong", [{"word": "live"}, {"word": ""}, {"passphrase": "another four lamps"}])
def test_anything_else_opens_nothing_and_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]
) -> None:
    desk = desk_behind(monkeypatch)
    answer = answered(tmp_path, RIGHT | wrong)
    assert answer.status_code == 403
    assert desk.live.opened is None
    assert PASSPHRASE not in body(answer)
    assert "another four lamps" not in body(answer)


def test_before_the_evidence_is_there_nothing_can_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_behind(monkeypatch, days=3)
    assert "name='passphrase'" not in body(answered(tmp_path))
    assert "20 days at 1× that count" in body(answered(tmp_path, RIGHT))
    assert desk.live.opened is None


def test_locked_it_takes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_behind(monkeypatch, locked=True)
    with pytest.raises(Locked):
        answered(tmp_path, RIGHT)
    assert desk.live.opened is None


@pytest.mark.parametrize("kind", [WorkspaceKind.PRACTICE, WorkspaceKind.PAPER])
def test_another_workspace_has_nothing_to_take_live(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: WorkspaceKind
) -> None:
    desk = desk_behind(monkeypatch)
    assert "there is nothing to take live" in body(answered(tmp_path, RIGHT, kind))
    assert desk.live.opened is None
