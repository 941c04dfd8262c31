"""Out: gate, disk, wire, in this order; one intent is one order, whatever is pressed twice."""

import sqlite3
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from core.domain.errors import (
    BadInput,
    MarketClosed,
    NotConfirmed,
    OrderRefused,
    RiskBreach,
    StoreError,
    TradingStopped,
)
from core.domain.order import Origin, Purpose, Side, Status, TimeInForce, client_id_for
from core.domain.quote import Session
from core.domain.verdict import NO_CONSENT, Consent, Outcome
from core.domain.workspace import Level
from core.execution.errand import Cancel, Errand, LookUp, Submit
from core.risk.limits import WORKSPACE
from core.store.columns import to_micros
from tests.fakes.broker import ACCOUNT, Answer
from tests.fakes.disk import Fault, is_write
from tests.fakes.house import MACHINE
from tests.fakes.market import FakeHours
from tests.unit.execution.desk import NIGHT, YES, Desk, in_doubt

D = Decimal


def on_disk(desk: Desk) -> list[tuple[str, ...]]:
    return desk.disk.execute("SELECT id, status FROM orders ORDER BY id").fetchall()


# durable before sent ------------------------------------------------------------------------------------------------


def test_an_order_is_on_the_disk_before_the_wire_has_it() -> None:
    desk = Desk()
    seen = []
    real = desk.wires.hand_over

    def look(errand: Errand) -> None:
        seen.append((desk.disk.in_transaction, on_disk(desk)))
        real(errand)

    desk.house.connection.wire.hand_over = look  # type: ignore[method-assign]
    order = desk.place(limit="49")
    assert seen == [(False, [(order.id, "sending")])]
    assert desk.handed(Submit)[-1].order == order


def test_what_it_was_asked_with_is_kept_with_it() -> None:
    desk = Desk()
    order = desk.place(limit="49.5", consent=Consent(warnings=("R21",), worst_case_seen=True))
    (body,) = desk.disk.execute("SELECT body FROM journal WHERE kind='order.placed'").fetchone()
    for words in ('"check":"R26"', '"check":"R02"', '"limit":"49.5"', '"bid":"49.99"', order.client_id):
        assert words in body
    kept = desk.house.store.orders.get(order.id)
    assert kept == order
    desk.kill()
    again = desk.now(order)
    assert replace(again, status=order.status, reason="", doubted=False) == order
    assert again.consent.warnings == ("R21",)


@pytest.mark.parametrize("fault", list(Fault))
def test_a_disk_that_fails_means_nothing_is_sent(fault: Fault) -> None:
    desk = Desk()
    before = len(desk.wires.seen)
    writes = 0
    while True:
        left = [writes]

        def fail(statement: str, left: list[int] = left) -> None:
            if is_write(statement):
                left[0] -= 1
                if left[0] < 0:
                    desk.disk.heal()
                    raise sqlite3.OperationalError(fault.value)

        desk.disk.before = fail
        try:
            desk.place(limit="49", intent_key="the-token")
        except StoreError as error:
            assert "nothing was sent" in str(error)
            assert len(desk.wires.seen) == before
            assert on_disk(desk) == []
            assert desk.house.store.orders.open() == ()
        else:
            break
        writes += 1
    assert writes >= 4  # begin, order, journal, commit: each failed once
    assert len(desk.wires.seen) == before + 1
    assert len(on_disk(desk)) == 1


# one intent, one order ----------------------------------------------------------------------------------------------


def test_a_repeated_token_returns_the_order_it_made() -> None:
    desk = Desk()
    first = desk.place(limit="49", intent_key="t")
    again = desk.place("i-bee", Side.SELL, "3", intent_key="t")
    assert again == first
    assert len(desk.handed(Submit)) == 1


@pytest.mark.parametrize("closed", ["night", "stopped", "unreconciled", "killed"])
def test_a_repeated_token_returns_it_whatever_has_changed_since(closed: str) -> None:
    desk = Desk()
    first = desk.place(limit="49", intent_key="t")
    if closed == "night":
        desk.clock.advance(NIGHT)
    elif closed == "stopped":
        desk.house.brake.restrict(WORKSPACE, Level.STOPPED, "x", "person")
    elif closed == "unreconciled":
        desk.house.connection.reconciled.clear()
    else:
        desk.kill()
    assert desk.place(limit="49", intent_key="t").id == first.id
    assert on_disk(desk)[0][0] == first.id
    assert len(on_disk(desk)) == 1


def test_a_token_that_was_refused_may_be_used_again() -> None:
    desk = Desk()
    with pytest.raises(RiskBreach):
        desk.place("i-ant", Side.BUY, "100000", intent_key="t")
    assert desk.place(limit="49", intent_key="t").status is Status.SENDING


