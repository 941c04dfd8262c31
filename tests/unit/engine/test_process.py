"""The engine as a process: one per workspace, ends in good order, and says in one line why it cannot begin."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.channel.client import answers, connect
from core.channel.home import Home, WorkspaceFolder
from core.clock import stopwatch
from core.domain.errors import DeskUnreachable
from core.domain.workspace import WorkspaceKind
from core.engine.supervisor import Exit
from core.store.database import Database
from core.system import FileLock

LONG = 40.0  # seconds a slow machine may need


@pytest.fixture
def folder(tmp_path: Path) -> WorkspaceFolder:
    return Home(tmp_path / "home").create("practice", WorkspaceKind.PRACTICE)


class Process:
    """One engine process."""

    def __init__(self, folder: WorkspaceFolder) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "core.engine", "--home", str(folder.path.parent), "--workspace", folder.name]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def up(self) -> "Process":
        wait(lambda: self.process.poll() is not None or answers(self.folder))
        assert self.process.poll() is None, self.ended()
        return self

    def ended(self) -> tuple[int, str]:
        """Its code, and the last line it said."""
        _, said = self.process.communicate(timeout=LONG)
        lines = said.strip().splitlines()
        return self.process.returncode, lines[-1] if lines else ""


def wait(fits: Callable[[], Any]) -> None:
    until = stopwatch() + LONG
    while not fits():
        assert stopwatch() < until, "it took too long"
        time.sleep(0.02)


@pytest.fixture
def engines() -> Iterator[Callable[[WorkspaceFolder], Process]]:
    started: list[Process] = []

    def start(folder: WorkspaceFolder) -> Process:
        started.append(Process(folder))
        return started[-1]

    yield start
    for engine in started:
        if engine.process.poll() is None:
            engine.process.kill()
        engine.process.communicate(timeout=LONG)


Engines = Callable[[WorkspaceFolder], Process]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, "asked"])
def test_it_serves_and_ends_in_good_order(folder: WorkspaceFolder, engines: Engines, how: Any) -> None:
    engine = engines(folder).up()
    desk = connect(folder)
    state = desk.health.state()
    assert state.engine_pid == engine.process.pid
    assert state.workspace == "practice"
    assert FileLock(folder.lock).holder() == engine.process.pid
    if how == "asked":
        desk.health.shut_down()
    else:
        engine.process.send_signal(how)
    code, _ = engine.ended()
    assert code == Exit.DONE
    assert not folder.engine_file.exists()
    assert FileLock(folder.lock).holder() is None
    with pytest.raises(DeskUnreachable):
        desk.health.state()
    database = Database.open(folder.database)  # whole
    database.close()
    modes = {path.stat().st_mode & 0o077 for path in folder.path.rglob("*")}
    assert modes == {0}


def test_an_engine_that_begins_another_run_says_so_and_leaves_its_note(
    folder: WorkspaceFolder, engines: Engines
) -> None:
    """A supervisor that took it over sees no code, only that the note is still there: it starts the next one."""
    engine = engines(folder).up()
    desk = connect(folder, timeout=LONG)
    wait(lambda: desk.health.state().connections[0].reconciled)
    desk.runs.begin({}, False, "token")
    code, _ = engine.ended()
    assert code == int(Exit.AGAIN) == 5
    assert folder.engine_file.exists()
    assert FileLock(folder.lock).holder() is None
    engine = engines(folder).up()
    assert [run.name for run in connect(folder).runs.all()] == ["Run 1", "Run 2"]
    engine.process.send_signal(signal.SIGTERM)
    assert engine.ended()[0] == Exit.DONE


def test_a_second_engine_on_a_living_ones_workspace_is_refused(folder: WorkspaceFolder, engines: Engines) -> None:
    first = engines(folder).up()
    code, said = engines(folder).ended()
    assert code == int(Exit.HELD) == 3
    assert said == f"practice is open already, in process {first.process.pid}. Nothing was started."
    assert connect(folder).health.state().engine_pid == first.process.pid
    assert folder.engine_file.exists()


def test_a_killed_engines_lock_is_free_and_the_next_one_goes_on(folder: WorkspaceFolder, engines: Engines) -> None:
    first = engines(folder).up()
    first.process.kill()
    first.process.wait(LONG)
    assert folder.engine_file.exists()  # nobody was there to take it away
    assert FileLock(folder.lock).holder() is None
    second = engines(folder).up()
    assert connect(folder).health.state().engine_pid == second.process.pid
    journal = connect(folder).journal
    assert "workspace" in journal.kinds()
    second.process.send_signal(signal.SIGTERM)
    assert second.ended()[0] == Exit.DONE


@pytest.mark.parametrize("kind", [WorkspaceKind.PAPER, WorkspaceKind.LIVE])
def test_a_paper_or_live_workspace_has_nothing_to_connect_to_yet(
    tmp_path: Path, engines: Engines, kind: WorkspaceKind
) -> None:
    code, said = engines(Home(tmp_path / "home").create("real", kind)).ended()
    assert code == int(Exit.MISUSED) == 2
    assert said.startswith(f"real is a {kind.value} workspace")
    assert "can be connected yet. Nothing was opened" in said


def test_a_workspace_that_is_not_there(tmp_path: Path, engines: Engines) -> None:
    home = Home(tmp_path / "home")
    home.create("practice", WorkspaceKind.PRACTICE)
    code, said = engines(WorkspaceFolder(home.path / "nope")).ended()
    assert code == Exit.MISUSED
    assert "There is no workspace nope" in said
    assert "There are: practice." in said
    code, said = engines(WorkspaceFolder(home.path / "..")).ended()
    assert code == Exit.MISUSED


def damaged(folder: WorkspaceFolder) -> None:
    Database.open(folder.database).close()
    pages = bytearray(folder.database.read_bytes())
    pages[4096 * 3 : 4096 * 4] = b"\xff" * 4096
    folder.database.write_bytes(pages)


def rubbish(folder: WorkspaceFolder) -> None:
    folder.database.write_bytes(b"rubbish" * 1000)


@pytest.mark.parametrize("spoil", [damaged, rubbish])
def test_a_database_that_cannot_be_used_is_one_line(
    folder: WorkspaceFolder, engines: Engines, spoil: Callable[[WorkspaceFolder], None]
) -> None:
    spoil(folder)
    code, said = engines(folder).ended()
    assert code == int(Exit.UNUSABLE) == 4
    assert said.startswith("The database desk.sqlite3 cannot be used: ")
    assert said.endswith("Free disk space or restore the newest file from the backups folder, then start again.")
    assert FileLock(folder.lock).holder() is None


def test_a_newer_database_is_served_for_reading(folder: WorkspaceFolder, engines: Engines) -> None:
    Database.open(folder.database).close()
    engine = engines(folder).up()
    engine.process.send_signal(signal.SIGTERM)
    assert engine.ended()[0] == Exit.DONE
    newer = sqlite3.connect(folder.database)
    newer.execute("UPDATE alembic_version SET version_num='0999'")
    newer.commit()
    newer.close()
    engine = engines(folder).up()
    assert "newer Quarterdeck" in connect(folder).health.state().read_only
    engine.process.send_signal(signal.SIGTERM)
    assert engine.ended()[0] == Exit.DONE


def test_a_newer_database_it_never_made_is_one_line(folder: WorkspaceFolder, engines: Engines) -> None:
    """A file of a newer version in a workspace nothing was ever traded in."""
    Database.open(folder.database).close()
    newer = sqlite3.connect(folder.database)
    newer.execute("UPDATE alembic_version SET version_num='0999'")
    newer.commit()
    newer.close()
    code, said = engines(folder).ended()
    assert code == Exit.UNUSABLE
    assert "newer Quarterdeck" in said


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_home_that_cannot_be_written_is_one_line(folder: WorkspaceFolder, engines: Engines) -> None:
    folder.path.chmod(0o500)
    code, said = engines(folder).ended()
    folder.path.chmod(0o700)
    assert code == Exit.UNUSABLE
    assert str(folder.path) in said
