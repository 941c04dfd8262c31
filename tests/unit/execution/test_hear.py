"""In: what a broker says, in whatever order it says it; counted once, believed no further than the evidence goes."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations, product

import pytest

from core.domain.errors import BadInput, OrderRefused
from core.domain.fill import BrokerOrder, Report, Told
from core.domain.order import AT_BROKER, DONE, IN_DOUBT, NEXT, WAITING, Side, Status, TimeInForce
from core.domain.workspace import Level
from core.execution.errand import Cancel, LookUp, Replace, Submit
from core.execution.telling import incomplete, told
from tests.fakes.broker import ACCOUNT, Answer
from tests.fakes.clock import MORNING
from tests.unit.execution.desk import NIGHT, YES, Desk, in_doubt, until

D = Decimal


def cash(desk: Desk) -> Decimal:
    return desk.house.store.books.balance(ACCOUNT, "cash", "USD")


# how a send ends ----------------------------------------------------------------------------------------------------

ENDINGS = {
    Answer.OK: Status.ACKED,
    Answer.TWICE: Status.ACKED,
    Answer.REJECT: Status.REJECTED,
    Answer.DOWN: Status.UNSENT,
    Answer.TIMEOUT_AFTER: Status.UNKNOWN,
    Answer.TIMEOUT_BEFORE: Status.UNKNOWN,
    Answer.REPLY_LOST: Status.UNKNOWN,
    Answer.REQUEST_LOST: Status.UNKNOWN,
    Answer.LATE: Status.UNKNOWN,
}


@pytest.mark.parametrize(("answer", "status"), ENDINGS.items())
def test_a_send_ends_in_one_of_these_ways(answer: Answer, status: Status) -> None:
    desk = Desk()
    desk.answers["submit"] = answer
    order = desk.working(limit="49")
    assert order.status is status
    assert order.doubted is (status is Status.UNKNOWN)
    assert bool(order.reserved) is (status not in DONE)
    assert order.reason or status is Status.ACKED


def test_an_order_in_doubt_is_found_and_is_one_order() -> None:
    desk = Desk()
    order = in_doubt(desk, limit="49")
    desk.settle(2)
    assert desk.status(order) is Status.ACKED
    assert len(desk.broker.held) == 1
    assert desk.handed(LookUp)
    assert len(desk.handed(Submit)) == 1


def test_not_found_is_believed_only_after_a_while_and_then_the_same_id_goes_again() -> None:
    desk = Desk()
    order = in_doubt(desk, limit="49", answer=Answer.TIMEOUT_BEFORE)
    desk.pass_time(29)
    assert desk.status(order) is Status.UNKNOWN
    assert len(desk.handed(Submit)) == 1
    until(desk, lambda: desk.status(order) is Status.ACKED, 35)
    first, second = desk.handed(Submit)
    assert first.order.client_id == second.order.client_id
    assert len(desk.broker.held) == 1
    assert desk.kinds(order).count("order.sent_again") == 1


def test_a_request_that_arrives_after_not_found_makes_no_second_order() -> None:
    desk = Desk()
    order = in_doubt(desk, limit="49", answer=Answer.LATE)
    desk.pass_time(40)
    assert desk.status(order) is Status.ACKED  # sent again, same id
    desk.line.arrive()
    desk.pass_time(10)
    assert desk.broker.doubles() == []
    assert len(desk.broker.held) == 1


def test_where_a_repeat_is_not_refused_nothing_is_ever_sent_again() -> None:
    desk = Desk(refuses_repeats=False)
    order = in_doubt(desk, limit="49", answer=Answer.TIMEOUT_BEFORE)
    desk.pass_time(120, step=5)
    with pytest.raises(OrderRefused, match=rf"fake would take order {order.id} a second time. Nothing was sent"):
        desk.house.desk.send_again(order.id)
    assert desk.status(order) is Status.UNKNOWN
    assert len(desk.handed(Submit)) == 1
    assert desk.now(order).reserved == D(490)


def test_there_it_is_found_by_reading_the_list_of_orders() -> None:
    desk = Desk(refuses_repeats=False)
    order = in_doubt(desk, limit="49")
    desk.pass_time(5)
    assert desk.status(order) is Status.ACKED


def test_after_a_minute_in_doubt_nothing_is_sent_by_itself() -> None:
    desk = Desk()
    desk.answers["find"] = Answer.TIMEOUT_BEFORE
    order = in_doubt(desk, limit="49", answer=Answer.TIMEOUT_BEFORE)
    desk.pass_time(61)
    del desk.answers["find"]
    desk.pass_time(120, step=2)
    assert desk.status(order) is Status.UNKNOWN
    assert len(desk.handed(Submit)) == 1
    assert desk.house.desk.send_again(order.id).status is Status.SENDING  # a person may


def test_a_rejection_of_the_second_send_proves_nothing_about_the_first() -> None:
    desk = Desk()
    order = in_doubt(desk, limit="49", answer=Answer.TIMEOUT_BEFORE)
    desk.answers["submit"] = Answer.REJECT
    desk.house.desk.send_again(order.id)
    desk.send()
    desk.hear()
    assert desk.status(order) is Status.UNKNOWN
    assert desk.now(order).reserved


def test_not_sent_the_second_time_proves_nothing_about_the_first() -> None:
    desk = Desk()
    order = in_doubt(desk, limit="49", answer=Answer.LATE)
    desk.answers["submit"] = Answer.DOWN
    desk.house.desk.send_again(order.id)
    desk.send()
    desk.hear()
    assert desk.status(order) is Status.UNKNOWN


def test_unsent_goes_again_within_a_minute_and_not_after() -> None:
    for wait, status in ((30, Status.ACKED), (61, Status.UNSENT)):
        desk = Desk()
        desk.answers["submit"] = Answer.DOWN
        order = desk.working(limit="49")
        desk.clock.advance(wait)
        desk.answers.clear()
        desk.pass_time(5)
        assert desk.status(order) is status
        assert len(desk.broker.held) == (status is Status.ACKED)
        if status is Status.UNSENT:
            assert desk.house.desk.send_again(order.id).status is Status.SENDING  # by a person's act


def test_unsent_and_refused_by_the_checks_it_is_told_once_and_the_journal_is_not_flooded() -> None:
    desk = Desk()
    desk.answers["submit"] = Answer.DOWN
    order = desk.working(limit="49")
    desk.answers.clear()
    desk.prices.last["i-ant"] = D(40)
    for _ in range(50):
        desk.settle(0.1)
    assert desk.status(order) is Status.UNSENT
    assert desk.kinds(order).count("order.refused") == 1
    assert f"Order {order.id} was not sent by itself." in desk.alarms()


def test_that_it_was_not_sent_told_twice_says_nothing_about_its_next_send() -> None:
    desk = Desk()
    desk.answers["submit"] = Answer.DOWN
    order = desk.working(limit="49")
    unsent = Report(told=Told.UNSENT, client_id=order.client_id, at=desk.clock.now(), reason="nobody there")
    desk.answers.clear()
    desk.clock.advance(1)
    desk.house.desk.send_again(order.id)
    desk.house.desk.hear(unsent)  # a repeat that the disk would not take before
    assert desk.status(order) is Status.SENDING
    again = replace(unsent, at=desk.clock.now())
    desk.house.desk.hear(again)
    assert desk.status(order) is Status.UNSENT


def test_unsent_at_the_end_of_its_day_is_dropped() -> None:
    desk = Desk()
    desk.answers["submit"] = Answer.DOWN
    order = desk.working(limit="49")
    desk.settle(NIGHT.total_seconds())
    assert desk.status(order) is Status.ABANDONED


def test_no_answer_at_all_becomes_doubt() -> None:
    desk = Desk()
    order = desk.place(limit="49")
    desk.wires.errands.clear()  # the sending thread hangs
    desk.pass_time(70)
    assert desk.status(order) in (Status.UNKNOWN, Status.ACKED)
    assert "order.unknown" in desk.kinds(order)


def test_killed_while_sending_it_is_in_doubt_and_looked_up_first() -> None:
    desk = Desk()
    order = desk.place(limit="49")
    desk.kill()
    assert desk.status(order) is Status.UNKNOWN
    assert desk.now(order).doubted
    assert desk.now(order).reason == "The desk stopped while it was being sent"
    desk.settle()
    assert desk.handed(LookUp)
    assert desk.handed(Submit) == []


def test_looking_again_by_hand_and_an_order_that_needs_no_sending() -> None:
    desk = Desk()
    order = in_doubt(desk, limit="49")
    desk.minder.look_again(order.id)
    desk.send()
    desk.hear()
    assert desk.status(order) is Status.ACKED
    with pytest.raises(OrderRefused, match="needs no second sending"):
        desk.house.desk.send_again(order.id)


# a person's word ----------------------------------------------------------------------------------------------------


def attestable() -> tuple[Desk, str]:
    desk = Desk()
    desk.answers["find"] = Answer.TIMEOUT_BEFORE
    order = in_doubt(desk, limit="49", answer=Answer.TIMEOUT_BEFORE)
    desk.pass_time(61)
    desk.answers.clear()
    return desk, order.id


def test_a_persons_word_counts_only_after_looking_in_vain_and_when_its_time_is_over() -> None:
    desk, order_id = attestable()
    with pytest.raises(OrderRefused, match="only after the broker was asked in vain and its time in force is over"):
        desk.minder.attest(order_id, "it is not there")
    desk.pass_time(60)
    with pytest.raises(OrderRefused):  # asked in vain by now, but its day is not over
        desk.minder.attest(order_id, "it is not there")
    desk.settle(NIGHT.total_seconds())
    desk.pass_time(60)
    with pytest.raises(OrderRefused, match="type what the broker's site"):
        desk.minder.attest(order_id, "  x ")
    ended = desk.minder.attest(order_id, "Their site shows no such order")
    assert ended.status is Status.ATTESTED
    assert ended.reason == "Their site shows no such order"
    assert ended.reserved == 0
    (who,) = desk.disk.execute("SELECT who FROM journal WHERE kind='order.attested'").fetchone()
    assert who == "person"


def test_nothing_but_doubt_can_be_ended_by_a_persons_word() -> None:
    desk = Desk()
    order = desk.working(limit="49")
    desk.settle(NIGHT.total_seconds())
    with pytest.raises(OrderRefused):
        desk.minder.attest(order.id, "gone, I say")
    assert desk.status(order) in AT_BROKER


def test_a_word_needs_a_broker_that_was_reached() -> None:
    desk = Desk(refuses_repeats=False)  # finds nothing by our id: its list of orders must do
    order = in_doubt(desk, limit="49", answer=Answer.TIMEOUT_BEFORE)
    desk.answers["orders"] = Answer.DOWN
    desk.settle(NIGHT.total_seconds())
    desk.pass_time(60)
    with pytest.raises(OrderRefused, match="only after the broker was asked in vain"):
        desk.minder.attest(order.id, "it is not there")
    desk.answers.clear()
    desk.pass_time(10)
    assert desk.minder.attest(order.id, "it is not there").status is Status.ATTESTED


# fills in any order --------------------------------------------------------------------------------------------------


def test_a_fill_before_the_acknowledgement_is_booked_and_the_acknowledgement_changes_nothing() -> None:
    desk = Desk()
    order = desk.place(limit="51")
    desk.send()
    ack = desk.inbox.pop()
    desk.fill(order, "4")
    assert desk.status(order) is Status.PARTIAL
    desk.inbox.append(ack)
    desk.hear()
    assert desk.status(order) is Status.PARTIAL
    assert desk.now(order).filled == 4
    assert desk.now(order).broker_order_id == desk.there(order).broker_order_id


def test_every_fill_is_booked_once_however_often_it_is_told() -> None:
    desk = Desk()
    order = desk.working(limit="51")
    desk.fill(order, "4")
    desk.fill(order, "6", "50.5")
    before = cash(desk)
    for fill in desk.broker.fills * 2:
        desk.house.desk.hear(Report(told=Told.FILLS, client_id=order.client_id, at=desk.clock.now(), fills=(fill,)))
    desk.pass_time(10)
    desk.kill()
    desk.pass_time(10)
    assert desk.position() == 10
    assert cash(desk) == before == desk.broker.cash
    assert desk.status(order) is Status.FILLED
    assert desk.now(order).average_price == D("50.304")
    assert desk.disk.execute("SELECT count(*) FROM fill").fetchone() == (2,)


@pytest.mark.parametrize("sequence", list(permutations(range(4))))
def test_the_end_is_the_same_in_whatever_order_the_news_come(sequence: tuple[int, ...]) -> None:
    desk = Desk()
    order = desk.place(limit="51")
    desk.send()
    desk.fill(order, "4", heard=False)
    desk.fill(order, "3", "50.5", heard=False)
    held = desk.there(order)
    desk.house.desk.cancel(order.id)
    desk.broker.finish_cancel(held)
    news = list(desk.inbox)
    assert len(news) == 4
    desk.inbox.clear()
    desk.inbox.extend(news[i] for i in sequence)
    desk.hear()
    desk.pass_time(10)
    assert desk.status(order) is Status.CANCELED
    assert desk.now(order).filled == 7
    assert desk.position() == 7
    assert cash(desk) == desk.broker.cash
    assert desk.now(order).reserved == 0


def test_a_fill_after_the_cancel_is_booked() -> None:
    desk = Desk()
    order = desk.working(limit="51")
    desk.house.desk.cancel(order.id)
    desk.send()
    desk.broker.finish_cancel(desk.there(order))
    desk.hear()
    assert desk.status(order) is Status.CANCELED
    desk.fill(order, "4")
    assert desk.status(order) is Status.CANCELED
    desk.fill(order, "6")
    assert desk.status(order) is Status.FILLED
    assert desk.position() == 10


def test_more_than_was_asked_for_is_booked_and_alarmed() -> None:
    desk = Desk()
    order = desk.working(limit="51")
    desk.fill(order, "10")
    extra = replace(desk.broker.fills[-1], execution_id="extra", quantity=D(5))
    desk.house.desk.hear(Report(told=Told.FILLS, client_id=order.client_id, at=desk.clock.now(), fills=(extra,)))
    assert desk.position() == 15
    assert f"The broker filled more of order {order.id} than was asked for." in desk.alarms()
    assert desk.now(order).reserved == 0


def test_cancelled_is_not_believed_while_fills_are_missing() -> None:
    desk = Desk()
    order = desk.working(limit="51")
    desk.broker.fill(desk.there(order), D(4), D("50.01"), tell=False)
    desk.house.desk.cancel(order.id)
    desk.send()
    desk.broker.finish_cancel(desk.there(order))
    desk.hear()
    assert desk.status(order) is Status.CANCEL_PENDING
    assert desk.now(order).reserved
    desk.pass_time(3)
    assert desk.status(order) is Status.CANCELED
    assert desk.position() == 4


# what is taken back --------------------------------------------------------------------------------------------------


def test_a_bust_puts_the_books_back_and_says_so() -> None:
    desk = Desk()
    order = desk.working(limit="51")
    start = cash(desk)
    desk.fill(order, "10")
    desk.broker.bust(desk.broker.fills[-1])
    desk.hear()
    assert desk.position() == 0
    assert cash(desk) == start == desk.broker.cash
    assert "The broker took back a trade in ANT." in desk.alarms()
    desk.kill()
    desk.pass_time(5)
    assert desk.position() == 0


def test_a_bust_before_its_fill_means_the_fill_never_counts() -> None:
    desk = Desk()
    order = desk.working(limit="51")
    start = cash(desk)
    desk.broker.fill(desk.there(order), D(10), D("50.01"), tell=False)
    fill = desk.broker.fills[-1]
    desk.broker.bust(fill)
    desk.hear()
    desk.house.desk.hear(Report(told=Told.FILLS, client_id=order.client_id, at=desk.clock.now(), fills=(fill,)))
    desk.pass_time(10)
    assert desk.position() == 0
    assert cash(desk) == start == desk.broker.cash
    assert desk.status(order) is Status.FILLED  # nothing of it can trade any more
    second = desk.working("i-bee", limit="20.01")  # and the books go on
    desk.fill(second, "10", "20.01")
    desk.kill()
    desk.settle()
    third = desk.working("i-bee", limit="20.01", quantity="3")
    desk.fill(third, "3", "20.01")
    assert desk.position("i-bee") == 13


# cancels ------------------------------------------------------------------------------------------------------------


def test_a_cancel_is_over_when_the_broker_says_so_and_not_before() -> None:
    desk = Desk()
    order = desk.working(limit="49")
    desk.house.desk.cancel(order.id)
    desk.send()
    desk.hear()
    assert desk.status(order) is Status.CANCEL_PENDING
    assert desk.now(order).reserved == D(490)
    desk.broker.finish_cancel(desk.there(order))
    desk.hear()
    assert desk.status(order) is Status.CANCELED
    assert desk.house.desk.cancel(order.id).status is Status.CANCELED


@pytest.mark.parametrize("answer", [Answer.TIMEOUT_BEFORE, Answer.REQUEST_LOST, Answer.DOWN, Answer.LATE])
def test_a_cancel_that_may_not_have_arrived_is_asked_again(answer: Answer) -> None:
    desk = Desk()
    order = desk.working(limit="49")
    desk.answers["cancel"] = answer
    desk.house.desk.cancel(order.id)
    desk.send()
    desk.hear()
    del desk.answers["cancel"]
    assert "order.cancel_failed" in desk.kinds(order)
    desk.pass_time(12)
    assert desk.there(order).reason == "cancel requested"
    assert len(desk.handed(Cancel)) == 2


def test_a_cancel_that_came_too_late_leaves_the_fill() -> None:
    desk = Desk()
    order = desk.working(limit="51")
    desk.broker.fill(desk.there(order), D(10), D("50.01"), tell=False)
    desk.house.desk.cancel(order.id)
    desk.send()
    desk.hear()
    desk.pass_time(4)
    assert desk.status(order) is Status.FILLED
    assert desk.position() == 10


def test_asked_for_in_doubt_it_is_done_as_soon_as_it_shows() -> None:
    desk = Desk()
    desk.answers["find"] = Answer.TIMEOUT_BEFORE
    order = in_doubt(desk, limit="49")
    assert desk.house.desk.cancel(order.id).status is Status.UNKNOWN
    assert desk.handed(Cancel) == []
    desk.kill()  # it is remembered on the disk
    del desk.answers["find"]
    desk.pass_time(3)
    assert desk.there(order).reason == "cancel requested"
    desk.broker.finish_cancel(desk.there(order))
    desk.hear()
    assert desk.status(order) is Status.CANCELED


def test_asked_for_in_doubt_it_is_never_sent_again() -> None:
    desk = Desk()
    order = in_doubt(desk, limit="49", answer=Answer.TIMEOUT_BEFORE)
    desk.house.desk.cancel(order.id)
    desk.pass_time(60)
    assert len(desk.handed(Submit)) == 1
    assert desk.broker.held == []


def test_asked_for_while_it_is_being_sent_it_goes_with_the_acknowledgement() -> None:
    desk = Desk()
    order = desk.place(limit="49")
    desk.house.desk.cancel(order.id)
    assert desk.status(order) is Status.SENDING
    desk.send()
    desk.hear()
    assert desk.status(order) is Status.CANCEL_PENDING
    desk.send()
    assert desk.there(order).reason == "cancel requested"


def test_asked_for_while_it_is_being_sent_and_it_never_left_it_is_dropped() -> None:
    desk = Desk()
    desk.answers["submit"] = Answer.DOWN
    order = desk.place(limit="49")
    desk.house.desk.cancel(order.id)
    desk.send()
    desk.hear()
    desk.answers.clear()
    assert desk.status(order) is Status.ABANDONED
    desk.pass_time(30)
    assert desk.broker.held == []
    assert len(desk.handed(Submit)) == 1


def test_sent_back_by_the_exchange_while_a_cancel_is_under_way_it_is_gone() -> None:
    desk = Desk()
    order = desk.working(limit="49")
    desk.house.desk.cancel(order.id)
    desk.send()
    desk.hear()
    desk.broker.refuse_late(desk.there(order))
    desk.hear()
    assert desk.status(order) is Status.CANCELED
    assert desk.now(order).reserved == 0


@pytest.mark.parametrize("status", [Status.ACKED, Status.PARTIAL])
def test_sent_back_by_the_exchange_it_is_rejected(status: Status) -> None:
    desk = Desk()
    order = desk.working(limit="51")
    if status is Status.PARTIAL:
        desk.fill(order, "4")
    desk.broker.refuse_late(desk.there(order))
    desk.hear()
    assert desk.status(order) is Status.REJECTED


# replacing ----------------------------------------------------------------------------------------------------------


def test_a_replacement_counts_what_was_filled_and_is_never_reserved_twice() -> None:
    desk = Desk()
    old = desk.working(limit="49", quantity="100")
    power = desk.house.pictures.draw(old).buying_power
    new = desk.house.desk.replace(old.id, desk.order(limit="49.5", quantity="100"), YES)
    assert desk.status(old) is Status.REPLACE_PENDING
    view = desk.house.pictures.draw(desk.order(limit="49"))
    assert view.open_quantity("i-ant", Side.BUY) == 100  # not both
    desk.send()
    desk.hear()
    assert desk.status(old) is Status.REPLACED
    assert desk.status(new) is Status.ACKED
    assert desk.now(old).reserved == 0
    after = desk.house.pictures.draw(new).buying_power
    assert power is not None
    assert after is not None
    assert power - after == D("0.5") * 100


def test_a_fill_of_the_old_one_while_it_is_replaced_counts_for_the_new_one() -> None:
    desk = Desk()
    old = desk.working(limit="51", quantity="10")
    desk.fill(old, "2")
    new = desk.house.desk.replace(old.id, desk.order(limit="51.5", quantity="10"), YES)
    assert new.carried == 2
    assert new.leaves == 8
    desk.fill(old, "3")
    assert desk.now(new).carried == 5
    desk.send()
    desk.hear()
    assert desk.now(new).leaves == 5
    desk.fill(new, "5", "51.5")
    assert desk.status(new) is Status.FILLED
    assert desk.position() == 10


def test_refused_the_old_one_stands() -> None:
    desk = Desk()
    old = desk.working(limit="49")
    desk.answers["replace"] = Answer.REJECT
    new = desk.house.desk.replace(old.id, desk.order(limit="49.5"), YES)
    desk.send()
    desk.hear()
    assert desk.status(new) is Status.REJECTED
    assert desk.status(old) is Status.ACKED
    assert desk.now(old).reason == f"{new.id} did not replace it"


def test_never_sent_the_old_one_stands_and_the_new_one_is_dropped() -> None:
    desk = Desk()
    old = desk.working(limit="49")
    desk.answers["replace"] = Answer.DOWN
    new = desk.house.desk.replace(old.id, desk.order(limit="49.5"), YES)
    desk.send()
    desk.hear()
    desk.answers.clear()
    desk.pass_time(70)
    assert desk.status(new) is Status.ABANDONED
    assert desk.status(old) is Status.ACKED
    assert len(desk.broker.held) == 1


def test_refused_and_nobody_heard_it_the_old_one_stands() -> None:
    """A broker may keep what it refused, under a number of its own: found so, it took nobody's place."""
    desk = Desk()
    desk.broker.keeps_refusals = True
    old = desk.working(limit="49")
    desk.answers["replace"] = Answer.REFUSAL_LOST
    new = desk.house.desk.replace(old.id, desk.order(limit="49.5"), YES)
    desk.pass_time(30)
    assert desk.status(new) is Status.REJECTED
    assert desk.status(old) is Status.ACKED
    assert desk.handed(Cancel) == []
    assert desk.alarms() == []


