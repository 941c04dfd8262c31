"""What the practice exchange says no to, and that a repeat is never a second order."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from core.brokers import BROKERS
from core.brokers.practice import PracticeBroker
from core.domain.errors import OrderRejected, OutcomeUnknown
from core.domain.order import Leg, Side, Status
from core.domain.reading import ReadState
from tests.unit.practice.scene import MONDAY_NOON, HandClock, Scene, Script, et, order


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"symbol": "NOPE"}, "does not list NOPE"),
        ({"quantity": "0.0000000001"}, "more than 9 decimals"),
        ({"quantity": "0.5", "symbol": "BH"}, "more than 0 decimals"),
        ({"limit": "100.001"}, "not on a tick of 0.01"),
        ({"limit": "0.12345"}, "not on a tick of 0.0001"),
        ({"type": "limit"}, "needs a limit price"),
        ({"type": "market", "limit": "100"}, "has no limit price"),
        ({"type": "limit", "limit": "100", "stop": "99"}, "has no stop price"),
        ({"extended_hours": True}, "only limit orders"),
        ({"extended_hours": True, "limit": "100", "tif": "ioc"}, "only limit orders"),
        ({"stop": "99", "tif": "close"}, "only market and limit"),
        ({"quantity": "0.5", "limit": "100", "tif": "gtc"}, "day orders only"),
        ({"account_id": "other"}, "not kept here"),
        ({"side": "sell", "symbol": "PLUG"}, "cannot be sold short"),
        ({"side": "sell", "quantity": "0.5"}, "whole shares only"),
        ({"legs": (Leg(instrument_id="x", side=Side.BUY, ratio=1),)}, "several legs"),
    ],
)
def test_one_clear_sentence_each(terms: dict[str, Any], words: str) -> None:
    scene = Scene(tape=Script())
    with pytest.raises(OrderRejected, match=words) as refused:
        scene.line.submit(order("a", **terms))
    assert "not placed" in str(refused.value)
    scene.run(seconds=5)
    assert scene.fills() == []


def test_finer_ticks_under_a_dollar_are_taken() -> None:
    scene = Scene(tape=Script())
    assert scene.line.submit(order("a", symbol="PLUG", limit="0.1234")).status is Status.ACKED


def test_what_is_held_can_be_sold_in_parts() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a", quantity="1.5"))
    scene.run(seconds=1)
    scene.line.submit(order("b", "sell", "0.7"))
    scene.run(seconds=1)
    assert scene.filled("b") == Decimal("0.7")
    assert scene.exchange.positions()[0].quantity == Decimal("0.8")


def test_the_same_id_again_is_the_same_order() -> None:
    scene = Scene(tape=Script())
    first = scene.line.submit(order("a"))
    assert scene.line.submit(order("a")) == first
    scene.run(seconds=1)
    assert scene.line.submit(order("a")).status is Status.FILLED
    assert len(scene.fills()) == 1


def test_another_order_under_the_same_id_is_in_doubt_and_not_placed() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a"))
    with pytest.raises(OutcomeUnknown, match="already holds another order"):
        scene.line.submit(order("a", quantity="200"))
    scene.run(seconds=1)
    assert scene.filled("a") == 100


def test_a_refusal_stands_even_when_its_reason_is_gone() -> None:
    scene = Scene(tape=Script())
    sale = order("a", "sell", symbol="PLUG", limit="110")
    with pytest.raises(OrderRejected):
        scene.line.submit(sale)
    scene.line.submit(order("b", symbol="PLUG", quantity="200"))
    scene.run(seconds=1)
    with pytest.raises(OrderRejected, match="sold short"):
        scene.line.submit(sale)
    assert scene.status("a") is Status.REJECTED


def fallen(to: str, *, days_ago: int = 0) -> Scene:
    """A name that closed at 100.00 and traded down to this on a later day, at 11:00; now it is noon, at 91.00 × 91.02."""
    script = Script()
    clock = HandClock()
    day, before = {
        0: (et(2026, 11, 23, 11), et(2026, 11, 20, 16)),
        1: (et(2026, 11, 20, 11), et(2026, 11, 19, 16)),
    }.get(days_ago, (et(2026, 11, 19, 11), et(2026, 11, 18, 16)))
    script.write(after=-1, at=before, last="100.00", volume="100")
    for close in (et(2026, 11, 19, 16), et(2026, 11, 20, 16)):
        if close > day:
            script.write(after=-1, at=close, last="91.01", volume="100")
    script.write(after=0, at=day, last=to, volume="100")
    for second in range(60):
        script.write(after=second, bid="91.00", ask="91.02", last="91.01")
    return Scene(tape=script, clock=clock)


RULE = r"fell 10 % or more.* sold short only above the bid 91\.00"


@pytest.mark.parametrize("days_ago", [0, 1])
def test_after_a_fall_of_a_tenth_it_is_sold_short_only_above_the_bid_that_day_and_the_next(days_ago: int) -> None:
    scene = fallen("90.00", days_ago=days_ago)
    for name, limit in (("a", None), ("b", "91.00")):
        with pytest.raises(OrderRejected, match=RULE):
            scene.line.submit(order(name, "sell", "10", limit=limit))
    assert scene.line.submit(order("c", "sell", "10", limit="91.01")).status is Status.ACKED


@pytest.mark.parametrize(("to", "days_ago"), [("90.01", 0), ("90.01", 1), ("90.00", 2)])
def test_a_smaller_fall_or_an_older_one_restricts_nobody(to: str, days_ago: int) -> None:
    scene = fallen(to, days_ago=days_ago)
    assert scene.line.submit(order("a", "sell", "10")).status is Status.ACKED
    scene.run(seconds=2)
    assert scene.filled("a") == 10


def test_what_is_held_is_sold_after_a_fall_too() -> None:
    scene = fallen("90.00")
    scene.line.submit(order("a", quantity="10"))
    scene.run(seconds=1)
    scene.line.submit(order("b", "sell", "10"))
    scene.run(seconds=2)
    assert scene.filled("b") == 10
    with pytest.raises(OrderRejected, match=RULE):
        scene.line.submit(order("c", "sell", "1"))


def test_a_stop_that_would_sell_short_into_the_fall_is_cancelled_with_the_reason() -> None:
    script = Script()
    script.write(after=-1, at=et(2026, 11, 20, 16), last="100.00", volume="100")
    scene = Scene(tape=script)
    scene.line.submit(order("a", "sell", "10", stop="95"))
    script.write(after=5, bid="89.00", ask="89.02", last="89.00", volume="100")
    for second in range(6, 60):
        script.write(after=second, bid="89.00", ask="89.02", last="89.01")
    scene.run(seconds=30)
    assert scene.filled("a") == 0
    assert scene.status("a") is Status.CANCELED
    assert "sold short only above the bid 89.00" in scene.reason("a")


def test_readings_say_ok_and_as_of_when() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a"))
    scene.run(seconds=1)
    for reading in (
        scene.line.orders("practice"),
        scene.line.positions("practice"),
        scene.line.cash("practice"),
        scene.line.executions("practice", MONDAY_NOON),
    ):
        assert (reading.state, reading.as_of, len(reading.rows)) == (ReadState.OK, scene.clock.at, 1)
    assert scene.line.activities("practice", MONDAY_NOON).rows == ()
    assert scene.line.orders("other").state is ReadState.FAILED


def test_orders_are_read_from_the_beginning_of_the_day() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a"))
    scene.line.submit(order("b", limit="90", tif="gtc"))
    scene.line.submit(order("c", limit="90"))
    scene.run(hours=5)
    assert [o.client_id for o in scene.line.orders("practice").rows] == ["a", "c", "b"]
    scene.run(hours=24 - 4)
    assert [o.client_id for o in scene.line.orders("practice").rows] == ["c", "b"], "c ended with the day before"
    scene.run(hours=24)
    assert [o.client_id for o in scene.line.orders("practice").rows] == ["b"]


def test_who_it_is() -> None:
    scene = Scene()
    (account,) = scene.line.accounts()
    assert account.number == scene.line.identity().number
    assert account.regime_on(MONDAY_NOON.date()) == "intraday_margin"
    assert scene.line.time() == scene.clock.at


def test_it_is_in_the_family() -> None:
    assert BROKERS["practice"] is PracticeBroker
    assert replace(PracticeBroker(), seed=2) != PracticeBroker()
