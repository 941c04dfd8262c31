"""The sending thread: one errand after another, cancels first, every ending an answer, and nobody else waits."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from core.domain.errors import BrokerDown, OrderRejected, OutcomeUnknown
from core.domain.fill import BrokerOrder, Report, Told
from core.domain.order import Order, Purpose, Side, Status
from core.domain.reading import ReadState
from core.execution.errand import AccountReading, Cancel, LookUp, ReadAccount, Replace, Submit, run
from core.execution.wire import TOO_OLD, ThreadWire
from tests.fakes.broker import ACCOUNT, Answer, FakeBroker, FakeLine
from tests.fakes.clock import MORNING, FakeClock
from tests.unit.execution.desk import Desk

LONG = 10


class SlowLine(FakeLine):
    """Answers when it is let go; notes who is asked, in which order."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(broker=FakeBroker(clock=clock, market_clock=clock))
        self.asked: list[str] = []
        self.entered = threading.Event()
        self.let_go = threading.Event()
        self.let_go.set()

    def submit(self, order: Order) -> BrokerOrder:
        self.asked.append(f"submit {order.client_id}")
        self.entered.set()
        assert self.let_go.wait(LONG)
        return super().submit(order)

    def cancel(self, order: Order) -> None:
        self.asked.append(f"cancel {order.client_id}")
        super().cancel(order)

    def find(self, order: Order) -> BrokerOrder | None:
        self.asked.append(f"find {order.client_id}")
        return super().find(order)


class Scene:
    """A wire, and everything that came back."""

    def __init__(self, **given: Any) -> None:
        self.clock = FakeClock()
        self.line = SlowLine(self.clock)
        self.answers: list[Report | AccountReading] = []
        self.came = threading.Condition()
        self.stopped = False
        self.wire = ThreadWire("t", self.line, self.clock, self._take, halted=lambda: self.stopped, **given)

    def _take(self, answer: Report | AccountReading) -> None:
        with self.came:
            self.answers.append(answer)
            self.came.notify_all()

    def wait_for(self, count: int) -> list[Any]:
        with self.came:
            assert self.came.wait_for(lambda: len(self.answers) >= count, LONG)
            return list(self.answers)

    def told(self) -> list[Told]:
        return [answer.told for answer in self.answers if isinstance(answer, Report)]


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = Scene()
    yield scene
    scene.line.let_go.set()
    scene.wire.close()


ASKED = Desk(open_for_trading=False).order("i-ant", Side.BUY, "10", limit="49")


def an_order(name: str = "c1", **changes: Any) -> Order:
    return replace(ASKED, id=name, client_id=name, **changes)


def test_errands_go_one_after_another_and_each_has_its_answer(scene: Scene) -> None:
    scene.wire.start()
    for number in range(20):
        scene.wire.hand_over(Submit(order=an_order(f"c{number}")))
    answers = scene.wait_for(20)
    assert [a.client_id for a in answers] == [f"c{n}" for n in range(20)]
    assert {a.told for a in answers} == {Told.ACKED}


def test_cancels_go_before_everything_that_waits(scene: Scene) -> None:
    scene.line.let_go.clear()
    scene.wire.start()
    scene.wire.hand_over(Submit(order=an_order("c1")))
    assert scene.line.entered.wait(LONG)
    scene.wire.hand_over(LookUp(order=an_order("c1")))
    scene.wire.hand_over(Submit(order=an_order("c2")))
    scene.wire.hand_over(Cancel(order=an_order("c1")))
    scene.line.let_go.set()
    scene.wait_for(4)
    assert scene.line.asked == ["submit c1", "cancel c1", "find c1", "submit c2"]


def test_a_line_that_hung_is_not_flooded_with_cancels_when_it_wakes(scene: Scene) -> None:
    scene.line.let_go.clear()
    scene.wire.start()
    scene.wire.hand_over(Submit(order=an_order("c1")))
    assert scene.line.entered.wait(LONG)
    for _ in range(100):  # asked again every ten seconds, as long as it hangs
        scene.wire.hand_over(Cancel(order=an_order("c1")))
        scene.wire.hand_over(Cancel(order=an_order("c2")))
    scene.wire.hand_over(Submit(order=an_order("c3")))
    scene.line.let_go.set()
    scene.wait_for(4)
    assert scene.line.asked == ["submit c1", "cancel c1", "cancel c2", "submit c3"]
    scene.wire.hand_over(Cancel(order=an_order("c1")))  # sent before: a new one
    scene.wait_for(5)
    assert scene.line.asked[-1] == "cancel c1"


