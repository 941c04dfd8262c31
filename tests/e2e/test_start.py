"""Starting and ending the desk as a person does it: a second start, a busy port, a killed window, Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page

from core.channel.home import Home
from core.channel.window import address_of, answers, lock_of, running
from core.system import FileLock, is_alive
from tests.e2e.conftest import ROOT, RunningDesk, eventually, free_port, settled, start_command, start_desk
from tests.hanging import hang


def test_it_says_where_it_is_and_how_to_stop(desk: RunningDesk) -> None:
    assert desk.address in desk.said
    assert str(desk.folder.stop_file) in desk.said
    assert "stop-trading" in desk.said


def test_a_second_start_finds_the_running_window_and_ends_well(desk: RunningDesk) -> None:
    done = desk.ask("--no-browser")
    assert done.returncode == 0
    assert done.stdout == f"The desk is open already: {desk.address}\n"
    assert answers(desk.port)


def test_a_busy_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run(
            start_command(tmp_path / "home", "--port", str(port), "--no-browser"),
            check=False, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} cannot be used: Address already in use. Nothing was started.")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_end_of_start_is_the_end_of_everything(how: signal.Signals, tmp_path: Path, page: Page) -> None:
    desk = start_desk(tmp_path)
    engine = desk.connect().health.state().engine_pid
    desk.open(page)  # an open page must not hold the end up
    assert desk.close(how) == 0
    assert not answers(desk.port)
    assert not is_alive(engine)
    assert FileLock(desk.folder.lock).holder() is None
    assert FileLock(desk.folder.supervisor_lock).holder() is None
    assert desk.said.endswith("The desk is closed.\n")
    assert "Traceback" not in desk.said + (desk.home / "window.log").read_text()


def test_a_workspace_set_to_keep_running_outlives_the_window(tmp_path: Path) -> None:
    desk = start_desk(tmp_path)
    health = desk.connect().health
    engine = health.state().engine_pid
    health.keep_running(True)
    assert desk.close() == 0
    assert health.state().engine_pid == engine
    health.keep_running(False)
    health.shut_down()
    eventually(lambda: FileLock(desk.folder.supervisor_lock).holder() is None, "the supervisor ends with its engine")


def test_a_killed_window_harms_no_engine_and_comes_back(own_desk: RunningDesk, page: Page) -> None:
    engine = own_desk.connect().health.state().engine_pid
    killed = own_desk.window_pid
    own_desk.open(page)
    os.kill(killed, signal.SIGKILL)
    assert own_desk.connect().health.state().engine_pid == engine
    eventually(lambda: own_desk.window_pid != killed and answers(own_desk.port), "the window is there again")
    own_desk.open(page)
    assert own_desk.connect().health.state().engine_pid == engine


def test_an_engine_that_nobody_watches_any_more_is_brought_back_by_the_window(own_desk: RunningDesk) -> None:
    folder = own_desk.folder
    watcher, engine = FileLock(folder.supervisor_lock).holder(), own_desk.connect().health.state().engine_pid
    assert watcher is not None
    os.kill(watcher, signal.SIGKILL)
    os.kill(engine, signal.SIGKILL)
    eventually(lambda: FileLock(folder.lock).holder() not in (None, engine), "an engine is there again")
    assert own_desk.ask("--no-browser").returncode == 0
    assert own_desk.connect().health.state().engine_pid != engine


def test_stopping_works_with_the_window_hung(own_desk: RunningDesk) -> None:
    hang(own_desk.window_pid)
    try:
        done = own_desk.ask("stop-trading")
        assert done.returncode == 0
        assert done.stdout.startswith("practice: ")
        assert own_desk.connect().health.state().level == "stopped"
    finally:
        os.kill(own_desk.window_pid, signal.SIGCONT)
    assert own_desk.ask("resume").returncode == 0


def test_stopping_works_with_the_engine_hung(own_desk: RunningDesk) -> None:
    engine = own_desk.connect().health.state().engine_pid
    hang(engine)
    try:
        done = own_desk.ask("stop-trading")
    finally:
        os.kill(engine, signal.SIGCONT)
    assert done.returncode == 3
    assert str(own_desk.folder.stop_file) in done.stderr
    health = own_desk.connect().health
    eventually(lambda: health.state().level == "stopped", "the engine reads the stop file")


@pytest.mark.parametrize("command", ["status", "positions", "orders", "doctor", "cancel-all"])
def test_a_second_terminal_is_answered(desk: RunningDesk, command: str) -> None:
    done = desk.ask(command)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert done.stderr == ""


def test_an_order_that_is_not_there_cannot_be_cancelled(desk: RunningDesk) -> None:
    done = desk.ask("cancel", "no-such-order")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and done.stderr.strip()


@pytest.mark.parametrize(
    ("flag", "setting"),
    [
        ("--server.address=0.0.0.0", "server.address"),
        ("--server.enableXsrfProtection=false", "server.enableXsrfProtection"),
        ("--server.allowedHosts=*", "server.allowedHosts"),
    ],
)
def test_streamlit_itself_refuses_unsafe_settings(flag: str, setting: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={free_port()}", flag],
        check=False, capture_output=True, text=True, timeout=60, cwd=ROOT,
        env=os.environ | {"QUARTERDECK_HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1
    assert f"{setting} is " in done.stderr and "The window was not started" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("way", [["-m", "streamlit", "run"], []], ids=["streamlit run app.py", "python app.py"])
def test_the_ordinary_ways_work_too(way: list[str], tmp_path: Path, page: Page) -> None:
    home = tmp_path / "home"
    with subprocess.Popen(
        [sys.executable, *way, str(ROOT / "app.py")],
        cwd=tmp_path,
        env=os.environ | {"QUARTERDECK_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as started:
        try:
            eventually(lambda: home.is_dir() and lock_of(Home(home)).holder() is not None, "the window starts", 60)
            there = running(Home(home))
            assert there is not None
            page.goto(address_of(there.port))
            settled(page)
        finally:
            started.terminate()
            started.wait(30)
    assert FileLock(home / "practice" / "engine.lock").holder() is None