def test_the_broker_knows_it_by_an_id_that_follows_from_the_token_alone() -> None:
    desk = Desk()
    order = desk.place(limit="49", intent_key="t")
    assert order.client_id == client_id_for(MACHINE, "t")
    assert order.client_id.startswith(f"qd-{MACHINE}-")


def test_numbers_count_up_within_a_day_and_go_on_after_a_restart() -> None:
    desk = Desk()
    first, second = desk.place(limit="49"), desk.place(limit="48")
    desk.kill()
    desk.settle()
    third = desk.place("i-bee", limit="19")
    assert [o.id for o in (first, second, third)] == [f"20260914-{n:06}" for n in (1, 2, 3)]


def test_the_number_of_a_refused_order_is_never_given_to_another() -> None:
    desk = Desk()
    with pytest.raises(RiskBreach):
        desk.place("i-ant", Side.BUY, "100000")
    desk.kill()
    desk.settle()
    order = desk.place(limit="49")
    assert desk.kinds(order) == ["order.placed"]


# what is refused ----------------------------------------------------------------------------------------------------


def test_a_refusal_is_in_the_journal_with_its_verdicts_before_the_caller_hears_of_it() -> None:
    desk = Desk()
    with pytest.raises(RiskBreach) as told:
        desk.place("i-ant", Side.BUY, "100000")
    assert any(v.outcome is Outcome.BLOCK for v in told.value.verdicts)
    title, body = desk.disk.execute("SELECT title, body FROM journal WHERE kind='order.refused'").fetchone()
    assert title == "Buy 100000 ANT: not sent"
    assert '"outcome":"block"' in body
    assert on_disk(desk) == []
    assert desk.handed(Submit) == []


def test_a_closed_market_refuses_with_the_time_it_opens() -> None:
    desk = Desk()
    desk.settle(NIGHT.total_seconds())
    desk.settle(3)
    with pytest.raises(MarketClosed, match=r"The market is closed. It opens Tue 15 Sep 09:30 ET"):
        desk.place(limit="49")
    assert desk.handed(Submit) == []


def test_nothing_that_adds_risk_goes_out_before_the_books_were_compared() -> None:
    desk = Desk(open_for_trading=False)
    with pytest.raises(RiskBreach) as told:
        desk.place(limit="49")
    assert any("not yet compared with the broker" in v.message for v in told.value.verdicts)
    assert desk.handed(Submit) == []
    desk.settle()
    assert desk.place(limit="49").status is Status.SENDING


def test_a_warning_needs_the_persons_word_and_a_machine_gives_none() -> None:
    desk = Desk()
    desk.place(limit="49", intent_key="a")
    with pytest.raises(NotConfirmed, match="0 s ago"):
        desk.place(limit="49", intent_key="b", consent=NO_CONSENT)
    assert desk.place(limit="49", intent_key="b", consent=Consent(warnings=("R17",))).status is Status.SENDING


def test_an_order_that_names_nothing_there_is_is_a_fault_and_nothing_is_kept() -> None:
    desk = Desk()
    with pytest.raises(LookupError):
        desk.place(instrument_id="i-none")
    assert on_disk(desk) == []


def test_a_person_may_ask_only_for_orders_there_are() -> None:
    desk = Desk()
    for act in (desk.house.desk.cancel, desk.house.desk.send_again, desk.house.desk.look_up, desk.minder.look_again):
        with pytest.raises(BadInput, match="There is no order 20990101-000001 in this workspace"):
            act("20990101-000001")
    with pytest.raises(BadInput):
        desk.house.desk.cancel("' OR 1=1 --")


class Weekend(FakeHours):
    """Closed is closed, extended hours too."""

    def at(self, moment: datetime) -> Session:
        return replace(super().at(moment), extended=False)


# waiting here -------------------------------------------------------------------------------------------------------


def evening() -> Desk:
    desk = Desk()
    desk.settle(NIGHT.total_seconds())
    desk.settle(3)
    return desk


def test_asked_to_wait_it_is_kept_as_an_intent_and_goes_out_at_the_open() -> None:
    desk = evening()
    order = desk.place(limit="49", waits=True)
    assert order.status is Status.INTENT
    assert desk.kinds(order) == ["order.waits"]
    desk.pass_time(600, step=60)
    assert desk.handed(Submit) == []
    desk.pass_time(15 * 3600, step=1800)
    desk.pass_time(10)  # compared with the broker again after the long steps
    assert desk.status(order) is Status.ACKED
    assert desk.kinds(order) == ["order.waits", "order.sent_again", "order.acked"]
    assert desk.there(order).order.client_id == order.client_id


