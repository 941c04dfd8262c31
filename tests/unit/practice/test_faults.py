"""What can be made to go wrong on the line, and what was true at the exchange meanwhile."""

from contextlib import suppress
from datetime import timedelta
from threading import Event, Thread

import pytest

from core.brokers.practice.line import PracticeLine
from core.channel.facets.practice import Fault
from core.domain.errors import BrokerDown, BrokerError, OrderRejected, OutcomeUnknown, SignedOut
from core.domain.order import Status
from core.domain.reading import ReadState
from tests.unit.practice.scene import Scene, Script, order


def scene_with(*faults: Fault) -> Scene:
    scene = Scene(tape=Script())
    for fault in faults:
        scene.line.fault(fault, on=True)
    return scene


@pytest.mark.parametrize(
    ("fault", "error", "arrived"),
    [
        (Fault.ERROR_AFTER_ACCEPT, OutcomeUnknown, True),
        (Fault.REPLY_LOST, OutcomeUnknown, True),
        (Fault.REQUEST_LOST, OutcomeUnknown, False),
        (Fault.DELAYED, OutcomeUnknown, False),
        (Fault.REJECT, OrderRejected, False),
        (Fault.DOWN, BrokerDown, False),
        (Fault.DOWN_HOUR, BrokerDown, False),
        (Fault.HALF_OPEN, OutcomeUnknown, False),
        (Fault.LOGIN_EXPIRED, SignedOut, False),
    ],
)
def test_how_a_send_ends_and_whether_it_is_there(fault: Fault, error: type[BrokerError], arrived: bool) -> None:
    scene = scene_with(fault)
    with pytest.raises(error):
        scene.line.submit(order("a"))
    scene.line.fault(fault, on=False)
    assert (scene.line.find(order("a")) is not None) is arrived
    assert scene.line.faults() == ()


@pytest.mark.parametrize("fault", [Fault.REPLY_LOST, Fault.ERROR_AFTER_ACCEPT])
def test_sent_again_after_a_lost_reply_it_is_one_order(fault: Fault) -> None:
    scene = scene_with(fault)
    with pytest.raises(OutcomeUnknown):
        scene.line.submit(order("a"))
    scene.line.fault(fault, on=False)
    scene.run(seconds=1)
    assert scene.line.submit(order("a")).status is Status.FILLED
    assert len(scene.fills()) == 1


def test_a_lost_refusal_is_in_doubt_too() -> None:
    scene = scene_with(Fault.REPLY_LOST)
    with pytest.raises(OutcomeUnknown):
        scene.line.submit(order("a", limit="1.001"))
    assert scene.status("a") is Status.REJECTED


def test_a_delayed_request_arrives_after_we_found_nothing() -> None:
    scene = scene_with(Fault.DELAYED)
    with pytest.raises(OutcomeUnknown):
        scene.line.submit(order("a"))
    scene.run(seconds=4)
    assert scene.line.find(order("a")) is None
    scene.line.fault(Fault.DELAYED, on=False)
    scene.line.submit(order("a"))
    scene.run(seconds=2)
    assert (scene.status("a"), len(scene.fills())) == (Status.FILLED, 1)


def test_nobody_hears_how_a_delayed_request_ended() -> None:
    scene = scene_with(Fault.DELAYED)
    with pytest.raises(OutcomeUnknown):
        scene.line.submit(order("a", limit="1.001"))
    scene.run(seconds=6)
    assert scene.status("a") is Status.REJECTED
    assert scene.told == []


def test_cancels_get_lost_and_late_as_well() -> None:
    scene = Scene(tape=Script())
    resting = order("a", limit="90")
    scene.line.submit(resting)
    scene.line.fault(Fault.REQUEST_LOST, on=True)
    with pytest.raises(OutcomeUnknown):
        scene.line.cancel(resting)
    scene.run(seconds=20)
    assert scene.status("a") is Status.ACKED
    scene.line.fault(Fault.REQUEST_LOST, on=False)
    scene.line.fault(Fault.DELAYED, on=True)
    with pytest.raises(OutcomeUnknown):
        scene.line.cancel(resting)
    scene.run(seconds=6)
    scene.run(seconds=1)
    assert scene.status("a") is Status.CANCELED


def test_refusing_new_orders_does_not_trap_anybody() -> None:
    scene = Scene(tape=Script())
    resting = order("a", limit="90")
    scene.line.submit(resting)
    scene.line.fault(Fault.REJECT, on=True)
    with pytest.raises(OrderRejected):
        scene.line.replace(resting, order("b", limit="91"))
    scene.line.cancel(resting)
    scene.run(seconds=1)
    assert scene.status("a") is Status.CANCELED


@pytest.mark.parametrize("fault", [Fault.STREAM_SILENT, Fault.DOWN])
def test_a_silent_stream_replays_nothing_but_reading_finds_it(fault: Fault) -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a"))
    scene.line.fault(fault, on=True)
    scene.run(seconds=1)
    scene.line.fault(fault, on=False)
    scene.run(seconds=1)
    assert scene.told == []
    assert len(scene.fills()) == 1
    assert scene.status("a") is Status.FILLED


