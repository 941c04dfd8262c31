"""Orders the broker put in the place of ours by itself: ours too, each share counted once, whatever is told when."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.errors import OrderRefused, RiskBreach
from core.domain.order import Order, OrderType, Origin, Side, Status, TimeInForce
from core.domain.workspace import Level
from tests.fakes.broker import ACCOUNT, Answer, Killed
from tests.unit.execution.desk import YES, Desk, in_doubt, until
from tests.unit.execution.test_activities import OPEN, event, proved, split_night, until_dawn

D = Decimal
GTC: dict[str, Any] = {"time_in_force": TimeInForce.GTC}


def stop(desk: Desk, quantity: str = "100", price: str = "40") -> Order:
    return desk.working("i-ant", Side.SELL, quantity, stop=D(price), type=OrderType.STOP, **GTC)


def successor(desk: Desk, order: Order) -> Any:
    found = desk.house.store.orders.successor(order.id)
    assert found is not None
    return desk.now(found)


def now(desk: Desk, order: Order) -> Any:
    return desk.now(order)


def held(desk: Desk) -> Any:
    return desk.position()


def theirs(desk: Desk, order: Order, step: int = 1) -> Any:
    (there,) = desk.broker.holding(f"{order.client_id}~{step}")
    return there


def second_split(desk: Desk, ratio: str = "2") -> CorporateEvent:
    """Another, the same day: its name and its time are what counts."""
    later = replace(event(ratio=D(ratio)), id="split-i-ant-again")
    desk.broker.company(later, desk.clock.now())
    return later


def one_live(desk: Desk, *orders: Order) -> None:
    """Books and broker agree, of all these orders one may still trade, and nothing is restricted."""
    proved(desk)
    open_here = {o.client_id for o in desk.house.store.orders.open()}
    assert open_here == {held.order.client_id for held in desk.broker.working()}
    assert desk.house.pictures.levels.restrictions == ()
    for held in desk.broker.held:
        ours = desk.house.store.orders.by_client(held.order.client_id)
        assert ours is not None
        assert (ours.filled, ours.quantity - ours.carried) == (held.filled, held.order.quantity - held.carried)


def test_a_protective_stop_outlives_a_split_as_another_order() -> None:
    desk = Desk()
    desk.held("100")
    old = stop(desk)
    split_night(desk)
    desk.pass_time(10)
    new = successor(desk, old)
    assert desk.status(old) is Status.REPLACED
    assert (new.status, new.side, new.quantity, new.stop, new.type) == (
        Status.ACKED,
        Side.SELL,
        200,
        D(20),
        OrderType.STOP,
    )
    assert (new.client_id, new.origin, new.replaces) == (f"{old.client_id}~1", Origin.ADJUSTED, old.id)
    assert (new.carried, new.filled, new.reserved, new.sent_at) == (0, 0, 0, None)
    assert "order.adjusted" in desk.kinds(new)
    (alarm,) = desk.house.alarms.all()
    title = f"The broker adjusted order {old.id}: it is {new.id} now, for 200 shares."
    assert (alarm.weight, alarm.title, alarm.detail) == ("blue", title, "adjusted: split")
    assert desk.house.pictures.levels.restrictions == ()
    desk.settle(OPEN.total_seconds())
    desk.broker.fill(theirs(desk, old), D(200), D("19.90"))
    desk.pass_time(10)
    assert (held(desk), desk.status(new)) == (0, Status.FILLED)
    one_live(desk)


def test_split_and_order_are_one_commit() -> None:
    desk = Desk()
    desk.held("100")
    old = stop(desk)
    split_night(desk)
    seen: list[tuple[int, str, int]] = []

    def look(sql: str) -> None:
        if sql.startswith("COMMIT"):
            ours = desk.disk.cursor().connection.execute
            (held,) = ours("SELECT quantity FROM position").fetchone()
            (status,) = ours("SELECT status FROM orders WHERE id=?", (old.id,)).fetchone()
            (count,) = ours("SELECT count(*) FROM orders WHERE replaces=?", (old.id,)).fetchone()
            seen.append((held // 10**9, status, count))

    desk.disk.after = look
    desk.pass_time(10)
    desk.disk.heal()
    assert set(seen) == {(100, "acked", 0), (200, "replaced", 1)}, "never one without the other"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("commit", range(6))
def test_killed_between_any_two_commits(commit: int, after: bool) -> None:
    desk = Desk()
    desk.held("100")
    old = stop(desk)
    desk.answers["orders"] = Answer.REJECT
    split_night(desk)
    desk.broker.fill(theirs(desk, old), D(30), D("19.90"))
    desk.hear()
    desk.answers.clear()
    left = [commit]

    def die(sql: str) -> None:
        if sql.startswith("COMMIT"):
            left[0] -= 1
            if left[0] < 0:
                raise Killed

    setattr(desk.disk, "after" if after else "before", die)
    try:
        desk.pass_time(10)
    except Killed:
        desk.kill()
    desk.disk.heal()
    desk.pass_time(20)
    new = successor(desk, old)
    assert (held(desk), desk.status(old)) == (170, Status.REPLACED)
    assert (new.status, new.filled, new.leaves) == (Status.PARTIAL, 30, 170)
    one_live(desk)


@pytest.mark.parametrize("stream", [True, False])
def test_a_fill_of_the_successor_before_the_desk_heard_of_it(stream: bool) -> None:
    desk = Desk()
    desk.held("100")
    old = stop(desk)
    if not stream:
        desk.broker.streams = []
    split_night(desk)
    desk.broker.fill(theirs(desk, old), D(50), D("19.90"))
    desk.hear()
    assert held(desk) == 100, "not taken before the split is"
    desk.pass_time(10)
    assert (held(desk), successor(desk, old).filled) == (150, 50)
    assert not [title for title in desk.alarms() if "mark" in title]
    one_live(desk)


def test_two_splits_while_the_desk_was_off_with_trades_between_and_no_list_that_goes_back() -> None:
    desk = Desk()
    desk.held("100")
    old = stop(desk)
    desk.broker.fill(desk.there(old), D(10), D("50"))
    desk.hear()
    split_night(desk)
    desk.clock.advance(60)
    desk.broker.fill(theirs(desk, old), D(40), D("19.90"))
    desk.clock.advance(60)
    second_split(desk)
    desk.clock.advance(60)
    desk.broker.fill(theirs(desk, old, 2), D(80), D("9.90"))
    desk.line.off_list = {old.client_id, f"{old.client_id}~1"}
    desk.kill()
    desk.pass_time(1)
    assert desk.house.connection.reconciled == set(), "trading opens when all of it is known"
    desk.pass_time(20)
    first, second = successor(desk, old), successor(desk, successor(desk, old))
    assert [(o.quantity, o.filled, o.status) for o in (now(desk, old), first, second)] == [
        (100, 10, Status.REPLACED),
        (180, 40, Status.REPLACED),
        (280, 80, Status.PARTIAL),
    ]
    assert held(desk) == 200
    assert not [alarm for alarm in desk.house.alarms.all() if alarm.weight == "red"]
    assert desk.house.connection.reconciled == {ACCOUNT}
    one_live(desk)


def test_a_successor_that_filled_and_left_the_list_is_looked_up() -> None:
    desk = Desk()
    desk.held("100")
    old = stop(desk)
    split_night(desk)
    desk.broker.fill(theirs(desk, old), D(200), D("19.90"))
    desk.line.off_list = {old.client_id, f"{old.client_id}~1"}
    desk.kill()
    desk.pass_time(20)
    assert (held(desk), desk.status(old), successor(desk, old).status) == (0, Status.REPLACED, Status.FILLED)
    one_live(desk)


def test_a_look_up_without_an_answer_is_asked_again_and_nothing_is_taken_out_of_turn() -> None:
    desk = Desk()
    desk.held("100")
    old = stop(desk)
    split_night(desk)
    desk.broker.fill(theirs(desk, old), D(200), D("19.90"))
    desk.line.off_list = {old.client_id, f"{old.client_id}~1"}
    desk.answers["find"] = Answer.REQUEST_LOST
    desk.kill()
    desk.pass_time(90)
    assert held(desk) == 200, "the split is booked, the sale waits"
    assert desk.house.pictures.levels.restrictions == ()
    cursor = desk.house.store.accounts.cursor(ACCOUNT)
    assert cursor is None or cursor <= desk.broker.fills[-1].at
    desk.answers.clear()
    desk.pass_time(20)
    assert held(desk) == 0
    one_live(desk)


@pytest.mark.parametrize("knows", [True, False])
def test_where_looking_up_finds_nothing_the_trade_is_booked_all_the_same(knows: bool) -> None:
    desk = Desk(refuses_repeats=knows)
    desk.held("100")
    old = stop(desk)
    split_night(desk)
    desk.broker.fill(theirs(desk, old), D(50), D("19.90"))
    desk.line.off_list = {f"{old.client_id}~1"}
    if knows:
        desk.broker.held.remove(theirs(desk, old))
    desk.pass_time(30)
    assert held(desk) == 150
    assert desk.house.pictures.levels.restrictions == ()


def test_an_order_in_doubt_over_a_split_is_found_as_its_successor() -> None:
    desk = Desk()
    desk.held("100")
    desk.answers["find"] = Answer.REQUEST_LOST
    desk.answers["orders"] = Answer.REJECT
    old = in_doubt(desk, "i-ant", Side.SELL, "100", stop=D(40), type=OrderType.STOP, **GTC)
    split_night(desk)
    desk.answers.clear()
    desk.pass_time(10)
    assert (desk.status(old), successor(desk, old).status) == (Status.REPLACED, Status.ACKED)
    assert old.id not in desk.minder.looks
    one_live(desk)


def test_a_cancel_that_was_under_way_goes_to_the_successor() -> None:
    desk = Desk()
    desk.held("100")
    old = stop(desk)
    until_dawn(desk, timedelta(seconds=20))
    desk.answers["cancel"] = Answer.REQUEST_LOST
    desk.house.desk.cancel(old.id)
    desk.send()
    desk.answers.clear()
    desk.broker.company(event(), desk.clock.now())
    desk.prices.events_of["i-ant"] = [event()]
    desk.pass_time(5)
    new = successor(desk, old)
    assert (desk.status(old), new.status) == (Status.REPLACED, Status.CANCEL_PENDING)
    assert theirs(desk, old).reason == "cancel requested"
    desk.broker.finish_cancel(theirs(desk, old))
    desk.pass_time(5)
    assert desk.status(new) is Status.CANCELED


def test_a_change_that_was_under_way_is_proved_dead() -> None:
    desk = Desk()
    desk.held("100")
    old = stop(desk)
    desk.answers["replace"] = Answer.REQUEST_LOST
    changed = desk.house.desk.replace(
        old.id, desk.order("i-ant", Side.SELL, "100", stop=D(45), type=OrderType.STOP, **GTC), consent=YES
    )
    desk.send()
    desk.hear()
    desk.answers["find"] = Answer.REQUEST_LOST
    split_night(desk)
    desk.answers.clear()
    until(desk, lambda: desk.status(changed) is Status.REJECTED)
    assert (desk.status(old), theirs(desk, old).order.quantity) == (Status.REPLACED, 200)
    assert "in the place of" in now(desk, changed).reason
    one_live(desk)


def test_a_change_the_broker_took_before_the_split_goes_on_from_there() -> None:
    desk = Desk()
    desk.held("100")
    old = stop(desk)
    desk.answers["replace"] = Answer.REPLY_LOST
    desk.answers["orders"] = Answer.REJECT
    desk.answers["find"] = Answer.REQUEST_LOST
    changed = desk.house.desk.replace(
        old.id, desk.order("i-ant", Side.SELL, "100", stop=D(45), type=OrderType.STOP, **GTC), consent=YES
    )
    desk.send()
    split_night(desk)
    desk.answers.clear()
    desk.pass_time(20)
    assert [desk.status(o) for o in (old, changed)] == [Status.REPLACED, Status.REPLACED]
    assert (successor(desk, changed).stop, successor(desk, changed).status) == (D("22.5"), Status.ACKED)
    one_live(desk)


def test_what_was_filled_stays_in_shares_of_then_however_late_it_is_heard() -> None:
    desk = Desk()
    buy = desk.working("i-ant", Side.BUY, "100", limit="45", **GTC)
    desk.fill(buy, "10", "45")
    desk.broker.streams = []
    desk.answers["executions"] = Answer.REJECT
    desk.clock.advance(1)
    desk.broker.fill(desk.there(buy), D(20), D(45))
    split_night(desk)
    desk.pass_time(5)
    assert held(desk) in (10, 20)
    desk.answers.clear()
    desk.pass_time(20)
    new = successor(desk, buy)
    assert (now(desk, buy).filled, held(desk)) == (30, 60)
    assert (new.quantity, new.carried, new.leaves) == (140, 0, 140)
    one_live(desk)


def test_what_is_held_back_follows_the_price_and_a_dividend_raises_no_notice() -> None:
    desk = Desk()
    buy = desk.working("i-ant", Side.BUY, "100", limit="45", **GTC)
    before = now(desk, buy).reserved
    paid = event(EventKind.DIVIDEND, cash=D("0.45"), record_day=date(2026, 9, 15), pay_day=date(2026, 9, 30))
    until_dawn(desk)
    desk.broker.company(paid, desk.clock.now())
    desk.pass_time(5)
    new = successor(desk, buy)
    assert (new.limit, new.quantity) == (D("44.55"), 100)
    assert new.reserved == before * D("0.99")
    assert desk.alarms() == []
    one_live(desk)


def test_the_same_mark_of_an_order_nobody_here_knows_still_stops_trading() -> None:
    desk = Desk()
    stranger = replace(desk.order("i-ant", Side.BUY, "5", limit="50"), client_id="qd-other-0011~1")
    desk.broker.receive(stranger)
    desk.pass_time(5)
    assert any("not sent from this machine" in title for title in desk.alarms())
    with pytest.raises(OrderRefused):
        desk.place("i-bee", Side.BUY, "1", limit="20")


def test_an_order_of_one_that_is_over_by_our_record_is_asked_back() -> None:
    desk = Desk()
    old = desk.working("i-ant", Side.BUY, "10", limit="45", **GTC)
    desk.answers["orders"] = Answer.REJECT
    with desk.house.store.unit:
        desk.house.store.orders.save(now(desk, old).to(Status.ATTESTED, "they say it is gone"))
    split_night(desk)
    desk.answers.clear()
    desk.pass_time(5)
    new = successor(desk, old)
    assert new.status is Status.CANCEL_PENDING
    assert any(alarm.weight == "red" and new.id in alarm.title for alarm in desk.house.alarms.all())


def test_the_name_is_held_until_split_and_order_are_followed() -> None:
    desk = Desk()
    desk.held("100")
    stop(desk)
    desk.answers["activities"] = Answer.REJECT
    split_night(desk)
    desk.settle(OPEN.total_seconds())
    desk.pass_time(5)
    with pytest.raises(RiskBreach) as refused:
        desk.place("i-ant", Side.SELL, "10")
    assert "R30" in {verdict.check for verdict in refused.value.verdicts}
    desk.answers.clear()
    desk.pass_time(10)
    assert desk.house.pictures.levels.strictest(ACCOUNT, "i-ant")[0] is Level.ACTIVE
    one_live(desk)


def test_what_could_not_be_looked_up_for_a_day_and_more_is_not_forgotten() -> None:
    desk = Desk()
    desk.held("100")
    old = stop(desk)
    split_night(desk)
    desk.broker.fill(theirs(desk, old), D(200), D("19.90"))
    desk.line.off_list = {old.client_id, f"{old.client_id}~1"}
    desk.answers["find"] = Answer.REQUEST_LOST
    desk.kill()
    desk.pass_time(3 * 24 * 3600, step=1800)
    assert held(desk) == 200
    desk.answers.clear()
    desk.pass_time(20)
    assert held(desk) == 0
    one_live(desk)


def test_an_order_the_broker_adjusted_before_its_answer_was_heard() -> None:
    desk = Desk()
    desk.held("100")
    old = in_doubt(desk, "i-ant", Side.SELL, "100", stop=D(40), type=OrderType.STOP, **GTC)
    with desk.house.store.unit:
        desk.house.store.orders.save(now(desk, old).changed(status=Status.SENDING))
    desk.clock.advance(1)
    desk.broker.company(event(), desk.clock.now())
    desk.line.off_list = {old.client_id}
    desk.pass_time(5)
    assert (desk.status(old), successor(desk, old).status) == (Status.REPLACED, Status.ACKED)
    one_live(desk)


@pytest.mark.parametrize("look_up", [True, False])
def test_a_link_that_is_nowhere_does_not_keep_the_next_one_out(look_up: bool) -> None:
    desk = Desk(refuses_repeats=look_up)
    desk.held("100")
    old = stop(desk)
    desk.answers["orders"] = Answer.REJECT
    split_night(desk)
    desk.clock.advance(60)
    second_split(desk)
    desk.broker.held.remove(theirs(desk, old))
    desk.answers.clear()
    desk.kill()
    desk.pass_time(20)
    new = successor(desk, old)
    assert (new.client_id, new.quantity, new.status) == (f"{old.client_id}~2", 400, Status.ACKED)
    assert (held(desk), desk.status(old)) == (400, Status.REPLACED)
