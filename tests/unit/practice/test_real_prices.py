"""Fills on real prices: only from what was seen and recorded, never from what was not, and never before it was there."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.brokers.practice.broker import PracticeBroker
from core.domain.errors import BadInput, OrderRejected
from core.domain.order import Status, TimeInForce
from core.domain.workspace import WorkspaceKind
from core.market.recording import Recording
from core.market.ticks import What
from tests.fakes.ticks import TEN, Told
from tests.unit.practice.real import Real, order
from tests.unit.practice.scene import HandClock, et

D = Decimal


def steady(seconds: int = 120, **first: Any) -> Told:
    """One quote, and a feed that lives."""
    return Told().quote(0, **first).alive(0, seconds)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def test_a_market_order_meets_the_far_touch_and_says_that_the_depth_is_estimated(folder: Path) -> None:
    real = Real(source=steady().trade(2, "100.01", size="5000"), folder=folder)
    real.to(5)
    real.line.submit(order("a", quantity="500"))
    real.to(9)
    assert [(f.quantity, f.price) for f in real.fills("a")] == [(D(300), D("100.02")), (D(200), D("100.03"))]
    assert "Quote 100.00 × 300, 100.02 × 300" in real.why("a")
    assert real.why("a").count("Depth estimated.") == 2
    assert real.line.identity().kind is WorkspaceKind.PAPER


def test_nothing_is_filled_before_its_second_is_sealed_and_on_the_disk(folder: Path) -> None:
    source = steady().quote(6, "101", "101.02")
    real = Real(source=source, folder=folder)
    real.to(5.2)
    real.line.submit(order("a"))
    real.to(7.5)
    assert real.fills() == []
    sealed = [tick.at for tick in Recording(folder / "recording").ticks() if tick.what is What.SEAL]
    assert max(sealed) == real.exchange.worked + timedelta(microseconds=1) == real.source.at(5)
    real.to(9)
    (fill,) = real.fills()
    assert (fill.price, fill.at < source.at(6)) == (D("100.02"), True)  # the next second's price was not there yet


def test_the_order_never_meets_a_second_that_began_before_it_was_on_its_way(folder: Path) -> None:
    source = steady().quote(3, "99", "99.02").quote(5, "101", "101.02")
    real = Real(source=source, folder=folder)
    real.to(5.5)  # the exchange has worked no further than second 3, where it was cheap
    real.line.submit(order("a"))
    real.to(12)
    assert [f.price for f in real.fills()] == [D("101.02")]


@pytest.mark.parametrize(("bid", "ask", "wrong"), [("100.02", "100", "crossed"), ("100", "100", "locked")])
def test_a_crossed_or_locked_quote_fills_nothing(folder: Path, bid: str, ask: str, wrong: str) -> None:
    real = Real(source=steady().quote(10, bid, ask).quote(30, "100", "100.02"), folder=folder)
    real.to(12)
    real.line.submit(order("a"))
    real.to(25)
    assert real.fills() == []
    assert f"The quote was {wrong} (bid {D(bid):.2f}, ask {D(ask):.2f}), and nothing fills from it." in real.why("a")
    real.to(35)
    (fill,) = real.fills()
    assert fill.at == source_at(real, 30)


def source_at(real: Real, after: float) -> object:
    return real.source.at(after)


@pytest.mark.parametrize(("bid", "ask"), [("0", "100.02"), ("100", "0")])
def test_a_quote_with_one_side_fills_nothing_and_an_order_that_cannot_wait_ends(
    folder: Path, bid: str, ask: str
) -> None:
    real = Real(source=steady().quote(10, bid, ask), folder=folder)
    real.to(15)
    real.line.submit(order("a", limit=D("101"), tif=TimeInForce.IOC))
    real.to(25)
    assert (real.fills(), real.status("a")) == ([], Status.CANCELED)
    assert "Not enough stood there" in real.reason("a") or "one side only" in real.reason("a")


def test_a_stop_is_set_off_by_a_trade_while_the_quote_is_crossed_and_fills_when_it_stands(folder: Path) -> None:
    source = steady().trade(4, "100.01").quote(10, "100.05", "100").trade(12.5, "99.50").quote(20, "99.4", "99.5")
    real = Real(source=source, folder=folder)
    real.to(3)
    real.line.submit(order("b"))
    real.to(9)
    real.line.submit(order("s", "sell", stop=D("99.60")))
    real.to(18)
    assert real.fills("s") == []
    real.to(26)
    (fill,) = real.fills("s")
    assert (fill.price, fill.at) == (D("99.4"), source.at(20))
    assert "Stop 99.60 was set off by a trade at 99.50." in fill.note


def test_a_spike_within_a_second_sets_off_a_stop(folder: Path) -> None:
    source = steady().trade(4, "100.01").trade(12.1, "99.50").trade(12.8, "100.01")
    real = Real(source=source, folder=folder)
    real.to(3)
    real.line.submit(order("b"))
    real.to(9)
    real.line.submit(order("s", "sell", stop=D("99.60")))
    real.to(20)
    assert real.filled("s") == 100


def test_yesterdays_price_sets_off_no_stop(folder: Path) -> None:
    """Nothing traded today; the close before, 100, is beyond the stop."""
    real = Real(source=steady(bid="110", ask="110.02").trade(40, "110.01"), folder=folder)
    real.to(3)
    real.line.submit(order("b", stop=D("100")))
    real.to(30)
    assert real.fills() == []
    real.to(48)
    assert real.filled("b") == 100  # the first trade seen sets it off


# gaps ---------------------------------------------------------------------------------------------------------------


def test_nothing_fills_while_the_feed_is_silent_and_the_order_says_from_when_to_when(folder: Path) -> None:
    source = Told().quote(0).alive(0, 131).quote(340, "99", "99.02").alive(340, 400)
    real = Real(source=source, folder=folder)
    real.to(140)
    real.line.submit(order("a", limit=D("100.02")))
    real.to(330)
    assert real.fills() == []
    assert "No quote was received since 10:02:10 ET. Nothing fills in a second nobody saw" in real.why("a")
    real.to(350)
    (fill,) = real.fills()
    assert (fill.price, fill.at) == (D("99.02"), source.at(340))
    assert "No quote was received from 10:02:10 ET to 10:05:40 ET." in real.why("a")


def test_a_feed_that_lives_keeps_an_unchanged_quote_fresh_and_a_gap_ends_with_the_names_own_quote(folder: Path) -> None:
    source = Told().quote(0).alive(0, 60).alive(100, 160).quote(120)
    real = Real(source=source, folder=folder)
    real.to(50)
    real.line.submit(order("fresh"))
    real.to(55)
    assert real.filled("fresh") == 100
    real.to(104)
    real.line.submit(order("a", limit=D("101")))
    real.to(118)
    assert real.filled("a") == 0  # the feed is back, but nobody has told yet what stands
    real.to(125)
    assert [f.at for f in real.fills("a")] == [source.at(120)]


def test_a_market_order_into_the_dark_is_refused(folder: Path) -> None:
    real = Real(source=Told().quote(0).alive(0, 10), folder=folder)
    real.to(30)
    with pytest.raises(
        OrderRejected, match=r"No quote was received since 10:00:09 ET\. A market order would meet a price"
    ):
        real.line.submit(order("a"))


def test_a_quote_that_was_heard_and_is_not_sealed_yet_is_reason_enough_to_take_an_order(folder: Path) -> None:
    real = Real(source=steady(), folder=folder, clock=HandClock(TEN + timedelta(seconds=10)))
    real.source.quote(11.2)
    real.to(11.5)
    real.line.submit(order("a"))
    assert real.fills() == []
    real.to(18)
    assert real.filled("a") == 100


def test_while_the_engine_is_off_nothing_fills(folder: Path) -> None:
    source = (
        steady(400).quote(100, "99", "99.02").trade(100, "98").quote(200, "101", "101.02").quote(320, "101", "101.1")
    )
    real = Real(source=source, folder=folder)
    real.to(50)
    real.line.submit(order("a", limit=D("99.50")))
    real.to(60)
    again = real.again(source.at(300))
    again.to(315)
    assert again.fills() == []  # it was for sale at 99.02, and nobody was there to see it
    again.to(330)
    assert again.fills() == []
    assert "No quote was received from 10:01:00 ET to 10:05:20 ET." in again.why("a")


# halts, lates, corrections -------------------------------------------------------------------------------------------


def test_a_halt_of_the_feed_holds_everything_until_it_says_so_or_somebody_trades(folder: Path) -> None:
    source = steady(300).say(What.HALT, 20.2, words="News pending.").quote(25, "98", "98.02").say(What.RESUME, 60.5)
    source.say(What.HALT, 120, words="Volatility.").trade(150.4, "98.01")
    real = Real(source=source, folder=folder)
    real.to(30)
    real.line.submit(order("a", limit=D("99")))
    with pytest.raises(OrderRejected, match="ANT is halted: News pending"):
        real.line.submit(order("m"))
    real.to(55)
    assert real.fills() == []
    assert "Nothing trades: News pending." in real.why("a")
    real.to(70)
    (fill,) = real.fills()
    assert (fill.price, fill.at) == (D("98.02"), source.at(61))
    real.to(130)
    real.line.submit(order("b", limit=D("99")))
    real.to(170)
    assert [f.at for f in real.fills("b")] == [source.at(151)]


def test_a_trade_out_of_order_counts_in_its_own_second_and_one_that_is_late_counts_nowhere(folder: Path) -> None:
    source = steady().trade(20.1, "99.98", late=1).trade(20.3, "100", ref="x").trade(40, "99.98", late=10)
    real = Real(source=source, folder=folder)
    real.to(10)
    real.line.submit(order("a", limit=D("99.99")))
    real.to(30)
    (fill,) = real.fills("a")
    assert (fill.price, fill.at) == (D("99.99"), source.at(20))
    real.line.submit(order("b", limit=D("99.99")))
    real.to(60)
    assert real.filled("b") == 0


def test_a_quote_out_of_order_is_not_taken_for_the_newest(folder: Path) -> None:
    source = steady().quote(20.5, "101", "101.02").quote(20.2, "99", "99.02", late=1)
    real = Real(source=source, folder=folder)
    real.to(22)
    real.line.submit(order("a"))
    real.to(30)
    assert [f.price for f in real.fills()] == [D("101.02")]


@pytest.mark.parametrize(("taken_back", "fills"), [(21.5, 0), (30, 1)])
def test_a_trade_taken_back_in_time_never_was_and_later_changes_no_fill(
    folder: Path, taken_back: float, fills: int
) -> None:
    source = steady().trade(20.1, "99.98", ref="wrong").say(What.TAKEN_BACK, taken_back, ref="wrong")
    real = Real(source=source, folder=folder)
    real.to(10)
    real.line.submit(order("a", limit=D("99.99")))
    real.to(60)
    assert len(real.fills()) == fills


def test_a_resting_order_waits_behind_what_was_shown_and_gets_what_trades_after(folder: Path) -> None:
    source = steady().trade(20.1, "100", size="250").trade(22.1, "100", size="120").trade(24.1, "100.02", size="5000")
    real = Real(source=source, folder=folder)
    real.to(10)
    real.line.submit(order("a", limit=D("100")))
    real.to(40)
    assert [(f.quantity, f.price, f.at) for f in real.fills()] == [(D(70), D("100"), source.at(22))]
    assert "behind" in real.why("a") or "first in the queue" in real.why("a")


def test_our_share_is_capped_by_what_was_seen_to_trade(folder: Path) -> None:
    source = steady().trade(4, "100.01", size="1000")
    for second in range(10, 60):
        source.quote(second, "100", "100.02", str(300 + second % 2))
    real = Real(source=source, folder=folder)
    real.to(6)
    real.line.submit(order("a", quantity="5000"))
    real.to(60)
    assert D(300) <= D(real.filled("a")) <= D(300 + 100 + 1)  # what is shown, and a tenth of what traded
    assert "Our share of the volume is used up" in real.why("a")


def test_a_name_nobody_told_a_usual_day_of_is_pushed_as_a_thin_one(folder: Path) -> None:
    source = steady().trade(2, "100.01", size="9000")
    real = Real(source=source, folder=folder, broker=PracticeBroker(starting_cash=D(10) ** 9))
    real.to(5)
    real.line.submit(order("a", quantity="300"))
    real.to(12)
    real.line.submit(order("b", quantity="100"))
    real.to(18)
    (fill,) = real.fills("b")
    assert fill.price == D("100.24")  # 4 % a day times the root of 300 in 100,000 shares, a little of it faded
    assert "What we took before pushes it by 0.22." in fill.note


def test_many_gaps_are_counted_and_the_newest_named(folder: Path) -> None:
    source = Told().quote(0)
    for second in range(0, 200, 20):
        source.quote(second)
    real = Real(source=source, folder=folder)
    real.to(1)
    real.line.submit(order("a", limit=D("90")))
    real.to(190)
    why = real.why("a")
    assert "There were 6 earlier spans in which no quote was received." in why
    assert why.count("No quote was received") == 4


# auctions -----------------------------------------------------------------------------------------------------------


def at_the_open(print_after: float | None) -> Told:
    source = Told(start=et(2026, 11, 23, 9, 29)).alive(0, 900).quote(61, "101", "101.02")
    if print_after is not None:
        source.say(What.OPEN, print_after, price="100.50", size="80000")
    return source


def open_order(folder: Path, print_after: float | None) -> Real:
    real = Real(source=at_the_open(print_after), folder=folder, clock=HandClock(et(2026, 11, 23, 9, 20)))
    real.line.submit(order("o", tif=TimeInForce.OPEN))
    real.clock.at = et(2026, 11, 23, 9, 29)
    return real


def test_an_order_for_the_opening_waits_for_the_official_price(folder: Path) -> None:
    real = open_order(folder, 75)
    real.to(70)
    assert (real.fills(), real.status("o")) == ([], Status.ACKED)
    assert "its official price was not told yet. It is waited for until 09:40:00.000 ET." in real.why("o")
    real.to(80)
    (fill,) = real.fills()
    assert (fill.price, fill.quantity, fill.at) == (D("100.50"), D(100), real.source.at(75))
    assert real.status("o") is Status.FILLED


def test_an_official_price_that_never_comes_ends_the_order_with_a_sentence(folder: Path) -> None:
    real = open_order(folder, None)
    real.to(660)
    assert real.status("o") is Status.ACKED
    real.to(664)
    assert (real.fills(), real.status("o")) == ([], Status.EXPIRED)
    assert "The official opening price was not told within 10 minutes, so nothing traded." in real.reason("o")


def test_the_close_trades_at_the_official_price_after_the_session(folder: Path) -> None:
    source = (
        Told(start=et(2026, 11, 23, 15, 40)).quote(0).alive(0, 1300).say(What.CLOSE, 1222, price="99.80", size="9000")
    )
    real = Real(source=source, folder=folder, clock=HandClock(et(2026, 11, 23, 15, 39, 59)))
    real.to(60)
    real.line.submit(order("c", quantity="1000", tif=TimeInForce.CLOSE))
    real.to(1240, step=5)
    (fill,) = real.fills()
    assert (fill.price, fill.quantity, fill.at) == (D("99.80"), D(900), source.at(1222))  # a tenth of the auction
    assert real.status("c") is Status.EXPIRED


# restart -------------------------------------------------------------------------------------------------------------


def busy() -> Told:
    source = Told().alive(0, 90)
    for second in range(90):
        price = D(100) + D((second * 7) % 11 - 5) / 100
        source.quote(second, str(price), str(price + D("0.02")), str(100 + second))
        source.trade(second + 0.4, str(price + D("0.01")), size=str(50 + second))
    return source


def orders(real: Real) -> None:
    real.line.submit(order("m", quantity="400"))
    real.line.submit(order("l", quantity="300", limit=D("99.97")))
    real.line.submit(order("s", "sell", quantity="100", stop=D("99.97")))


def test_killed_between_recording_and_working_it_fills_the_same_once(folder: Path) -> None:
    """What was sealed is worked from the disk, as if nothing had happened in between."""
    (folder / "one").mkdir()
    (folder / "two").mkdir()
    one = Real(source=busy(), folder=folder / "one")
    one.to(5)
    orders(one)
    one.to(60)

    two = Real(source=busy(), folder=folder / "two")
    two.to(5)
    orders(two)
    worked = two.exchange.worked
    while two.clock.at < two.source.at(60):  # it records, and is killed before it works
        two.clock.at += timedelta(seconds=0.5)
        two.recorder.until(two.clock.at)
    assert two.exchange.worked == worked
    two = two.again()
    two.line.heartbeat()
    seen = [(f.client_id, f.quantity, f.price, f.at) for f in one.fills()]
    assert [(f.client_id, f.quantity, f.price, f.at) for f in two.fills()] == seen != []
    two = two.again()
    assert len(two.fills()) == len(seen)


def test_a_recording_is_never_worked_twice_nor_from_before_it_began(folder: Path) -> None:
    real = Real(source=busy(), folder=folder)
    real.to(5)
    orders(real)
    real.to(30)
    before = real.fills()
    for _ in range(3):
        real = real.again()
        real.line.heartbeat()
        assert real.fills() == before
    assert all(fill.at > TEN for fill in before)


def test_no_day_of_real_prices_can_be_chosen(folder: Path) -> None:
    real = Real(source=steady(), folder=folder)
    with pytest.raises(BadInput, match="These are real prices"):
        _ = real.line.market
    assert real.line.script() == ()