@pytest.mark.parametrize("answer", [Answer.REPLY_LOST, Answer.TIMEOUT_AFTER, Answer.TIMEOUT_BEFORE])
def test_in_doubt_which_of_the_two_is_alive_is_found_out(answer: Answer) -> None:
    desk = Desk()
    old = desk.working(limit="49")
    desk.answers["replace"] = answer
    new = desk.house.desk.replace(old.id, desk.order(limit="49.5"), YES)
    desk.send()
    desk.hear()
    assert desk.status(new) is Status.UNKNOWN
    assert desk.status(old) is (Status.REPLACE_PENDING if answer is Answer.TIMEOUT_BEFORE else Status.REPLACED)
    desk.answers.clear()
    desk.kill()
    desk.pass_time(60)
    assert len([held for held in desk.broker.held if held.open]) == 1
    assert desk.status(new) is Status.ACKED
    assert desk.status(old) is Status.REPLACED
    assert desk.broker.doubles() == []


def test_filled_before_the_replacement_arrives_the_new_one_is_over() -> None:
    desk = Desk()
    old = desk.working(limit="51")
    new = desk.house.desk.replace(old.id, desk.order(limit="51.5"), YES)
    desk.broker.fill(desk.there(old), D(10), D("50.9"), tell=False)
    desk.send()
    desk.hear()
    desk.pass_time(6)
    assert desk.status(old) is Status.FILLED
    assert desk.status(new) is Status.REJECTED
    assert desk.position() == 10


