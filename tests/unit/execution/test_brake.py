"""Stopping: nothing new, what adds risk is asked back, what protects stays, and nobody is locked in."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.errors import StoreError, TradingStopped
from core.domain.order import AT_BROKER, Order, OrderType, Origin, Purpose, Side, Status, TimeInForce
from core.domain.workspace import Level
from core.execution.errand import Cancel, Submit
from core.risk.checks.day_loss import Severity
from core.risk.limits import WORKSPACE, Limits
from tests.fakes.broker import ACCOUNT, Answer
from tests.fakes.disk import Fault
from tests.unit.execution.desk import NIGHT, YES, Desk, in_doubt

D = Decimal


def levels(desk: Desk) -> set[tuple[str, str, str]]:
    return {(r.scope, r.level.value, r.by) for r in desk.house.pictures.levels.restrictions}


def test_stopping_asks_back_what_adds_risk_and_keeps_what_protects() -> None:
    desk = Desk()
    desk.held("100")
    stop = desk.working("i-ant", Side.SELL, "100", type=OrderType.STOP, stop=D(45))
    buy = desk.working("i-bee", limit="19")
    more = desk.working(limit="49")
    asked = desk.house.brake.stop("enough")
    assert set(asked) == {buy.id, more.id}
    assert desk.status(stop) is Status.ACKED
    assert {desk.status(o) for o in (buy, more)} == {Status.CANCEL_PENDING}
    adding, doubt, keeping = desk.house.brake.left()
    assert {o.id for o in adding} == {buy.id, more.id}
    assert doubt == []
    assert [o.id for o in keeping] == [stop.id]
    desk.send()
    for order in (buy, more):
        desk.broker.finish_cancel(desk.there(order))
    desk.hear()
    assert desk.house.brake.left()[0] == []


def test_told_otherwise_the_protective_ones_go_too() -> None:
    desk = Desk()
    desk.held("100")
    stop = desk.working("i-ant", Side.SELL, "100", type=OrderType.STOP, stop=D(45))
    assert desk.house.brake.stop("all of it", also_protective=True) == (stop.id,)
    assert desk.status(stop) is Status.CANCEL_PENDING


def test_a_second_sale_beyond_the_position_does_not_protect() -> None:
    desk = Desk()
    desk.held("100")
    first = desk.working("i-ant", Side.SELL, "100", type=OrderType.STOP, stop=D(45))
    second = desk.working("i-ant", Side.SELL, "100", type=OrderType.LIMIT, limit=D(51), purpose=Purpose.SHORT)
    assert desk.house.brake.stop("x") == (second.id,)
    assert desk.status(first) is Status.ACKED


def test_what_waits_and_what_is_in_doubt_goes_too() -> None:
    desk = Desk()
    waiting = desk.place("i-bee", limit="19", waits=True)
    doubtful = in_doubt(desk, limit="49")
    desk.house.brake.stop("x")
    assert desk.status(waiting) is Status.ABANDONED
    assert desk.now(doubtful).cancel_asked
    desk.pass_time(3)
    assert desk.there(doubtful).reason == "cancel requested"


def test_it_is_on_the_disk_and_in_force_after_a_kill() -> None:
    desk = Desk()
    desk.house.brake.stop("enough for today")
    desk.kill()
    desk.settle()
    with pytest.raises(TradingStopped, match="enough for today"):
        desk.place(limit="49")
    assert levels(desk) == {(WORKSPACE, "stopped", "person")}


def test_stopped_twice_is_stopped_once() -> None:
    desk = Desk()
    desk.house.brake.stop("a")
    desk.house.brake.stop("b")
    assert desk.kinds().count("trading.stopped") == 1


def test_pressed_again_and_again_it_does_not_flood_the_broker_with_cancels() -> None:
    desk = Desk()
    order = desk.working(limit="49")
    for _ in range(20):
        desk.house.brake.stop("x")
    desk.pass_time(9)
    assert len(desk.handed(Cancel)) == 1
    desk.pass_time(4)
    assert len(desk.handed(Cancel)) == 2  # asked again by itself
    assert desk.status(order) is Status.CANCEL_PENDING


def test_resuming_needs_books_that_were_compared() -> None:
    desk = Desk()
    desk.house.brake.stop("x")
    desk.answers["orders"] = Answer.DOWN
    desk.pass_time(4)
    with pytest.raises(TradingStopped, match="fake has not been compared with our books since it came back"):
        desk.house.brake.resume("because")
    desk.answers.clear()
    desk.pass_time(8)
    desk.house.brake.resume("because")
    assert levels(desk) == set()
    assert desk.place(limit="49").status is Status.SENDING


def test_resuming_lifts_every_stop_of_the_workspace_and_no_freeze_of_a_symbol() -> None:
    desk = Desk()
    brake = desk.house.brake
    brake.restrict(WORKSPACE, Level.STOPPED, "a", "proof")
    brake.restrict(WORKSPACE, Level.STOPPED, "b", "person")
    brake.restrict(f"{ACCOUNT}/i-ant", Level.CLOSING_ONLY, "c", "reconciliation")
    brake.resume("looked into it")
    assert levels(desk) == {(f"{ACCOUNT}/i-ant", "closing_only", "reconciliation")}
    desk.kill()
    assert levels(desk) == {(f"{ACCOUNT}/i-ant", "closing_only", "reconciliation")}
    brake = desk.house.brake
    brake.lift(f"{ACCOUNT}/i-ant", "reconciliation", "agreed")
    assert levels(desk) == set()
    assert desk.kinds().count("trading.lifted") == 3


def test_a_stop_file_stops_within_a_second_and_before_each_send() -> None:
    desk = Desk()
    order = desk.working(limit="49")
    desk.stop_file = True
    with pytest.raises(TradingStopped):  # before the second is over
        desk.place("i-bee", limit="19")
    assert desk.status(order) is Status.CANCEL_PENDING
    assert levels(desk) == {(WORKSPACE, "stopped", "file")}
    with pytest.raises(TradingStopped, match="the stop file is still there"):
        desk.house.brake.resume("x")
    desk.stop_file = False
    desk.pass_time(3)
    with pytest.raises(TradingStopped):  # it stays until a person resumes
        desk.place("i-bee", limit="19")
    desk.house.brake.resume("looked")
    assert desk.place("i-bee", limit="19").status is Status.SENDING


def test_a_stop_file_is_seen_while_nobody_does_anything() -> None:
    desk = Desk()
    order = desk.working(limit="49")
    desk.stop_file = True
    desk.settle(1)
    assert desk.status(order) is Status.CANCEL_PENDING


def test_a_stop_file_keeps_back_what_waits_and_what_is_in_doubt() -> None:
    desk = Desk()
    order = in_doubt(desk, limit="49", answer=Answer.TIMEOUT_BEFORE)
    desk.clock.advance(40)
    desk.stop_file = True
    desk.pass_time(60)
    assert len(desk.handed(Submit)) == 1
    assert desk.status(order) is Status.UNKNOWN


def test_with_a_stop_file_a_position_can_still_be_closed() -> None:
    desk = Desk()
    desk.held("100")
    desk.stop_file = True
    desk.pass_time(2)
    assert desk.place("i-ant", Side.SELL, "100", purpose=Purpose.CLOSE).status is Status.SENDING


ROOMY = {
    (WORKSPACE, check, setting): D(1)
    for check, setting in (("R02", "share"), ("R21", "block_above"), ("R21", "sector_block_above"))
}


def test_a_bad_day_closes_and_a_worse_one_asks_back_what_adds_risk() -> None:
    desk = Desk(limits=Limits(ROOMY))
    desk.held("1000")
    order = desk.working("i-bee", limit="19")
    desk.prices.last["i-ant"] = D("46.9")  # 3.1 % of the account
    desk.settle(1)
    assert desk.status(order) is Status.ACKED
    desk.prices.last["i-ant"] = D("44.9")
    desk.settle(1)
    assert desk.status(order) is Status.CANCEL_PENDING
    assert desk.position() == 1000  # nothing is sold for it
    desk.pass_time(8)
    assert len(desk.handed(Cancel)) == 1
    desk.prices.last["i-ant"] = D("50")
    desk.settle(1)
    assert desk.alarms() == []


def test_a_withdrawal_is_no_loss() -> None:
    desk = Desk()
    desk.broker.pay("withdrawal", D(-20_000))
    desk.pass_time(10)
    assert desk.alarms() == []
    start, peak = desk.house.pictures.anchors(ACCOUNT, "USD")
    assert start == peak == D(80_000)


def test_one_order_that_cannot_be_asked_back_does_not_keep_the_others() -> None:
    desk = Desk()
    first, second = desk.working(limit="49"), desk.working("i-bee", limit="19")
    times = [0]

    def fail(statement: str) -> None:
        if statement.startswith("UPDATE orders"):
            times[0] += 1
            if times[0] <= 2:  # with the others, and by itself
                raise sqlite3.OperationalError(Fault.EIO.value)

    desk.disk.before = fail
    desk.house.brake.stop("x")
    desk.disk.heal()
    assert {desk.status(first), desk.status(second)} == {Status.ACKED, Status.CANCEL_PENDING}
    assert f"Order {first.id} could not be cancelled." in desk.alarms()
    assert desk.house.brake.stop("again") == (first.id, second.id)
    assert desk.alarms() == []
    assert desk.status(first) is Status.CANCEL_PENDING


def test_many_are_asked_back_before_the_disk_is_and_written_at_once() -> None:
    desk = Desk()
    orders = [desk.working(limit="49"), desk.working("i-bee", limit="19"), desk.working("i-cat", limit="99")]
    written: list[tuple[str, int]] = []

    def watch(statement: str) -> None:
        if statement.startswith(("UPDATE orders", "COMMIT")):
            written.append((statement.split(maxsplit=1)[0], len(desk.handed(Cancel))))

    desk.disk.before = watch
    desk.house.brake.stop("x")
    desk.disk.heal()
    level, *cancels = written
    assert level == ("COMMIT", 0)  # stopped first
    assert cancels == [("UPDATE", 3), ("UPDATE", 3), ("UPDATE", 3), ("COMMIT", 3)]
    assert {desk.status(order) for order in orders} == {Status.CANCEL_PENDING}


def test_a_disk_that_takes_nothing_takes_no_order_either() -> None:
    desk = Desk()
    working = desk.working("i-bee", limit="19")
    desk.disk.before = full
    with pytest.raises(StoreError):
        desk.house.brake.stop("x")
    with pytest.raises(StoreError):
        desk.place(limit="49")
    desk.disk.heal()
    assert desk.status(working) in AT_BROKER
    desk.house.brake.stop("x")
    assert desk.status(working) is Status.CANCEL_PENDING


def full(statement: str) -> None:
    if statement.startswith(("INSERT", "UPDATE", "DELETE")):
        raise sqlite3.OperationalError(Fault.ENOSPC.value)


def test_a_close_that_waits_for_the_open_does_not_take_the_place_of_its_stop() -> None:
    desk = Desk()
    desk.held("100")
    stop = desk.working("i-ant", Side.SELL, "100", type=OrderType.STOP, stop=D(45), time_in_force=TimeInForce.GTC)
    desk.settle(NIGHT.total_seconds())
    desk.pass_time(5)
    close = desk.place("i-ant", Side.SELL, "100", purpose=Purpose.CLOSE, waits=True)
    assert desk.house.brake.stop("enough") == ()
    assert desk.status(stop) is Status.ACKED  # what waits here protects nothing
    assert desk.status(close) is Status.INTENT


def test_a_sale_that_is_being_changed_into_a_stop_stays_with_it() -> None:
    desk, sale = on_sale()
    stop = desk.order("i-ant", Side.SELL, "100", type=OrderType.STOP, stop=D(46))
    new = desk.house.desk.replace(sale.id, stop, YES)
    assert desk.house.brake.stop("enough") == ()
    assert not desk.now(new).cancel_asked


def test_a_change_that_goes_beyond_the_position_goes_and_the_old_order_stays() -> None:
    desk, sale = on_sale()
    more = desk.order("i-ant", Side.SELL, "150", limit="52", purpose=Purpose.SHORT)
    new = desk.house.desk.replace(sale.id, more, YES)
    assert desk.house.brake.stop("enough") == (new.id,)
    assert not desk.now(sale).cancel_asked


def on_sale() -> tuple[Desk, Order]:
    desk = Desk()
    desk.held("100")
    desk.clock.advance(15)
    return desk, desk.working("i-ant", Side.SELL, "100", limit="52")


def test_killed_between_a_stop_and_its_cancels_the_rest_is_asked_back_when_it_is_known_what_protects() -> None:
    desk = Desk()
    desk.held("100")
    stop = desk.working("i-ant", Side.SELL, "100", type=OrderType.STOP, stop=D(45))
    order = desk.working("i-bee", limit="19")

    def die(orders: Sequence[Order], who: str) -> None:
        raise KeyboardInterrupt

    desk.house.desk.cancel_all = die  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        desk.house.brake.stop("enough")
    desk.kill()
    desk.answers["positions"] = Answer.REJECT
    desk.pass_time(5)
    assert desk.status(order) is Status.ACKED
    desk.answers.clear()
    desk.pass_time(5)
    assert desk.status(order) is Status.CANCEL_PENDING
    assert desk.status(stop) is Status.ACKED


def test_a_stop_on_a_full_disk_is_finished_when_there_is_room_again() -> None:
    desk = Desk()
    doubtful = in_doubt(desk, limit="49", answer=Answer.LATE)
    working = desk.working("i-bee", limit="19")
    waiting = desk.place("i-cat", limit="99", quantity="1", waits=True)
    desk.answers["cancel"] = Answer.REQUEST_LOST
    desk.disk.before = full
    with pytest.raises(StoreError):
        desk.house.brake.stop("enough")
    desk.send()
    handed = len(desk.handed(Cancel))
    with pytest.raises(StoreError):
        desk.settle(1)
    assert len(desk.handed(Cancel)) == handed  # the broker is not asked each second
    desk.disk.heal()
    desk.answers.clear()
    desk.pass_time(3)
    assert desk.status(waiting) is Status.ABANDONED
    assert desk.there(working).reason == "cancel requested"
    desk.line.arrive()
    desk.pass_time(10)
    assert desk.there(doubtful).reason == "cancel requested"


def test_a_bad_day_of_one_account_leaves_the_orders_of_another() -> None:
    desk = Desk()
    with desk.house.store.unit:
        desk.house.store.accounts.add(replace(desk.broker.account(), id="second", number="000222"))
    order = desk.working(limit="49")
    desk.house.desk.gate.severity = (  # type: ignore[method-assign]
        lambda account_id, *_: Severity.CANCEL if account_id == "second" else Severity.CALM
    )
    desk.pass_time(3)
    assert desk.status(order) is Status.ACKED


def test_cancels_nobody_confirms_leave_room_to_read_the_broker_and_to_close() -> None:
    desk = Desk()
    desk.held("10", "i-bee")
    orders = []
    for number in range(45):
        order = desk.place(limit=f"{49 - number * D('0.01')}", quantity="1", origin=Origin.ALGORITHM)
        orders.append(order)
        desk.settle(3)
    desk.house.brake.stop("enough")
    desk.settle()
    desk.broker.streams.clear()  # what comes of them is only learned by asking
    desk.pass_time(60)
    close = desk.place("i-bee", Side.SELL, "10", purpose=Purpose.CLOSE)
    desk.pass_time(60)
    assert desk.status(close) is Status.ACKED
    asked = Counter(errand.order.id for errand in desk.handed(Cancel))
    assert max(asked.values()) > 1
    assert max(asked.values()) - min(asked.values()) <= 1  # each in turn
    for order in orders:
        desk.broker.finish_cancel(desk.there(order))
    desk.pass_time(60)
    assert {desk.status(order) for order in orders} == {Status.CANCELED}
