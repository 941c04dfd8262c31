"""Whatever goes wrong on purpose, the desk survives it: exactly one order, the right state, the right words; on both lines."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Final

import msgspec
import pytest

from core.brokers.practice.broker import PracticeBroker
from core.brokers.practice.line import PracticeLine
from core.brokers.practice.server import Server
from core.channel.facets.practice import Fault
from core.channel.home import Home
from core.domain.order import Status
from core.domain.workspace import WorkspaceKind
from core.market.sessions import Sessions
from core.market.timeline import Timeline
from core.system import listen, socket_address
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import Opened, opened
from tests.unit.engine.test_practice import at_noon, place

LASTING: Final = [
    Fault.STREAM_SILENT,
    Fault.DELAYED,
    Fault.ERROR_AFTER_ACCEPT,
    Fault.REPLY_LOST,
    Fault.REQUEST_LOST,
    Fault.NO_LOOK_UP,
    Fault.DOWN,
    Fault.HALF_OPEN,
    Fault.LOGIN_EXPIRED,
]


@contextmanager
def exchange_elsewhere(file: Path, clock: FakeClock) -> Iterator[str]:
    """As in a process of its own, on the test's clock."""
    timeline = Timeline.fresh(clock, Sessions())
    broker = PracticeBroker(seed=1)
    exchange = broker.exchange(str(file), clock, timeline)
    line = PracticeLine(exchange=exchange, account="practice", clock=clock, hangs=0, at_close=exchange.close)
    address = socket_address(file)
    server = Server(line=line, timeline=timeline, listener=listen(address))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.stop()
        thread.join()
        line.close()


@pytest.fixture(params=["here", "there"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """One engine, with its exchange in the same process or in another."""
    clock = at_noon()
    Home(tmp_path / "home").create("practice", WorkspaceKind.PRACTICE)
    if request.param == "here":
        with opened(tmp_path / "home", clock) as desk:
            line = desk.engine.lines[0]
            assert isinstance(line, PracticeLine)
            line._hangs = 0
            desk.settle(1)
            yield desk
        return
    with exchange_elsewhere(tmp_path / "exchange.sqlite", clock) as address:
        settings = msgspec.json.encode({"seed": 1, "exchange_at": address}).decode()
        monkeypatch.setattr("core.engine.wiring._first_settings", lambda: settings)
        with opened(tmp_path / "home", clock) as desk:
            desk.settle(1)
            yield desk


def at_the_exchange(desk: Opened, order_id: str) -> list[str]:
    """What is held there under its client id."""
    client_id = desk.desk.orders.story(order_id).order.client_id
    rows = desk.engine.lines[0].orders("practice").rows
    return [row.client_id for row in rows if row.client_id == client_id]


def titles(desk: Opened) -> str:
    return " · ".join(f"{n.title} {n.detail}" for n in desk.desk.health.state().notices)


def passing(desk: Opened, seconds: int) -> None:
    for _ in range(seconds // 2):
        desk.settle(2)


def filled(desk: Opened, order_id: str) -> None:
    """Sooner or later: an exchange elsewhere works in real time."""
    for _ in range(60):
        desk.settle(2)
        if desk.desk.orders.story(order_id).order.status is Status.FILLED:
            passing(desk, 6)
            return
        sleep(0.02)
    raise AssertionError(desk.desk.orders.story(order_id).order)


@pytest.mark.parametrize("fault", LASTING)
def test_an_order_placed_meanwhile_is_one_order_afterwards(desk: Opened, fault: Fault) -> None:
    desk.desk.practice.fault(fault, on=True)
    order_id = place(desk, "AAPL", "1")
    passing(desk, 20)
    assert desk.desk.practice.fault(fault, on=False).faults == ()
    filled(desk, order_id)
    assert len(at_the_exchange(desk, order_id)) == 1
    assert desk.desk.positions.table().column("quantity").to_pylist() == [1]
    assert desk.desk.health.state().in_doubt == 0


def test_a_refused_order_is_over_and_the_next_one_goes(desk: Opened) -> None:
    desk.desk.practice.fault(Fault.REJECT, on=True)
    order_id = place(desk, "AAPL", "1")
    desk.desk.practice.fault(Fault.REJECT, on=False)
    passing(desk, 10)
    assert desk.desk.orders.story(order_id).order.status is Status.REJECTED
    assert at_the_exchange(desk, order_id) == []
    again = place(desk, "AAPL", "1")
    filled(desk, again)


def test_signed_out_the_frame_says_so_with_the_way_out_and_an_order_waits_for_a_person(desk: Opened) -> None:
    desk.desk.practice.fault(Fault.LOGIN_EXPIRED, on=True)
    order_id = place(desk, "AAPL", "1")
    passing(desk, 10)
    said = titles(desk)
    assert "practice: you are not signed in any more." in said
    assert "Sign in again: until then nothing is sent" in said
    assert "Orders and stops at the broker stay." in said
    assert desk.desk.health.state().connections[0].state == "signed out"
    assert desk.desk.orders.story(order_id).order.status is Status.UNSENT
    passing(desk, 60)
    assert f"Order {order_id} was not sent by itself." in titles(desk)
    desk.desk.practice.fault(Fault.LOGIN_EXPIRED, on=False)
    passing(desk, 20)
    assert "not signed in" not in titles(desk)
    assert desk.desk.orders.story(order_id).order.status is Status.UNSENT, "after a minute a person decides"
    assert at_the_exchange(desk, order_id) == []
    desk.desk.orders.send_again(order_id)
    filled(desk, order_id)
    assert len(at_the_exchange(desk, order_id)) == 1


def test_half_open_is_a_broker_that_does_not_answer_and_what_was_sent_is_in_doubt(desk: Opened) -> None:
    desk.desk.practice.fault(Fault.HALF_OPEN, on=True)
    order_id = place(desk, "AAPL", "1")
    passing(desk, 10)
    assert "practice does not answer. No answer came, though the line looks alive." in titles(desk)
    assert "Orders there stay." in titles(desk)
    assert desk.desk.orders.story(order_id).order.status is Status.UNKNOWN
    assert desk.desk.health.state().in_doubt == 1


def test_an_hour_down_is_over_by_itself(desk: Opened) -> None:
    view = desk.desk.practice.fault(Fault.DOWN_HOUR, on=True)
    assert view.faults == (Fault.DOWN_HOUR,)
    passing(desk, 6)
    assert "practice does not answer." in titles(desk)
    desk.desk.practice.time(own_time=True, pace=60)
    passing(desk, 70)
    assert desk.desk.practice.state().faults == ()
    assert "does not answer" not in titles(desk)


def test_signing_in_again_is_journaled_as_such(desk: Opened) -> None:
    desk.desk.practice.fault(Fault.LOGIN_EXPIRED, on=True)
    desk.desk.practice.fault(Fault.LOGIN_EXPIRED, on=False)
    told = [line.title for line in desk.engine.store.journal.of_kinds("practice.fault")]
    assert told == ["Login expired on", "Signed in again"]


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.LOGIN_EXPIRED])
def test_a_broker_that_takes_nothing_is_not_stormed(desk: Opened, fault: Fault) -> None:
    desk.desk.practice.fault(fault, on=True)
    order_id = place(desk, "AAPL", "1")
    for _ in range(60):
        desk.settle(0.1)
    sent = [step.kind for step in desk.desk.orders.story(order_id).steps].count("order.sent_again")
    assert sent <= 6, "once a second at most, until it is known to be gone"