def test_cancelled_while_it_is_being_replaced_both_go() -> None:
    desk = Desk()
    old = desk.working(limit="49")
    new = desk.house.desk.replace(old.id, desk.order(limit="49.5"), YES)
    desk.house.desk.cancel(old.id)
    desk.send()
    desk.hear()
    desk.send()
    assert desk.status(new) is Status.CANCEL_PENDING
    desk.broker.finish_cancel(desk.there(new))
    desk.hear()
    desk.pass_time(5)
    assert [held for held in desk.broker.held if held.open] == []
    assert desk.status(old) is Status.REPLACED
    assert desk.status(new) is Status.CANCELED


def test_cancelled_while_it_is_being_replaced_and_that_never_left_the_old_one_goes() -> None:
    desk = Desk()
    old = desk.working(limit="49")
    desk.answers["replace"] = Answer.DOWN
    desk.house.desk.replace(old.id, desk.order(limit="49.5"), YES)
    desk.house.desk.cancel(old.id)
    desk.send()
    desk.hear()
    desk.send()
    assert desk.status(old) is Status.CANCEL_PENDING
    assert desk.there(old).reason == "cancel requested"


def test_what_cannot_be_replaced() -> None:
    desk = Desk()
    old = desk.working(limit="51")
    desk.fill(old, "4")
    with pytest.raises(BadInput, match=r"4 is no more than what order .* has filled already"):
        desk.house.desk.replace(old.id, desk.order(limit="51.5", quantity="4"), YES)
    for other in (desk.order("i-bee", limit="20"), desk.order("i-ant", Side.SELL, limit="51.5", quantity="3")):
        with pytest.raises(BadInput, match=r"can only be changed into another to buy ANT. Nothing was sent"):
            desk.house.desk.replace(old.id, other, YES)
    desk.house.desk.cancel(old.id)
    with pytest.raises(OrderRefused, match="cannot be changed now"):
        desk.house.desk.replace(old.id, desk.order(limit="51.5"), YES)
    assert desk.handed(Replace) == []


