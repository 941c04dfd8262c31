"""The plain form for the secrets of notifications: it hands them on, and never shows one."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.channel.home import Home, WorkspaceFolder
from core.domain.errors import Locked
from core.domain.workspace import WorkspaceKind
from pages.forms import notify
from tests.fakes.desk import FakeDesk

SECRET = "123456789:AAsecretAAsecretAAsecretAAsecret12"


@pytest.fixture
def folder(tmp_path: Path) -> WorkspaceFolder:
    return Home(tmp_path).create("practice", WorkspaceKind.PRACTICE)


def desk_behind(monkeypatch: pytest.MonkeyPatch, *, locked: bool = False, passphrase: bool = True) -> FakeDesk:
    desk = FakeDesk.ordinary()
    desk.world.lock = replace(desk.world.lock, has_passphrase=passphrase, locked=locked)
    monkeypatch.setattr(notify, "ask", lambda folder, ticket: desk)
    return desk


def shown(folder: WorkspaceFolder, fields: dict[str, str] | None = None) -> str:
    return bytes(notify._answer(folder, "a-ticket", fields).body).decode()


def test_a_secret_is_handed_on_and_not_shown(folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_behind(monkeypatch)
    empty = shown(folder)
    assert "Bot token" in empty
    assert "Something is kept here" not in empty
    assert "Mail server" not in empty, "what is no secret is typed on the page"
    kept = shown(folder, {"what": "telegram token", "secret": SECRET})
    assert desk.notices.secrets == {("telegram", "token"): SECRET}
    assert "It was locked away." in kept
    assert SECRET not in kept
    assert "Something is kept here" in kept


def test_a_locked_desk_takes_nothing(folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_behind(monkeypatch, locked=True)
    for fields in (None, {"what": "telegram token", "secret": SECRET}):
        with pytest.raises(Locked):
            shown(folder, fields)
    assert desk.notices.secrets == {}


def test_without_a_passphrase_the_way_to_one_is_shown(folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_behind(monkeypatch, passphrase=False)
    assert "href='/passphrase'" in shown(folder, {"what": "telegram token", "secret": SECRET})
    assert desk.notices.secrets == {}
