"""What a halt does to orders: none fills in it, market orders are refused, and it ends with one price for all."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.errors import OrderRejected
from core.domain.order import Status
from tests.unit.practice.scene import MONDAY_NOON, Scene, Script, order

REOPENS = MONDAY_NOON + timedelta(seconds=300)


def paused(price: str = "97", volume: str = "2000", collars: tuple[tuple[Decimal, Decimal], ...] = ()) -> Scene:
    """Halted from the tenth second after noon until five past."""
    script = Script()
    script.halt(10, 300, price, volume)
    script.stops = [replace(stop, collars=collars) for stop in script.stops]
    script.write(after=300, bid=str(Decimal(price) - Decimal("0.01")), ask=str(Decimal(price) + Decimal("0.01")))
    return Scene(tape=script)


def test_a_market_order_is_refused_while_it_is_halted_and_a_limit_is_taken() -> None:
    scene = paused()
    scene.run(seconds=20)
    with pytest.raises(OrderRejected, match="AAPL is halted: Paused"):
        scene.line.submit(order("a"))
    assert scene.line.submit(order("b", limit="97")).status is Status.ACKED
    assert scene.line.submit(order("c", tif="close")).status is Status.ACKED, "the close is another auction"


def test_who_waits_by_then_meets_the_reopening_at_its_price() -> None:
    scene = paused()
    scene.line.submit(order("early", limit="98"))  # joins the queue before the halt
    scene.run(seconds=20)
    scene.line.submit(order("during", limit="97.50"))
    scene.line.submit(order("too low", limit="96.50"))
    scene.run(seconds=290)
    assert [(f.client_id, f.price, f.at) for f in scene.fills()] == [
        ("early", Decimal(97), REOPENS),
        ("during", Decimal(97), REOPENS),
    ]
    assert "auction after the halt" in scene.fills()[0].note
    assert scene.filled("too low") == 0


def test_a_fill_in_it_tells_the_collar_and_how_long_the_name_waited() -> None:
    scene = paused(collars=((Decimal("98.50"), Decimal(105)), (Decimal("93.60"), Decimal(105))))
    scene.line.submit(order("a", limit="98"))
    scene.run(seconds=300)
    told = "The auction after the halt, 5 minutes later than planned, inside its collar of 93.60 to 105.00."
    assert told in scene.fills()[0].note


def test_the_auction_gives_its_share_and_no_more() -> None:
    scene = paused(volume="1000")
    scene.line.submit(order("a", quantity="80", limit="98"))
    scene.line.submit(order("b", quantity="80", limit="98"))
    scene.run(seconds=300)
    assert [(f.client_id, f.quantity) for f in scene.fills()] == [("a", Decimal(80)), ("b", Decimal(20))]


def test_a_stop_is_set_off_by_the_reopening_and_trades_after_it() -> None:
    script = Script()
    script.halt(10, 300, "97", "2000")
    script.write(after=300, bid="96.99", ask="97.01", last="97", volume="2000")
    scene = Scene(tape=script)
    scene.line.submit(order("a", "sell", stop="98", tif="gtc"))
    scene.run(seconds=302)
    (fill,) = scene.fills()
    assert "Stop 98.00 was set off by a trade at 97.00" in fill.note
    assert fill.at > REOPENS


def test_a_day_that_ends_in_a_halt_ends_its_orders() -> None:
    script = Script()
    script.halt(10, 4 * 3600, "")
    scene = Scene(tape=script)
    scene.line.submit(order("a", limit="99"))
    scene.run(hours=5)
    assert (scene.status("a"), scene.fills()) == (Status.EXPIRED, [])


def test_what_waited_beyond_the_band_trades_at_the_band() -> None:
    script = Script()
    script.write(after=5, bid="90", ask="90.02", last="90", volume="500", low="85", high="95")
    scene = Scene(tape=script)
    scene.line.submit(order("a", limit="99"))
    scene.run(seconds=6)
    assert [f.price for f in scene.fills()] == [Decimal(95)]
