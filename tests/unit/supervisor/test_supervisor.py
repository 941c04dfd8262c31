"""An engine that crashes comes back, one that ends or refuses does not, and nothing else is disturbed."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.channel.home import Home, WorkspaceFolder
from core.channel.notes import EngineNote, SupervisorNote, Watch, write_note
from core.domain.errors import StoreError
from core.domain.workspace import WorkspaceKind
from core.engine import supervisor as module
from core.engine.supervisor import Exit, Supervisor
from core.system import FileLock, is_alive
from tests.fakes.clock import MORNING, FakeClock

COUNT = """
import os, pathlib, signal, sys, time
lives = pathlib.Path(sys.argv[1])
with lives.open("a") as out: out.write(f"{os.getpid()}\\n")
life = len(lives.read_text().split())
"""
FOREVER = "signal.pause()"
_POPEN = subprocess.Popen


@pytest.fixture
def folder(tmp_path: Path) -> WorkspaceFolder:
    return Home(tmp_path / "home").create("practice", WorkspaceKind.PRACTICE)


@dataclass
class Scene:
    """A supervisor at work on a tiny engine."""

    folder: WorkspaceFolder
    supervisor: Supervisor
    result: "Future[int]"
    clock: FakeClock

    @property
    def lives(self) -> list[int]:
        path = self.folder.path / "lives"
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    @property
    def note(self) -> SupervisorNote:
        note = self.folder.supervision()
        assert note is not None
        return note

    def until(self, claim: Callable[[], bool]) -> None:
        for _ in range(2000):
            with contextlib.suppress(AssertionError, FileNotFoundError):
                if claim():
                    return
            time.sleep(0.01)
        pytest.fail(f"it never came true; {self.folder.supervision()}")

    def ended(self) -> int:
        return self.result.result(20)


Start = Callable[..., Scene]


@pytest.fixture
def start(folder: WorkspaceFolder) -> Iterator[Start]:
    with ThreadPoolExecutor(4) as pool:
        running: list[Supervisor] = []

        def scene(script: str, **settings: float) -> Scene:
            command = [sys.executable, "-I", "-S", "-c", COUNT + script, str(folder.path / "lives")]
            clock = FakeClock()
            supervisor = Supervisor(folder, command, clock, **({"first_pause": 0.01, "patience": 5.0} | settings))
            running.append(supervisor)
            return Scene(folder, supervisor, pool.submit(supervisor.run), clock)

        yield scene
        for supervisor in running:
            supervisor.stop()


def test_an_engine_that_ends_in_good_order_is_left_alone(start: Start) -> None:
    scene = start("sys.exit(0)")
    assert scene.ended() == 0
    assert len(scene.lives) == 1
    assert scene.note == SupervisorNote(pid=os.getpid(), state=Watch.ENDED, last_exit=0)


def test_a_crashed_engine_is_started_again(start: Start) -> None:
    scene = start("print('what a day', file=sys.stderr); sys.exit(7 if life < 4 else 0)")
    assert scene.ended() == 0
    assert len(scene.lives) == 4
    assert len(set(scene.lives)) == 4


@pytest.mark.parametrize("code", [Exit.MISUSED, Exit.HELD, Exit.UNUSABLE])
def test_an_engine_that_says_it_is_of_no_use_is_not_started_again(code: Exit, start: Start) -> None:
    scene = start(
        f"print('noise\\n\\nThe workspace is open in process 7. Close it.\\n', file=sys.stderr); sys.exit({code})"
    )
    assert scene.ended() == code
    assert len(scene.lives) == 1
    assert scene.note.state is Watch.REFUSED
    assert scene.note.words == "The workspace is open in process 7. Close it."
    assert scene.note.last_exit == code
    assert scene.note.engine_pid is None


def test_the_last_words_are_this_engines_own(start: Start, folder: WorkspaceFolder) -> None:
    (folder.logs / "engine.log").write_text("words of an older one\n")
    scene = start("sys.exit(4)")
    assert scene.ended() == Exit.UNUSABLE
    assert scene.note.words == ""


def test_while_it_runs_the_note_says_who(start: Start) -> None:
    scene = start(FOREVER)
    scene.until(lambda: [scene.note.engine_pid] == scene.lives)
    assert scene.note == SupervisorNote(pid=os.getpid(), state=Watch.STARTED, engine_pid=scene.lives[0])


def test_while_it_is_down_the_note_says_since_when(start: Start) -> None:
    scene = start("sys.exit(7)", first_pause=60)
    scene.until(lambda: scene.note.state is Watch.RESTARTING)
    assert scene.note == SupervisorNote(
        pid=os.getpid(), state=Watch.RESTARTING, down_since=MORNING, attempts=1, last_exit=7
    )
    scene.supervisor.stop()
    assert scene.ended() == 0
    assert scene.note.state is Watch.ENDED


def test_a_killed_engine_comes_back(start: Start) -> None:
    scene = start(FOREVER)
    scene.until(lambda: len(scene.lives) == 1)
    os.kill(scene.lives[0], signal.SIGKILL)
    scene.until(lambda: len(scene.lives) == 2 and scene.note.engine_pid == scene.lives[1])
    assert scene.note.last_exit == -9
    assert scene.note.down_since == MORNING


def test_down_since_is_the_first_of_a_row_and_the_last_time_it_was_up(start: Start, folder: WorkspaceFolder) -> None:
    scene = start("sys.stdin.close(); time.sleep(0); sys.exit(7)", first_pause=60)
    scene.until(lambda: scene.note.attempts == 1)
    scene.supervisor.stop()
    scene.ended()
    supervisor = Supervisor(folder, [], scene.clock, first_pause=0)
    supervisor._mourn(7, "", lived=0)
    scene.clock.advance(10)
    supervisor._mourn(7, "", lived=0)
    assert scene.note.down_since == MORNING  # it never came up in between
    supervisor._tell(engine_pid=7)
    write_note(folder.engine_file, EngineNote(pid=7, address="x", key="00", started_at=MORNING, version="1"))
    supervisor._mourn(-9, "", lived=0)
    assert scene.note.down_since == scene.clock.now()


def test_the_pauses_double_up_to_a_limit_and_begin_anew_after_a_good_run(
    folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = list[float]()
    monkeypatch.setattr(Supervisor, "_rest", lambda _, seconds: pauses.append(seconds))
    supervisor = Supervisor(folder, [], FakeClock())
    for _ in range(9):
        supervisor._mourn(1, "", lived=59.9)
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    pauses.clear()
    supervisor._tell(attempts=3000)  # a night and a day of trying
    supervisor._mourn(1, "", lived=0)
    assert pauses == [30]
    pauses.clear()
    supervisor._mourn(1, "", lived=60)
    supervisor._mourn(1, "", lived=1)
    assert pauses == [0.5, 1]


def test_stopping_passes_it_on_and_waits(start: Start, folder: WorkspaceFolder) -> None:
    scene = start(
        "signal.signal(signal.SIGTERM, lambda *_: (print('saving', flush=True), time.sleep(0.2), print('saved'), sys.exit(0)))"
        "\nprint('ready', flush=True)\nwhile True: signal.pause()"
    )
    log = folder.logs / "engine.log"
    scene.until(lambda: "ready" in log.read_text())
    scene.supervisor.stop()
    assert scene.ended() == 0
    assert log.read_text() == "ready\nsaving\nsaved\n"
    assert len(scene.lives) == 1
    assert scene.note.state is Watch.ENDED


def test_stopping_in_the_instant_an_engine_is_born_ends_it(
    folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-I", "-S", "-c", "import signal; " + FOREVER]
    supervisor = Supervisor(folder, command, FakeClock())

    def born(*args: Any, **named: Any) -> "subprocess.Popen[bytes]":
        supervisor.stop()
        return _POPEN(*args, **named)

    monkeypatch.setattr("core.engine.supervisor.subprocess.Popen", born)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(supervisor.run).result(20) == 0
    note = folder.supervision()
    assert note is not None
    assert note.last_exit == -15


def test_an_engine_that_will_not_end_is_ended(start: Start, folder: WorkspaceFolder) -> None:
    scene = start(
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('ready', flush=True)\nwhile True: signal.pause()",
        patience=0.1,
    )
    scene.until(lambda: "ready" in (folder.logs / "engine.log").read_text())
    scene.supervisor.stop()
    assert scene.ended() == 0
    assert scene.note.last_exit == -9
    assert not is_alive(scene.lives[0])
    assert len(scene.lives) == 1


def test_an_engine_that_cannot_even_be_started_is_tried_again(folder: WorkspaceFolder) -> None:
    supervisor = Supervisor(folder, ["/nowhere/python"], FakeClock(), first_pause=0.01, longest_pause=0.01)
    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(supervisor.run)
        Scene(folder, supervisor, result, FakeClock()).until(lambda: (folder.supervision() or _NONE).attempts >= 3)
        note = folder.supervision()
        supervisor.stop()
        assert result.result(20) == 0
    assert note is not None
    assert "No such file" in note.words


_NONE = SupervisorNote(pid=0, state=Watch.ENDED)


def test_a_full_disk_does_not_stop_it(
    start: Start, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, note: object) -> None:
        raise StoreError("No space left on device")

    monkeypatch.setattr(module, "write_note", full)
    scene = start("sys.exit(7 if life < 3 else 0)")
    assert scene.ended() == 0
    assert len(scene.lives) == 3
    assert "No space left" in capfd.readouterr().err


def test_an_engine_whose_supervisor_was_killed_is_adopted_and_its_crash_noticed(
    start: Start, folder: WorkspaceFolder
) -> None:
    with _by_itself(folder) as orphan:
        write_note(
            folder.engine_file, EngineNote(pid=orphan.pid, address="x", key="00", started_at=MORNING, version="1")
        )
        scene = start("sys.exit(0)")
        scene.until(lambda: scene.note.engine_pid == orphan.pid)
        assert scene.lives == []
        orphan.kill()
        assert scene.ended() == 0
    assert len(scene.lives) == 1  # the next one is its own


def test_an_adopted_engine_that_ends_in_good_order_is_not_started_again(start: Start, folder: WorkspaceFolder) -> None:
    with _by_itself(folder) as orphan:
        scene = start("sys.exit(7)")
        scene.until(lambda: scene.note.engine_pid == orphan.pid)
        orphan.kill()  # it had taken its note away
        assert scene.ended() == 0
    assert scene.lives == []


def test_an_adopted_engine_is_ended_too(start: Start, folder: WorkspaceFolder) -> None:
    with _by_itself(folder) as orphan:
        scene = start("sys.exit(7)")
        scene.until(lambda: scene.note.engine_pid == orphan.pid)
        scene.supervisor.stop()
        scene.ended()
        assert orphan.wait(20) == -15


@contextlib.contextmanager
def _by_itself(folder: WorkspaceFolder) -> Iterator["subprocess.Popen[str]"]:
    hold = (
        "import sys, pathlib; from core.system import FileLock; lock = FileLock(pathlib.Path(sys.argv[1])); "
        "print(lock.acquire(), flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", hold, str(folder.lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_a_long_log_is_put_aside_and_the_engine_goes_on_writing(
    start: Start, folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LARGEST_LOG", 1000)
    monkeypatch.setattr(module, "_LOG_EVERY", 0.02)
    log = folder.logs / "engine.log"
    scene = start(
        "os.write(2, b'x' * 2000)\nwhile os.fstat(2).st_size: time.sleep(0.01)\nos.write(2, b'after'); signal.pause()"
    )
    scene.until(lambda: log.read_text() == "after")
    assert (folder.logs / "engine.log.1").read_text() == "x" * 2000
    assert {path.stat().st_mode & 0o777 for path in folder.logs.iterdir()} == {0o600}


RUN = """
import sys, pathlib
from core.channel.home import Home
from core.engine.supervisor import supervise
from core.system import keep_private
keep_private()
folder = Home(pathlib.Path(sys.argv[1])).find("practice")
sys.exit(supervise(folder, sys.argv[2:]))
"""


@contextlib.contextmanager
def _process(folder: WorkspaceFolder, script: str) -> Iterator["subprocess.Popen[str]"]:
    engine = [sys.executable, "-I", "-S", "-c", COUNT + script, str(folder.path / "lives")]
    with subprocess.Popen(
        [sys.executable, "-c", RUN, str(folder.path.parent), *engine], stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_as_a_process_it_ends_on_a_signal_and_leaves_no_engine(number: int, folder: WorkspaceFolder) -> None:
    with _process(folder, FOREVER) as process:
        scene = Scene(folder, None, None, FakeClock())  # type: ignore[arg-type]
        scene.until(lambda: [scene.note.engine_pid] == scene.lives)
        assert FileLock(folder.supervisor_lock).holder() == process.pid == scene.note.pid
        process.send_signal(number)
        assert process.wait(20) == 0
    assert not is_alive(scene.lives[0])
    assert scene.note.state is Watch.ENDED
    assert FileLock(folder.supervisor_lock).holder() is None


def test_as_a_process_it_ends_on_a_signal_between_two_engines(folder: WorkspaceFolder) -> None:
    with _process(folder, "sys.exit(1)") as process:
        scene = Scene(folder, None, None, FakeClock())  # type: ignore[arg-type]
        scene.until(lambda: scene.note.attempts >= 2)
        process.terminate()
        assert process.wait(20) == 0
    assert scene.note.state is Watch.ENDED


def test_a_workspace_has_one_supervisor(folder: WorkspaceFolder) -> None:
    with _process(folder, FOREVER) as first:
        scene = Scene(folder, None, None, FakeClock())  # type: ignore[arg-type]
        scene.until(lambda: len(scene.lives) == 1)
        with _process(folder, FOREVER) as second:
            _, said = second.communicate(timeout=20)
            assert second.returncode == Exit.HELD
            assert said == f"practice has a supervisor already: process {first.pid}. Nothing was started.\n"
        assert len(scene.lives) == 1
        first.terminate()
        first.wait(20)


def test_the_command_for_an_unknown_workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = os.umask(0o022)
    assert module.main(["--home", str(tmp_path), "--workspace", "paper"]) == Exit.UNUSABLE
    os.umask(before)
    assert "There is no workspace paper" in capsys.readouterr().err


def test_the_command_names_the_engine_of_that_workspace(folder: WorkspaceFolder) -> None:
    home = str(folder.path.parent)
    assert module.engine_command(folder)[1:] == ["-m", "core.engine", "--home", home, "--workspace", "practice"]


def test_no_thread_is_left(start: Start) -> None:
    assert start("sys.exit(0)").ended() == 0
    for thread in threading.enumerate():
        if thread.name == "log":
            thread.join(5)
            assert not thread.is_alive()


def test_an_engine_that_asks_to_come_up_again_is_no_crash(start: Start) -> None:
    scene = start(f"sys.exit({Exit.AGAIN} if life < 3 else 0)", first_pause=30.0)
    assert scene.ended() == 0
    assert len(scene.lives) == 3
    assert scene.note.attempts == 0
    assert scene.note.down_since is None
