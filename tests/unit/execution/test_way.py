"""Reducing a position leaves what stays its protective stop, made as small as what stays, and nothing is sold twice."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from core.domain.capability import Capabilities
from core.domain.order import Order, OrderType, Origin, Purpose, Side, Status, TimeInForce
from core.domain.verdict import Consent
from core.execution.errand import Cancel, Replace, Submit
from core.risk.limits import kinds
from tests.fakes.broker import Answer
from tests.unit.execution.desk import Desk, in_doubt
from tests.unit.execution.test_activities import OPEN, split_night
from tests.unit.execution.test_closing import protected

D = Decimal


def reduce(desk: Desk, quantity: str = "40", **more: Any) -> Order:
    return desk.place("i-ant", Side.SELL, quantity, purpose=Purpose.CLOSE, **more)


def stop(desk: Desk, quantity: str, price: str = "45", **more: Any) -> Order:
    values = {"type": OrderType.STOP, "stop": D(price), "time_in_force": TimeInForce.GTC} | more
    return desk.working("i-ant", Side.SELL, quantity, **values)


def successor(desk: Desk, old: Order) -> Order:
    new = desk.house.store.orders.successor(old.id)
    assert new is not None
    return new


def working(desk: Desk) -> list[tuple[Any, Any]]:
    """What works at the broker: how much is left of it, and its stop."""
    return [(held.leaves, held.order.stop) for held in desk.broker.working()]


def details(desk: Desk) -> str:
    return " ".join(f"{alarm.weight}: {alarm.title} {alarm.detail}" for alarm in desk.house.alarms.all())


def test_a_stop_that_is_too_large_becomes_as_large_as_what_stays_and_then_the_order_goes() -> None:
    desk, old = protected()
    order = reduce(desk)
    assert (order.status, order.reason) == (Status.INTENT, f"Waits until {old.id} is changed to 60")
    assert desk.handed(Cancel) == []
    new = successor(desk, old)
    assert (new.quantity, new.stop, new.type) == (D(60), D(45), OrderType.STOP)
    assert (new.time_in_force, new.purpose, new.origin) == (TimeInForce.GTC, Purpose.TRADE, Origin.TICKET)
    assert new.id in desk.house.brake.protective()
    assert desk.house.pictures.draw(new).recent[-1].quantity == 40  # nobody's hand asked for it
    desk.pass_time(3)
    assert (desk.status(old), desk.status(new)) == (Status.REPLACED, Status.ACKED)
    assert desk.status(order) is Status.ACKED
    assert sorted(working(desk)) == [(40, None), (60, 45)]
    desk.fill(order, "40")
    desk.pass_time(3)
    assert (desk.position(), working(desk)) == (D(60), [(60, 45)])
    assert desk.alarms() == []


def test_what_fits_beside_it_stays_and_it_goes_at_once() -> None:
    desk, old = protected("60")
    order = reduce(desk)
    assert order.status is Status.SENDING
    desk.pass_time(2)
    assert desk.status(old) is Status.ACKED
    assert sorted(working(desk)) == [(40, None), (60, 45)]


def test_until_the_broker_has_the_smaller_stop_nothing_else_is_sent() -> None:
    desk, old = protected()
    desk.answers["replace"] = Answer.LATE
    order = reduce(desk)
    desk.pass_time(5)
    new = successor(desk, old)
    assert desk.status(new) is Status.UNKNOWN
    assert desk.status(order) is Status.INTENT
    assert f"ANT was not reduced: order {order.id} was not sent." in desk.alarms()
    assert "covered 60 of 100" in details(desk)
    assert desk.kinds().count("alarm.kept") == 1  # told once
    assert working(desk) == [(100, 45)]
    desk.line.arrive()
    desk.pass_time(10)
    assert (desk.status(old), desk.status(new)) == (Status.REPLACED, Status.ACKED)
    assert desk.status(order) is Status.ACKED
    assert desk.alarms() == []
    assert desk.broker.doubles() == []


def test_a_change_that_never_arrived_is_sent_again_under_the_same_id() -> None:
    desk, old = protected()
    desk.answers["replace"] = Answer.REQUEST_LOST
    order = reduce(desk)
    desk.send()
    desk.hear()
    del desk.answers["replace"]
    desk.pass_time(50)
    assert {errand.new.client_id for errand in desk.handed(Replace)} == {successor(desk, old).client_id}
    assert desk.status(order) is Status.ACKED
    assert sorted(working(desk)) == [(40, None), (60, 45)]


@pytest.mark.parametrize("after", ["placed", "sent", "heard"])
def test_killed_anywhere_it_is_finished_once(after: str) -> None:
    desk, old = protected()
    order = reduce(desk)
    if after != "placed":
        desk.send()
    if after == "heard":
        desk.hear()
    desk.kill()
    desk.pass_time(50)
    assert desk.status(order) is Status.ACKED
    assert desk.status(old) is Status.REPLACED
    assert sorted(working(desk)) == [(40, None), (60, 45)]
    assert desk.broker.doubles() == []


def test_killed_before_the_change_was_written_it_is_made_after_the_start() -> None:
    desk, old = protected()
    desk.house.desk.clear_the_way = lambda order: False  # type: ignore[method-assign]
    order = reduce(desk)
    desk.kill()
    desk.pass_time(10)
    assert desk.status(order) is Status.ACKED
    assert desk.status(old) is Status.REPLACED
    assert sorted(working(desk)) == [(40, None), (60, 45)]


def test_a_change_the_broker_refuses_is_told_and_the_stop_asked_back() -> None:
    desk, old = protected()
    desk.answers["replace"] = Answer.REJECT
    order = reduce(desk)
    desk.pass_time(3)
    assert desk.status(old) is Status.CANCEL_PENDING
    assert desk.status(order) is Status.INTENT
    assert f"ANT: 60 shares that order {order.id} leaves lose their stop." in desk.alarms()
    desk.broker.finish_cancel(desk.there(old))
    desk.hear()
    desk.pass_time(2)
    assert desk.status(order) is Status.ACKED
    assert len(desk.handed(Replace)) == 1
    assert desk.kinds().count("alarm.kept") == 1


def test_a_change_that_could_not_leave_is_tried_again_and_not_for_ever() -> None:
    for seconds, tries, end in ((4, 2, Status.REPLACED), (20, 3, Status.CANCEL_PENDING)):
        desk, old = protected()
        desk.answers["replace"] = Answer.DOWN
        order = reduce(desk)
        desk.pass_time(seconds)
        assert desk.status(old) is (Status.ACKED if tries == 2 else end)
        del desk.answers["replace"]
        desk.pass_time(6)
        assert desk.status(old) is end
        assert len(desk.handed(Replace)) == tries
        assert bool(desk.alarms()) is (end is Status.CANCEL_PENDING)
        assert desk.status(order) is (Status.ACKED if end is Status.REPLACED else Status.INTENT)


def test_where_orders_cannot_be_changed_it_is_as_it_was_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    able = Desk.capabilities.fget  # type: ignore[attr-defined]

    def unable(desk: Desk) -> Capabilities:
        can: Capabilities = able(desk)
        return replace(can, replace=False)

    monkeypatch.setattr(Desk, "capabilities", property(unable))
    desk, old = protected()
    order = reduce(desk)
    assert order.reason == f"Waits until {old.id} is cancelled"
    assert desk.status(old) is Status.CANCEL_PENDING
    assert desk.alarms() == [f"ANT: 60 shares that order {order.id} leaves lose their stop."]
    desk.kill()
    assert desk.alarms() == [f"ANT: 60 shares that order {order.id} leaves lose their stop."]  # until seen


def test_what_the_checks_refuse_is_asked_back_and_told() -> None:
    desk, old = protected()
    order = reduce(desk, waits=True)
    desk.house.pictures.restricted = frozenset({"i-ant"})
    desk.house.desk.clear_the_way(order)
    assert desk.status(old) is Status.CANCEL_PENDING
    assert f"ANT: 60 shares that order {order.id} leaves lose their stop." in desk.alarms()
    assert desk.handed(Replace) == []


def test_stops_stay_before_other_orders_and_the_oldest_first() -> None:
    desk = Desk()
    desk.held("100")
    sale = desk.working("i-ant", Side.SELL, "30", limit="55")
    first, second = stop(desk, "30"), stop(desk, "40", "44")
    order = reduce(desk)
    assert desk.status(sale) is Status.CANCEL_PENDING
    desk.settle()
    assert order.reason == f"Waits until {sale.id} is cancelled and {second.id} is changed to 30"
    assert desk.status(first) is Status.ACKED
    assert successor(desk, second).quantity == 30
    assert desk.status(order) is Status.INTENT
    desk.broker.finish_cancel(desk.there(sale))
    desk.hear()
    desk.pass_time(3)
    assert desk.status(order) is Status.ACKED
    assert sorted(working(desk), key=str) == [(30, 44), (30, 45), (40, None)]
    assert desk.alarms() == []


def test_a_sale_that_fits_beside_the_stop_stays() -> None:
    desk = Desk()
    desk.held("100")
    sale = desk.working("i-ant", Side.SELL, "10", limit="55")
    old = stop(desk, "50")
    order = reduce(desk)
    assert order.status is Status.SENDING
    assert {desk.status(sale), desk.status(old)} == {Status.ACKED}


def test_what_traded_already_is_part_of_the_whole() -> None:
    desk, old = protected()
    desk.fill(old, "10", "45")
    order = reduce(desk)
    new = successor(desk, old)
    assert (new.quantity, new.carried, new.leaves) == (D(60), D(10), D(50))
    desk.pass_time(3)
    assert desk.status(order) is Status.ACKED
    assert sorted(working(desk)) == [(40, None), (50, 45)]


@pytest.mark.parametrize(
    ("held", "guarded", "time_in_force", "left"),
    [("100.5", "100", TimeInForce.GTC, "60"), ("100.5", "100.5", TimeInForce.DAY, "60.5")],
)
def test_a_stop_that_lasts_is_for_whole_shares(held: str, guarded: str, time_in_force: TimeInForce, left: str) -> None:
    desk = Desk()
    desk.held(held)
    old = stop(desk, guarded, time_in_force=time_in_force)
    reduce(desk)
    assert successor(desk, old).quantity == D(left)
    assert desk.alarms() == []


def test_less_than_a_share_cannot_be_kept_by_a_stop_that_lasts() -> None:
    desk = Desk()
    desk.held("100.5")
    old = stop(desk, "100")
    order = reduce(desk, "100")
    assert desk.status(old) is Status.CANCEL_PENDING
    assert f"ANT: 0.5 shares that order {order.id} leaves lose their stop." in desk.alarms()


def test_a_short_position_keeps_its_stop_too() -> None:
    desk = Desk()
    short = desk.working("i-ant", Side.SELL, "100", purpose=Purpose.SHORT, limit="50")
    desk.fill(short, "100", "50")
    desk.pass_time(4)
    old = desk.working("i-ant", Side.BUY, "100", type=OrderType.STOP, stop=D(55))
    order = desk.place("i-ant", Side.BUY, "40", purpose=Purpose.CLOSE)
    desk.pass_time(3)
    assert desk.status(old) is Status.REPLACED
    assert desk.status(order) is Status.ACKED
    desk.fill(order, "40", "50.01")
    assert (desk.position(), working(desk)) == (D(-60), [(60, 55)])


def test_a_stop_that_fires_meanwhile_leaves_no_more_to_sell_than_is_held() -> None:
    for fired, left in (("60", 40), ("75", 25), ("100", 0)):
        desk, old = protected()
        desk.answers["replace"] = Answer.REJECT
        order = reduce(desk)
        desk.fill(old, fired, "45", heard=False)
        desk.pass_time(3)
        for held in list(desk.broker.working()):
            if held.reason == "cancel requested":
                desk.broker.finish_cancel(held)
        desk.hear()
        desk.pass_time(4)
        assert sum(leaves for leaves, _ in working(desk)) == left
        assert desk.status(order) is (Status.ACKED if left else Status.ABANDONED)


def test_the_smaller_stop_fires_before_the_order_goes() -> None:
    desk, old = protected()
    desk.prices.silent = True
    order = reduce(desk)
    desk.send()
    desk.hear()
    new = successor(desk, old)
    desk.fill(new, "60", "45")
    desk.prices.silent = False
    desk.pass_time(5)
    assert desk.status(order) is Status.ACKED
    assert working(desk) == [(40, None)]
    assert desk.position() == 40


@pytest.mark.parametrize("level", ["stopped", "day loss"])
def test_neither_a_stop_of_trading_nor_a_bad_day_keeps_a_stop_from_becoming_smaller(level: str) -> None:
    desk, old = protected()
    if level == "stopped":
        desk.house.brake.stop("enough")
    else:
        desk.prices.last["i-ant"] = D(1)
        desk.house.pictures.refresh()
    order = reduce(desk)
    desk.pass_time(40)
    assert desk.status(old) is Status.REPLACED
    assert desk.status(order) is Status.ACKED


def test_the_end_of_a_reduction_that_did_not_fill_says_how_much_its_stop_covers() -> None:
    desk, _ = protected()
    desk.answers["submit"] = Answer.REJECT
    order = reduce(desk)
    desk.pass_time(4)
    assert desk.status(order) is Status.REJECTED
    assert f"ANT was not reduced: order {order.id} is rejected." in desk.alarms()
    assert "Stops at the broker covered 60 of 100 shares at that moment." in details(desk)
    assert "cancelled" not in details(desk)
    desk.answers.clear()
    desk.pass_time(5)
    assert desk.alarms() != []  # the stop that stood beside it is no news
    stop(desk, "40")
    desk.pass_time(2)
    assert desk.alarms() == []


@pytest.mark.parametrize("waiting", [True, False])
def test_a_person_who_cancels_it_is_told_that_its_stop_stays_smaller(waiting: bool) -> None:
    desk, _ = protected()
    order = reduce(desk, limit="52")
    desk.settle(0)
    if not waiting:
        desk.pass_time(3)
    desk.house.desk.cancel(order.id)
    desk.send()
    if not waiting:
        desk.broker.finish_cancel(desk.there(order))
    desk.pass_time(2)
    assert desk.now(order).status is (Status.ABANDONED if waiting else Status.CANCELED)
    assert desk.alarms() == [f"ANT: order {order.id} ended with 40 not filled."]
    assert "amber" in details(desk)
    assert "covered 60 of 100" in details(desk)


def test_who_cancels_both_needs_no_word_about_the_stop() -> None:
    desk, old = protected()
    order = reduce(desk)
    desk.send()
    desk.hear()
    desk.settle(0)
    desk.house.desk.cancel_all([desk.now(order), desk.now(successor(desk, old))], "person")
    desk.send()
    for held in list(desk.broker.working()):
        desk.broker.finish_cancel(held)
    desk.pass_time(3)
    assert (working(desk), desk.alarms()) == ([], [])


def test_a_reduction_that_is_changed_is_not_over() -> None:
    desk, _ = protected()
    order = reduce(desk, limit="52")
    desk.pass_time(3)
    lower = desk.order("i-ant", Side.SELL, "40", limit="51", purpose=Purpose.CLOSE)
    changed = desk.house.desk.replace(order.id, lower, Consent(warnings=("R17",)))
    desk.pass_time(3)
    assert (desk.status(order), desk.alarms()) == (Status.REPLACED, [])
    desk.house.desk.cancel(changed.id)
    desk.send()
    desk.broker.finish_cancel(desk.there(changed))
    desk.pass_time(2)
    assert desk.alarms() == [f"ANT: order {changed.id} ended with 40 not filled."]


def test_one_that_filled_is_no_news_though_more_was_bought_meanwhile() -> None:
    desk, _ = protected()
    order = reduce(desk, limit="52")
    desk.pass_time(3)
    more = desk.working("i-ant", Side.BUY, "10", limit="49")
    desk.fill(more, "10", "49")
    desk.fill(order, "40", "52")
    desk.pass_time(2)
    assert desk.position() == 70
    assert desk.alarms() == []


def test_a_second_reduction_beside_the_first() -> None:
    desk, _ = protected()
    reduce(desk, limit="52")
    desk.pass_time(3)
    second = reduce(desk, "60")
    for _ in range(5):
        for held in list(desk.broker.working()):
            if held.reason == "cancel requested":
                desk.broker.finish_cancel(held)
        desk.hear()
        desk.pass_time(2)
    assert desk.status(second) is Status.ACKED
    assert sorted(working(desk)) == [(40, 45), (60, None)]


def test_beside_a_stop_in_doubt_that_fits_it_goes_with_a_word_about_the_worst_case() -> None:
    desk = Desk()
    desk.held("100")
    doubtful = in_doubt(desk, "i-ant", Side.SELL, "60", type=OrderType.STOP, stop=D(45))
    order = reduce(desk)
    assert order.status is Status.SENDING
    assert not desk.now(doubtful).cancel_asked


def test_a_persons_own_change_of_the_stop_is_waited_for_and_made_smaller_after_that() -> None:
    desk, old = protected()
    higher = desk.order("i-ant", Side.SELL, "100", type=OrderType.STOP, stop=D(46), time_in_force=TimeInForce.GTC)
    new = desk.house.desk.replace(old.id, higher, Consent(warnings=("R17",), worst_case_seen=True))
    order = reduce(desk)
    assert order.reason == f"Waits until {old.id} is changed"
    desk.pass_time(5)
    assert desk.status(new) is Status.REPLACED
    assert desk.status(order) is Status.ACKED
    assert sorted(working(desk)) == [(40, None), (60, 46)]


def test_a_stop_the_broker_made_for_a_split_becomes_smaller_as_the_persons_own() -> None:
    desk = Desk()
    desk.held("100")
    old = stop(desk, "100", "40")
    split_night(desk)
    desk.pass_time(10)
    desk.settle(OPEN.total_seconds())
    made = successor(desk, old)
    (there,) = desk.broker.holding(made.client_id)
    desk.broker.fill(there, D(10), D("19.90"), tell=False)
    order = reduce(desk, "80")
    new = successor(desk, made)
    assert (made.origin, new.origin, new.quantity) == (Origin.ADJUSTED, Origin.TICKET, D(120))
    desk.pass_time(10)
    assert desk.now(new).carried == 10  # what is told late of the old one counts for the new one
    assert desk.status(order) is Status.ACKED
    assert sorted(working(desk)) == [(80, None), (110, 20)]
    assert desk.position() == 190


def test_without_room_under_the_brokers_limit_the_stop_waits_as_it_is() -> None:
    desk, old = protected()
    desk.house.connection._handed.extend([desk.clock.now()] * 180)
    order = reduce(desk)
    desk.pass_time(5)
    assert (desk.status(old), desk.status(order)) == (Status.ACKED, Status.INTENT)
    desk.pass_time(60)
    assert desk.status(order) is Status.ACKED
    assert sorted(working(desk)) == [(40, None), (60, 45)]


def test_where_the_broker_shows_fewer_only_as_many_stay() -> None:
    desk, old = protected()
    desk.broker.positions["i-ant"] = D(70)
    desk.pass_time(15)
    order = reduce(desk)
    assert successor(desk, old).quantity == 30
    desk.pass_time(3)
    assert desk.status(order) is Status.ACKED
    assert sorted(working(desk)) == [(30, 45), (40, None)]


def test_a_whole_close_asks_every_stop_back_as_before() -> None:
    desk, old = protected()
    order = reduce(desk, "100")
    assert desk.status(old) is Status.CANCEL_PENDING
    assert order.reason == f"Waits until {old.id} is cancelled"
    assert desk.handed(Replace) == []
    assert [s.order.id for s in desk.handed(Submit)].count(order.id) == 0


def test_of_two_closes_that_wait_for_the_session_the_one_asked_for_last_goes() -> None:
    desk, old = protected()
    first = reduce(desk, waits=True)
    last = reduce(desk, "100", waits=True)
    desk.pass_time(3)
    assert (desk.status(first), desk.now(first).reason) == (Status.ABANDONED, f"Order {last.id} was asked for after it")
    desk.broker.finish_cancel(desk.there(old))
    desk.hear()
    desk.pass_time(3)
    assert desk.status(last) is Status.ACKED
    assert working(desk) == [(100, None)]


def test_two_reductions_that_wait_for_the_session_both_go_where_both_fit() -> None:
    desk, old = protected("50")
    first, last = reduce(desk, "30", waits=True), reduce(desk, "20", waits=True)
    desk.pass_time(3)
    assert (desk.status(first), desk.status(last)) == (Status.ACKED, Status.ACKED)
    assert desk.status(old) is Status.ACKED


@pytest.mark.parametrize("waiting", [True, False])
def test_killed_just_after_its_end_it_is_told_after_the_start_and_once(waiting: bool) -> None:
    desk, _ = protected()
    order = reduce(desk, limit="52")
    desk.settle(0)
    if not waiting:
        desk.pass_time(3)
    desk.house.desk.cancel(order.id)
    if not waiting:
        desk.send()
        desk.broker.finish_cancel(desk.there(order))
        desk.hear()
    desk.kill()
    desk.pass_time(3)
    assert desk.alarms() == [f"ANT: order {order.id} ended with 40 not filled."]
    desk.house.alarms.acknowledge(desk.house.alarms.all()[0].row)
    desk.kill()
    desk.pass_time(3)
    assert desk.alarms() == []


def test_a_stop_that_is_moved_still_covers_no_more() -> None:
    desk, old = protected()
    desk.answers["submit"] = Answer.REJECT
    order = reduce(desk)
    desk.pass_time(4)
    moved = successor(desk, old)
    for price in (46, 47):
        at = {"type": OrderType.STOP, "stop": D(price), "time_in_force": TimeInForce.GTC}
        higher = desk.order("i-ant", Side.SELL, "60", **at)
        moved = desk.house.desk.replace(moved.id, higher, Consent(warnings=("R17",)))
        desk.pass_time(3)
        assert desk.status(moved) is Status.ACKED
        assert desk.alarms() == [f"ANT was not reduced: order {order.id} is rejected."]


def test_who_cancels_a_reduction_whose_change_is_in_doubt_is_not_told_that_it_goes_by_itself() -> None:
    desk, _ = protected()
    desk.answers["replace"] = Answer.LATE
    order = reduce(desk)
    desk.pass_time(5)
    assert "the order goes by itself" in details(desk)
    desk.house.desk.cancel(order.id)
    desk.pass_time(2)
    assert desk.alarms() == [f"ANT: order {order.id} ended with 40 not filled."]


def test_a_change_in_doubt_that_a_person_cancels_takes_the_stop_along_and_that_is_told() -> None:
    desk, old = protected()
    desk.answers["replace"] = Answer.LATE
    order = reduce(desk)
    desk.pass_time(5)
    desk.house.desk.cancel(successor(desk, old).id)
    desk.pass_time(2)
    assert desk.now(old).cancel_asked
    assert desk.alarms() == [f"ANT: 60 shares that order {order.id} leaves lose their stop."]


def test_a_stop_that_was_moved_since_is_still_known_as_made_smaller_after_a_start() -> None:
    desk, old = protected()
    order = reduce(desk, limit="52")
    desk.pass_time(4)
    at = {"type": OrderType.STOP, "stop": D(46), "time_in_force": TimeInForce.GTC}
    desk.house.desk.replace(
        successor(desk, old).id, desk.order("i-ant", Side.SELL, "60", **at), Consent(warnings=("R17",))
    )
    desk.pass_time(3)
    desk.kill()
    desk.pass_time(3)
    desk.house.desk.cancel(order.id)
    desk.send()
    desk.broker.finish_cancel(desk.there(order))
    desk.pass_time(3)
    assert desk.alarms() == [f"ANT: order {order.id} ended with 40 not filled."]


def test_a_way_out_of_a_change_in_doubt_is_named_that_leads_out() -> None:
    desk = Desk(refuses_repeats=False)  # and what is not found proves nothing there
    desk.held("100")
    old = stop(desk, "100")
    desk.answers["replace"] = Answer.REQUEST_LOST
    order = reduce(desk, consent=Consent(warnings=tuple(kinds())))
    desk.pass_time(5)
    assert "or cancel both and close it again." in details(desk)
    desk.house.desk.cancel_all([desk.now(order), desk.now(old)], "person")
    desk.send()
    desk.broker.finish_cancel(desk.there(old))
    desk.pass_time(2)
    again = reduce(desk, "41")
    desk.pass_time(2)
    assert desk.status(again) is Status.ACKED


def test_a_change_that_is_lost_again_and_again_is_told_once() -> None:
    desk, _ = protected()
    desk.answers["replace"] = Answer.REQUEST_LOST
    reduce(desk)
    for _ in range(1200):
        desk.clock.advance(0.1)
        desk.minder.tick()
        if desk.clock.now().microsecond == 0:
            desk.send()
            desk.hear()
    assert len(desk.handed(Replace)) > 2
    assert desk.kinds().count("alarm.kept") == 1


@pytest.mark.parametrize("quantity", ["40", "100"])
def test_while_trading_is_stopped_no_stop_is_touched_for_a_machines_order(quantity: str) -> None:
    desk, old = protected()
    order = reduce(desk, quantity, waits=True, origin=Origin.RUN)
    desk.house.brake.stop("enough")
    desk.pass_time(5)
    assert (desk.status(old), desk.status(order)) == (Status.ACKED, Status.INTENT)
    assert "Only a person can close a position now." in details(desk)
    assert desk.alarms() == [f"Order {order.id} was not sent by itself."]  # all of it is guarded still
    assert working(desk) == [(100, 45)]
