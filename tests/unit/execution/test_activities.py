"""What companies do to what is held: the books follow, once, and nobody is frightened or locked in meanwhile."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.errors import BadInput, OrderRefused
from core.domain.order import OrderType, Purpose, Side, Status, TimeInForce
from core.domain.workspace import Level
from core.execution.errand import ReadAccount
from core.execution.review import find_instrument
from core.ledger.fold import Books, folded, proof
from core.store import snapshot
from tests.fakes.broker import ACCOUNT, Answer
from tests.unit.execution.desk import Desk

D = Decimal
SCOPE = f"{ACCOUNT}/i-ant"
TUESDAY = date(2026, 9, 15)
DAWN = datetime(2026, 9, 15, 8, tzinfo=UTC)  # when what companies do that day takes effect
OPEN = timedelta(hours=5, minutes=40)  # from then to some minutes after the opening


def event(kind: EventKind = EventKind.SPLIT, **more: Any) -> CorporateEvent:
    if kind is EventKind.SPLIT:
        more = {"ratio": D(2)} | more
    return CorporateEvent(
        id=f"{kind}-i-ant-{TUESDAY}",
        kind=kind,
        instrument_id="i-ant",
        announced=date(2026, 9, 1),
        effective=TUESDAY,
        **more,
    )


def until_dawn(desk: Desk, less: timedelta = timedelta()) -> None:
    desk.settle((DAWN - less - desk.clock.now()).total_seconds())


def split_night(desk: Desk, ratio: str = "2", *, tell: bool = True) -> CorporateEvent:
    """The night passes, and the name opens the new day split: the exchange has done it, nobody has read it yet."""
    split = event(ratio=D(ratio))
    desk.prices.events_of["i-ant"] = [split]
    until_dawn(desk, timedelta(seconds=10))
    desk.clock.advance(10)
    desk.prices.last["i-ant"] /= split.ratio or 1
    desk.broker.company(split, DAWN, tell=tell)
    return split


def level(desk: Desk, name: str = "i-ant") -> Level:
    return desk.house.pictures.levels.strictest(ACCOUNT, name)[0]


def equity(desk: Desk) -> Decimal | None:
    desk.house.pictures.refresh()
    return desk.house.pictures.worth(ACCOUNT).equity


def proved(desk: Desk) -> None:
    """The nightly proof: everything booked, added up again, is what the tables say."""
    connection: Any = desk.disk
    books = desk.house.store.books
    fold = folded(snapshot.postings(connection), snapshot.moves(connection))
    kept = Books(positions=books._positions, balances=books._balances, lots=_lots(desk))
    assert proof(fold, kept) == []
    assert books.balance(ACCOUNT, "cash", "USD") == desk.broker.cash
    for name, quantity in desk.broker.positions.items():
        assert desk.position(name) == quantity


def _lots(desk: Desk) -> dict[str, Any]:
    return {lot.id: lot for lots in desk.house.store.books._lots.values() for lot in lots}


def test_story_5_a_reverse_split_is_followed_and_the_stop_of_before_does_not_fire() -> None:
    desk = Desk()
    desk.held("100")
    stop = desk.working("i-ant", Side.SELL, "100", stop=D(40), type=OrderType.STOP, time_in_force=TimeInForce.GTC)
    before = equity(desk)
    split_night(desk, "0.5")
    desk.pass_time(10)
    assert desk.position() == 50
    assert desk.house.store.books.lots(ACCOUNT, "i-ant")[0].cost == D("5001.00")
    assert equity(desk) == before
    assert desk.status(stop) is Status.CANCELED, "and nothing says it still protects"
    assert desk.now(stop).reason == "cancelled: split"
    assert level(desk) is Level.ACTIVE
    (alarm,) = desk.house.alarms.all()
    assert (alarm.weight, alarm.title) == ("amber", f"The broker cancelled order {stop.id}, sell 100 ANT.")
    assert alarm.detail == "cancelled: split. It protects nothing any more."
    titles = [row[0] for row in desk.disk.execute("SELECT title FROM journal WHERE kind='activity'")]
    assert titles == ["ANT split 1 for 2: 100 became 50."]
    desk.kill()
    desk.pass_time(10)
    assert desk.position() == 50
    assert desk.kinds().count("activity") == 1
    proved(desk)


def test_a_short_holding_is_split_the_same_way() -> None:
    desk = Desk()
    order = desk.working("i-ant", Side.SELL, "100", limit="50", purpose=Purpose.SHORT)
    desk.fill(order, "100", "50")
    before = equity(desk)
    split_night(desk, "0.1")
    assert equity(desk) == before, "the books have not followed yet"
    desk.pass_time(10)
    assert (desk.position(), equity(desk)) == (D(-10), before)
    proved(desk)


def test_a_splits_morning_is_no_loss_and_no_gain_while_the_books_are_behind() -> None:
    desk = Desk()
    desk.held("180")
    buy = desk.working("i-bee", Side.BUY, "5", limit="19", time_in_force=TimeInForce.GTC)
    worth, power = equity(desk), desk.house.pictures.draw(desk.order("i-bee")).buying_power
    desk.answers["positions"] = Answer.REJECT  # the broker cannot be compared with for a while
    desk.answers["activities"] = Answer.REJECT
    split_night(desk)
    desk.pass_time(20)
    assert desk.position() == 180
    assert equity(desk) == worth
    assert desk.house.pictures.price(ACCOUNT, "i-ant") == 50
    view = desk.house.pictures.draw(desk.order("i-bee"))
    assert (view.buying_power, view.prices["i-ant"]) == (power, D(50))
    assert desk.status(buy) is Status.ACKED, "nothing was asked back for a loss that is none"
    assert not [words for words in desk.alarms() if "loss" in words]
    desk.answers.clear()
    desk.pass_time(20)
    assert (desk.position(), equity(desk)) == (D(360), worth)


def test_a_price_of_before_is_never_put_on_the_shares_of_after() -> None:
    desk = Desk()
    desk.held("100")
    until_dawn(desk, timedelta(seconds=10))
    desk.prices.silent = True
    split_night(desk)
    desk.pass_time(10)
    assert desk.position() == 200
    assert desk.house.pictures.worth(ACCOUNT).equity is None, "not known, rather than twice as much"


def test_what_traded_after_a_split_and_was_heard_before_it_is_told_again_in_its_place() -> None:
    desk = Desk()
    desk.held("100")
    desk.answers["activities"] = Answer.REJECT
    split_night(desk)
    desk.clock.advance(OPEN)
    desk.settle()
    desk.broker.elsewhere("i-ant", Side.SELL, D(150), D(26))  # of two hundred; our books make a short of it
    desk.hear()
    assert desk.position() == -50
    desk.answers.clear()
    desk.pass_time(10)
    assert desk.position() == 50
    (lot,) = desk.house.store.books.lots(ACCOUNT, "i-ant")
    assert (lot.quantity, lot.cost) == (D(50), D("1250.25"))
    assert desk.house.store.books.balance(ACCOUNT, "income:realized", "USD") == -(150 * D(26) - D("3750.75"))
    assert (desk.alarms(), level(desk)) == ([], Level.ACTIVE)
    proved(desk)


def test_a_trade_and_the_split_after_it_in_one_reading_are_booked_in_order_of_time() -> None:
    desk = Desk()
    desk.held("100")
    desk.answers["orders"] = Answer.DOWN  # the line is down over the evening and the night
    desk.settle(3)
    desk.broker.streams = []
    desk.broker.elsewhere("i-ant", Side.BUY, D(10), D(50))
    split_night(desk)
    desk.clock.advance(OPEN)
    desk.broker.elsewhere("i-ant", Side.SELL, D(20), D(26))
    desk.answers.clear()
    desk.pass_time(70)
    assert desk.position() == 200
    assert "trading.closing_only" not in desk.kinds()
    assert (desk.alarms(), level(desk)) == ([], Level.ACTIVE)
    proved(desk)


def test_a_split_our_books_cannot_follow_yet_freezes_that_symbol_alone() -> None:
    desk = Desk()
    desk.held("100")
    desk.broker.streams = []
    missing = desk.broker.elsewhere("i-ant", Side.BUY, D(10), D(50))
    desk.broker.fills.remove(missing)  # the broker is late with it
    until_dawn(desk, timedelta(seconds=20))
    split_night(desk)
    desk.pass_time(20)
    assert desk.position() == 100
    assert (level(desk), level(desk, "i-bee")) == (Level.CLOSING_ONLY, Level.ACTIVE)
    assert any("a split that changed its count by 110, which does not fit the 100" in words for words in desk.alarms())
    desk.clock.advance(OPEN)
    desk.pass_time(5)
    cursor = desk.house.store.accounts.cursor(ACCOUNT)
    assert cursor is not None
    assert cursor <= DAWN, "what is not booked is asked for again, however long it takes"
    desk.kill()
    desk.pass_time(10)
    desk.broker.fills.append(missing)
    desk.pass_time(20)
    assert desk.position() == 220
    assert (desk.alarms(), level(desk)) == ([], Level.ACTIVE)
    proved(desk)


def test_a_person_who_takes_the_brokers_number_settles_the_split_too() -> None:
    desk = Desk()
    desk.held("100")
    desk.broker.positions["i-ant"] += 10
    until_dawn(desk, timedelta(seconds=20))
    split_night(desk)
    desk.pass_time(20)
    desk.house.reconciler.accept(ACCOUNT, "i-ant", "the broker's own list says so", D(500))
    desk.pass_time(10)
    assert (desk.position(), desk.alarms(), level(desk)) == (D(220), [], Level.ACTIVE)
    desk.clock.advance(OPEN)
    desk.settle(3)
    assert desk.working("i-ant", Side.BUY, "1").status is Status.ACKED
    desk.kill()
    desk.pass_time(10)
    assert (desk.position(), desk.alarms(), level(desk)) == (D(220), [], Level.ACTIVE)
    proved(desk)


@pytest.mark.parametrize("told", [True, False])
def test_r30_nothing_is_sent_in_that_name_until_the_books_have_followed(told: bool) -> None:
    desk = Desk()
    desk.held("100")
    split_night(desk, tell=told)
    desk.clock.advance(OPEN)
    desk.house.pictures.refresh()
    with pytest.raises(OrderRefused, match=r"ANT splits 2 for 1 on 15 Sep 2026"):
        desk.place("i-ant", Side.BUY, "1")
    with pytest.raises(OrderRefused, match="Wait until they have"):
        desk.place("i-ant", Side.SELL, "100", purpose=Purpose.CLOSE)  # twice as many are there
    assert desk.place("i-bee", Side.BUY, "1").status is Status.SENDING
    desk.pass_time(10)
    if told:
        assert desk.working("i-ant", Side.SELL, "200", purpose=Purpose.CLOSE).status is Status.ACKED
        return
    assert level(desk) is Level.CLOSING_ONLY, "shares nobody explains"
    with pytest.raises(OrderRefused, match="splits 2 for 1"):
        desk.place("i-ant", Side.SELL, "50", limit="25")


def test_r30_where_nothing_is_held_one_comparison_of_that_day_is_enough() -> None:
    desk = Desk()
    split_night(desk)
    with pytest.raises(OrderRefused, match="splits 2 for 1"):
        desk.place("i-ant", Side.BUY, "1", limit="25", extended_hours=True)
    desk.pass_time(10)
    desk.clock.advance(OPEN)
    desk.settle(3)
    assert desk.working("i-ant", Side.BUY, "1").status is Status.ACKED


def test_what_waits_here_in_shares_of_before_is_dropped() -> None:
    desk = Desk()
    desk.held("100")
    desk.clock.advance(timedelta(hours=6))  # after the close, on the day before
    desk.settle()
    waits = desk.place("i-ant", Side.SELL, "100", limit="60", waits=True, time_in_force=TimeInForce.GTC)
    other = desk.place("i-bee", Side.BUY, "1", limit="19", waits=True, time_in_force=TimeInForce.GTC)
    split_night(desk)
    desk.pass_time(10)
    assert desk.status(waits) is Status.ABANDONED
    assert "place it again in the new shares" in desk.now(waits).reason
    assert desk.status(other) is Status.INTENT
    assert any(waits.id in words for words in desk.alarms())


def test_a_company_that_is_bought_becomes_cash_and_trades_no_more() -> None:
    desk = Desk()
    desk.held("100")
    merger = event(EventKind.CASH_MERGER, cash=D(60))
    until_dawn(desk)
    desk.broker.company(merger, DAWN)
    desk.pass_time(10)
    assert desk.position() == 0
    assert desk.house.store.books.balance(ACCOUNT, "income:realized", "USD") == -D(999)
    assert desk.alarms() == []
    desk.clock.advance(OPEN)
    desk.settle(3)
    with pytest.raises(OrderRefused, match=r"ANT cannot be traded at present\. It was bought on 2026-09-15"):
        desk.place("i-ant", Side.BUY, "1")
    proved(desk)


def test_story_31_a_new_symbol_is_the_same_shares_and_the_old_one_is_told_what_it_is_called() -> None:
    desk = Desk()
    desk.held("100")
    renamed = event(EventKind.SYMBOL_CHANGE, symbol="ANTS")
    desk.prices.events_of["i-ant"] = [renamed]
    until_dawn(desk)
    with pytest.raises(OrderRefused, match="ANT becomes ANTS on 15 Sep 2026"):
        desk.place("i-ant", Side.BUY, "1", limit="50", extended_hours=True)
    desk.broker.company(renamed, DAWN)
    desk.pass_time(10)
    assert desk.position() == 100
    assert find_instrument(desk.house.desk, "ants").id == "i-ant"
    with pytest.raises(BadInput, match="ANT is called ANTS since 15 Sep 2026"):
        find_instrument(desk.house.desk, "ANT")
    desk.clock.advance(OPEN)
    desk.settle(3)
    assert desk.working("i-ant", Side.BUY, "1").status is Status.ACKED
    desk.kill()
    assert find_instrument(desk.house.desk, "ANTS").id == "i-ant"


def test_story_35_every_kind_of_money_is_booked_and_cash_never_drifts() -> None:
    desk = Desk()
    desk.held("100")
    until_dawn(desk)
    desk.broker.company(event(EventKind.DIVIDEND, cash=D("0.24"), record_day=TUESDAY, pay_day=TUESDAY), DAWN)
    for kind, value in (("fee", "-1.005"), ("interest", "-3.5"), ("borrow_fee", "-0.42"), ("deposit", "1000")):
        desk.broker.pay(kind, D(value))
    desk.pass_time(10)
    books = desk.house.store.books
    told = {name: books.balance(ACCOUNT, name, "USD") for (_, name, _) in books._balances}
    assert (told["income:dividends"], told["expenses:borrow"], told["expenses:interest"]) == (
        D(-24),
        D("0.42"),
        D("3.5"),
    )
    assert desk.house.pictures.transfers(ACCOUNT, "USD") == 1000
    assert desk.alarms() == []
    proved(desk)


def test_an_activity_the_broker_puts_on_its_list_days_late_is_not_lost_over_a_restart() -> None:
    desk = Desk()
    for _ in range(6):
        desk.clock.advance(24 * 3600)
        desk.pass_time(8)
    late = desk.broker.pay("dividend", D("3.17"))
    desk.broker.activities[-1] = replace(late, at=desk.clock.now() - timedelta(days=5))
    desk.kill()
    desk.pass_time(10)
    assert desk.house.store.books.balance(ACCOUNT, "cash", "USD") == desk.broker.cash
    (newest,) = desk.handed(ReadAccount)[-1:]
    assert newest.since - newest.activities_since > timedelta(days=5)
