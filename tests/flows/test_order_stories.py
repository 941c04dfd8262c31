"""Ways to lose money quietly, each as a short story about an order."""

import sqlite3
from decimal import Decimal

import pytest

from core.channel.facets.orders import Draft
from core.domain.errors import BadInput, DeskError, NotConfirmed, OrderRefused, StoreError, TradingStopped
from core.domain.order import OPEN, OrderType, Origin, Purpose, Side, Status
from core.domain.verdict import Outcome
from tests.fakes.broker import ACCOUNT, Answer
from tests.fakes.disk import Fault, is_write
from tests.flows.day import SEEN, Day
from tests.simulation.person import YES


@pytest.fixture
def day() -> Day:
    return Day()


def test_story_01_money_typed_in_the_shares_box_is_blocked_and_sent_nowhere(day: Day) -> None:
    review = day.review("ANT", Side.BUY, "5000")  # meant: 5,000 dollars
    assert not review.may_send or review.reasons_needed
    assert {"R02", "R06"} <= {v.check for v in review.verdicts if v.outcome is Outcome.BLOCK}
    with pytest.raises(OrderRefused, match="was not sent"):
        day.confirm(review)
    by_money = day.reviews.review(Draft(symbol="ANT", side=Side.BUY, notional="5000"))
    assert Decimal(99) < by_money.quantity < Decimal(100)
    with pytest.raises(BadInput, match="Both shares and an amount"):
        day.reviews.review(Draft(symbol="ANT", side=Side.BUY, quantity="10", notional="5000"))
    assert day.broker.held == []


def test_story_02_a_short_gains_when_the_price_falls(day: Day) -> None:
    day.broker.fee = Decimal(0)
    short = day.ask("ANT", Side.SELL, "10", purpose=Purpose.SHORT)
    day.trade_it(short, price="50.00")
    pictures = day.desk_house.pictures
    pictures.refresh()
    before = pictures.worth(ACCOUNT).equity
    day.prices.last["i-ant"] = Decimal("45.00")
    pictures.refresh()
    after = pictures.worth(ACCOUNT).equity
    assert before is not None
    assert after is not None
    assert after - before == Decimal(50)
    cover = day.ask("ANT", Side.BUY, "10", purpose=Purpose.CLOSE)
    day.trade_it(cover, price="45.00")
    assert day.held() == 0
    assert -day.balance("income:realized") == Decimal(50)
    assert day.broker.cash == Decimal(100_050)


@pytest.mark.parametrize("side", [Side.BUY, Side.SELL], ids=["long", "short"])
def test_story_03_closing_twice_never_turns_the_position_round(day: Day, side: Side) -> None:
    opening = day.ask("ANT", side, "10", purpose=Purpose.TRADE if side is Side.BUY else Purpose.SHORT)
    day.trade_it(opening)
    sheets = [day.review("ANT", side.other, "10", purpose=Purpose.CLOSE) for _ in range(2)]  # two windows
    for sheet in sheets:
        day.clock.advance(11)
        day.attempt(lambda sheet=sheet: day.confirm(sheet))  # type: ignore[misc]
        day.pump()
    for _ in range(6):  # whatever the second one waits for
        for held in list(day.broker.working()):
            if held.reason == "cancel requested":
                day.broker.finish_cancel(held)
            else:
                day.broker.fill(held, held.leaves, Decimal("50.00"))
        day.pump()
        day.clock.advance(4)
        day.pump()
    assert day.held() == 0
    assert day.broker.positions["i-ant"] == 0


def test_story_04_an_old_price_sizes_nothing(day: Day) -> None:
    day.prices.age = day.prices.age.resolution * 40_000_000  # 40 seconds
    review = day.reviews.review(Draft(symbol="ANT", side=Side.BUY, notional="1000"))
    assert "R24" in {v.check for v in review.verdicts if v.outcome is Outcome.BLOCK}
    assert not review.may_send
    with pytest.raises(OrderRefused, match="was not sent"):
        day.confirm(review)
    day.prices.silent = True
    with pytest.raises(BadInput, match="no price"):
        day.reviews.review(Draft(symbol="ANT", side=Side.BUY, notional="1000"))
    assert day.broker.held == []


