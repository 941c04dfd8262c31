"""What the account may buy on credit, sell short, and pay with money that has not settled."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from core.brokers.practice.broker import PracticeBroker
from core.brokers.practice.credit import lent, maintenance
from core.domain.account import AccountKind, Regime
from core.domain.errors import OrderRejected
from core.domain.order import Order, Status
from tests.unit.practice.scene import HandClock, Scene, Script, et, order

D = Decimal
WEDNESDAY = et(2026, 11, 25, 10, 0)
FRIDAY = et(2026, 11, 27, 10, 0)
EVENING = et(2026, 11, 23, 18, 0)


def account(cash: str, at: object = None, **terms: object) -> Scene:
    broker = PracticeBroker(starting_cash=D(cash), impact=0, **terms)  # type: ignore[arg-type]
    return Scene(tape=Script(), broker=broker, clock=HandClock(at) if at else HandClock())  # type: ignore[arg-type]


def takes(scene: Scene, wanted: Order) -> str:
    try:
        scene.line.submit(wanted)
    except OrderRejected as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize(
    ("at", "quantity", "words"),
    [
        (EVENING, "200", ""),  # 20,000.00
        (EVENING, "200.0001", "20,000.01 USD, and outside regular hours and at the close at most 2 times the equity"),
        (None, "400", ""),
        (None, "400.0001", "in regular hours at most 4 times the equity of 10,000.00 USD is allowed, 40,000.00 USD"),
    ],
)
def test_half_of_it_overnight_and_a_quarter_in_regular_hours(at: object, quantity: str, words: str) -> None:
    said = takes(account("10000", at), order("a", quantity=quantity, limit="100"))
    assert words in said if words else said == ""


def test_at_the_close_the_night_is_what_counts() -> None:
    assert "at most 2 times" in takes(account("10000"), order("a", quantity="201", limit="100", tif="close"))


def test_open_orders_and_positions_count_and_reductions_never_do() -> None:
    scene = account("10000")
    assert takes(scene, order("a", quantity="300", limit="100.02")) == ""
    scene.run(seconds=1)
    assert takes(scene, order("b", quantity="50", symbol="F", limit="99")) == ""
    assert "would come to" in takes(scene, order("c", quantity="100", symbol="F", limit="99"))
    assert takes(scene, order("d", "sell", "300")) == ""
    assert "sold short" not in takes(scene, order("e", "sell", "400", symbol="KO"))


def test_a_replacement_stands_in_for_the_order_it_replaces() -> None:
    scene = account("10000")
    takes(scene, order("a", quantity="390", limit="99"))
    assert scene.line.replace(order("a"), order("b", quantity="395", limit="99")).status is Status.ACKED


def test_below_two_thousand_nothing_goes_on_credit() -> None:
    scene = account("1999.99")
    assert "below an equity of 2,000 USD at most 1 times" in takes(scene, order("a", quantity="20", limit="100"))
    assert takes(scene, order("b", quantity="19", limit="100")) == ""


@pytest.mark.parametrize(("price", "needed"), [("2", "2500"), ("4", "4000"), ("10", "5000"), ("20", "6000")])
def test_what_shorts_need_to_be_kept(price: str, needed: str) -> None:
    assert maintenance(D(-1000), D(price)) == D(needed)
    assert maintenance(D(1000), D(price)) == D(price) * 250


def test_a_short_of_a_cheap_name_is_thinner_than_the_times_allow() -> None:
    script = Script()
    for second in range(-60, 60):
        script.write(after=second, bid="10", ask="10.02", last="10")
    scene = Scene(tape=script, broker=PracticeBroker(starting_cash=D(10_000), impact=0))
    assert takes(scene, order("a", "sell", "2000")) == ""
    scene = Scene(tape=script, broker=PracticeBroker(starting_cash=D(10_000), impact=0))
    assert "needs an equity of 10,005.00 USD" in takes(scene, order("a", "sell", "2001"))


def test_so_many_are_lent_a_day_and_no_more() -> None:
    there = lent(1, "xsim-0001", date(2026, 11, 23), D(10_000))
    assert there == lent(1, "xsim-0001", date(2026, 11, 23), D(10_000))
    days = {lent(1, "xsim-0001", date(2026, 11, day), D(10_000)) for day in range(1, 29)}
    assert len(days) > 5
    assert all(2000 <= shares <= 18_000 and shares % 100 == 0 for shares in days)


def test_borrowing_more_than_is_lent_is_refused() -> None:
    scene = account("100000000", borrow=D("0.00001"))
    said = takes(scene, order("a", "sell", "100000"))
    assert "are lent on 23 Nov, and 100000 would be sold short" in said
    assert takes(scene, order("b")) == ""


def test_a_cash_account_holds_no_credit_and_no_shorts() -> None:
    scene = account("10000", kind=AccountKind.CASH)
    assert scene.line.accounts()[0].kind is AccountKind.CASH
    assert scene.line.accounts()[0].regimes[0].regime is Regime.CASH_T1
    assert takes(scene, order("a", quantity="60", limit="100")) == ""
    assert "needs 5,000.00 USD and 4,000.00 USD" in takes(scene, order("b", quantity="50", limit="100"))
    assert "sells only what it holds" in takes(scene, order("c", "sell", "1", symbol="F"))


def test_money_from_a_sale_buys_at_once_and_what_it_bought_is_sold_when_it_has_settled() -> None:
    """R11: sold on Friday 2026-11-27, which settles on Monday 30th."""
    scene = account("10400", WEDNESDAY, kind=AccountKind.CASH)
    assert takes(scene, order("own", quantity="100")) == ""
    at(scene, FRIDAY)
    assert takes(scene, order("sale", "sell", "100")) == ""
    scene.run(seconds=2)
    assert takes(scene, order("rebuy", quantity="90", symbol="F", limit="100.02")) == ""
    scene.run(seconds=2)
    assert scene.filled("rebuy") == 90
    assert "good-faith violation" in takes(scene, order("too soon", "sell", "90", symbol="F"))
    at(scene, et(2026, 11, 30, 10, 0))
    assert takes(scene, order("in time", "sell", "90", symbol="F")) == ""


def at(scene: Scene, moment: datetime) -> None:
    scene.clock.at = moment
    scene.line.heartbeat()


def test_without_a_limit_a_cash_account_keeps_something_back() -> None:
    scene = account("10000", kind=AccountKind.CASH)
    assert "needs 10,100.90 USD and 10,000.00 USD" in takes(scene, order("a", quantity="98.0572"))
    assert takes(scene, order("b", quantity="97")) == ""


def test_below_two_thousand_nothing_is_sold_short() -> None:
    said = takes(account("1500"), order("c", "sell", "10"))
    assert "nothing is sold short below an equity of 2,000 USD; it is 1,500.00 USD" in said


def test_through_nothing_into_a_short_is_no_reduction() -> None:
    script = Script()
    for second in range(60):
        script.write(after=second, bid="9.99", ask="10", last="10", ask_size="5000")
    scene = Scene(tape=script, broker=PracticeBroker(starting_cash=D(10_000), impact=0))
    assert takes(scene, order("a", quantity="3000")) == ""
    scene.run(seconds=1)
    assert "needs an equity of 12,500.00 USD" in takes(scene, order("b", "sell", "5500"))
    assert takes(scene, order("c", "sell", "3000")) == ""
