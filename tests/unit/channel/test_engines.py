"""Engines seen from outside: started once, found again, brought back, and ended on request."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.channel import client, engines
from core.channel.client import connect
from core.channel.engines import EngineStatus
from core.channel.home import WorkspaceFolder
from core.clock import stopwatch
from core.domain.errors import DeskUnreachable
from core.system import FileLock, is_alive
from tests.hanging import hang

PROJECT = Path(engines.__file__).parents[2]
SUPERVISE = """
import sys, pathlib
from core.channel.home import Home
from core.engine.supervisor import supervise
sys.exit(supervise(Home(pathlib.Path(sys.argv[1])).find("practice"), sys.argv[2:]))
"""
WINDOW = """
import sys, pathlib
from core.channel import client, engines
from core.channel.home import Home
engines.supervisor_command = lambda folder: sys.argv[2:]
engines.ensure(Home(pathlib.Path(sys.argv[1])).find("practice"))
print("open", flush=True)
sys.stdin.read()
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="shown on POSIX systems only")


def supervising(folder: WorkspaceFolder, *engine: str) -> list[str]:
    return [sys.executable, "-c", SUPERVISE, str(folder.path.parent), sys.executable, *engine]


def small_engine(folder: WorkspaceFolder) -> list[str]:
    where = ["--home", str(folder.path.parent), "--workspace", folder.name]
    return supervising(folder, "-m", "tests.unit.channel.small_desk", *where)