def test_what_waits_survives_a_kill_and_goes_out_once() -> None:
    desk = evening()
    order = desk.place(limit="49", waits=True)
    desk.kill()
    assert desk.status(order) is Status.INTENT
    desk.pass_time(16 * 3600, step=1800)
    desk.kill()
    desk.pass_time(10)
    assert len(desk.broker.held) == 1
    assert desk.status(order) is Status.ACKED


def test_the_checks_run_again_and_what_they_refuse_is_held_back_and_told_once() -> None:
    desk = evening()
    order = desk.place(limit="49", waits=True)
    desk.prices.last["i-ant"] = D("40")  # 49 is now far above the market
    desk.pass_time(16 * 3600, step=1800)
    desk.pass_time(10)
    assert desk.status(order) is Status.INTENT
    assert desk.handed(Submit) == []
    assert f"Order {order.id} was not sent by itself." in desk.alarms()
    assert desk.kinds(order).count("order.refused") == 1
    desk.prices.last["i-ant"] = D("50")
    desk.pass_time(30)
    assert desk.status(order) is Status.INTENT  # a person decides now
    assert desk.house.desk.send_again(order.id).status is Status.SENDING
    desk.settle()
    assert desk.alarms() == []


def test_its_day_over_it_is_dropped_and_never_sent_the_day_after() -> None:
    desk = evening()
    order = desk.place(limit="49", waits=True)
    desk.clock.advance(24 * 3600 + 2 * 3600)
    desk.kill()
    desk.pass_time(16 * 3600, step=1800)
    assert desk.status(order) is Status.ABANDONED
    assert desk.now(order).reason == "Its time was over before it was sent"
    assert desk.handed(Submit) == []
    assert desk.broker.held == []


def test_one_that_may_trade_in_extended_hours_waits_until_they_are() -> None:
    desk = Desk(hours=Weekend())
    desk.settle(NIGHT.total_seconds())
    desk.settle(3)
    order = desk.place(limit="49", waits=True, extended_hours=True)
    desk.pass_time(30)
    assert desk.status(order) is Status.INTENT
    assert desk.alarms() == []
    desk.pass_time(16 * 3600, step=1800)
    desk.pass_time(10)
    assert desk.status(order) is Status.ACKED


def test_cancelled_while_it_waits_it_is_dropped_and_the_broker_never_hears_of_it() -> None:
    desk = evening()
    order = desk.place(limit="49", waits=True)
    assert desk.house.desk.cancel(order.id).status is Status.ABANDONED
    desk.pass_time(16 * 3600, step=1800)
    assert desk.broker.held == []
    assert desk.house.desk.cancel(order.id).status is Status.ABANDONED


def test_the_buying_power_of_what_waits_is_held_back() -> None:
    desk = evening()
    order = desk.place(limit="49", quantity="100", waits=True)
    assert order.reserved == D(4900)
    desk.house.desk.cancel(order.id)
    assert desk.now(order).reserved == 0


# the broker's limit -------------------------------------------------------------------------------------------------


def test_above_the_brokers_rate_it_waits_and_goes_when_there_is_room() -> None:
    desk = Desk(requests_per_minute=200)  # 20 of them kept for cancels and look-ups, 6 gone for the first reading
    orders = [
        desk.place(quantity="1", limit=f"48.{n:03}"[:5], intent_key=f"t{n}", origin=Origin.ALGORITHM)
        for n in range(180)
    ]
    assert [order.status for order in orders] == [Status.SENDING] * 174 + [Status.INTENT] * 6
    desk.send()
    desk.hear()
    for order in orders[:10]:
        desk.house.desk.cancel(order.id)  # cancels have room of their own
    desk.send()
    assert len([held for held in desk.broker.held if held.reason == "cancel requested"]) == 10
    desk.pass_time(90)
    assert {desk.status(order) for order in orders[10:]} == {Status.ACKED}
    assert len(desk.broker.held) == 180
    assert desk.broker.doubles() == []


def test_a_look_up_has_room_when_orders_have_none() -> None:
    desk = Desk(requests_per_minute=30)
    order = in_doubt(desk, limit="49")
    while desk.place("i-bee", limit="19", origin=Origin.ALGORITHM).status is Status.SENDING:
        pass
    desk.minder.tick()
    assert [errand.order.id for errand in desk.handed(LookUp)] == [order.id]


def spend_the_room(desk: Desk) -> None:
    """What is left is kept for cancels."""
    while (order := desk.place("i-bee", limit="19", origin=Origin.ALGORITHM)).status is Status.SENDING:
        pass
    desk.house.desk.cancel(order.id)