def test_without_look_up_there_is_no_answer() -> None:
    scene = scene_with(Fault.NO_LOOK_UP)
    scene.line.submit(order("a"))
    with pytest.raises(OutcomeUnknown, match="switched off"):
        scene.line.find(order("a"))
    assert len(scene.line.orders("practice").rows) == 1


def test_down_is_a_failed_reading_not_an_empty_one() -> None:
    scene = scene_with(Fault.DOWN)
    for reading in (scene.line.orders("practice"), scene.line.positions("practice"), scene.line.cash("practice")):
        assert (reading.state, reading.rows) == (ReadState.FAILED, ())
        assert "Nothing was sent" in reading.reason
    with pytest.raises(BrokerDown):
        scene.line.find(order("a"))


def test_a_closed_line_sends_nothing() -> None:
    scene = Scene(tape=Script())
    scene.line.close()
    scene.line.close()
    scene.line.heartbeat()
    with pytest.raises(BrokerDown):
        scene.line.submit(order("a"))


def test_every_fault_can_be_switched_and_none_traps_a_cancel_for_ever() -> None:
    scene = Scene(tape=Script())
    resting = order("a", limit="90")
    scene.line.submit(resting)
    for fault in Fault:
        scene.line.fault(fault, on=True)
    assert scene.line.faults() == tuple(Fault)
    with suppress(BrokerError):
        scene.line.cancel(resting)
    for fault in Fault:
        scene.line.fault(fault, on=False)
    scene.line.cancel(resting)
    scene.run(seconds=1)
    assert scene.status("a") is Status.CANCELED


def test_how_late_is_a_setting_of_the_line() -> None:
    scene = Scene(tape=Script())
    assert scene.broker.capabilities.settles_look_up_after > timedelta(seconds=5)


def half_open(hangs: float = 0) -> Scene:
    scene = Scene(tape=Script())
    scene.line = PracticeLine(
        exchange=scene.exchange, account="practice", clock=scene.clock, hangs=hangs, at_close=scene.exchange.close
    )
    scene.line.listen(scene.told.append)
    scene.line.fault(Fault.HALF_OPEN, on=True)
    return scene


def test_half_open_looks_alive_and_nothing_comes_through() -> None:
    scene = half_open()
    with pytest.raises(OutcomeUnknown, match="though the line looks alive"):
        scene.line.submit(order("a"))
    with pytest.raises(OutcomeUnknown, match="Nothing was learned"):
        scene.line.find(order("a"))
    reading = scene.line.orders("practice")
    assert (reading.state, reading.signed_out) == (ReadState.FAILED, False)
    scene.line.fault(Fault.HALF_OPEN, on=False)
    assert scene.line.find(order("a")) is None


def test_who_waits_on_a_half_open_line_hangs_until_it_is_given_up_or_over_and_keeps_nobody_from_the_switch() -> None:
    scene = half_open(hangs=60)
    ended = Event()

    def send() -> None:
        with suppress(OutcomeUnknown):
            scene.line.submit(order("a"))
        ended.set()

    Thread(target=send, daemon=True).start()
    assert not ended.wait(0.2)
    scene.line.heartbeat()
    assert scene.line.faults() == (Fault.HALF_OPEN,)
    scene.line.fault(Fault.HALF_OPEN, on=False)
    assert ended.wait(10)
    assert scene.line.find(order("a")) is None, "what was lost stays lost"


def test_signed_out_everything_is_refused_and_nothing_was_done() -> None:
    scene = Scene(tape=Script())
    resting = order("b", limit="90")
    scene.line.submit(resting)
    scene.line.fault(Fault.LOGIN_EXPIRED, on=True)
    for act in (
        lambda: scene.line.submit(order("a")),
        lambda: scene.line.cancel(resting),
        lambda: scene.line.find(resting),
        scene.line.time,
    ):
        with pytest.raises(SignedOut, match="sign in again"):
            act()
    assert scene.line.orders("practice").signed_out
    scene.line.fault(Fault.LOGIN_EXPIRED, on=False)
    assert scene.line.find(order("a")) is None
    assert scene.status("b") is Status.ACKED


def test_down_an_hour_ends_by_itself_after_an_hour_of_market_time() -> None:
    scene = scene_with(Fault.DOWN_HOUR)
    scene.run(minutes=59, seconds=59)
    with pytest.raises(BrokerDown):
        scene.line.submit(order("a"))
    scene.run(seconds=1)
    assert scene.line.faults() == ()
    assert scene.line.submit(order("a")).status is Status.ACKED


@pytest.mark.parametrize("fault", [Fault.HALF_OPEN, Fault.LOGIN_EXPIRED, Fault.DOWN_HOUR])
def test_the_stream_says_nothing_then_either(fault: Fault) -> None:
    scene = half_open()
    scene.line.fault(Fault.HALF_OPEN, on=False)
    scene.line.submit(order("a"))
    scene.line.fault(fault, on=True)
    scene.run(seconds=1)
    assert scene.told == []


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.HALF_OPEN, Fault.LOGIN_EXPIRED])
def test_a_desk_that_starts_again_meanwhile_finds_its_account(fault: Fault) -> None:
    scene = half_open()
    scene.line.fault(fault, on=True)
    assert scene.line.identity().number == scene.line.accounts()[0].number