def test_handing_over_never_waits_for_a_broker_that_hangs(scene: Scene) -> None:
    scene.line.let_go.clear()
    scene.wire.start()
    scene.wire.hand_over(Submit(order=an_order("c1")))
    assert scene.line.entered.wait(LONG)
    for number in range(100):
        scene.wire.hand_over(Submit(order=an_order(f"d{number}")))  # returns at once, or the test hangs
    assert scene.answers == []


def test_what_waited_too_long_behind_others_does_not_go_out(scene: Scene) -> None:
    scene.wire.hand_over(Submit(order=an_order("c1")))
    scene.wire.hand_over(Cancel(order=an_order("c2")))
    scene.clock.advance(TOO_OLD)
    scene.wire.hand_over(Submit(order=an_order("c3")))
    scene.clock.advance(0.001)
    scene.wire.start()
    scene.wait_for(3)
    assert scene.line.asked == ["cancel c2", "submit c3"]
    (late,) = [a for a in scene.answers if isinstance(a, Report) and a.client_id == "c1"]
    assert late.told is Told.UNSENT
    assert late.reason == "It waited too long behind other requests"


def test_a_stop_is_seen_before_each_send_and_closing_still_goes(scene: Scene) -> None:
    scene.stopped = True
    scene.wire.start()
    scene.wire.hand_over(Submit(order=an_order("c1")))
    scene.wire.hand_over(Replace(old=an_order("c0"), new=an_order("c2")))
    scene.wire.hand_over(Submit(order=an_order("c3", purpose=Purpose.CLOSE)))
    scene.wire.hand_over(LookUp(order=an_order("c4")))
    scene.wait_for(4)
    assert scene.line.asked == ["submit c3", "find c4"]
    assert scene.told()[:2] == [Told.UNSENT, Told.UNSENT]


def test_a_working_order_may_become_smaller_while_trading_is_stopped() -> None:
    scene = Scene()
    scene.stopped = True
    for name, changes in (("c1", {"quantity": 7}), ("c2", {"quantity": 11}), ("c3", {"quantity": 7, "limit": 50})):
        new = an_order(name, replaces="c0", **{key: Decimal(value) for key, value in changes.items()})
        scene.wire.hand_over(Replace(old=an_order("c0"), new=new))
    scene.wire.start()
    scene.wait_for(3)
    scene.wire.close()
    assert scene.told() == [Told.REPLACE_REFUSED, Told.UNSENT, Told.UNSENT]  # the broker was asked about the first


def test_the_line_is_left_to_work_and_its_faults_end_nothing() -> None:
    faults: list[Exception] = []
    beats = threading.Semaphore(0)

    def beat() -> None:
        beats.release()
        raise OSError("no room")

    scene = Scene(beat=beat, trouble=faults.append)
    scene.wire.start()
    for _ in range(3):
        assert beats.acquire(timeout=LONG)
    scene.wire.hand_over(Submit(order=an_order("c1")))
    scene.wait_for(1)
    assert scene.wire.alive
    assert {str(fault) for fault in faults} == {"no room"}
    scene.wire.close()
    assert not scene.wire.alive


def test_closing_finishes_what_is_on_the_wire_and_takes_no_more(scene: Scene) -> None:
    scene.line.let_go.clear()
    scene.wire.start()
    scene.wire.hand_over(Submit(order=an_order("c1")))
    assert scene.line.entered.wait(LONG)
    scene.wire.hand_over(Submit(order=an_order("c2")))
    closing = threading.Thread(target=scene.wire.close)
    closing.start()
    scene.line.let_go.set()
    closing.join(LONG)
    assert not scene.wire.alive
    assert scene.told() == [Told.ACKED]
    assert scene.line.asked == ["submit c1"]


def test_closing_what_never_began_is_no_error() -> None:
    Scene().wire.close()


# an errand is a value, whatever happens ------------------------------------------------------------------------------