def test_a_change_spends_nothing_that_is_kept_for_cancels() -> None:
    desk = Desk(requests_per_minute=30)
    old = desk.working(limit="49")
    spend_the_room(desk)
    before = on_disk(desk), desk.kinds(), list(desk.wires.seen)
    new = desk.order(limit="49.5")
    with pytest.raises(OrderRefused, match=f"kept for cancels. Nothing was sent: order {old.id} stays as it is; try"):
        desk.house.desk.replace(old.id, new, YES)
    assert (on_disk(desk), desk.kinds(), list(desk.wires.seen)) == before
    desk.clock.advance(60)
    assert desk.house.desk.replace(old.id, new, YES).status is Status.SENDING


def test_a_smaller_order_in_its_place_waits_for_room_as_a_closing_one_does() -> None:
    desk = Desk(requests_per_minute=30)
    old = desk.working(limit="49")
    spend_the_room(desk)
    with pytest.raises(OrderRefused, match="kept for cancels"):
        desk.house.desk.replace(old.id, desk.order(limit="49", quantity="5"), YES)
    desk.house.desk.cancel(old.id)  # the way out is open
    assert [errand.order.id for errand in desk.handed(Cancel)] == [old.id]


def test_a_second_sending_spends_nothing_that_is_kept_for_cancels() -> None:
    desk = Desk(requests_per_minute=30)
    order = in_doubt(desk, limit="49")
    spend_the_room(desk)
    desk.minder.tick()
    before = on_disk(desk), desk.kinds(), list(desk.wires.seen), dict(desk.minder.looks)
    assert order.id in desk.minder.looks
    with pytest.raises(OrderRefused, match=f"kept for cancels. Nothing was sent: order {order.id} stays as it is; try"):
        desk.minder.send_again(order.id)
    assert (on_disk(desk), desk.kinds(), list(desk.wires.seen), desk.minder.looks) == before
    desk.clock.advance(60)
    assert desk.minder.send_again(order.id).status is Status.SENDING


def test_what_was_not_found_is_sent_again_only_when_there_is_room() -> None:
    desk = Desk(requests_per_minute=200)
    order = in_doubt(desk, limit="49", answer=Answer.TIMEOUT_BEFORE)
    desk.pass_time(29)
    spend_the_room(desk)
    desk.pass_time(5)
    assert len([errand for errand in desk.handed(Submit) if errand.order.id == order.id]) == 1
    assert desk.minder.looks[order.id].not_found_at is not None
    assert desk.status(order) is Status.UNKNOWN


# closing is always possible -----------------------------------------------------------------------------------------


def test_stopped_a_named_position_can_be_closed_by_a_person() -> None:
    desk = Desk()
    desk.held("100")
    desk.house.brake.stop("enough")
    with pytest.raises(TradingStopped):
        desk.place("i-ant", Side.SELL, "50")
    closing = desk.place("i-ant", Side.SELL, "100", purpose=Purpose.CLOSE)
    assert closing.reserved == 0
    assert closing.status is Status.SENDING


def test_closing_only_lets_reductions_through_and_nothing_else() -> None:
    desk = Desk()
    desk.held("100")
    desk.house.brake.restrict(ACCOUNT, Level.CLOSING_ONLY, "careful", "person")
    with pytest.raises(TradingStopped):
        desk.place("i-bee", Side.BUY, "1")
    with pytest.raises(OrderRefused):
        desk.place("i-ant", Side.SELL, "101", purpose=Purpose.SHORT)
    assert desk.place("i-ant", Side.SELL, "40").status is Status.SENDING


@pytest.mark.parametrize("time_in_force", list(TimeInForce))
def test_when_its_time_is_over_is_written_down_when_it_is_asked_for(time_in_force: TimeInForce) -> None:
    desk = Desk()
    if time_in_force is TimeInForce.OPEN:
        with pytest.raises(MarketClosed, match="too late for an order on the open"):
            desk.place(limit="49", time_in_force=time_in_force)
        return
    order = desk.place(limit="49", time_in_force=time_in_force)
    closes = desk.hours.at(desk.clock.now()).closes_at
    wanted = None if time_in_force is TimeInForce.GTC else closes
    assert order.expires_at == wanted
    kept = desk.disk.execute("SELECT expires_at FROM orders").fetchone()[0]
    assert kept == (None if wanted is None else to_micros(wanted))


def test_yes_agrees_to_everything_but_lifts_nothing() -> None:
    assert YES.reasons == {}


def test_an_answer_of_doubt_blocks_more_on_that_side_only() -> None:
    desk = Desk()
    in_doubt(desk, "i-ant", Side.BUY, "10", limit="49", answer=Answer.TIMEOUT_BEFORE)
    with pytest.raises(OrderRefused, match="has not confirmed your order to buy 10 ANT"):
        desk.place("i-ant", Side.BUY, "1", limit="49")
    assert desk.place("i-bee", Side.BUY, "1").status is Status.SENDING
