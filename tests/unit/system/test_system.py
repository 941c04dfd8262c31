"""Private files, private sockets, and processes that outlive us."""

import os
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.errors import StoreError
from core.system import (
    default_home,
    dial,
    end,
    free_bytes,
    is_alive,
    listen,
    socket_address,
    start_detached,
    this_machine,
    write_private,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="shown on POSIX systems only")


def test_the_home_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QUARTERDECK_HOME", str(tmp_path))
    assert default_home() == tmp_path
    monkeypatch.setenv("QUARTERDECK_HOME", "~/elsewhere")
    assert default_home() == Path.home() / "elsewhere"
    monkeypatch.setenv("QUARTERDECK_HOME", "")
    assert default_home() == Path.home() / ".quarterdeck"


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "note"
    write_private(path, b"old")
    with path.open("rb") as reader:
        write_private(path, b"new and longer")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new and longer"
    assert [entry.name for entry in tmp_path.iterdir()] == ["note"]


def test_there_is_room_on_this_disk(tmp_path: Path) -> None:
    assert free_bytes(tmp_path) > 0


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short private folder, as the system gives one at login; pytest's own are too long for a socket."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="qd-test-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


def test_a_socket_is_in_the_folder_the_system_keeps_for_us(runtime: Path, tmp_path: Path) -> None:
    address = Path(socket_address(tmp_path))
    assert address.parent == runtime / "quarterdeck"
    assert stat.S_IMODE(address.parent.stat().st_mode) == 0o700


def test_each_workspace_has_its_own_and_always_the_same(tmp_path: Path) -> None:
    assert socket_address(tmp_path / "a") == socket_address(tmp_path / "a")
    assert socket_address(tmp_path / "a") != socket_address(tmp_path / "b")


def test_a_workspace_may_be_deep_down(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a long name for a folder"] * 20)
    with listen(socket_address(deep)) as listener:
        dial(listener.address, 1).close()


def test_a_long_runtime_folder_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("x" * 90)
    long.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    assert socket_address(tmp_path).startswith(f"/tmp/qd-{os.getuid()}/")


def test_a_runtime_folder_that_others_can_open_is_passed_over(runtime: Path, tmp_path: Path) -> None:
    runtime.chmod(0o755)
    assert not socket_address(tmp_path).startswith(str(runtime))


@pytest.mark.parametrize("kind", ["open to others", "a link", "a file"])
def test_a_folder_that_is_not_private_is_refused(kind: str, runtime: Path, tmp_path: Path) -> None:
    ours = runtime / "quarterdeck"
    if kind == "open to others":
        ours.mkdir()
        ours.chmod(0o777)
    elif kind == "a link":
        (tmp_path / "theirs").mkdir(mode=0o700)
        ours.symlink_to(tmp_path / "theirs")
    else:
        ours.touch(mode=0o600)
    with pytest.raises(StoreError, match=r"The engine was not started\. Remove that folder"):
        socket_address(tmp_path)


def test_a_folder_of_somebody_else_is_refused(runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (runtime / "quarterdeck").mkdir(mode=0o700)
    seen = Path.lstat
    monkeypatch.setattr(Path, "lstat", lambda path: _theirs(seen(path)) if path.name == "quarterdeck" else seen(path))
    with pytest.raises(StoreError, match="belongs to you"):
        socket_address(tmp_path)


def _theirs(seen: os.stat_result) -> os.stat_result:
    return os.stat_result((*seen[:4], os.getuid() + 1, *seen[5:]))


def test_a_socket_left_by_a_killed_process_is_no_obstacle(tmp_path: Path) -> None:
    address = socket_address(tmp_path)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(address)
    with pytest.raises(ConnectionRefusedError):
        dial(address, 1)
    with listen(address) as listener:
        dial(address, 1).close()
        assert stat.S_IMODE(Path(listener.address).stat().st_mode) == 0o600


def test_dialling_an_engine_that_does_not_pick_up_ends(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as busy:
        busy.bind(address := socket_address(tmp_path))
        busy.listen(0)
        waiting = dial(address, 1)
        with pytest.raises(BlockingIOError):
            dial(address, 0.1)
        waiting.close()
    Path(address).unlink()


def test_a_detached_process_has_its_own_session_and_its_output_goes_to_a_private_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = "import os; print(os.getcwd(), os.getsid(0) == os.getpid(), flush=True); input()"
    pid = start_detached([sys.executable, "-c", script], folder=tmp_path, log=log)
    for thread in threading.enumerate():
        if thread.name == "reaper":
            thread.join(20)
    said = log.read_text()
    assert said.startswith(f"{os.path.realpath(tmp_path)} True")
    assert "EOFError" in said  # it has no input to wait for
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert not is_alive(pid)


def test_alive_and_ended(tmp_path: Path) -> None:
    assert is_alive(os.getpid())
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert is_alive(process.pid)
        end(process.pid)
        assert process.wait(20) == -15
    assert not is_alive(process.pid)
    end(process.pid)  # a pid of nobody: nothing to end


def test_a_machine_without_an_id_is_the_same_one_at_each_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(path: Path, *given: object) -> str:
        raise FileNotFoundError(path)

    numbers = iter([0x01_00_00_00_00_01, 0x01_00_00_00_00_02])  # made up by Python, as it does without a network card
    monkeypatch.setattr(Path, "read_text", none)
    monkeypatch.setattr("uuid.getnode", lambda: next(numbers))
    assert this_machine() == this_machine()
