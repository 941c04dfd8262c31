"""A caller that is mute, broken or hostile harms only its own thread."""

import contextlib
import logging
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

import pytest

from core.channel import server as server_module
from core.channel.client import connect
from core.channel.desk import Desk
from core.channel.home import WorkspaceFolder
from core.channel.notes import EngineNote, write_note
from core.channel.server import Server
from core.channel.wire import HANDSHAKE_SECONDS, introduce
from core.domain.errors import DeskUnreachable
from core.system import AnyConnection, dial, listen
from tests.fakes.clock import FakeClock
from tests.unit.channel.conftest import open_door
from tests.unit.channel.small_desk import SmallDesk


def told(folder: WorkspaceFolder) -> EngineNote:
    note = folder.engine()
    assert note is not None
    return note


def stranger(folder: WorkspaceFolder) -> AnyConnection:
    return dial(told(folder).address, 5)


def guest(folder: WorkspaceFolder) -> AnyConnection:
    connection = stranger(folder)
    assert introduce(connection, bytes.fromhex(told(folder).key), 5)
    return connection


def channel_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("channel-")]


def raw(connection: AnyConnection, content: bytes) -> None:
    while content:
        content = content[os.write(connection.fileno(), content) :]


def is_cut_off(connection: AnyConnection, seconds: float = 10) -> bool:
    """Whether the other end hung up; what it said before is read away."""
    try:
        while connection.poll(seconds):
            connection.recv_bytes()
    except (OSError, EOFError):
        return True
    return False


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Callers lose the engine's patience sooner."""
    monkeypatch.setattr("core.channel.wire.HANDSHAKE_SECONDS", 0.2)
    monkeypatch.setattr("core.channel.server.HANDSHAKE_SECONDS", 0.2)
    monkeypatch.setattr("core.channel.server.MESSAGE_SECONDS", 0.2)


def test_the_patience_with_a_stranger_is_two_seconds() -> None:
    assert HANDSHAKE_SECONDS == 2


@pytest.mark.usefixtures("server")
def test_a_mute_caller_keeps_nobody_waiting(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    desk.answers["journal.kinds"] = ("order.placed",)
    mutes = [stranger(folder) for _ in range(5)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: connect(folder, timeout=1.5).journal.kinds(), range(20)))
    assert answers == [("order.placed",)] * 20
    assert not any(is_cut_off(mute, 0) for mute in mutes)  # they had not even lost its patience yet


@pytest.mark.usefixtures("quick", "server")
def test_a_mute_caller_is_cut_off(folder: WorkspaceFolder) -> None:
    assert is_cut_off(stranger(folder))


@pytest.mark.usefixtures("quick", "server")
@pytest.mark.parametrize(
    "content",
    [
        struct.pack("!i", 64) + b"half",
        b"\x00\x00",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        struct.pack("!i", 64) + b"\x00" * 64,
        struct.pack("!i", 0),
        struct.pack("!i", -2),
        struct.pack("!i", 1 << 30),
        struct.pack("!iQ", -1, 1 << 60),
        os.urandom(4096),
    ],
    ids=["half", "half head", "http", "wrong key", "empty", "negative", "huge", "huger", "noise"],
)
def test_garbage_instead_of_a_handshake(content: bytes, desk: SmallDesk, folder: WorkspaceFolder) -> None:
    broken = stranger(folder)
    raw(broken, content)
    desk.answers["journal.kinds"] = ()
    assert connect(folder).journal.kinds() == ()
    assert is_cut_off(broken)
    assert connect(folder).journal.kinds() == ()


