"""Closing a position by name: what could close it twice goes first, what is left is what is sold, and nothing is left unsaid."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.errors import RiskBreach
from core.domain.order import Order, OrderType, Purpose, Side, Status, TimeInForce
from core.domain.verdict import Consent
from core.execution.errand import Cancel, Submit
from tests.fakes.broker import Answer
from tests.unit.execution.desk import YES, Desk, in_doubt

D = Decimal


def protected(quantity: str = "100") -> tuple[Desk, Order]:
    """A position with its stop at the broker."""
    desk = Desk()
    desk.held("100")
    stop = desk.working("i-ant", Side.SELL, quantity, type=OrderType.STOP, stop=D(45), time_in_force=TimeInForce.GTC)
    desk.pass_time(4)
    return desk, stop


def close(desk: Desk, quantity: str = "100") -> Order:
    return desk.place("i-ant", Side.SELL, quantity, purpose=Purpose.CLOSE)


def test_the_stop_is_asked_back_first_and_the_close_waits_for_the_brokers_word() -> None:
    desk, stop = protected()
    order = close(desk)
    assert order.status is Status.INTENT
    assert desk.status(stop) is Status.CANCEL_PENDING
    desk.pass_time(5)
    assert desk.status(order) is Status.INTENT  # asked is not cancelled
    assert len(desk.handed(Cancel)) == 1
    desk.broker.finish_cancel(desk.there(stop))
    desk.hear()
    desk.pass_time(2)
    assert desk.status(order) is Status.ACKED
    desk.fill(order, "100", "49.99")
    assert desk.position() == 0
    assert [held for held in desk.broker.held if held.open] == []


def test_what_the_stop_sold_meanwhile_is_not_sold_again() -> None:
    desk, stop = protected()
    order = close(desk)
    desk.fill(stop, "60", "45")
    desk.broker.finish_cancel(desk.there(stop))
    desk.hear()
    desk.pass_time(3)
    assert desk.now(order).quantity == 40
    assert desk.there(order).order.quantity == 40
    desk.kill()
    assert desk.now(order).quantity == 40
    desk.pass_time(5)
    desk.fill(order, "40", "49.99")
    assert desk.position() == 0
    assert desk.status(order) is Status.FILLED


def test_the_stop_sold_all_of_it_so_nothing_is_sent() -> None:
    desk, stop = protected()
    order = close(desk)
    desk.fill(stop, "100", "45")
    desk.pass_time(3)
    assert desk.status(order) is Status.ABANDONED
    assert desk.now(order).reason == "Nothing is left to close"
    assert desk.position() == 0
    assert [s.order.id for s in desk.handed(Submit)].count(order.id) == 0


def test_killed_between_the_cancel_and_the_close_the_rest_is_done_once() -> None:
    desk, stop = protected()
    order = close(desk)
    desk.send()
    desk.broker.finish_cancel(desk.there(stop))
    desk.kill()
    desk.pass_time(15)
    assert desk.status(stop) is Status.CANCELED
    assert desk.status(order) is Status.ACKED
    assert desk.broker.doubles() == []


def test_two_closes_never_sell_twice() -> None:
    desk = Desk()
    desk.held("100")
    first = close(desk)
    try:
        second = close(desk)
    except RiskBreach:
        second = None
    desk.pass_time(5)
    for held in list(desk.broker.working()):
        if held.reason == "cancel requested":
            desk.broker.finish_cancel(held)
    desk.hear()
    desk.pass_time(5)
    working = [held for held in desk.broker.held if held.open]
    assert sum((held.leaves for held in working), D(0)) <= 100
    for held in working:
        desk.broker.fill(held, held.leaves, D("49.99"))
    desk.hear()
    desk.pass_time(5)
    assert desk.position() == 0
    assert first.id != (second.id if second else "")


def test_a_close_that_could_not_go_is_told_in_red_and_no_longer_when_it_is_done() -> None:
    desk, stop = protected()
    order = close(desk)
    desk.broker.positions["i-ant"] = D(50)  # and now the books and the broker differ
    desk.pass_time(15)
    desk.broker.finish_cancel(desk.there(stop))
    desk.hear()
    desk.pass_time(5)
    if desk.status(order) is Status.INTENT:
        assert any("was not closed" in title for title in desk.alarms())
    desk.broker.positions["i-ant"] = D(100)
    desk.pass_time(15)
    if desk.status(order) is Status.INTENT:
        desk.minder.send_again(order.id)
        desk.settle()
    desk.fill(order, "100", "49.99")
    desk.pass_time(3)
    assert desk.position() == 0
    assert [title for title in desk.alarms() if "not closed" in title] == []


def test_beside_a_sale_in_doubt_a_close_may_go_with_a_word_about_the_worst_case() -> None:
    desk = Desk()
    desk.held("100")
    doubtful = in_doubt(desk, "i-ant", Side.SELL, "100", limit="51", answer=Answer.TIMEOUT_BEFORE)
    order = close(desk)
    assert order.status is Status.SENDING
    assert desk.now(doubtful).cancel_asked  # it goes as soon as it shows


def test_a_close_may_not_open_the_other_side() -> None:
    desk = Desk()
    desk.held("100")
    with pytest.raises(RiskBreach, match="Closing would go beyond the position"):
        close(desk, "101")
    with pytest.raises(RiskBreach):
        desk.place("i-bee", Side.SELL, "1", purpose=Purpose.CLOSE)


def test_closing_a_short_buys_no_more_than_is_short() -> None:
    desk = Desk()
    short = desk.working("i-ant", Side.SELL, "100", purpose=Purpose.SHORT, limit="50")
    desk.fill(short, "100", "50")
    desk.pass_time(4)
    stop = desk.working("i-ant", Side.BUY, "100", type=OrderType.STOP, stop=D(55))
    order = desk.place("i-ant", Side.BUY, "100", purpose=Purpose.CLOSE)
    desk.fill(stop, "30", "55")
    desk.broker.finish_cancel(desk.there(stop))
    desk.hear()
    desk.pass_time(3)
    assert desk.there(order).order.quantity == 70
    desk.fill(order, "70", "50.01")
    assert desk.position() == 0


def gone(desk: Desk, stop: Order) -> None:
    """The broker cancels the stop, and the close may go."""
    desk.send()
    desk.broker.finish_cancel(desk.there(stop))
    desk.hear()
    desk.pass_time(3)


def test_a_close_beside_a_stop_goes_while_the_books_could_not_be_compared_as_any_other_close_does() -> None:
    desk, stop = protected()
    desk.answers["activities"] = Answer.REJECT
    desk.pass_time(70)
    assert desk.house.connection.reconciled == set()
    order = close(desk)
    gone(desk, stop)
    assert desk.status(order) is Status.ACKED


def test_a_stop_of_trading_does_not_keep_a_close_whose_stop_is_gone() -> None:
    desk, stop = protected()
    order = desk.place("i-ant", Side.SELL, "100", purpose=Purpose.CLOSE, consent=Consent())
    desk.house.brake.stop("enough")
    gone(desk, stop)
    assert desk.status(order) is Status.ACKED


def test_a_price_that_has_grown_old_is_waited_for_and_not_for_ever() -> None:
    for fresh_after, sent_after in ((5, 10), (None, 40)):
        desk, stop = protected()
        order = desk.place("i-ant", Side.SELL, "100", purpose=Purpose.CLOSE, consent=Consent())
        desk.prices.age = timedelta(seconds=8)
        gone(desk, stop)
        assert desk.status(order) is Status.INTENT
        if fresh_after:
            desk.pass_time(fresh_after)
            desk.prices.age = timedelta(0)
        desk.pass_time(sent_after - (fresh_after or 0))
        assert desk.status(order) is Status.ACKED


def test_doubt_about_the_stops_replacement_is_told_and_the_close_goes_when_it_ends() -> None:
    desk, stop = protected()
    desk.answers["replace"] = Answer.REQUEST_LOST
    higher = desk.order("i-ant", Side.SELL, "100", type=OrderType.STOP, stop=D(46), time_in_force=TimeInForce.GTC)
    new = desk.house.desk.replace(stop.id, higher, YES)
    order = desk.place("i-ant", Side.SELL, "100", purpose=Purpose.CLOSE, consent=replace(YES, worst_case_seen=False))
    desk.send()
    desk.hear()
    desk.answers.clear()
    desk.settle()
    gone(desk, stop)
    assert desk.status(new) is Status.UNKNOWN
    assert desk.status(order) is Status.INTENT
    assert any("was not closed" in title for title in desk.alarms())
    desk.pass_time(5)
    assert desk.kinds().count("alarm.kept") == 1  # told once
    desk.pass_time(55)
    assert desk.status(new) is Status.REJECTED
    assert desk.status(order) is Status.ACKED
    assert desk.alarms() == []


def test_a_close_that_never_left_is_told_in_red() -> None:
    desk, stop = protected()
    order = close(desk)
    desk.answers["submit"] = desk.answers["orders"] = Answer.DOWN
    gone(desk, stop)
    desk.pass_time(70)
    assert desk.status(order) in (Status.UNSENT, Status.INTENT)
    desk.answers = {"submit": Answer.DOWN}
    desk.pass_time(70)
    assert desk.status(order) is Status.UNSENT
    assert any("was not closed" in title for title in desk.alarms())


@pytest.mark.parametrize("end", [Status.REJECTED, Status.CANCELED])
def test_a_close_the_broker_ends_is_told_in_red_until_something_guards_the_position_again(end: Status) -> None:
    desk, stop = protected()
    order = close(desk)
    if end is Status.REJECTED:
        desk.answers["submit"] = Answer.REJECT
    gone(desk, stop)
    if end is Status.CANCELED:
        desk.broker.finish_cancel(desk.there(order))
        desk.hear()
    assert desk.status(order) is end
    assert f"ANT was not closed: order {order.id} is {end}." in desk.alarms()
    desk.answers.clear()
    desk.working("i-ant", Side.SELL, "100", type=OrderType.STOP, stop=D(45))
    desk.pass_time(2)
    assert desk.alarms() == []


def test_a_close_a_person_cancels_is_no_news() -> None:
    desk = Desk()
    desk.held("100")
    order = close(desk)
    desk.settle()
    desk.house.desk.cancel(order.id)
    desk.settle()
    desk.broker.finish_cancel(desk.there(order))
    desk.pass_time(2)
    assert desk.status(order) is Status.CANCELED
    assert desk.alarms() == []


def test_one_that_did_not_leave_at_first_is_made_smaller_too() -> None:
    desk, stop = protected()
    order = close(desk)
    desk.answers["submit"] = Answer.DOWN
    desk.send()
    desk.broker.finish_cancel(desk.there(stop))
    desk.hear()
    desk.settle(1)
    assert desk.status(order) is Status.UNSENT
    desk.fill(stop, "60", "45")  # the exchange was faster
    desk.answers.clear()
    desk.pass_time(5)
    assert desk.status(order) is Status.ACKED
    assert desk.there(order).order.quantity == 40