def test_a_repeated_replacement_is_one() -> None:
    desk = Desk()
    old = desk.working(limit="49")
    draft = desk.order(limit="49.5", intent_key="again")
    first = desk.house.desk.replace(old.id, draft, YES)
    assert desk.house.desk.replace(old.id, draft, YES) == first
    assert len(desk.handed(Replace)) == 1


# telling, as a table -------------------------------------------------------------------------------------------------

ANSWERS = [None, *(s for s in Status if s in NEXT[Status.UNKNOWN] and s not in (Status.SENDING, Status.ATTESTED))]


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.DRAFT])
def test_no_word_of_a_broker_can_break_the_table(status: Status) -> None:
    asked = Desk().place(limit="49", time_in_force=TimeInForce.GTC)
    for kind, shown, doubted in product(Told, ANSWERS, (False, True)):
        order = replace(asked, status=status, doubted=doubted)
        held = None if shown is None else as_shown(shown)
        report = Report(told=kind, client_id=order.client_id, at=MORNING, order=held, reason="so")
        now = told(order, report)
        assert now.status is status or now.status in NEXT[status]
        if status in WAITING | DONE:
            assert now.status is status  # only fills move these
        if now.status is Status.REJECTED is not status and held is None:
            assert not doubted
            assert status in IN_DOUBT
        if status in IN_DOUBT and kind in (Told.NOT_FOUND, Told.LOOK_UP_FAILED) and held is None:
            assert now.status is status
        again = told(now, report).status
        assert again is now.status or again in NEXT[now.status]
        if held is not None and shown in DONE and status in AT_BROKER and shown is not Status.FILLED:
            assert now.status in DONE
            assert not incomplete(now, held)


