"""Workspaces on disk: names, kinds, privacy, and what a bad place says."""

import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest

from core.channel.desk import Desk
from core.channel.home import Home, WorkspaceFolder
from core.channel.notes import SupervisorNote, Watch, write_note
from core.channel.server import Server
from core.domain.errors import BadInput, DeskError, StoreError
from core.domain.workspace import WorkspaceKind
from core.system import FileLock, keep_private
from tests.fakes.clock import FakeClock
from tests.unit.channel.small_desk import SmallDesk

PRACTICE, PAPER, LIVE = WorkspaceKind


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def test_a_new_home_has_no_workspace(home: Home) -> None:
    assert home.workspaces() == ()
    assert not home.path.exists()  # looking makes nothing


def test_a_workspace_is_found_again_with_its_kind(home: Home) -> None:
    made = home.create("alpaca-paper", PAPER)
    home.create("a", PRACTICE)
    (home.path / "stray").mkdir()
    (home.path / "file").touch()
    assert [folder.name for folder in home.workspaces()] == ["a", "alpaca-paper"]
    assert home.find("alpaca-paper") == made
    assert made.kind is PAPER
    assert not made.keep_running


def test_only_keeping_it_running_can_change(home: Home) -> None:
    folder = home.create("a", PAPER)
    folder.keep(True)
    assert home.find("a").keep_running
    assert home.find("a").kind is PAPER
    folder.keep(False)
    assert not home.find("a").keep_running


def test_where_things_are(home: Home) -> None:
    folder = home.create("a", PRACTICE)
    assert folder.database.name == "desk.sqlite3"
    assert folder.stop_file.name == "STOP"
    assert folder.logs.is_dir()
    assert folder.backups.is_dir()
    inside = [folder.database, folder.lock, folder.supervisor_lock, folder.engine_file, folder.supervisor_file]
    assert {path.parent for path in [*inside, folder.stop_file, folder.logs, folder.backups]} == {folder.path}
    assert len(set(inside)) == len(inside)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../evil",
        "a/b",
        "a\\b",
        "/etc",
        "A",
        "a b",
        "-a",
        "a-",
        "a" * 33,
        "a\n",
        "a\x00",
        "é",
        "con",
        "lpt1",
        "'; drop table orders; --",
        "<b>x</b>",
        "=cmd|calc",
        "~",
        "$HOME",
        "a.b",
        ".hidden",
    ],
)
def test_names_that_are_none(name: str, home: Home) -> None:
    sentence = r"cannot be the name of a workspace\. Nothing was made or opened\. Use"
    with pytest.raises(BadInput, match=sentence):
        home.create(name, PRACTICE)
    with pytest.raises(BadInput, match=sentence):
        home.find(name)
    assert not home.path.exists()


@pytest.mark.parametrize("name", ["a", "1", "practice-1", "a" * 32, "console"])
def test_names_that_are_fine(name: str, home: Home) -> None:
    assert home.create(name, PRACTICE).path.name == name


def test_a_name_is_taken_once(home: Home) -> None:
    folder = home.create("a", PAPER)
    with pytest.raises(BadInput, match="already"):
        home.create("a", PRACTICE)
    assert folder.kind is PAPER


def test_a_workspace_that_is_not_there(home: Home) -> None:
    home.create("practice", PRACTICE)
    with pytest.raises(BadInput, match=r"no workspace paper in .*There are: practice"):
        home.find("paper")


def test_all_real_money_is_in_one_workspace(home: Home) -> None:
    home.create("real", LIVE)
    with pytest.raises(BadInput, match="real is live"):
        home.create("real-2", LIVE)
    home.create("paper-2", PAPER)
    assert [folder.name for folder in home.workspaces()] == ["paper-2", "real"]


def test_two_windows_cannot_make_two_live_workspaces(home: Home) -> None:
    def make(number: int) -> str:
        try:
            return home.create(f"real-{number}", LIVE).name
        except DeskError:
            return ""

    with ThreadPoolExecutor(8) as pool:
        made = [name for name in pool.map(make, range(8)) if name]
    assert len(made) == 1
    assert [folder.name for folder in home.workspaces()] == made


