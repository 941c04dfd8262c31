"""The picture a check looks at: what an account is worth, what is held back, and what a hand did a moment ago."""

from decimal import Decimal
from typing import Any

import pytest

from core.domain.errors import RiskBreach
from core.domain.order import Origin, Purpose, Side
from core.domain.workspace import Level
from core.execution.alarms import Alarms
from tests.fakes.broker import ACCOUNT
from tests.unit.execution.desk import Desk

D = Decimal


def view(desk: Desk, **changes: Any) -> Any:
    return desk.house.pictures.draw(desk.order(**changes))


def test_cash_and_everything_held_at_its_last_price() -> None:
    desk = Desk()
    desk.held("100")
    worth = desk.house.pictures.worth(ACCOUNT)
    cash = D(100_000) - D("5001") - D("0.013")
    assert (worth.cash, worth.invested, worth.equity) == (cash, D(5000), cash + 5000)
    desk.prices.last["i-ant"] = D(60)
    desk.settle(1)
    assert desk.house.pictures.worth(ACCOUNT).equity == cash + 6000
    assert view(desk).buying_power == cash


def test_a_short_takes_its_proceeds_and_its_worth_out_of_buying_power() -> None:
    desk = Desk()
    short = desk.working("i-ant", Side.SELL, "100", purpose=Purpose.SHORT, limit="50")
    desk.fill(short, "100", "50")
    desk.settle(1)
    worth = desk.house.pictures.worth(ACCOUNT)
    assert worth.shorts == 5000
    assert worth.equity == D(100_000) - D("0.013")
    assert view(desk).buying_power == worth.cash - 10_000


def test_a_position_without_a_price_has_no_worth_and_says_so() -> None:
    desk = Desk()
    desk.held("100")
    desk.kill()
    desk.prices.silent = True
    worth = desk.house.pictures.worth(ACCOUNT)
    assert (worth.equity, worth.invested, worth.shorts) == (None, None, None)
    seen = view(desk)
    assert seen.buying_power is None
    assert seen.prices == {}
    assert seen.quote is None


def test_what_is_open_is_held_back_and_given_back_when_it_is_over() -> None:
    desk = Desk()
    power = view(desk).buying_power
    order = desk.working(limit="49", quantity="100")
    assert view(desk).buying_power == power - 4900
    desk.fill(order, "40", "49")
    assert view(desk).buying_power == power - 4900 - D("0.013")
    desk.house.desk.cancel(order.id)
    desk.send()
    desk.broker.finish_cancel(desk.there(order))
    desk.hear()
    assert view(desk).buying_power == power - 40 * 49 - D("0.013")


def test_what_only_reduces_holds_nothing_back() -> None:
    desk = Desk()
    desk.held("100")
    power = view(desk).buying_power
    desk.working("i-ant", Side.SELL, "60", limit="51")
    assert view(desk).buying_power == power
    desk.working("i-ant", Side.SELL, "100", limit="52", purpose=Purpose.SHORT)
    assert view(desk).buying_power < power


def test_a_short_sale_sees_how_low_it_traded_and_whether_it_fell_yesterday() -> None:
    desk = Desk()
    desk.prices.lows["i-ant"] = D("44.99")
    desk.prices.fell["i-ant"] = True
    short = view(desk, side=Side.SELL, purpose=Purpose.SHORT)
    assert (short.session_low, short.short_restricted) == (D("44.99"), True)
    desk.prices.silent = True
    assert view(desk, side=Side.SELL, purpose=Purpose.SHORT).short_restricted is None


def test_after_a_fall_the_desk_sells_short_only_above_the_bid() -> None:
    desk = Desk()
    desk.prices.lows["i-ant"] = D("45.00")  # closed at 50.00
    with pytest.raises(RiskBreach, match=r"sold short only above the bid 49\.99"):
        desk.place("i-ant", Side.SELL, "10", purpose=Purpose.SHORT)
    desk.working("i-ant", Side.SELL, "10", purpose=Purpose.SHORT, limit="50.00")
    desk.prices.lows["i-ant"] = D("45.01")
    desk.working("i-ant", Side.SELL, "11", purpose=Purpose.SHORT)


