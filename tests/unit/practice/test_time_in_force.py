"""How long orders wait, and what the opening and the close do."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.brokers.practice.broker import PracticeBroker
from core.domain.errors import OrderRejected
from core.domain.order import Status
from tests.unit.practice.scene import HandClock, Scene, Script, et, order

AT_OPEN = et(2026, 11, 24, 9, 30)
AT_CLOSE = et(2026, 11, 23, 16, 0)


def test_a_day_order_ends_at_the_close() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a", limit="90"))
    scene.clock.at = et(2026, 11, 23, 15, 59, 59)
    scene.line.heartbeat()
    assert scene.status("a") is Status.ACKED
    scene.run(seconds=1)
    assert scene.status("a") is Status.EXPIRED
    (told,) = scene.told
    assert told.order is not None
    assert told.order.status is Status.EXPIRED


def test_on_a_half_day_it_ends_at_one() -> None:
    scene = Scene(tape=Script(), clock=HandClock(et(2026, 11, 27, 12, 59)))
    scene.line.submit(order("a", limit="90"))
    scene.run(minutes=1)
    assert scene.status("a") is Status.EXPIRED


def test_entered_while_closed_it_is_for_the_next_session() -> None:
    scene = Scene(tape=Script(), clock=HandClock(et(2026, 11, 21, 23, 0)))
    scene.line.submit(order("a"))
    scene.clock.at = et(2026, 11, 23, 9, 29, 59)
    scene.line.heartbeat()
    assert scene.status("a") is Status.ACKED
    scene.run(seconds=1)
    assert scene.fills()[0].at == et(2026, 11, 23, 9, 30)


def test_until_cancelled_it_outlives_the_day_and_meets_the_gap_at_the_opening() -> None:
    script = Script()
    script.write(after=0, at=AT_OPEN, bid="89", ask="89.05", last="89", volume="100")
    scene = Scene(tape=script)
    scene.line.submit(order("a", limit="90", tif="gtc"))
    scene.clock.at = et(2026, 11, 24, 10, 0)
    scene.line.heartbeat()
    (fill,) = scene.fills()
    assert (fill.price, fill.at) == (Decimal("89.05"), AT_OPEN)


def test_the_close_s_one_price() -> None:
    script = Script()
    script.write(after=-1, at=AT_CLOSE, last="101.50", volume="100")
    scene = Scene(tape=script)
    scene.line.submit(order("a", tif="close"))
    scene.line.submit(order("b", "sell", tif="close"))
    scene.line.submit(order("c", limit="101.49", tif="close"))
    scene.clock.at = AT_CLOSE
    scene.line.heartbeat()
    assert [(f.client_id, f.price, f.at) for f in scene.fills()] == [
        ("a", Decimal("101.5"), AT_CLOSE),
        ("b", Decimal("101.5"), AT_CLOSE),
    ]
    assert "last price" in scene.fills()[0].note
    assert scene.status("c") is Status.EXPIRED


def test_after_the_cut_off_the_close_takes_no_more() -> None:
    scene = Scene(tape=Script(), clock=HandClock(et(2026, 11, 23, 15, 50)))
    with pytest.raises(OrderRejected, match="no longer taken"):
        scene.line.submit(order("a", tif="close"))


def test_the_opening_s_one_price_and_its_share_of_the_volume() -> None:
    script = Script(busy=False)
    script.write(after=0, at=AT_OPEN, last="99.50", volume="1000")
    scene = Scene(tape=script)
    scene.line.submit(order("a", quantity="80", tif="open"))
    scene.line.submit(order("b", quantity="80", tif="open"))
    scene.clock.at = AT_OPEN
    scene.line.heartbeat()
    assert [(f.client_id, f.quantity, f.price) for f in scene.fills()] == [
        ("a", Decimal(80), Decimal("99.5")),
        ("b", Decimal(20), Decimal("99.5")),
    ]
    assert scene.status("b") is Status.EXPIRED


def test_while_trading_stands_still_nothing_fills() -> None:
    script = Script()
    for second in range(2, 8):
        script.write(after=second, halted="Paused.", ask="99.98", bid="99.96")
    scene = Scene(tape=script)
    scene.line.submit(order("c", limit="100"))
    scene.run(seconds=1.99)
    scene.line.submit(order("a"))
    scene.run(seconds=0.01)
    scene.line.submit(order("b", limit="100.02", tif="ioc"))
    scene.run(seconds=5)
    assert (scene.filled("a"), scene.status("a")) == (0, Status.ACKED)
    assert (scene.filled("b"), scene.status("b")) == (0, Status.CANCELED)
    assert scene.reason("b") == "It could not wait. Paused."
    assert scene.filled("c") == 0, "its price is shown, but nobody trades"
    scene.run(seconds=2)
    assert scene.filled("a") == 100


def test_past_the_cut_off_it_is_for_the_opening_after() -> None:
    scene = Scene(tape=Script(), clock=HandClock(et(2026, 11, 23, 9, 29)))
    scene.line.submit(order("a", tif="open"))
    scene.clock.at = et(2026, 11, 24, 9, 31)
    scene.line.heartbeat()
    assert scene.fills()[0].at == AT_OPEN


@pytest.mark.parametrize("tif", ["ioc", "fok"])
def test_what_cannot_wait_needs_an_open_market(tif: str) -> None:
    scene = Scene(tape=Script(), clock=HandClock(et(2026, 11, 21, 23, 0)))
    with pytest.raises(OrderRejected, match="open market"):
        scene.line.submit(order("a", tif=tif))


def test_on_its_way_when_the_bell_rings() -> None:
    scene = Scene(tape=Script(), clock=HandClock(AT_CLOSE - timedelta(milliseconds=50)))
    scene.line.submit(order("a", tif="ioc"))
    scene.line.submit(order("b"))
    scene.run(seconds=2)
    assert (scene.status("a"), scene.status("b")) == (Status.EXPIRED, Status.EXPIRED)


def test_outside_regular_hours_only_orders_that_say_so() -> None:
    scene = Scene(tape=Script(), clock=HandClock(et(2026, 11, 23, 8, 0)))
    scene.line.submit(order("a", limit="101"))
    scene.line.submit(order("b", limit="101", extended_hours=True))
    scene.run(seconds=1)
    assert (scene.filled("a"), scene.filled("b")) == (0, 100)


def test_extended_hours_last_until_eight() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a", limit="90", extended_hours=True))
    scene.clock.at = et(2026, 11, 23, 19, 59, 59)
    scene.line.heartbeat()
    assert scene.status("a") is Status.ACKED
    scene.run(seconds=1)
    assert scene.status("a") is Status.EXPIRED


def test_a_stop_is_set_off_by_a_trade_and_then_has_its_way_to_go() -> None:
    script = Script()
    script.write(after=5, last="98.90", volume="100", bid="98.90", ask="98.92")
    for second in (6, 7):
        script.write(after=second, bid="98.80", ask="98.82", last="98.80")
    scene = Scene(tape=script, broker=PracticeBroker(latency=PracticeBroker().latency * 7))
    scene.line.submit(order("a", "sell", stop="99"))
    scene.run(seconds=10)
    (fill,) = scene.fills()
    assert fill.price == Decimal("98.80")
    assert fill.note.startswith("Stop 99.00 was set off by a trade at 98.90. Met the bid.")


def test_a_stop_above_for_a_purchase() -> None:
    script = Script()
    script.write(after=5, last="101", volume="100")
    scene = Scene(tape=script)
    scene.line.submit(order("a", stop="101"))
    scene.run(seconds=4)
    assert scene.filled("a") == 0
    scene.run(seconds=4)
    assert scene.filled("a") == 100


def test_a_quote_alone_sets_off_no_stop() -> None:
    script = Script()
    script.write(after=5, bid="98", ask="98.02", last="98")
    scene = Scene(tape=script)
    scene.line.submit(order("a", "sell", stop="99"))
    scene.run(seconds=10)
    assert scene.status("a") is Status.ACKED


def test_a_stop_limit_waits_at_its_limit_after_a_gap() -> None:
    script = Script()
    for second in range(5, 20):
        script.write(after=second, last="97", volume="100", bid="97", ask="97.02")
    scene = Scene(tape=script)
    scene.line.submit(order("a", "sell", stop="99", limit="98.50"))
    scene.run(seconds=19)
    assert (scene.status("a"), scene.filled("a")) == (Status.ACKED, 0)
    scene.run(seconds=5)
    assert scene.fills()[0].price == Decimal("98.50")
    assert "came through" in scene.fills()[0].note
