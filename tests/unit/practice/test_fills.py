"""What an order meets, second by second, on a market written by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.fill import Told
from core.domain.order import Status
from core.market.feeds.invented import InventedFeed
from tests.unit.practice.scene import IDS, MARKET, MONDAY_NOON, PLAIN, Scene, Script, order


def prices(scene: Scene, client_id: str = "a") -> list[tuple[str, str]]:
    return [(f"{f.quantity.normalize():f}", f"{f.price:.2f}") for f in scene.fills(client_id)]


def test_a_market_order_meets_the_far_touch_and_never_the_last_price() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a"))
    scene.line.submit(order("b", "sell"))
    scene.run(seconds=1)
    assert prices(scene, "a") == [("100", "100.02")]
    assert prices(scene, "b") == [("100", "100.00")]


def test_it_has_its_way_to_go_first() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a"))
    assert scene.status("a") is Status.ACKED
    scene.run(milliseconds=149)
    assert scene.fills() == []
    scene.run(milliseconds=151)
    (fill,) = scene.fills()
    assert timedelta(milliseconds=150) <= fill.at - MONDAY_NOON < timedelta(milliseconds=300)


def test_the_quote_it_meets_is_the_one_that_stands_when_it_arrives() -> None:
    script = Script()
    script.write(after=1, bid="101", ask="101.02")
    scene = Scene(tape=script)
    scene.clock.pass_by(milliseconds=990)
    scene.line.submit(order("a"))
    scene.run(seconds=1)
    assert prices(scene) == [("100", "101.02")]


def test_more_than_is_shown_walks_up_the_book() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a", quantity="1000"))
    scene.run(seconds=0.9)
    assert prices(scene) == [("300", "100.02"), ("450", "100.03"), ("250", "100.04")]
    assert scene.status("a") is Status.FILLED


def test_each_fill_tells_the_market_s_own_quote_not_what_we_left_of_it() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a", quantity="1000"))
    scene.run(seconds=0.9)
    heard = [fill for report in scene.told for fill in report.fills]
    assert heard == scene.fills("a")
    assert {(f"{fill.bid:.2f}", f"{fill.ask:.2f}") for fill in heard} == {("100.00", "100.02")}


def test_more_than_the_whole_book_waits_for_the_next_second() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a", "sell", quantity="7450"))
    scene.run(seconds=0.9)
    sizes = ["300", "450", "600", "750", "900", "900", "750", "750", "600", "450"]
    assert [q for q, _ in prices(scene)] == sizes, "a hump some levels behind the best price"
    assert scene.status("a") is Status.PARTIAL
    scene.run(seconds=1)
    assert prices(scene)[-3:] == [("300", "100.00"), ("450", "99.99"), ("250", "99.98")]


def test_what_was_taken_is_not_there_for_the_next_order_of_the_same_second() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a", quantity="200"))
    scene.run(seconds=0.3)
    scene.line.submit(order("b", quantity="200"))
    scene.run(seconds=0.3)
    assert prices(scene, "a") == [("200", "100.02")]
    assert prices(scene, "b") == [("100", "100.02"), ("100", "100.03")]


def test_the_feed_shows_what_is_left() -> None:
    scene = Scene()
    feed = InventedFeed(market=MARKET, overlay=scene.line.overlay, clock=scene.clock, market_clock=scene.clock)
    before = feed.quote(IDS["AAPL"])
    scene.line.submit(order("a", quantity="100"))
    scene.run(seconds=0.4)
    assert feed.quote(IDS["AAPL"]).ask_size == before.ask_size - 100


def test_at_the_lower_band_nobody_buys_and_a_waiting_purchase_joins_behind_what_is_shown() -> None:
    script = Script()
    for second in range(10):
        script.write(after=second, bid="94.99", ask="95", low="95", high="105")
    scene = Scene(tape=script)
    scene.line.submit(order("a", "sell"))
    scene.line.submit(order("b", limit="94.99"))
    scene.run(seconds=9)
    assert (scene.status("a"), scene.status("b")) == (Status.ACKED, Status.ACKED)
    assert scene.fills() == []
    scene.run(seconds=2)
    assert prices(scene, "a") == [("100", "100.00")], "free of the band again"


def test_walking_up_the_book_ends_at_the_band() -> None:
    script = Script()
    script.write(after=0, low="95", high="100.03")
    scene = Scene(tape=script)
    scene.line.submit(order("a", quantity="1000", tif="ioc"))
    scene.run(seconds=0.9)
    assert prices(scene) == [("300", "100.02"), ("450", "100.03")]


def test_a_limit_holds_while_walking() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a", quantity="1000", limit="100.03", tif="ioc"))
    scene.run(seconds=0.9)
    assert prices(scene) == [("300", "100.02"), ("450", "100.03")]
    assert scene.status("a") is Status.CANCELED
    assert "Not enough stood there" in scene.reason("a")


def test_in_a_quiet_market_we_get_what_is_shown_and_a_tenth_of_what_trades() -> None:
    script = Script(busy=False)
    script.write(after=10, volume="500")
    scene = Scene(tape=script)
    scene.line.submit(order("a", quantity="1000"))
    scene.run(seconds=9)
    assert prices(scene) == [("300", "100.02")]
    scene.run(seconds=5)
    assert prices(scene)[1:] == [("50", "100.02")]
    scene.run(seconds=360)
    assert scene.filled("a") == 300 + 50 + 300, "five minutes later the shares shown then may be taken again"


def test_a_waiting_order_waits_behind_the_queue_it_saw() -> None:
    script = Script()
    script.write(after=5, last="100", volume="200")
    script.write(after=6, last="100", volume="130")
    script.write(after=7, last="100", volume="100")
    scene = Scene(tape=script)
    scene.line.submit(order("a", limit="100"))
    scene.run(seconds=5.5)
    assert prices(scene) == []
    scene.run(seconds=1)
    assert prices(scene) == [("30", "100.00")]
    scene.run(seconds=1)
    assert prices(scene) == [("30", "100.00"), ("70", "100.00")]
    assert "used up the 100 before it" in scene.fills()[0].note


def test_trades_elsewhere_do_not_move_the_queue() -> None:
    script = Script()
    for second in range(2, 60):
        script.write(after=second, last="100.01", volume="10000")
    scene = Scene(tape=script)
    scene.line.submit(order("a", limit="100"))
    scene.run(minutes=1)
    assert prices(scene) == []


def test_it_fills_at_its_own_price_when_the_market_trades_through() -> None:
    script = Script()
    script.write(after=5, bid="99.95", ask="99.97", last="99.95", volume="100")
    scene = Scene(tape=script)
    scene.line.submit(order("a", limit="100"))
    scene.run(seconds=6)
    assert prices(scene) == [("100", "100.00")]
    assert "came through" in scene.fills()[0].note


def test_inside_the_spread_nobody_is_before_it() -> None:
    script = Script()
    script.write(after=5, last="100.01", volume="40")
    scene = Scene(tape=script)
    scene.line.submit(order("a", limit="100.01"))
    scene.run(seconds=6)
    assert prices(scene) == [("40", "100.01")]


def test_deeper_in_the_book_more_are_before_it() -> None:
    script = Script()
    script.write(after=5, bid="99.98", ask="100", last="99.99", volume="440")
    script.write(after=6, bid="99.98", ask="100", last="99.99", volume="20")
    scene = Scene(tape=script)
    scene.line.submit(order("a", limit="99.99"))
    scene.run(seconds=5.5)
    assert prices(scene) == []
    scene.run(seconds=1)
    assert prices(scene) == [("10", "99.99")]


def test_two_of_our_own_share_one_queue() -> None:
    script = Script()
    script.write(after=5, last="100", volume="350")
    script.write(after=6, last="100", volume="100")
    scene = Scene(tape=script)
    scene.line.submit(order("a", limit="100"))
    scene.run(seconds=0.5)
    scene.line.submit(order("b", limit="100"))
    scene.run(seconds=5)
    assert (prices(scene, "a"), prices(scene, "b")) == ([("50", "100.00")], [])
    scene.run(seconds=1)
    assert (scene.filled("a"), scene.filled("b")) == (100, 50)


def test_a_fraction_of_a_share() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a", quantity="0.5"))
    scene.run(seconds=1)
    assert prices(scene) == [("0.5", "100.02")]


def test_sales_pay_fees_and_purchases_do_not() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a"))
    scene.line.submit(order("b", "sell"))
    scene.run(seconds=1)
    assert scene.fills("a")[0].fee == 0
    assert scene.fills("b")[0].fee == Decimal("10000") * Decimal("0.0000278") + 100 * Decimal("0.000166")
    (cash,) = scene.line.cash("practice").rows
    assert cash.cash == PLAIN.starting_cash - Decimal("10002") + Decimal("10000") - Decimal("0.2946")


def test_every_fill_says_which_quote_it_met() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a", quantity="400"))
    scene.run(seconds=1)
    first, second = scene.fills()
    assert first.note == "Met the ask. Quote 100.00 × 300, 100.02 × 300; last 100.01."
    assert second.note.startswith("What was shown at the ask was used up; 450 stood at 100.03.")


def test_the_stream_tells_fills_once_and_ends() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a", quantity="400", limit="100.02", tif="ioc"))
    scene.run(seconds=1)
    scene.run(seconds=1)
    assert [report.told for report in scene.told] == [Told.FILLS, Told.FOUND]
    assert scene.told[0].fills == tuple(scene.fills())
    ended = scene.told[1].order
    assert ended is not None
    assert (ended.status, ended.filled) == (Status.CANCELED, Decimal(300))


@pytest.mark.parametrize(("side", "limit"), [("buy", "100.02"), ("sell", "100")])
def test_all_or_nothing(side: str, limit: str) -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a", side, "301", limit=limit, tif="fok"))
    scene.line.submit(order("b", side, "300", limit=limit, tif="fok"))
    scene.run(seconds=1)
    assert (scene.status("a"), scene.filled("a")) == (Status.CANCELED, 0)
    assert (scene.status("b"), scene.filled("b")) == (Status.FILLED, 300)