def test_a_days_loss_is_counted_without_deposits_and_withdrawals() -> None:
    desk = Desk()
    desk.broker.pay("deposit", D(50_000))
    desk.pass_time(10)
    seen = view(desk)
    assert (seen.equity, seen.day_start_equity, seen.peak_equity) == (D(150_000), D(150_000), D(150_000))


def test_a_new_high_is_remembered() -> None:
    desk = Desk()
    desk.held("100")
    desk.prices.last["i-ant"] = D(60)
    desk.settle(1)
    desk.prices.last["i-ant"] = D(55)
    desk.settle(1)
    seen = view(desk)
    assert seen.peak_equity - seen.equity == 500


def test_a_hands_intents_are_counted_and_a_machines_are_not() -> None:
    desk = Desk()
    for price in ("49", "48", "47"):
        desk.place(limit=price)
    desk.place(limit="46", origin=Origin.ALGORITHM)
    seen = view(desk)
    assert (seen.intents_last_minute, seen.intents_today, len(seen.recent)) == (3, 3, 3)
    desk.clock.advance(60)
    seen = view(desk)
    assert (seen.intents_last_minute, seen.intents_today, len(seen.recent)) == (0, 3, 0)
    desk.kill()
    assert view(desk).intents_today == 3
    desk.clock.advance(24 * 3600)
    assert view(desk).intents_today == 0


def test_reductions_do_not_count() -> None:
    desk = Desk()
    desk.held("100")
    before = view(desk).intents_today
    for quantity in ("1", "2", "3"):
        desk.place("i-ant", Side.SELL, quantity)
    assert view(desk).intents_today == before


def test_more_than_ten_intents_a_minute_are_too_many_for_a_hand() -> None:
    desk = Desk()
    for number in range(10):
        desk.place("i-cat", limit=f"9{number}", quantity="1")
    with pytest.raises(RiskBreach, match="minute"):
        desk.place("i-bee", limit="19")


def test_the_strictest_level_is_in_the_picture() -> None:
    desk = Desk()
    desk.house.brake.restrict(f"{ACCOUNT}/i-ant", Level.CLOSING_ONLY, "frozen", "reconciliation")
    assert (view(desk).level, view(desk).level_reason) == (Level.CLOSING_ONLY, "frozen")
    assert view(desk, name="i-bee").level is Level.ACTIVE
    desk.house.brake.restrict("workspace", Level.STOPPED, "enough", "person")
    assert (view(desk).level, view(desk).level_reason) == (Level.STOPPED, "enough")


# alarms -------------------------------------------------------------------------------------------------------------


def test_an_alarm_is_journaled_once_and_when_it_is_over() -> None:
    desk = Desk()
    alarms: Alarms = desk.house.alarms
    before = len(desk.kinds())
    for detail in ("a", "b", "b"):
        alarms.set("key", "amber", "Something", detail)
    assert [(a.title, a.detail) for a in alarms.all()] == [("Something", "b")]
    alarms.set("key", "red", "Something else")
    alarms.set("other", "blue", "A third")
    assert [a.weight for a in alarms.all()] == ["red", "blue"]
    alarms.clear("key")
    alarms.clear("key")
    alarms.clear("never")
    assert desk.kinds()[before:] == ["alarm", "alarm", "alarm", "alarm.over"]


def test_reductions_do_not_count_after_a_restart_either() -> None:
    desk = Desk()
    desk.held("100")
    before = view(desk).intents_today
    for quantity in ("1", "2", "3"):
        desk.place("i-ant", Side.SELL, quantity)
    desk.kill()
    assert view(desk).intents_today == before
