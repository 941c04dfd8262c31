"""One workspace with an engine's door open, for each test."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from core.channel.desk import Desk
from core.channel.home import Home, WorkspaceFolder
from core.channel.server import Server
from core.domain.workspace import WorkspaceKind
from tests.fakes.clock import FakeClock
from tests.unit.channel.small_desk import SmallDesk


@pytest.fixture(autouse=True)
def _runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sockets of killed engines go with the test."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="qd-test-", ignore_cleanup_errors=True) as place:
        monkeypatch.setenv("XDG_RUNTIME_DIR", place)
        yield


@pytest.fixture
def folder(tmp_path: Path) -> WorkspaceFolder:
    return Home(tmp_path / "home").create("practice", WorkspaceKind.PRACTICE)


@pytest.fixture
def desk() -> SmallDesk:
    return SmallDesk()


def open_door(desk: SmallDesk, folder: WorkspaceFolder) -> Server:
    server = Server(cast(Desk, desk), folder, FakeClock(), "test")
    server.start()
    return server


@pytest.fixture
def server(desk: SmallDesk, folder: WorkspaceFolder) -> Iterator[Server]:
    server = open_door(desk, folder)
    yield server
    server.stop()