def as_shown(status: Status) -> BrokerOrder:
    return BrokerOrder(
        client_id="c",
        broker_order_id="b1",
        instrument_id="i-ant",
        side=Side.BUY,
        quantity=D(10),
        filled=D(10) if status is Status.FILLED else D(0),
        status=status,
    )


def test_a_fill_of_something_unknown_to_the_catalogue_is_left_to_the_comparison() -> None:
    desk = Desk()
    order = desk.working(limit="51")
    known = desk.broker.elsewhere("i-bee", Side.BUY, D(1), D(20))
    desk.inbox.clear()
    strange = replace(known, execution_id="s1", instrument_id="i-none")
    report = Report(told=Told.FILLS, client_id="", at=desk.clock.now(), fills=(strange, known))
    desk.house.desk.hear(report)
    assert not desk.house.store.fills.knows(ACCOUNT, "s1")
    assert desk.position("i-bee") == 1  # the rest of the report counts
    desk.fill(order, "10")
    assert desk.position() == 10


def test_a_report_about_nobodys_order_changes_nothing() -> None:
    desk = Desk()
    before = desk.kinds()
    for kind in Told:
        desk.house.desk.hear(Report(told=kind, client_id="somebody-else", at=desk.clock.now(), reason="?"))
    assert desk.kinds() == before