@pytest.mark.usefixtures("quick", "server")
@pytest.mark.parametrize(
    "content",
    [
        struct.pack("!i", 64) + b"half",
        struct.pack("!i", 8) + b"no json!",
        struct.pack("!i", 2) + b"{}",
        struct.pack("!i", 2) + b"\xff\xfe",
        struct.pack("!i", (1 << 20) + 1) + b'{"id":1,"facet":"journal","verb":"kinds","args":{}}'.ljust((1 << 20) + 1),
        struct.pack("!i", -2),
    ],
    ids=["half", "garbage", "empty", "not utf-8", "too long", "negative"],
)
def test_garbage_from_somebody_with_the_key(content: bytes, desk: SmallDesk, folder: WorkspaceFolder) -> None:
    desk.answers["journal.kinds"] = ()
    here = connect(folder)
    assert here.journal.kinds() == ()
    broken = guest(folder)
    with contextlib.suppress(ConnectionError):
        raw(broken, content)
    assert is_cut_off(broken)
    assert here.journal.kinds() == ()
    assert [verb for verb, _ in desk.asked] == ["journal.kinds"] * 2


@pytest.mark.usefixtures("server")
def test_a_pickle_is_only_bytes_that_are_no_request(folder: WorkspaceFolder, tmp_path: Any) -> None:
    trap = guest(folder)
    trap.send(_Trap(tmp_path / "sprung"))
    assert is_cut_off(trap)
    assert not (tmp_path / "sprung").exists()


class _Trap:
    def __init__(self, path: Any) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return (type(self._path).touch, (self._path,))


@pytest.mark.usefixtures("server")
def test_the_wrong_key_opens_nothing(
    desk: SmallDesk, folder: WorkspaceFolder, caplog: pytest.LogCaptureFixture
) -> None:
    write_note(folder.engine_file, replace(told(folder), key="00" * 32))
    with pytest.raises(DeskUnreachable, match="Nothing was done"):
        connect(folder).journal.kinds()
    assert desk.asked == []
    assert "did not know the key" in caplog.text


def test_an_impostor_without_the_key_is_not_believed(folder: WorkspaceFolder, server: Server) -> None:
    true = told(folder)
    there, here = socket.socketpair()
    with there, here:
        connection = AnyConnection(here.detach())
        there.sendall(struct.pack("!i", 46) + b"quarterdeck 1 " + b"n" * 32)
        there.sendall(struct.pack("!i", 32) + b"p" * 32)
        assert not introduce(connection, bytes.fromhex(true.key), 1)
        connection.close()


@pytest.mark.usefixtures("quick")
def test_strangers_beyond_the_limit_are_sent_away_and_room_comes_back(
    desk: SmallDesk, folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "_STRANGERS", 3)
    monkeypatch.setattr("core.channel.wire.HANDSHAKE_SECONDS", 1.0)
    server = open_door(desk, folder)
    mutes = [stranger(folder) for _ in range(3)]
    assert all(mute.poll(5) for mute in mutes)  # each was greeted
    with pytest.raises(DeskUnreachable):
        connect(folder).journal.kinds()
    assert all(is_cut_off(mute) for mute in mutes)
    desk.answers["journal.kinds"] = ()
    assert _at_last(connect(folder).journal.kinds) == ()
    server.stop()


def _at_last(ask: Callable[[], Any]) -> Any:
    for _ in range(100):
        try:
            return ask()
        except DeskUnreachable:
            time.sleep(0.02)
    return ask()


