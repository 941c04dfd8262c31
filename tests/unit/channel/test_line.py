"""A desk that is asked from outside never hangs, never repeats, and says what is the matter."""

import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.channel.client import answers, begin, connect
from core.channel.home import WorkspaceFolder
from core.channel.notes import EngineNote, SupervisorNote, Watch, write_note
from core.channel.wire import admit
from core.domain.errors import BadInput, DeskUnreachable
from core.system import AnyConnection, FileLock, listen, socket_address
from tests.unit.channel.conftest import open_door
from tests.unit.channel.small_desk import SmallDesk

DOWN_SINCE = datetime(2026, 9, 14, 14, 2, 11, tzinfo=UTC)
KEY = b"k" * 32


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """A verb that waits for this waits no longer than the test."""
    event = threading.Event()
    yield event
    event.set()


@contextmanager
def by_hand(folder: WorkspaceFolder) -> Iterator[Callable[[], AnyConnection]]:
    """An engine that says only what the test says. Gives the next caller that knows the key."""
    listener = listen(socket_address(folder.path))
    note = EngineNote(pid=1, address=listener.address, key=KEY.hex(), started_at=DOWN_SINCE, version="1")
    write_note(folder.engine_file, note)

    def next_caller() -> AnyConnection:
        connection = listener.accept()
        assert admit(connection, KEY)
        return connection

    with listener, ThreadPoolExecutor(1) as pool:
        yield lambda: pool.submit(next_caller).result(10)


def test_nothing_was_ever_started(folder: WorkspaceFolder) -> None:
    with pytest.raises(DeskUnreachable, match=r"practice is not running\. Nothing was done\. Start the desk"):
        connect(folder).health.state()
    assert not answers(folder)


def test_a_desk_that_was_taken_before_the_engine_came_works_when_it_does(
    desk: SmallDesk, folder: WorkspaceFolder
) -> None:
    here = connect(folder)
    with pytest.raises(DeskUnreachable):
        here.journal.kinds()
    desk.answers["journal.kinds"] = ("a",)
    server = open_door(desk, folder)
    assert answers(folder)
    assert here.journal.kinds() == ("a",)
    server.stop()


@pytest.mark.usefixtures("server")
def test_no_answer_in_time(desk: SmallDesk, folder: WorkspaceFolder, held: threading.Event) -> None:
    def late() -> tuple[str, ...]:
        held.wait(10)
        return ("late",)

    desk.answers["journal.kinds"] = late
    here = connect(folder, timeout=1)
    with pytest.raises(DeskUnreachable, match=r"did not answer within 1 s.*Whether it was done is not known"):
        here.journal.kinds()
    desk.answers["journal.kinds"] = ("prompt",)
    held.set()
    assert here.journal.kinds() == ("prompt",)  # the late answer went nowhere
    assert [verb for verb, _ in desk.asked] == ["journal.kinds"] * 2


def both_at_once(both: threading.Barrier, answer: str) -> tuple[str]:
    both.wait(10)
    return (answer,)