def test_a_fill_after_a_persons_word_is_booked_alarmed_and_freezes_the_symbol() -> None:
    desk = Desk()
    desk.answers["find"] = Answer.TIMEOUT_BEFORE
    order = in_doubt(desk, limit="49", answer=Answer.LATE)
    desk.pass_time(61)
    desk.answers.clear()
    desk.settle(NIGHT.total_seconds())
    desk.pass_time(60)
    desk.minder.attest(order.id, "Their site shows no such order")
    desk.line.arrive()
    desk.fill(order, "4", "49")
    assert desk.status(order) is Status.ATTESTED
    assert desk.position() == 4
    assert f"Order {order.id} was ended on your word, and the broker filled it all the same." in desk.alarms()
    level, why = desk.house.pictures.levels.strictest(ACCOUNT, "i-ant")
    assert level is Level.CLOSING_ONLY
    assert "on your word" in why
    assert desk.house.pictures.levels.strictest(ACCOUNT, "i-bee")[0] is Level.ACTIVE
    desk.pass_time(20)  # agreeing with the broker does not lift it
    desk.kill()
    assert desk.house.pictures.levels.strictest(ACCOUNT, "i-ant")[0] is Level.CLOSING_ONLY
    desk.settle()
    desk.fill(order, "6", "49")
    assert desk.status(order) is Status.FILLED
    assert desk.position() == 10