def test_story_15_a_partial_fill_before_the_cancel_is_kept(day: Day) -> None:
    order = day.limit("ANT", Side.BUY, "100", "49.90")
    day.trade_it(order, "37", heard=False)
    day.cancel(order)
    day.pump()
    day.broker.finish_cancel(day.at_the_broker(order))
    day.pump()
    assert (day.order(order).status, day.order(order).filled) == (Status.CANCELED, Decimal(37))
    assert day.held() == 37
    day.heal()


def test_story_16_a_fill_after_the_cancel_was_confirmed_is_booked(day: Day) -> None:
    order = day.limit("ANT", Side.BUY, "100", "49.90")
    day.cancel(order)
    day.pump()
    day.broker.finish_cancel(day.at_the_broker(order))
    day.pump()
    assert day.order(order).status is Status.CANCELED
    day.broker.fill(day.at_the_broker(order), Decimal(5), Decimal("49.90"))
    day.pump()
    assert (day.order(order).status, day.order(order).filled, day.held()) == (Status.CANCELED, Decimal(5), Decimal(5))
    day.heal()


@pytest.mark.parametrize("answer", [Answer.OK, Answer.REPLY_LOST, Answer.REQUEST_LOST, Answer.LATE, Answer.REJECT])
def test_story_17_after_a_replace_one_order_is_alive(day: Day, answer: Answer) -> None:
    order = day.limit("ANT", Side.BUY, "100", "49.90")
    day.trade_it(order, "37")
    day.meet("replace", answer)
    review = day.review("ANT", Side.BUY, "60", type=OrderType.LIMIT, limit="49.95", replaces=order.id)
    day.clock.advance(11)
    day.confirm(review)
    day.pump()
    for _ in range(8):
        day.clock.advance(8)
        while day.line.late:
            day.line.arrive()
        day.pump()
    alive = [held for held in day.broker.held if held.open]
    assert len(alive) == 1
    assert alive[0].leaves == (63 if answer is Answer.REJECT else 23)  # the new quantity is the whole of it
    day.heal()


def test_story_18_a_time_out_is_never_sent_with_a_new_id(day: Day) -> None:
    day.meet("submit", Answer.LATE)
    order = day.limit("ANT", Side.BUY, "10", "49.90")
    assert order.status is Status.UNKNOWN
    for _ in range(8):
        day.clock.advance(8)
        day.pump()
    day.arrive()
    day.heal()
    sent = {client_id for verb, client_id in day.line.seen if verb == "submit"}
    assert sent == {order.client_id}
    assert len(day.broker.held) == 1


def test_story_20_a_duplicate_id_is_an_order_that_is_there(day: Day) -> None:
    day.meet("submit", Answer.TWICE)  # the broker's own library sent it twice
    review = day.review("ANT", Side.BUY, "10", type=OrderType.LIMIT, limit="49.90")
    order = day.confirm(review)
    day.pump()
    assert day.order(order).status is Status.ACKED
    assert day.confirm(review).id == order.id  # clicked again
    day.pump()
    assert len(day.broker.held) == 1


def test_story_24_fractions_add_up_and_no_more_than_that_is_sold(day: Day) -> None:
    for part in ("0.1", "0.2"):
        day.bought("ANT", part)
    assert day.held() == Decimal("0.3")
    too_much = day.review("ANT", Side.SELL, "0.3000001")
    assert "R14" in {v.check for v in too_much.verdicts if v.outcome is Outcome.BLOCK}
    day.trade_it(day.ask("ANT", Side.SELL, "0.3"))
    assert day.held() == 0
    assert day.desk_house.store.books.lots(ACCOUNT, "i-ant") == ()
    day.heal()


def test_story_27_two_orders_at_once_do_not_share_the_same_buying_power(day: Day) -> None:
    sheets = [
        day.review(symbol, Side.BUY, quantity, type=OrderType.LIMIT, limit=price)
        for symbol, quantity, price in (("CAT3", "600", "100.00"), ("ANT", "1200", "50.00"))
    ]
    assert sheets[0].buying_power_before == sheets[1].buying_power_before == 100_000
    asked = []
    for sheet in sheets:  # both windows confirm before the broker has answered either
        day.clock.advance(1)
        asked.append(day.attempt(lambda sheet=sheet: day.reviews.confirm(sheet.token, YES)))  # type: ignore[misc]
    assert asked == [True, False]
    again = day.review("ANT", Side.BUY, "1200", type=OrderType.LIMIT, limit="50.00")
    assert "R06" in {v.check for v in again.verdicts if v.outcome is Outcome.BLOCK}
    assert again.buying_power_before == 40_000
    day.pump()
    assert len(day.broker.held) == 1


