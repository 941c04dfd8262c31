"""Starting from a terminal: ports, homes, a window that runs already, one that hangs, one that never comes up."""

import os
import socket
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from core.channel import engines, terminal, window
from core.channel.home import Home
from core.channel.notes import write_note
from core.channel.window import WindowNote


@pytest.fixture
def taken() -> Iterator[int]:
    """A port another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_port_that_was_asked_for_and_is_in_use_is_one_sentence(
    taken: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert terminal.open_desk(tmp_path, "", taken, browser=False) == 1
    said = capsys.readouterr().err
    assert said == (
        f"Port {taken} cannot be used: Address already in use. Nothing was started. "
        "Choose another with --port, or leave it out.\n"
    )


def test_without_a_wish_the_next_free_port_is_taken(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "FIRST_PORT", taken)
    assert terminal._free_port(None) > taken


def test_a_home_that_cannot_be_written_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert terminal.open_desk(tmp_path / "file" / "home", "", None, browser=False) == 1
    said = capsys.readouterr().err
    assert str(tmp_path / "file" / "home") in said
    assert "Traceback" not in said and said.count("\n") == 1


def test_a_name_that_cannot_be_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert terminal.open_desk(tmp_path, "../elsewhere", None, browser=False) == 1
    assert "cannot be the name of a workspace" in capsys.readouterr().err


def test_the_first_workspace_is_made_for_practice(tmp_path: Path) -> None:
    folder = window.open_workspace(Home(tmp_path), "")
    assert (folder.name, folder.kind) == ("practice", "practice")
    assert window.open_workspace(Home(tmp_path), "") == folder


class Healthy(BaseHTTPRequestHandler):
    """Answers as a window does."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


@pytest.fixture
def answering() -> Iterator[int]:
    """A port where a window answers."""
    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def open_window(home: Path, port: int) -> Home:
    where = Home(home)
    window.open_workspace(where, "")
    write_note(home / "window.json", WindowNote(pid=os.getpid(), port=port, workspace="practice"))
    return where


def test_a_second_start_opens_the_running_window(
    answering: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", opened.append)
    ensured: list[str] = []
    monkeypatch.setattr(engines, "ensure", lambda folder: ensured.append(folder.name))
    lock = window.lock_of(open_window(tmp_path, answering))
    assert lock.acquire()
    assert terminal.open_desk(tmp_path, "", None, browser=True) == 0
    lock.release()
    assert f"The desk is open already: http://127.0.0.1:{answering}" in capsys.readouterr().out
    assert opened == [f"http://127.0.0.1:{answering}"]
    assert ensured == ["practice"]  # its engine may be gone, with the one that watched it


def test_a_second_start_with_another_workspace_says_which_one_is_open(
    answering: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = window.lock_of(open_window(tmp_path, answering))
    assert lock.acquire()
    assert terminal.open_desk(tmp_path, "other", None, browser=False) == 1
    lock.release()
    assert capsys.readouterr().err == (
        "The desk is open with the workspace practice. other was not opened. "
        "End that one with Ctrl-C where it was started, then start again with --workspace other.\n"
    )
    assert not (tmp_path / "other").exists()


def test_a_home_that_turned_read_only_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, no_engines: list[str]
) -> None:
    window.open_workspace(Home(tmp_path), "")
    (tmp_path / "window.log").mkdir()  # nobody can write into that, an administrator included
    assert terminal.open_desk(tmp_path, "", None, browser=False) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"{tmp_path / 'window.log'} cannot be written: Is a directory. Nothing was changed.")
    assert said.count("\n") == 1


def test_what_a_killed_window_left_behind_is_not_taken_for_a_window(answering: int, tmp_path: Path) -> None:
    assert window.running(open_window(tmp_path, answering)) is None


def test_a_window_that_hangs_is_named_and_no_second_one_started(
    taken: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "_JUST_STARTED", 0.2)
    monkeypatch.setattr(window, "_ANSWER_SECONDS", 0.1)
    lock = window.lock_of(open_window(tmp_path, taken))
    assert lock.acquire()
    assert terminal.open_desk(tmp_path, "", None, browser=False) == 1
    lock.release()
    assert "runs but does not answer. No second one was started." in capsys.readouterr().err


@pytest.fixture
def no_engines(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Engines are somebody else's test; here it counts that they are closed."""
    closed: list[str] = []

    def close(where: Home) -> list[str]:
        closed.append(str(where.path))
        return []

    monkeypatch.setattr(engines, "ensure", lambda folder: None)
    monkeypatch.setattr(window, "close_engines", close)
    return closed


def test_a_window_that_never_comes_up_is_told_with_its_own_words(
    no_engines: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: terminal.Watch) -> "subprocess.Popen[bytes]":
        with (tmp_path / "window.log").open("wb") as log:
            return subprocess.Popen([sys.executable, "-c", "print('the reason'); exit(1)"], stdout=log)

    monkeypatch.setattr(terminal.Watch, "_start", fails)
    monkeypatch.setattr(terminal, "_listen_for_the_end", threading.Event)
    assert terminal.open_desk(tmp_path, "", None, browser=False) == 1
    said = capsys.readouterr()
    assert "The window did not come up" in said.err and "the reason" in said.err
    assert "The desk is closed." in said.out
    assert no_engines == [str(tmp_path)]


def test_a_window_that_dies_is_started_again_and_the_engines_stay(
    no_engines: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = threading.Event()
    lives: list[int] = []

    def lives_once(self: terminal.Watch) -> "subprocess.Popen[bytes]":
        assert no_engines == []
        lives.append(1)
        if len(lives) == 2:
            told.set()
        return subprocess.Popen([sys.executable, "-c", ""])

    monkeypatch.setattr(terminal.Watch, "_start", lives_once)
    monkeypatch.setattr(terminal, "_listen_for_the_end", lambda: told)
    monkeypatch.setattr(window, "answers", lambda port: True)
    assert terminal.open_desk(tmp_path, "", None, browser=False) == 0
    assert len(lives) == 2
    assert "The engines were not touched. It is started again." in capsys.readouterr().err
    assert no_engines == [str(tmp_path)]
