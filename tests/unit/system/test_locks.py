"""A lock belongs to a living process; a dead one's is simply free."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.errors import StoreError
from core.system import FileLock

HOLD = """
import sys, pathlib
from core.system import FileLock
lock = FileLock(pathlib.Path(sys.argv[1]))
print(lock.acquire(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its input ends."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_a_lock_nobody_ever_took(tmp_path: Path) -> None:
    assert FileLock(tmp_path / "lock").holder() is None
    assert not (tmp_path / "lock").exists()


def test_held_by_a_living_process(other: subprocess.Popen[str], tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    assert lock.holder() == other.pid
    assert not lock.acquire()
    assert lock.holder() == other.pid


def test_held_by_a_process_that_was_killed(other: subprocess.Popen[str], tmp_path: Path) -> None:
    other.kill()
    other.wait()
    lock = FileLock(tmp_path / "lock")
    assert (tmp_path / "lock").read_text() == str(other.pid)  # the file is still there and says so
    assert lock.holder() is None
    assert lock.acquire()
    lock.release()


def test_held_by_a_process_that_ended(other: subprocess.Popen[str], tmp_path: Path) -> None:
    other.communicate("")
    assert FileLock(tmp_path / "lock").holder() is None


def test_looking_writes_nothing_and_needs_no_right_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lock").write_text("12345")
    ways: list[int] = []

    def opened(path: Path, how: int, mode: int) -> int:
        ways.append(how)
        raise PermissionError(13, "Permission denied")

    assert FileLock(tmp_path / "lock").holder() is None
    monkeypatch.setattr("core.system.os.open", opened)
    with pytest.raises(StoreError, match=r"cannot be read: Permission denied. Whether the desk is open there"):
        FileLock(tmp_path / "lock").holder()
    assert ways == [os.O_RDONLY]


def test_two_who_look_at_once_do_not_take_each_other_for_the_holder(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("1")  # a killed holder's, and by now perhaps somebody else's, who would be ended
    looking, go_on = threading.Event(), threading.Event()

    class Slow(FileLock):
        def _drop(self) -> None:
            looking.set()
            go_on.wait(10)
            super()._drop()

    first = threading.Thread(target=Slow(tmp_path / "lock").holder)
    first.start()
    looking.wait(10)
    seen = FileLock(tmp_path / "lock").holder()
    go_on.set()
    first.join()
    assert seen is None


def test_an_old_pid_of_somebody_else_means_nothing(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("1")
    lock = FileLock(tmp_path / "lock")
    assert lock.holder() is None
    assert lock.acquire()
    lock.release()


def test_twice_in_one_process(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    first.release()  # not its own any more: harmless
    assert FileLock(tmp_path / "lock").holder() is not None
    second.release()


def test_a_full_disk_says_so_and_leaves_it_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int, __: bytes) -> int:
        raise OSError(28, "No space left on device")

    lock = FileLock(tmp_path / "lock")
    with (
        monkeypatch.context() as patch,
        pytest.raises(StoreError, match=r"No space left on device\. Nothing was opened"),
    ):
        patch.setattr("core.system.os.write", full)
        lock.acquire()
    assert FileLock(tmp_path / "lock").holder() is None
    assert lock.acquire()
    lock.release()


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written: No such file"):
        FileLock(tmp_path / "gone" / "lock").acquire()


def test_asking_who_holds_it_takes_it_from_nobody(tmp_path: Path) -> None:
    for _ in range(200):
        lock = FileLock(tmp_path / "lock")
        assert lock.acquire()
        assert FileLock(tmp_path / "lock").holder() is not None
        lock.release()
        assert FileLock(tmp_path / "lock").holder() is None


def test_a_child_does_not_inherit_it(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    assert lock.acquire()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        lock.release()
        assert FileLock(tmp_path / "lock").holder() is None
        child.kill()
