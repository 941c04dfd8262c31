"""Our books beside the broker's: what it explains is booked, what nobody explains closes one symbol, a failed read is nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.domain.errors import BadInput, TradingStopped
from core.domain.fill import Report, Told
from core.domain.order import Order, Side, Status
from core.domain.reading import MarginCall, Reading, ReadState
from core.domain.workspace import Level
from core.execution.errand import AccountReading, LookUp, ReadAccount
from core.ledger.opening import Holding
from core.risk.limits import WORKSPACE
from tests.fakes.broker import ACCOUNT, Answer
from tests.fakes.clock import FakeClock
from tests.unit.execution.desk import YES, Desk, until

D = Decimal
SCOPE = f"{ACCOUNT}/i-ant"
PARTS = ("orders", "positions", "cash", "executions", "activities")


def level(desk: Desk, name: str = "i-ant") -> Level:
    return desk.house.pictures.levels.strictest(ACCOUNT, name)[0]


def state(desk: Desk) -> dict[str, object]:
    """What must not change by a failed reading."""
    books, store = desk.house.store.books, desk.house.store
    return {
        "positions": dict(books.positions(ACCOUNT)),
        "cash": books.balance(ACCOUNT, "cash", "USD"),
        "orders": store.orders.open(),
        "levels": desk.house.pictures.levels,
        "cursor": store.accounts.cursor(ACCOUNT),
    }


# reading ------------------------------------------------------------------------------------------------------------


def test_while_anything_works_the_account_is_read_every_few_seconds() -> None:
    desk = Desk()
    before = len(desk.handed(ReadAccount))
    desk.pass_time(60, step=0.5)
    assert 15 <= len(desk.handed(ReadAccount)) - before <= 21


def test_one_answer_that_raises_questions_is_no_storm_of_readings() -> None:
    desk = Desk()
    order = desk.working(limit="49")
    desk.there(order).filled = D(1)  # it counts a fill it does not show
    before = len(desk.handed(ReadAccount))
    desk.pass_time(10, step=0.1)
    assert 3 <= len(desk.handed(ReadAccount)) - before <= 11


def test_half_an_answer_is_asked_for_again_without_haste() -> None:
    desk = Desk()
    desk.answers["orders"] = Answer.LATE
    before = len(desk.handed(ReadAccount))
    desk.pass_time(10, step=0.1)
    assert len(desk.handed(ReadAccount)) - before <= 11


def test_a_reading_that_never_comes_is_asked_for_again_after_a_minute() -> None:
    desk = Desk()
    desk.pass_time(2)
    desk.minder.tick()
    desk.settle(1)
    desk.clock.advance(3)
    desk.minder.tick()
    desk.wires.errands.clear()
    before = len(desk.handed(ReadAccount))
    desk.pass_time(58)
    assert len(desk.handed(ReadAccount)) == before
    desk.pass_time(4)
    assert len(desk.handed(ReadAccount)) == before + 1


@pytest.mark.parametrize("answer", [Answer.DOWN, Answer.REQUEST_LOST, Answer.REJECT])
@pytest.mark.parametrize("part", PARTS)
def test_a_failed_reading_changes_nothing(part: str, answer: Answer) -> None:
    desk = Desk()
    desk.held("100")
    desk.pass_time(4)
    desk.broker.positions.clear()  # an empty answer would look like flat
    before = state(desk)
    desk.answers[part] = answer
    desk.pass_time(20)
    assert state(desk) == before
    if part == "orders":
        assert not desk.house.connection.up
        assert desk.house.connection.reconciled == set()
        assert "fake does not answer." in desk.alarms()
    desk.answers.clear()
    desk.broker.positions["i-ant"] = D(100)
    desk.pass_time(12)
    assert desk.house.connection.up
    assert desk.house.connection.reconciled == {ACCOUNT}
    assert desk.alarms() == []


@pytest.mark.parametrize("part", PARTS)
def test_half_a_reading_is_never_taken_for_the_whole(part: str) -> None:
    desk = Desk()
    desk.held("100")
    desk.held("50", "i-bee")
    working = desk.working("i-cat", limit="99")
    desk.answers[part] = Answer.LATE
    desk.pass_time(20)
    assert desk.position() == 100
    assert desk.position("i-bee") == 50
    assert desk.status(working) is Status.ACKED
    assert desk.handed(LookUp) == []  # half a list proves nothing about what is not in it
    assert desk.house.pictures.levels.restrictions == ()


def test_while_the_broker_is_away_only_reductions_pass_and_the_rest_waits_for_the_comparison() -> None:
    desk = Desk()
    desk.held("100")
    desk.answers["orders"] = Answer.DOWN
    desk.pass_time(4)
    with pytest.raises(TradingStopped, match="not yet compared"):
        desk.place("i-bee", limit="19")
    assert desk.place("i-ant", Side.SELL, "100").status is Status.SENDING


def test_what_was_missed_while_away_is_booked() -> None:
    desk = Desk()
    order = desk.working(limit="51")
    desk.answers["orders"] = Answer.DOWN
    desk.pass_time(10)
    desk.fill(order, "10", heard=False)
    desk.inbox.clear()  # the stream is silent
    desk.answers.clear()
    desk.pass_time(5)
    assert desk.position() == 10
    assert desk.status(order) is Status.FILLED
    assert desk.house.store.books.balance(ACCOUNT, "cash", "USD") == desk.broker.cash


# what nobody explains -----------------------------------------------------------------------------------------------


def test_a_difference_counts_only_when_two_readings_five_seconds_apart_tell_it() -> None:
    desk = Desk()
    desk.held("100")
    desk.pass_time(4)
    desk.broker.positions["i-ant"] = D(90)
    desk.pass_time(4)
    assert level(desk) is Level.ACTIVE
    desk.pass_time(8)
    assert level(desk) is Level.CLOSING_ONLY
    assert level(desk, "i-bee") is Level.ACTIVE
    (words,) = desk.alarms()
    assert words.startswith("ANT: the broker holds 90, our books say 100.")
    desk.kill()
    assert level(desk) is Level.CLOSING_ONLY  # in force after a restart, before anything is read
    desk.pass_time(15)
    desk.broker.positions["i-ant"] = D(100)
    desk.pass_time(5)
    assert level(desk) is Level.ACTIVE
    assert desk.alarms() == []


def test_frozen_only_what_both_agree_on_may_be_sold() -> None:
    desk = Desk()
    desk.held("100")
    desk.pass_time(4)
    desk.broker.positions["i-ant"] = D(90)
    desk.pass_time(15)
    with pytest.raises(Exception, match=r"Only closing|Only 90"):
        desk.place("i-ant", Side.SELL, "91")
    assert desk.place("i-ant", Side.SELL, "90").status is Status.SENDING


def test_the_brokers_number_is_taken_with_a_reason_and_a_cost_for_what_is_new() -> None:
    desk = Desk()
    desk.held("100")
    desk.pass_time(4)
    with pytest.raises(BadInput, match="do not differ there"):
        desk.house.reconciler.accept(ACCOUNT, "i-ant", "because", None)
    desk.broker.positions["i-ant"] = D(120)
    desk.pass_time(15)
    with pytest.raises(BadInput, match=r"What ANT cost is not known. Nothing was booked"):
        desk.house.reconciler.accept(ACCOUNT, "i-ant", "a gift", None)
    with pytest.raises(BadInput, match="type why"):
        desk.house.reconciler.accept(ACCOUNT, "i-ant", "  ", D(900))
    assert level(desk) is Level.CLOSING_ONLY
    desk.house.reconciler.accept(ACCOUNT, "i-ant", "a gift", D(900))
    position = desk.house.store.books.position(ACCOUNT, "i-ant")
    assert position is not None
    assert (position.quantity, position.cost) == (D(120), D("5901"))
    assert level(desk) is Level.ACTIVE
    desk.pass_time(15)
    assert desk.alarms() == []


def test_less_than_we_thought_leaves_at_cost() -> None:
    desk = Desk()
    desk.held("100")
    desk.pass_time(4)
    desk.broker.positions["i-ant"] = D(40)
    desk.pass_time(15)
    desk.house.reconciler.accept(ACCOUNT, "i-ant", "sold on the telephone", None)
    assert desk.position() == 40
    desk.kill()
    desk.pass_time(15)
    assert desk.position() == 40
    assert level(desk) is Level.ACTIVE


# what the broker explains -------------------------------------------------------------------------------------------


def test_a_trade_from_the_brokers_own_app_is_booked_once_and_freezes_nothing() -> None:
    desk = Desk()
    desk.broker.elsewhere("i-ant", Side.BUY, D(7), D(50))
    desk.hear()
    desk.pass_time(20)
    assert desk.position() == 7
    desk.broker.streams = []
    desk.broker.elsewhere("i-ant", Side.SELL, D(2), D(51))
    desk.pass_time(20)
    assert desk.position() == 5
    assert desk.house.pictures.levels.restrictions == ()
    assert desk.house.store.books.balance(ACCOUNT, "cash", "USD") == desk.broker.cash


def test_dividends_and_fees_are_booked_once() -> None:
    desk = Desk()
    desk.broker.pay("dividend", D("3.17"))
    desk.broker.pay("fee", D("-1.005"))
    desk.pass_time(10)
    desk.kill()
    desk.pass_time(10)
    assert desk.house.store.books.balance(ACCOUNT, "cash", "USD") == D("100002.165")
    assert desk.kinds().count("activity") == 2
    assert desk.alarms() == []


def test_what_cannot_be_traded_here_is_told_while_it_is_held() -> None:
    desk = Desk()
    desk.broker.positions["i-option"] = D(2)
    desk.pass_time(8)
    assert desk.alarms() == ["i-option is held at the broker and cannot be traded here."]
    desk.broker.positions["i-option"] = D(0)
    desk.pass_time(8)
    assert desk.alarms() == []


def test_cash_nobody_explains_warns() -> None:
    desk = Desk()
    desk.broker.cash -= D(500)
    desk.pass_time(15)
    assert len(desk.alarms()) == 1
    assert "500" in desk.alarms()[0]
    desk.broker.cash += D(500)
    desk.pass_time(15)
    assert desk.alarms() == []


def test_a_restart_each_day_does_not_put_off_the_block() -> None:
    desk = Desk()
    desk.broker.cash -= D(500)
    desk.pass_time(15)
    for _ in range(2):
        assert level(desk) is Level.ACTIVE
        desk.clock.advance(24 * 3600)
        desk.kill()
        desk.pass_time(15)
    assert level(desk) is Level.CLOSING_ONLY
    (words,) = desk.alarms()
    assert "The next day's activities do not explain it" in words


def test_a_restart_does_not_lift_the_block_and_agreement_does() -> None:
    desk = Desk()
    desk.broker.cash -= D(500)
    desk.pass_time(15)
    desk.clock.advance(48 * 3600)
    desk.pass_time(8)
    assert level(desk) is Level.CLOSING_ONLY
    desk.kill()
    for _ in range(12):
        desk.pass_time(1)
        assert level(desk) is Level.CLOSING_ONLY
    desk.answers["orders"] = Answer.DOWN
    desk.kill()
    desk.pass_time(8)  # the first reading after a start may fail: that is no agreement either
    desk.answers.clear()
    desk.pass_time(8)
    assert level(desk) is Level.CLOSING_ONLY
    desk.broker.cash += D(500)
    desk.pass_time(8)
    assert (level(desk), desk.alarms()) == (Level.ACTIVE, [])
    desk.kill()
    desk.pass_time(8)
    assert (level(desk), desk.alarms()) == (Level.ACTIVE, [])


def test_a_gap_that_comes_back_gets_its_day_again() -> None:
    desk = Desk()
    desk.broker.cash -= D(500)
    desk.pass_time(15)
    desk.broker.cash += D(500)
    desk.pass_time(8)
    desk.clock.advance(48 * 3600)
    desk.kill()
    desk.broker.cash -= D(500)
    desk.pass_time(15)
    assert level(desk) is Level.ACTIVE


# a margin call ------------------------------------------------------------------------------------------------------


def test_a_margin_call_is_said_with_amount_and_deadline_until_the_broker_says_otherwise() -> None:
    desk = Desk()
    due = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
    desk.broker.call = MarginCall(value=D("1234.5"), due=due, note="Close something, or add cash.")
    desk.settle(31)
    (alarm,) = (a for a in desk.house.desk.alarms.all() if a.key == f"call:{ACCOUNT}")
    assert (alarm.weight, alarm.stays) == ("red", False)
    assert alarm.title.endswith(", due Tue 24 Nov 10:30 ET.")
    assert alarm.detail == "1,234.50 USD are asked for. Close something, or add cash."
    desk.answers["cash"] = Answer.LATE
    desk.broker.call = None
    desk.pass_time(40)
    assert alarm in desk.house.desk.alarms.all(), "a reading that failed is no answer"
    desk.answers.clear()
    desk.pass_time(40)
    assert alarm not in desk.house.desk.alarms.all()


def test_what_the_broker_sells_against_a_call_is_booked_freezes_nothing_and_stays_until_it_is_seen() -> None:
    desk = Desk()
    desk.held("20")
    desk.broker.streams = []
    fill = desk.broker.elsewhere("i-ant", Side.SELL, D(7), D(49))
    desk.broker.fills[-1] = replace(fill, liquidation=True, note="Sold by the broker.")
    desk.pass_time(40)
    desk.kill()
    desk.pass_time(10)
    position = desk.house.store.books.position(ACCOUNT, "i-ant")
    assert position is not None
    assert position.quantity == 13
    assert level(desk) is Level.ACTIVE
    (alarm,) = (a for a in desk.house.desk.alarms.all() if a.key.startswith("liquidation"))
    assert alarm.title == "The broker sold ANT by itself, because a margin call was not met."
    assert alarm.row
    titles = [line.title for line in desk.house.store.journal.of_kinds("fill")]
    assert titles[-1] == "Sold 7 ANT at 49 by the broker itself: a margin call was not met"


# strangers ----------------------------------------------------------------------------------------------------------


def strange(desk: Desk, client_id: str) -> Order:
    order = replace(desk.order(limit="49"), client_id=client_id, status=Status.SENDING)
    desk.broker.receive(order)
    return order


def test_an_order_with_our_mark_that_this_machine_did_not_send_stops_trading() -> None:
    desk = Desk()
    mine = desk.working("i-bee", limit="19")
    strange(desk, "qd-other-123")
    desk.pass_time(4)
    assert level(desk) is Level.STOPPED
    why = desk.house.pictures.levels.strictest(ACCOUNT)[1]
    assert "qd-other-123" in why
    assert "another copy of this workspace may be trading" in why
    assert desk.status(mine) is Status.CANCEL_PENDING
    assert {r.scope for r in desk.house.pictures.levels.restrictions} == {WORKSPACE}


def test_a_strangers_fill_alone_is_enough() -> None:
    desk = Desk()
    order = strange(desk, "qd-other-123")
    (held,) = desk.broker.holding("qd-other-123")
    desk.broker.fill(held, D(10), D(49), tell=False)
    desk.broker.held.remove(held)
    desk.pass_time(4)
    assert level(desk) is Level.STOPPED
    assert desk.position(order.instrument_id) == 10  # booked: it traded


def acknowledge(desk: Desk, words: str = "placed by the laptop before it broke") -> None:
    (alarm,) = desk.house.alarms.all()
    assert alarm.explain
    desk.house.alarms.acknowledge(alarm.row, words)


def test_a_stranger_stops_trading_again_until_a_person_says_what_it_is() -> None:
    desk = Desk()
    strange(desk, "qd-other-123")
    desk.pass_time(4)
    desk.house.brake.resume("looked into it")
    desk.pass_time(4)
    assert level(desk) is Level.STOPPED
    with pytest.raises(BadInput, match="type what you found out"):
        acknowledge(desk, " x ")
    desk.kill()
    desk.pass_time(8)
    acknowledge(desk)
    assert level(desk) is Level.STOPPED  # it goes on when a person resumes, not by itself
    desk.house.brake.resume("it was the laptop")
    desk.pass_time(10)
    assert (level(desk), desk.alarms()) == (Level.ACTIVE, [])
    desk.kill()
    desk.pass_time(10)
    assert (level(desk), desk.alarms()) == (Level.ACTIVE, [])
    (who, body) = desk.disk.execute("SELECT who, body FROM journal WHERE kind='alarm.seen'").fetchone()
    assert who == "person"
    assert "qd-other-123" in body
    assert "placed by the laptop before it broke" in body


def test_what_an_acknowledged_stranger_fills_is_booked_as_made_elsewhere() -> None:
    desk = Desk()
    strange(desk, "qd-other-123")
    desk.pass_time(4)
    acknowledge(desk)
    desk.house.brake.resume("it was the laptop")
    (held,) = desk.broker.holding("qd-other-123")
    desk.broker.fill(held, D(4), D(49))
    desk.hear()
    desk.broker.fill(held, D(6), D(49), tell=False)
    desk.pass_time(15)
    assert desk.position() == 10
    assert desk.house.store.books.balance(ACCOUNT, "cash", "USD") == desk.broker.cash
    assert desk.house.store.orders.open() == ()
    assert (level(desk), desk.alarms()) == (Level.ACTIVE, [])


def test_another_stranger_stops_trading_all_the_same() -> None:
    desk = Desk()
    strange(desk, "qd-other-123")
    desk.pass_time(4)
    acknowledge(desk)
    desk.house.brake.resume("it was the laptop")
    strange(desk, "qd-other-124")
    desk.pass_time(4)
    assert level(desk) is Level.STOPPED
    (title,) = desk.alarms()
    assert "qd-other-124" in title


def test_a_strangers_fill_told_by_the_stream_alone_stops_trading() -> None:
    desk = Desk()
    strange(desk, "qd-other-123")
    (held,) = desk.broker.holding("qd-other-123")
    desk.broker.fill(held, D(10), D(49))
    desk.broker.held.remove(held)
    desk.hear()
    assert level(desk) is Level.STOPPED
    assert desk.position() == 10
    desk.house.brake.resume("not looked into")
    desk.kill()
    desk.pass_time(4)  # it is among the executions still, and known
    assert level(desk) is Level.STOPPED


def test_an_order_without_our_mark_is_somebodys_and_disturbs_nobody() -> None:
    desk = Desk()
    strange(desk, "app-7")
    desk.pass_time(10)
    assert level(desk) is Level.ACTIVE


# the first connection -----------------------------------------------------------------------------------------------


def fresh() -> Desk:
    """A desk that meets an account for the first time."""
    desk = Desk(open_for_trading=False)
    for table in ("posting", "lot_move", "lot", "position", "balance", "equity_mark", "entry"):
        desk.disk.execute(f"DELETE FROM {table}")
    desk.kill()
    return desk


def test_cash_alone_opens_the_books_by_itself() -> None:
    desk = fresh()
    desk.settle()
    assert desk.house.store.books.balance(ACCOUNT, "cash", "USD") == D(100_000)
    assert desk.house.connection.reconciled == {ACCOUNT}
    assert desk.kinds().count("opening") == 1


def test_holdings_wait_for_a_person_and_nothing_is_traded_meanwhile() -> None:
    desk = fresh()
    desk.broker.positions["i-ant"] = D(30)
    desk.pass_time(10)
    assert desk.position() == 0
    assert desk.house.connection.reconciled == set()
    assert desk.alarms() == ["Stand-in holds positions this desk has not seen before."]
    with pytest.raises(Exception, match="not sent"):
        desk.place("i-bee", limit="19")
    holding = Holding(instrument_id="i-ant", symbol="ANT", quantity=D(30), cost=None, currency="USD", opened_at=None)
    with pytest.raises(BadInput, match="What ANT cost is not known"):
        desk.house.reconciler.confirm_opening(ACCOUNT, [holding])
    assert ACCOUNT in desk.house.reconciler.waiting
    desk.house.reconciler.confirm_opening(ACCOUNT, [replace(holding, cost=D(600))])
    position = desk.house.store.books.position(ACCOUNT, "i-ant")
    assert position is not None
    assert position.cost == 600
    desk.pass_time(10)
    assert desk.house.connection.reconciled == {ACCOUNT}
    assert desk.alarms() == []
    with pytest.raises(BadInput, match="No opening waits"):
        desk.house.reconciler.confirm_opening(ACCOUNT, [holding])


def test_a_failed_first_reading_opens_nothing() -> None:
    for part in PARTS:
        desk = fresh()
        desk.answers[part] = Answer.DOWN
        desk.pass_time(10)
        assert desk.kinds().count("opening") == 0
        desk.answers.clear()
        desk.pass_time(10)
        assert desk.kinds().count("opening") == 1


def test_what_was_traded_before_the_books_begin_is_part_of_the_opening_and_never_booked_again() -> None:
    desk = fresh()
    old = desk.broker.elsewhere("i-ant", Side.BUY, D(30), D(50))
    desk.inbox.clear()
    desk.clock.advance(60)
    desk.pass_time(4)
    holding = Holding(instrument_id="i-ant", symbol="ANT", quantity=D(30), cost=D(1500), currency="USD", opened_at=None)
    desk.house.reconciler.confirm_opening(ACCOUNT, [holding])
    desk.pass_time(10)
    desk.house.desk.hear(Report(told=Told.FILLS, client_id="", at=desk.clock.now(), fills=(old,)))
    desk.pass_time(10)
    assert desk.position() == 30
    assert desk.house.store.books.balance(ACCOUNT, "cash", "USD") == desk.broker.cash


def test_a_trade_told_by_the_stream_before_the_books_begin_is_not_counted_twice() -> None:
    desk = fresh()
    desk.broker.positions["i-ant"] = D(30)
    desk.pass_time(4)
    desk.broker.elsewhere("i-ant", Side.BUY, D(10), D(50))
    desk.hear()
    desk.pass_time(4)
    (reading,) = desk.house.reconciler.waiting.values()
    (row,) = reading.positions.rows
    assert row.quantity == 40
    holding = Holding(
        instrument_id="i-ant", symbol="ANT", quantity=row.quantity, cost=D(1500), currency="USD", opened_at=None
    )
    desk.house.reconciler.confirm_opening(ACCOUNT, [holding])
    desk.pass_time(10)
    assert desk.position() == 40
    assert desk.house.store.books.balance(ACCOUNT, "cash", "USD") == desk.broker.cash


# the cursor ---------------------------------------------------------------------------------------------------------


def test_executions_are_read_from_a_day_before_the_last_ok_reading() -> None:
    desk = Desk()
    began = desk.clock.now()
    desk.pass_time(3 * 24 * 3600, step=3600)
    desk.kill()
    since = desk.house.reconciler.since(ACCOUNT)
    assert began + timedelta(days=1, hours=22) <= since <= desk.clock.now() - timedelta(days=1)


def test_it_is_the_market_time_the_reading_was_asked_for_at_any_pace() -> None:
    desk = Desk()
    market = FakeClock(desk.clock.now() + timedelta(days=3))
    desk.house.desk.market_clock = market
    asked = market.now()
    desk.clock.advance(4)
    desk.minder.tick()
    desk.clock.advance(2)  # the answer takes two seconds, two minutes of the market at 60×
    market.advance(120)
    desk.send()
    desk.hear()
    assert desk.house.store.accounts.cursor(ACCOUNT) == asked


def test_an_answer_that_came_late_moves_it_no_further_than_it_was_asked_for() -> None:
    desk = Desk()
    desk.clock.advance(3600)
    asked = desk.clock.now()
    desk.minder.tick()
    desk.send()
    (late,) = desk.inbox
    desk.inbox.clear()
    desk.clock.advance(61)
    desk.minder.tick()  # given up, and asked again
    desk.inbox.append(late)
    desk.hear()
    assert desk.house.store.accounts.cursor(ACCOUNT) == asked


def test_a_partial_reading_does_not_move_it() -> None:
    desk = Desk()
    before = desk.house.store.accounts.cursor(ACCOUNT)
    desk.answers["executions"] = Answer.LATE
    desk.pass_time(24 * 3600, step=1800)
    assert desk.house.store.accounts.cursor(ACCOUNT) == before


def test_a_reading_of_an_account_that_is_not_ours_is_dropped() -> None:
    desk = Desk()
    now = desk.clock.now()
    empty: Reading[object] = Reading(state=ReadState.OK, as_of=now)
    reading = AccountReading(
        account_id=ACCOUNT,
        started=now,
        at=now,
        orders=empty,  # type: ignore[arg-type]
        executions=empty,  # type: ignore[arg-type]
        positions=empty,  # type: ignore[arg-type]
        cash=empty,  # type: ignore[arg-type]
        activities=empty,  # type: ignore[arg-type]
    )
    with pytest.raises(BadInput, match="nobody is asked about it"):
        desk.house.reconciler.read(replace(reading, account_id="nobody"))


def test_an_order_the_broker_no_longer_shows_is_looked_up() -> None:
    desk = Desk()
    order = desk.working(limit="49")
    held = desk.there(order)
    desk.broker.finish_cancel(held)
    desk.inbox.clear()
    desk.broker.held.remove(held)
    kept = desk.broker.holding
    desk.broker.holding = lambda client_id: [held] if client_id == order.client_id else kept(client_id)  # type: ignore[method-assign]
    until(desk, lambda: desk.status(order) is Status.CANCELED, 10)
    assert YES


def test_an_old_trade_the_stream_tells_late_is_part_of_the_opening_too() -> None:
    desk = fresh()
    old = desk.broker.elsewhere("i-ant", Side.BUY, D(30), D(50))
    desk.inbox.clear()
    desk.broker.fills.clear()  # the broker's list of executions no longer goes back so far
    desk.clock.advance(60)
    desk.pass_time(4)
    holding = Holding(instrument_id="i-ant", symbol="ANT", quantity=D(30), cost=D(1500), currency="USD", opened_at=None)
    desk.house.reconciler.confirm_opening(ACCOUNT, [holding])
    desk.house.desk.hear(Report(told=Told.FILLS, client_id="", at=desk.clock.now(), fills=(old,)))
    assert desk.position() == 30


def test_an_account_that_cannot_be_read_does_not_keep_another_from_being_read() -> None:
    desk = Desk()
    with desk.house.store.unit:
        desk.house.store.accounts.add(replace(desk.broker.account(), id="second", number="000222"))
    desk.house.connection.account_ids = (ACCOUNT, "second")
    desk.answers["orders"] = Answer.REJECT
    desk.pass_time(30)
    asked = [errand.account_id for errand in desk.handed(ReadAccount)]
    assert abs(asked.count(ACCOUNT) - asked.count("second")) <= 2