@pytest.mark.usefixtures("quick", "server")
def test_a_caller_that_does_not_listen_is_given_up(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    desk.answers["journal.kinds"] = ("x" * 4_000_000,)
    deaf = guest(folder)
    deaf.send_bytes(b'{"id":1,"facet":"journal","verb":"kinds","args":{}}')
    assert _comes_true(lambda: channel_threads() == ["channel-door"])
    deaf.close()


def _comes_true(claim: Callable[[], bool]) -> bool:
    for _ in range(500):
        if claim():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.usefixtures("server")
def test_a_known_caller_that_is_slow_is_waited_for(
    desk: SmallDesk, folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.channel.server.HANDSHAKE_SECONDS", 0.1)
    desk.answers["journal.kinds"] = ("x" * 4_000_000,)
    slow = guest(folder)
    slow.send_bytes(b'{"id":1,"facet":"journal","verb":"kinds","args":{}}')
    time.sleep(0.4)  # longer than a stranger would be given
    assert len(slow.recv_bytes()) > 4_000_000
    slow.close()


@pytest.mark.usefixtures("server")
def test_eight_threads_share_one_desk_and_get_their_own_answers(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    together = threading.Barrier(8)

    def limits(account_id: str) -> Any:
        together.wait(10)
        raise LookupError(account_id)

    desk.answers["limits.all"] = limits
    desk.answers["health.keep_running"] = None
    here = connect(folder)

    def session(number: int) -> int:
        for turn in range(50):
            here.journal.note(number, f"{number}/{turn}")
        with pytest.raises(Exception, match="LookupError"):
            here.limits.all(str(number))  # all eight are inside the engine at once, or the barrier breaks
        return number

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(session, range(8))) == list(range(8))
    notes = [given["words"] for verb, given in desk.asked if verb == "journal.note"]
    assert sorted(notes) == sorted(f"{number}/{turn}" for number in range(8) for turn in range(50))


@pytest.mark.usefixtures("server")
def test_answers_are_never_mixed_up(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    desk.answers["market.names"] = lambda find: ()
    desk.answers["journal.one"] = LookupError("no row")
    desk.answers["orders.reviewed"] = lambda token: (_ for _ in ()).throw(DeskUnreachable(token))
    here = connect(folder)

    def session(number: int) -> list[str]:
        heard = []
        for turn in range(50):
            with pytest.raises(DeskUnreachable) as caught:
                here.orders.reviewed(f"{number}-{turn}")
            heard.append(str(caught.value))
        return heard

    with ThreadPoolExecutor(8) as pool:
        for number, heard in enumerate(pool.map(session, range(8))):
            assert heard == [f"{number}-{turn}" for turn in range(50)]


def test_the_door_survives_a_caller_it_cannot_accept(
    desk: SmallDesk, folder: WorkspaceFolder, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(cast(Desk, desk), folder, FakeClock(), "test")
    desk.answers["journal.kinds"] = ()
    real = listen
    troubles: Iterator[OSError] = iter([OSError(24, "Too many open files")] * 2)

    class _Troubled:
        def __init__(self, address: str) -> None:
            self._listener = real(address)

        def accept(self) -> AnyConnection:
            for trouble in troubles:
                raise trouble
            return self._listener.accept()

        def close(self) -> None:
            self._listener.close()

    monkeypatch.setattr(server_module, "listen", _Troubled)
    server.start()
    assert connect(folder).journal.kinds() == ()
    assert "Too many open files" in caplog.text
    server.stop()


def test_stopping_lets_answers_on_their_way_arrive(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    server = open_door(desk, folder)
    inside, go_on = threading.Event(), threading.Event()

    def kinds() -> tuple[str, ...]:
        inside.set()
        assert go_on.wait(10)
        return ("late",)

    desk.answers["journal.kinds"] = kinds
    with ThreadPoolExecutor(2) as pool:
        answer = pool.submit(connect(folder).journal.kinds)
        assert inside.wait(10)
        stopping = pool.submit(server.stop)
        assert _comes_true(lambda: not folder.engine_file.exists())
        go_on.set()
        assert answer.result(10) == ("late",)
        stopping.result(10)


def test_a_verb_may_stop_the_server_it_came_through(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    server = open_door(desk, folder)
    desk.answers["health.shut_down"] = server.stop
    connect(folder).health.shut_down()
    assert folder.engine() is None
    assert _comes_true(lambda: not channel_threads())


def test_stopping_leaves_no_socket_no_note_and_no_thread(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    server = open_door(desk, folder)
    address = told(folder).address
    idle = guest(folder)
    server.stop()
    assert folder.engine() is None
    assert not os.path.exists(address)  # noqa: PTH110
    assert not channel_threads()
    assert is_cut_off(idle)


@pytest.mark.usefixtures("server")
def test_what_callers_say_is_never_logged(folder: WorkspaceFolder, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    connect(folder).journal.note(1, "a private thought")
    broken = guest(folder)
    broken.send_bytes(b'{"id":1,"secret-word')
    assert is_cut_off(broken)
    assert "private thought" not in caplog.text
    assert "secret-word" not in caplog.text
    assert told(folder).key not in caplog.text