class Raising:
    """A line on which everything fails in one way."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def fail(*_: object) -> Any:
            raise self.error

        return fail


ENDINGS = [
    (OrderRejected("no"), Told.REJECTED, Told.REPLACE_REFUSED, Told.CANCEL_REFUSED),
    (BrokerDown("away"), Told.UNSENT, Told.UNSENT, Told.CANCEL_FAILED),
    (OutcomeUnknown("504"), Told.UNKNOWN, Told.UNKNOWN, Told.CANCEL_FAILED),
    (TimeoutError(), Told.UNKNOWN, Told.UNKNOWN, Told.CANCEL_FAILED),
    (ConnectionResetError("cut"), Told.UNKNOWN, Told.UNKNOWN, Told.CANCEL_FAILED),
    (ZeroDivisionError("a fault in the adapter"), Told.UNKNOWN, Told.UNKNOWN, Told.CANCEL_FAILED),
    (KeyError("status"), Told.UNKNOWN, Told.UNKNOWN, Told.CANCEL_FAILED),
]


@pytest.mark.parametrize(("error", "sent", "replaced", "cancelled"), ENDINGS)
def test_every_way_to_fail_is_one_word(error: Exception, sent: Told, replaced: Told, cancelled: Told) -> None:
    line: Any = Raising(error)
    order, clock = an_order(), FakeClock()
    answers = [
        run(errand, line, clock)
        for errand in (
            Submit(order=order),
            Replace(old=order, new=order),
            Cancel(order=order),
            LookUp(order=order),
        )
    ]
    assert [a.told for a in answers if isinstance(a, Report)] == [sent, replaced, cancelled, Told.LOOK_UP_FAILED]
    for answer in answers:
        assert isinstance(answer, Report)
        assert answer.reason == (str(error) or type(error).__name__)
        assert answer.client_id == "c1"
        assert answer.at == clock.now()
        assert answer.order is None


@pytest.mark.parametrize(("error", "sent", "replaced", "cancelled"), ENDINGS)
def test_a_failed_read_is_never_an_empty_answer(error: Exception, sent: Told, replaced: Told, cancelled: Told) -> None:
    line: Any = Raising(error)
    reading = run(ReadAccount(account_id=ACCOUNT, since=MORNING), line, FakeClock())
    assert isinstance(reading, AccountReading)
    assert not reading.ok
    assert reading.reason
    assert reading.skew is None
    for part in (reading.orders, reading.executions, reading.positions, reading.cash, reading.activities):
        assert part.state is ReadState.FAILED


def test_executions_are_read_after_positions_so_that_what_a_position_holds_is_explained() -> None:
    clock = FakeClock()
    line = FakeLine(broker=FakeBroker(clock=clock, market_clock=clock))
    run(ReadAccount(account_id=ACCOUNT, since=MORNING), line, clock)
    verbs = [verb for verb, _ in line.seen]
    assert verbs.index("orders") < verbs.index("positions") < verbs.index("executions") < verbs.index("activities")


def test_a_reading_says_when_it_began_and_how_far_the_clocks_are_apart() -> None:
    clock = FakeClock()
    line = FakeLine(broker=FakeBroker(clock=clock, market_clock=clock))
    line.meanwhile = lambda: clock.advance(1)
    reading = run(ReadAccount(account_id=ACCOUNT, since=MORNING), line, clock)
    assert isinstance(reading, AccountReading)
    assert (reading.started, reading.ok) == (MORNING, True)
    assert reading.at > reading.started
    assert reading.skew is not None
    assert not reading.skew
    assert isinstance(reading.started, datetime)


def test_looking_up_what_is_not_there_is_an_answer() -> None:
    clock = FakeClock()
    line = FakeLine(broker=FakeBroker(clock=clock, market_clock=clock))
    answer = run(LookUp(order=an_order()), line, clock)
    assert isinstance(answer, Report)
    assert answer.told is Told.NOT_FOUND
    line.answer = lambda verb, client_id: Answer.OK
    run(Submit(order=an_order(status=Status.SENDING)), line, clock)
    found = run(LookUp(order=an_order()), line, clock)
    assert isinstance(found, Report)
    assert found.told is Told.FOUND
