"""The one thread: urgent things first, honest about what it did not do, and not to be killed by anybody's fault."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.domain.errors import BadInput, DeskUnreachable
from core.engine.desk_thread import DeskThread, Urgency, describe


class Ticks:
    """Counts ticks, fails when told to."""

    def __init__(self) -> None:
        self.count = 0
        self.fail: Exception | None = None
        self.ticked = threading.Event()
        self.trouble: list[str] = []
        self.troubled = threading.Event()

    def tick(self) -> None:
        self.count += 1
        self.ticked.set()
        if self.fail is not None:
            raise self.fail

    def note(self, error: Exception) -> None:
        self.trouble.append(describe(error))
        self.troubled.set()


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def thread(ticks: Ticks) -> Iterator[DeskThread]:
    thread = DeskThread(ticks.tick, ticks.note, every=0.01)
    thread.start()
    yield thread
    thread.end()


class Busy:
    """Keeps the thread inside one act until it is let go."""

    def __init__(self, thread: DeskThread) -> None:
        self.let_go = threading.Event()
        entered = threading.Event()

        def act() -> None:
            entered.set()
            self.let_go.wait(5)

        thread.tell(act, Urgency.BRAKE)
        assert entered.wait(5)


def test_an_answer_and_an_error_come_back_to_whoever_asked(thread: DeskThread) -> None:
    assert thread.ask(lambda: 41 + 1) == 42
    with pytest.raises(BadInput, match="no such thing"):
        thread.ask(lambda: refuse("no such thing"))
    with pytest.raises(KeyboardInterrupt):
        thread.ask(interrupt)
    assert thread.ask(lambda: "still there") == "still there"


def refuse(words: str) -> None:
    raise BadInput(words)


def interrupt() -> None:
    raise KeyboardInterrupt


def test_asking_from_the_desk_thread_itself_does_not_wait_for_itself(thread: DeskThread) -> None:
    assert thread.ask(lambda: thread.ask(lambda: "inside")) == "inside"


def test_what_is_urgent_goes_first_and_the_rest_in_the_order_it_came(thread: DeskThread) -> None:
    busy = Busy(thread)
    done: list[str] = []
    wanted = [
        (Urgency.LOOK, "look 1"),
        (Urgency.COMMAND, "command 1"),
        (Urgency.REPORT, "report 1"),
        (Urgency.LOOK, "look 2"),
        (Urgency.BRAKE, "brake 1"),
        (Urgency.REPORT, "report 2"),
        (Urgency.BRAKE, "brake 2"),
        (Urgency.COMMAND, "command 2"),
    ]
    for urgency, name in wanted:
        thread.tell(lambda name=name: done.append(name), urgency)  # type: ignore[misc]
    busy.let_go.set()
    thread.ask(lambda: None)
    assert done == ["brake 1", "brake 2", "report 1", "report 2", "command 1", "command 2", "look 1", "look 2"]


def test_what_was_never_begun_was_not_done_and_never_will_be(thread: DeskThread) -> None:
    busy = Busy(thread)
    done: list[str] = []
    with pytest.raises(DeskUnreachable, match=r"did not get to it in time. Nothing was done: try again"):
        thread.ask(lambda: done.append("late"), patience=0.01)
    busy.let_go.set()
    thread.ask(lambda: None)
    assert done == []


def test_a_time_out_inside_what_was_asked_is_not_the_desks(thread: DeskThread) -> None:
    def slow_disk() -> None:
        raise TimeoutError("the disk")

    with pytest.raises(TimeoutError, match="the disk"):
        thread.ask(slow_disk)


def test_what_was_begun_may_still_be_done(thread: DeskThread) -> None:
    entered, let_go = threading.Event(), threading.Event()
    done: list[str] = []

    def slow() -> None:
        entered.set()
        let_go.wait(5)
        done.append("after all")

    with ThreadPoolExecutor() as pool:
        asked = pool.submit(thread.ask, slow, Urgency.COMMAND, 0.2)
        assert entered.wait(5)
        with pytest.raises(DeskUnreachable, match="It may still do what was asked: look before you repeat it"):
            asked.result()
    let_go.set()
    thread.ask(lambda: None)
    assert done == ["after all"]


def test_a_tick_that_fails_is_told_and_the_next_one_comes(thread: DeskThread, ticks: Ticks) -> None:
    ticks.fail = ValueError("a fault of ours")
    assert ticks.troubled.wait(5)
    ticks.fail = None
    ticks.ticked.clear()
    assert ticks.ticked.wait(5)
    assert ticks.trouble[0] == "ValueError: a fault of ours"


def test_a_report_that_fails_is_told_and_the_next_one_is_heard(thread: DeskThread, ticks: Ticks) -> None:
    heard: list[int] = []
    thread.tell(lambda: refuse("cannot be booked"))
    thread.tell(lambda: heard.append(1))
    thread.ask(lambda: None)
    assert heard == [1]
    assert ticks.trouble == ["cannot be booked"]


def test_it_ticks_while_people_keep_asking(thread: DeskThread, ticks: Ticks) -> None:
    until = ticks.count + 5
    asked = 0
    while ticks.count < until:
        thread.ask(lambda: None)
        asked += 1
        assert asked < 1_000_000
    assert ticks.count >= until


def test_the_end_comes_after_everything_that_was_queued(ticks: Ticks) -> None:
    thread = DeskThread(ticks.tick, ticks.note, every=10)
    thread.start()
    busy = Busy(thread)
    done: list[int] = []
    for number in range(5):
        thread.tell(lambda number=number: done.append(number), Urgency.LOOK)  # type: ignore[misc]
    busy.let_go.set()
    thread.end()
    assert done == [0, 1, 2, 3, 4]
    assert not thread.alive


def test_ending_what_never_began_is_no_error(ticks: Ticks) -> None:
    DeskThread(ticks.tick, ticks.note).end()


def test_how_late_a_tick_is_can_be_measured(ticks: Ticks) -> None:
    late: list[float] = []
    thread = DeskThread(ticks.tick, ticks.note, every=0.01)
    thread.late = late.append
    thread.start()
    assert ticks.ticked.wait(5)
    thread.end()
    assert late
    assert min(late) >= 0