@pytest.mark.parametrize(
    "status", [Status.ACKED, Status.PARTIAL, Status.CANCEL_PENDING, Status.REPLACE_PENDING], ids=str
)
def test_a_fill_after_a_word_about_an_order_the_broker_lost_is_booked_alarmed_and_freezes_too(status: Status) -> None:
    desk = Desk()
    order = desk.working(limit="49")
    if status is Status.PARTIAL:
        desk.fill(order, "3", "49")
    if status is Status.CANCEL_PENDING:
        desk.house.desk.cancel(order.id)
    if status is Status.REPLACE_PENDING:
        desk.answers["replace"] = Answer.LATE
        desk.house.desk.replace(order.id, desk.order(limit="49.5"), YES)
        desk.send()
        desk.hear()
    held = desk.there(order)
    desk.broker.held.remove(held)
    with pytest.raises(OrderRefused):  # one answer is none
        desk.minder.attest(order.id, "Their site shows no such order")
    desk.pass_time(40)
    assert desk.status(order) is status
    assert f"The broker no longer knows order {order.id} (ANT)." in desk.alarms()
    assert desk.minder.attest(order.id, "Their site shows no such order").status is Status.ATTESTED
    assert not any("no longer knows" in title for title in desk.alarms())
    desk.broker.held.append(held)
    before = desk.now(order).filled
    desk.fill(order, "4", "49")
    assert desk.status(order) is Status.ATTESTED
    assert desk.position() == before + 4
    assert f"Order {order.id} was ended on your word, and the broker filled it all the same." in desk.alarms()
    assert desk.house.pictures.levels.strictest(ACCOUNT, "i-ant")[0] is Level.CLOSING_ONLY
    desk.kill()
    desk.settle()
    assert desk.house.pictures.levels.strictest(ACCOUNT, "i-ant")[0] is Level.CLOSING_ONLY
    desk.fill(order, f"{6 - before:f}", "49")
    assert (desk.status(order), desk.position()) == (Status.FILLED, D(10))