@pytest.fixture(autouse=True)
def _small(folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Engines are small ones, and none outlives its test."""
    monkeypatch.setattr(engines, "supervisor_command", small_engine)
    yield
    for path in (folder.supervisor_lock, folder.lock):
        pid = FileLock(path).holder()
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            until(lambda path=path: FileLock(path).holder() is None)  # type: ignore[misc]


def until(claim: Callable[[], object]) -> None:
    for _ in range(2000):
        if claim():
            return
        time.sleep(0.01)
    pytest.fail("it never came true")


def pids(folder: WorkspaceFolder) -> tuple[int, int]:
    status = engines.status(folder)
    assert status.supervisor_pid is not None
    assert status.engine_pid is not None
    return status.supervisor_pid, status.engine_pid


def test_an_engine_is_started_once_and_ended_in_good_order(folder: WorkspaceFolder) -> None:
    assert engines.status(folder) == EngineStatus(
        answers=False,
        engine_pid=None,
        supervisor_pid=None,
        down_since=None,
        attempts=0,
        words="The engine of practice is not running. Start the desk again.",
    )
    heard: list[str] = []
    engines.ensure(folder, progress=heard.append)
    assert set(heard) <= {"The engine of practice is not running.", "The engine of practice is starting."}
    assert heard
    first = pids(folder)
    assert engines.status(folder).words == "The engine of practice answers."
    heard.clear()
    engines.ensure(folder, progress=heard.append)
    assert heard == []
    assert engines.launch(folder) is None
    assert pids(folder) == first

    assert engines.stop(folder)

    assert engines.status(folder).engine_pid is None
    assert engines.status(folder).supervisor_pid is None
    assert folder.engine() is None
    note = folder.supervision()
    assert note is not None
    assert note.last_exit == 0
    assert engines.stop(folder)  # nothing runs: nothing to do


def test_a_supervisor_that_is_just_ending_is_followed_by_a_new_one(folder: WorkspaceFolder) -> None:
    ending = FileLock(folder.supervisor_lock)
    assert ending.acquire()
    engines.ensure(folder, progress=lambda _: ending.release())
    assert pids(folder)[0] != os.getpid()
    assert engines.stop(folder)


def test_a_killed_engine_is_down_says_so_and_comes_back(folder: WorkspaceFolder) -> None:
    engines.ensure(folder)
    here = connect(folder)
    here.journal.note(1, "before")
    supervisor, engine = pids(folder)
    os.kill(engine, signal.SIGKILL)
    said = _words_until_back(lambda: here.journal.note(2, "after"))
    assert any("is down since" in words and "restarting" in words for words in said), said
    assert pids(folder)[0] == supervisor
    assert pids(folder)[1] != engine
    assert engines.stop(folder)


def _words_until_back(ask: Callable[[], None]) -> list[str]:
    said = []
    for _ in range(2000):
        try:
            ask()
        except DeskUnreachable as error:
            said.append(str(error))
            time.sleep(0.01)
        else:
            return said
    pytest.fail(f"it never came back: {said[-1]}")


def test_an_engine_that_hangs_keeps_nobody_waiting(folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    engines.ensure(folder)
    known, new = connect(folder, timeout=2), connect(folder, timeout=2)
    known.journal.note(1, "before")
    _, engine = pids(folder)
    hang(engine)
    with pytest.raises(DeskUnreachable, match=r"did not answer within 2 s\. Whether it was done is not known"):
        known.journal.note(2, "while it hangs")
    with pytest.raises(DeskUnreachable, match=r"practice runs but does not answer\. Nothing was done"):
        new.journal.note(3, "while it hangs")
    monkeypatch.setattr(client, "_WELCOME", 0.3)
    began = stopwatch()
    with pytest.raises(DeskUnreachable, match=r"runs but does not answer\. Nothing was done"):
        connect(folder, timeout=600).journal.note(3, "a question that takes long to answer")
    assert stopwatch() - began < 60
    assert not engines.status(folder).answers
    os.kill(engine, signal.SIGCONT)
    assert _words_until_back(lambda: known.journal.note(4, "after")) == []
    assert engines.stop(folder)


def test_only_the_first_call_waits_long_for_an_engine_that_hangs(
    folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_SHORT", 0.05)
    monkeypatch.setattr(client, "_SHORT_FOR", 3.0)
    engines.ensure(folder)
    desk = connect(folder, timeout=1.0)
    with ThreadPoolExecutor(4) as windows:
        list(windows.map(lambda n: desk.journal.note(n, "four lines are open"), range(4)))
    _, engine = pids(folder)
    hang(engine)

    def waited() -> float:
        began = stopwatch()
        with pytest.raises(DeskUnreachable):
            desk.journal.note(1, "while it hangs")
        return stopwatch() - began

    assert waited() > 0.9
    assert [seconds for seconds in (waited() for _ in range(5)) if seconds > 0.9] == []
    time.sleep(3)
    assert waited() > 0.9  # now and then it is given all its time: it may only be slow
    os.kill(engine, signal.SIGCONT)
    assert _words_until_back(lambda: desk.journal.note(4, "after")) == []
    assert engines.stop(folder)


def test_a_killed_window_harms_nothing(folder: WorkspaceFolder) -> None:
    command = [sys.executable, "-c", WINDOW, str(folder.path.parent), *small_engine(folder)]
    with subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as window:
        assert window.stdout is not None
        assert window.stdout.readline() == "open\n"
        running = pids(folder)
        os.killpg(window.pid, signal.SIGKILL)
    connect(folder).journal.note(1, "still here")
    assert pids(folder) == running
    assert engines.stop(folder)


def test_a_killed_supervisor_harms_nothing_and_is_replaced(folder: WorkspaceFolder) -> None:
    engines.ensure(folder)
    supervisor, engine = pids(folder)
    os.kill(supervisor, signal.SIGKILL)
    until(lambda: FileLock(folder.supervisor_lock).holder() is None)
    connect(folder).journal.note(1, "still here")

    engines.ensure(folder)

    until(lambda: (note := folder.supervision()) is not None and note.pid != supervisor and note.engine_pid == engine)
    assert pids(folder)[1] == engine
    os.kill(engine, signal.SIGKILL)
    until(lambda: engines.status(folder).answers)
    assert pids(folder)[1] != engine
    assert engines.stop(folder)


def test_a_killed_supervisor_is_replaced_by_whoever_looks_after_it(folder: WorkspaceFolder) -> None:
    engines.look_after(folder)
    assert engines.status(folder).supervisor_pid is None  # never started: nobody's business
    engines.ensure(folder)
    supervisor, engine = pids(folder)
    engines.look_after(folder)
    assert pids(folder) == (supervisor, engine)
    os.kill(supervisor, signal.SIGKILL)
    until(lambda: FileLock(folder.supervisor_lock).holder() is None)
    os.kill(engine, signal.SIGKILL)
    engines.look_after(folder)
    until(lambda: engines.status(folder).answers)
    assert engines.stop(folder)
    engines.look_after(folder)
    assert engines.status(folder).supervisor_pid is None  # ended in good order: left


def test_a_full_disk_is_named_when_no_engine_runs(folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.channel.standing.free_bytes", lambda path: 1_000_000)
    assert engines.status(folder).words == (
        f"The engine of practice is not running: the disk that holds {folder.path} is full. Free space, then start again."
    )


def test_an_engine_that_nobody_watches_is_ended_too(folder: WorkspaceFolder) -> None:
    engines.ensure(folder)
    supervisor, engine = pids(folder)
    os.kill(supervisor, signal.SIGKILL)
    until(lambda: FileLock(folder.supervisor_lock).holder() is None)
    assert engines.stop(folder)
    assert FileLock(folder.lock).holder() is None
    until(lambda: not is_alive(engine))


def test_a_workspace_that_is_to_keep_running_does(folder: WorkspaceFolder) -> None:
    engines.ensure(folder)
    folder.keep(True)
    assert not engines.stop(folder)
    assert engines.status(folder).answers
    assert engines.stop(folder, even_if_kept=True)
    assert not engines.status(folder).answers


def test_a_refusal_is_told_at_once(folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = "import sys; print('The disk is locked away. Unlock it.', file=sys.stderr); sys.exit(4)"
    monkeypatch.setattr(engines, "supervisor_command", lambda folder: supervising(folder, "-c", engine))
    sentence = r"could not start: The disk is locked away\. Unlock it\. The workspace was not opened"
    with pytest.raises(DeskUnreachable, match=sentence):
        engines.ensure(folder, seconds=60)
    monkeypatch.setattr(engines, "supervisor_command", small_engine)
    engines.ensure(folder)  # what was refused before says nothing about now
    assert engines.stop(folder)


def test_an_engine_that_keeps_crashing_is_not_waited_for_for_ever_and_can_be_stopped(
    folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "supervisor_command", lambda folder: supervising(folder, "-c", "raise SystemExit(9)"))
    with pytest.raises(DeskUnreachable, match=r"The workspace was not opened"):
        engines.ensure(folder, seconds=0.1)
    until(lambda: engines.status(folder).attempts >= 1)
    status = engines.status(folder)
    assert status.down_since is not None
    assert "restarting" in status.words
    assert engines.stop(folder)
    assert engines.status(folder).supervisor_pid is None


def test_a_machine_without_room_for_one_says_so(folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "supervisor_command", lambda folder: ["/nowhere/python"])
    with pytest.raises(DeskUnreachable, match=r"could not be started: No such file or directory\. Nothing was started"):
        engines.ensure(folder)


def test_a_damaged_workspace_can_still_be_stopped(folder: WorkspaceFolder) -> None:
    engines.ensure(folder)
    folder.note_file.write_text("{")
    assert engines.stop(folder, even_if_kept=True)
    assert not engines.status(folder).answers


def test_one_that_will_not_end_is_named(folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "end", lambda pid: None)
    lock = FileLock(folder.lock)
    assert lock.acquire()
    with pytest.raises(DeskUnreachable, match=rf"Process {os.getpid()} of practice .* still runs"):
        engines.stop(folder, seconds=0.1)
    lock.release()


def test_what_runs_the_supervisor(folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    home = str(folder.path.parent)
    expected = ["-m", "core.engine.supervisor", "--home", home, "--workspace", "practice"]
    assert engines.supervisor_command(folder)[1:] == expected