@pytest.mark.usefixtures("server")
def test_several_are_asked_at_once_and_heard_in_any_order(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    both = threading.Barrier(2)  # neither is answered before the other was asked
    desk.answers["journal.kinds"] = lambda: both_at_once(both, "kind")
    desk.answers["journal.tags"] = lambda: both_at_once(both, "tag")
    here = connect(folder)
    kinds, tags = begin(here.journal.kinds), begin(here.journal.tags)
    assert (tags(), kinds()) == (("tag",), ("kind",))


@pytest.mark.usefixtures("server")
def test_what_was_asked_and_is_never_heard_leaves_nothing_behind(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    asked = itertools.count()
    desk.answers["journal.kinds"] = lambda: (str(next(asked)),)
    desk.answers["journal.tags"] = BadInput("Not that. Nothing was done.")
    here = connect(folder)
    for _ in range(20):
        begin(here.journal.kinds)
    time.sleep(0.2)  # those that arrived are answered by now
    before = next(asked)
    assert here.journal.kinds() == (str(before + 1),)  # and not the answer to one of those
    refused = begin(here.journal.tags)
    with pytest.raises(BadInput, match="Not that"):
        refused()


def test_an_engine_that_dies_while_it_is_asked(folder: WorkspaceFolder) -> None:
    with by_hand(folder) as accept, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(connect(folder).journal.note, 1, "words")
        connection = accept()
        connection.recv_bytes()
        connection.close()
        with pytest.raises(DeskUnreachable, match=r"journal\.note was asked, but .* was cut off.*is not known"):
            asked.result(10)


def test_half_an_answer_is_no_answer(folder: WorkspaceFolder) -> None:
    with by_hand(folder) as accept, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(connect(folder, timeout=0.3).journal.kinds)
        connection = accept()
        connection.recv_bytes()
        os.write(connection.fileno(), b"\x00\x00\x00\x20half")
        with pytest.raises(DeskUnreachable, match="Whether it was done is not known"):
            asked.result(10)
        connection.close()


@pytest.mark.parametrize(
    "answer",
    [
        b'{"reply":"done","id":999,"ok":["of somebody else"]}',
        b'{"reply":"done","id":1,"ok":[1,2]}',
        b'{"reply":"cheerful","id":1}',
        b"\x80\x04\x95",
        b"",
    ],
    ids=["other number", "other shape", "other kind", "pickle", "empty"],
)
def test_an_answer_that_is_none(answer: bytes, folder: WorkspaceFolder) -> None:
    with by_hand(folder) as accept, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(connect(folder).journal.kinds)
        connection = accept()
        connection.recv_bytes()
        connection.send_bytes(answer)
        with pytest.raises(DeskUnreachable):
            asked.result(10)
        with pytest.raises(EOFError):
            connection.recv_bytes()  # the caller threw the connection away
        connection.close()


def test_a_broken_table_is_no_answer(folder: WorkspaceFolder) -> None:
    with by_hand(folder) as accept, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(connect(folder).positions.table)
        connection = accept()
        connection.recv_bytes()
        connection.send_bytes(b'{"reply":"table","id":1}')
        connection.send_bytes(b"no arrow")
        with pytest.raises(DeskUnreachable, match="cannot be read"):
            asked.result(10)
        connection.close()


def test_a_restarted_engine_is_found_again(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    desk.answers["journal.kinds"] = ("before",)
    here = connect(folder)
    first = open_door(desk, folder)
    together = threading.Barrier(4)

    def kinds() -> tuple[str, ...]:
        together.wait(10)  # so that four connections are open at once
        return ("before",)

    desk.answers["journal.kinds"] = kinds
    with ThreadPoolExecutor(4) as pool:
        assert [asked.result(10) for asked in [pool.submit(here.journal.kinds) for _ in range(4)]] == [("before",)] * 4
    first.stop()
    with pytest.raises(DeskUnreachable, match="Nothing was done"):
        here.journal.kinds()
    desk.answers["journal.kinds"] = ("after",)
    second = open_door(desk, folder)
    asked_before = len(desk.asked)
    assert here.journal.kinds() == ("after",)
    assert len(desk.asked) == asked_before + 1
    second.stop()


def test_a_request_that_may_have_arrived_is_never_repeated(folder: WorkspaceFolder) -> None:
    """The engine reads it and dies. The caller is told, and nobody asks the next engine by himself."""
    with by_hand(folder) as accept:
        here = connect(folder)
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(here.orders.cancel, "7")
            connection = accept()
            first = connection.recv_bytes()
            connection.close()
            with pytest.raises(DeskUnreachable):
                asked.result(10)
            again = pool.submit(here.orders.cancel, "8")  # a new act of the caller
            connection = accept()
            second = connection.recv_bytes()
            connection.close()
            with pytest.raises(DeskUnreachable):
                again.result(10)
    assert b'"7"' in first
    assert b'"8"' in second


def supervised(folder: WorkspaceFolder, note: SupervisorNote) -> FileLock:
    write_note(folder.supervisor_file, note)
    lock = FileLock(folder.supervisor_lock)
    assert lock.acquire()
    return lock


NOTE = SupervisorNote(pid=1, state=Watch.RESTARTING, down_since=DOWN_SINCE, attempts=3, last_exit=-9)
IN_NEW_YORK = f"{DOWN_SINCE.astimezone(ZoneInfo('America/New_York')):%H:%M:%S} ET"


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (NOTE, f"practice is down since {IN_NEW_YORK}, restarting. Nothing was done. Try again in a moment."),
        (replace(NOTE, state=Watch.STARTED, engine_pid=7), f"practice is down since {IN_NEW_YORK}, restarting"),
        (replace(NOTE, state=Watch.STARTED, engine_pid=7, down_since=None), "practice is starting. Nothing was done."),
        (replace(NOTE, state=Watch.STARTED, engine_pid=8), "practice runs but does not answer. Nothing was done."),
    ],
    ids=["down", "next one on its way", "first one on its way", "hangs"],
)
def test_it_says_what_the_supervisor_knows(note: SupervisorNote, words: str, folder: WorkspaceFolder) -> None:
    lock = supervised(folder, note)
    hung = EngineNote(pid=8, address=str(folder.path / "x"), key="00", started_at=DOWN_SINCE, version="1")
    write_note(folder.engine_file, hung)
    with pytest.raises(DeskUnreachable) as caught:
        connect(folder).health.state()
    assert words in str(caught.value)
    lock.release()


def test_it_says_why_an_engine_will_not_start(folder: WorkspaceFolder) -> None:
    supervised(folder, replace(NOTE, state=Watch.REFUSED, words="The folder is held by process 7.")).release()
    with pytest.raises(DeskUnreachable, match=r"could not start: The folder is held by process 7\. Nothing was done"):
        connect(folder).health.state()


def test_a_note_of_a_dead_supervisor_is_not_believed(folder: WorkspaceFolder) -> None:
    supervised(folder, NOTE).release()
    with pytest.raises(DeskUnreachable, match="is not running"):
        connect(folder).health.state()


def test_an_engine_that_nobody_watches_and_that_hangs(folder: WorkspaceFolder) -> None:
    lock = FileLock(folder.lock)
    assert lock.acquire()
    with pytest.raises(DeskUnreachable, match="runs but does not answer"):
        connect(folder).health.state()
    lock.release()


@pytest.mark.usefixtures("server")
def test_a_wrong_call_is_the_callers_fault_and_goes_nowhere(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    with pytest.raises(TypeError):
        connect(folder).journal.note(1, "words", ("tag",), "too many")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        connect(folder).journal.note(colour="red")  # type: ignore[call-arg]
    assert desk.asked == []


def test_a_damaged_note_is_no_address(folder: WorkspaceFolder) -> None:
    folder.engine_file.write_bytes(b'{"pid": 1, "addr')
    with pytest.raises(DeskUnreachable):
        connect(folder).health.state()