def test_story_28_an_order_in_doubt_keeps_its_buying_power(day: Day) -> None:
    day.meet("submit", Answer.LATE)
    order = day.limit("ANT", Side.BUY, "100", "49.90")
    assert order.status is Status.UNKNOWN
    review = day.review("BEE", Side.BUY, "1")
    assert review.buying_power_before == 100_000 - 4_990
    same_side = day.review("ANT", Side.BUY, "1")
    assert not same_side.may_send or same_side.reasons_needed  # risk is not added beside a doubt
    day.heal()


def test_story_29_no_answer_is_not_an_empty_account(day: Day) -> None:
    day.bought("ANT", "100")
    for failure in (Answer.REJECT, Answer.TIMEOUT_BEFORE, Answer.REQUEST_LOST, Answer.LATE):
        day.meet("positions", *[failure] * 4)
        for _ in range(4):
            day.clock.advance(6)
            day.pump()
        assert day.held() == 100
        assert day.desk_house.pictures.levels.restrictions == ()
        review = day.review("ANT", Side.BUY, "1")
        assert review.held_before == 100


def test_story_39_on_a_full_disk_nothing_is_sent(day: Day) -> None:
    review = day.review("ANT", Side.BUY, "10")

    def full(sql: str) -> None:
        if is_write(sql):
            raise sqlite3.OperationalError(Fault.ENOSPC.value)

    day.disk.before = full
    with pytest.raises(StoreError, match="nothing was sent"):
        day.confirm(review)
    day.disk.heal()
    day.pump()
    assert day.broker.held == []
    order = day.confirm(review)  # the same sheet, when there is room again
    day.pump()
    assert [held.order.client_id for held in day.broker.held] == [order.client_id]


def test_story_40_stopping_keeps_the_protective_stop_and_no_job_reopens(day: Day) -> None:
    day.bought("ANT", "100")
    stop = day.ask("ANT", Side.SELL, "100", type=OrderType.STOP, stop="45.00")
    risk = day.limit("BEE", Side.BUY, "10", "19.90")
    day.desk_house.brake.stop("I want out")
    day.pump()
    assert day.at_the_broker(stop).reason == ""
    assert day.at_the_broker(risk).reason == "cancel requested"
    day.broker.finish_cancel(day.at_the_broker(risk))
    day.pump()
    with pytest.raises(TradingStopped):
        day.ask("BEE", Side.BUY, "10", origin=Origin.JOB, origin_id="rebalance")
    day.die()
    day.start()
    day.reviews = day._new_reviews()
    day.pump()
    with pytest.raises(TradingStopped):  # nor after a restart
        day.ask("BEE", Side.BUY, "10", origin=Origin.JOB, origin_id="rebalance")
    assert [order.id for order in day.ours(*OPEN)] == [stop.id]


@pytest.mark.parametrize("typed", ["1,5", "1.000,5", "1e3", "٣", "-5", "0", "NaN", "1 000", "0x10", "1.0000000001"])
def test_story_comma_what_could_mean_two_numbers_is_refused(day: Day, typed: str) -> None:
    with pytest.raises(BadInput, match=r"(?i)nothing was sent"):
        day.review("ANT", Side.BUY, typed)
    assert day.broker.held == []


def test_story_rerun_a_page_that_runs_again_sends_nothing_again(day: Day) -> None:
    review = day.review("ANT", Side.BUY, "10", type=OrderType.LIMIT, limit="49.90")
    assert day.reviews.again(review.token).token == review.token  # F5 before confirming: the sheet is still there
    made = {day.confirm(review).id for _ in range(5)}
    day.pump()
    assert len(made) == 1
    with pytest.raises(NotConfirmed, match="became order"):
        day.reviews.again(review.token)
    day.die()
    day.start()
    day.reviews = day._new_reviews()
    day.pump()
    assert day.confirm(review).id in made  # even when the desk itself began anew
    assert len(day.broker.held) == 1
    with pytest.raises(DeskError):
        day.reviews.confirm("ticket-nobody-made", SEEN)