def test_a_word_about_a_replacement_lets_the_old_order_stand() -> None:
    desk = Desk(refuses_repeats=False)
    old = desk.working(limit="49", time_in_force=TimeInForce.GTC)
    other = desk.working("i-bee", limit="19", time_in_force=TimeInForce.GTC)
    desk.answers["replace"] = Answer.TIMEOUT_BEFORE
    new = desk.house.desk.replace(old.id, desk.order(limit="49.5"), YES)
    gone = desk.house.desk.replace(other.id, desk.order("i-bee", limit="19.5"), YES)
    desk.house.desk.cancel(other.id)
    desk.send()
    desk.hear()
    assert desk.status(old) is Status.REPLACE_PENDING
    desk.house.desk.attest(new.id, "Their site shows the old one")
    desk.house.desk.attest(gone.id, "Their site shows the old one")
    assert desk.status(old) is Status.ACKED
    assert desk.status(other) is Status.CANCEL_PENDING
    desk.send()
    assert desk.there(other).reason == "cancel requested"


def test_an_order_missing_from_the_only_list_there_is_may_be_ended_by_a_person() -> None:
    desk = Desk(refuses_repeats=False)  # finds nothing by our id
    order = desk.working(limit="49")
    desk.broker.held.clear()
    desk.pass_time(15)
    assert not desk.minder.may_attest(order)
    desk.pass_time(15)
    assert f"The broker no longer knows order {order.id} (ANT)." in desk.alarms()
    assert desk.minder.attest(order.id, "it ended yesterday").reserved == 0


def test_no_answer_to_a_look_up_brings_a_vanished_order_not_back() -> None:
    desk = Desk()
    order = desk.working(limit="49")
    desk.broker.held.clear()
    desk.pass_time(30)
    assert desk.minder.may_attest(order)
    desk.answers["find"] = Answer.REQUEST_LOST
    desk.pass_time(5)
    assert desk.minder.may_attest(order)


def test_where_looking_up_fails_all_day_the_list_of_orders_must_do() -> None:
    desk = Desk()
    order = in_doubt(desk, limit="49", answer=Answer.REQUEST_LOST)
    desk.answers["find"] = Answer.REQUEST_LOST
    desk.pass_time(60)
    assert not desk.minder.may_attest(order)  # its day is not over
    desk.settle(NIGHT.total_seconds())
    desk.pass_time(5)
    assert desk.minder.may_attest(desk.now(order))


def test_a_vanished_order_that_shows_up_as_over_is_no_news_any_more() -> None:
    desk = Desk()
    order = desk.working(limit="49")
    (held,) = desk.broker.held
    desk.broker.held.clear()
    desk.pass_time(30)
    assert f"The broker no longer knows order {order.id} (ANT)." in desk.alarms()
    held.status = Status.CANCELED
    desk.broker.held.append(held)
    desk.pass_time(5)
    assert desk.status(order) is Status.CANCELED
    assert desk.alarms() == []