def test_making_one_that_was_interrupted_is_finished(home: Home) -> None:
    (home.path / "a" / "logs").mkdir(parents=True)
    assert home.workspaces() == ()
    assert home.create("a", PRACTICE).kind is PRACTICE


@pytest.mark.parametrize("content", [b"", b"{", b'{"name":"a","kind":"casino"}', b"\xff"])
def test_a_damaged_workspace_says_so(content: bytes, home: Home) -> None:
    folder = home.create("a", PRACTICE)
    folder.note_file.write_bytes(content)
    with pytest.raises(StoreError, match=r"workspace\.json is missing or damaged\. The workspace a was not opened"):
        _ = folder.kind


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    home = Home(tmp_path / "file" / "home")
    with pytest.raises(
        StoreError, match=r"home cannot be written: Not a directory\. Nothing was changed\. .*--home"
    ) as caught:
        home.create("practice", PRACTICE)
    assert "\n" not in str(caught.value)
    assert home.workspaces() == ()


@pytest.fixture
def nobody(shut: Path) -> Iterator[None]:
    """Not the superuser, who may write everywhere."""
    if sys.platform == "win32":
        pytest.skip("modes are a POSIX matter")
    assert shut.exists()
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    yield
    os.seteuid(before)


@pytest.fixture
def shut() -> Iterator[Path]:
    """A folder that everybody may see and nobody may use."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0)
        yield Path(folder)
        Path(folder).chmod(0o700)


@pytest.mark.usefixtures("nobody")
def test_a_home_that_may_not_be_written(shut: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot be written: Permission denied\. Nothing was changed"):
        Home(shut / "home").create("practice", PRACTICE)


@pytest.mark.usefixtures("nobody")
def test_a_home_that_may_not_be_read(shut: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot be read: Permission denied\. No workspace was opened"):
        Home(shut).workspaces()
    with pytest.raises(StoreError, match="cannot be read"):
        Home(shut / "home").find("practice")


def test_a_full_disk_leaves_the_old_note(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = home.create("a", PRACTICE)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.system.os.fsync", full)
    with pytest.raises(StoreError, match=r"No space left on device\. Nothing was changed"):
        folder.keep(True)
    assert not folder.keep_running
    assert [path.name for path in folder.path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.skipif(sys.platform == "win32", reason="modes are a POSIX matter")
@pytest.mark.usefixtures("open_umask")
def test_s14_everything_is_private_under_any_umask(tmp_path: Path) -> None:
    home = Home(tmp_path / "made" / "on" / "the" / "way")
    folder = home.create("a", PRACTICE)
    server = Server(cast(Desk, SmallDesk()), folder, FakeClock(), "test")
    server.start()
    lock = FileLock(folder.lock)
    assert lock.acquire()
    write_note(folder.supervisor_file, SupervisorNote(pid=1, state=Watch.STARTED))
    note = folder.engine()
    assert note is not None
    for path in (tmp_path / "made", *(tmp_path / "made").rglob("*"), Path(note.address), Path(note.address).parent):
        assert stat.S_IMODE(path.lstat().st_mode) & 0o077 == 0, path
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.engine_file.stat().st_mode) == 0o600
    lock.release()
    server.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="modes are a POSIX matter")
@pytest.mark.usefixtures("open_umask")
def test_what_libraries_write_is_private_too(tmp_path: Path) -> None:
    keep_private()
    (tmp_path / "library.db").touch()
    assert stat.S_IMODE((tmp_path / "library.db").stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="modes are a POSIX matter")
def test_a_copied_workspace_is_closed_again_and_a_home_of_others_is_left_alone(home: Home) -> None:
    home.path.mkdir()
    home.path.chmod(0o755)  # whatever this process may make
    folder: WorkspaceFolder = home.create("a", PRACTICE)
    folder.path.chmod(0o755)
    folder.prepare()
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o755
