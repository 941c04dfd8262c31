"""Words, ages, tables and prices on their way to the screen: rounded nowhere they must not be, missing where they are missing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa
import pytest

from core.channel.facets.orders import Draft
from core.channel.facets.practice import Fault
from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.errors import BadInput, NoQuote
from core.domain.order import OrderType, Purpose, Side, Status
from core.domain.quote import Bar, Fall
from core.domain.reading import Activity
from core.domain.verdict import Consent
from core.domain.workspace import Level
from core.engine.facets.tables import MOMENT, NUMBER, TEXT, WHOLE, table
from core.engine.quotes import FeedPrices
from core.engine.words import STATE, age, ago
from core.execution.picture import Pictures
from core.execution.review import find_instrument
from core.ledger.opening import Holding, opening
from core.market.feeds.base import BarSize
from core.market.sessions import Sessions
from core.risk.trading_state import TradingLevels
from core.store.books import Books
from core.store.orders import Orders
from tests.fakes.clock import MORNING, FakeClock
from tests.unit.engine.opened import Opened, opened

D = Decimal


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Opened]:
    with opened(tmp_path) as desk:
        for _ in range(3):
            desk.settle(3)
        yield desk


def trade(desk: Opened, symbol: str, side: Side, quantity: str, **changes: Any) -> str:
    sheet = desk.desk.orders.review(Draft(symbol=symbol, side=side, quantity=quantity, **changes))
    order = desk.desk.orders.confirm(sheet.token, Consent(warnings=sheet.warnings))
    for _ in range(6):
        desk.settle(1)
    return order.id


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0.0 s"),
        (0, "0.0 s"),
        (0.44, "0.4 s"),
        (9.94, "9.9 s"),
        (10, "10 s"),
        (119, "119 s"),
        (120, "2 min"),
        (7199, "120 min"),
        (7200, "2 h"),
        (86_400 * 3, "72 h"),
    ],
)
def test_ages_are_said_as_one_says_them(seconds: float, words: str) -> None:
    assert age(timedelta(seconds=seconds)) == words
    assert ago(MORNING, MORNING + timedelta(seconds=seconds)) == f"{words} ago"


def test_every_state_has_words_of_its_own() -> None:
    assert set(STATE) == set(Status)
    assert len(set(STATE.values())) == len(Status)


def test_a_table_keeps_money_exact_and_missing_missing() -> None:
    columns = {"a": TEXT, "b": NUMBER, "c": MOMENT, "d": WHOLE}
    rows = [("x", D("0.123456789"), MORNING, 1), ("y", None, None, None), ("z", D("9223372036.854775807"), MORNING, -1)]
    made = table(columns, rows)
    assert made.column_names == list(columns)
    assert made.to_pylist()[0] == {"a": "x", "b": D("0.123456789"), "c": MORNING, "d": 1}
    assert made.to_pylist()[1] == {"a": "y", "b": None, "c": None, "d": None}
    assert made.column("b").to_pylist()[2] == D("9223372036.854775807")
    assert table(columns, []).schema == made.schema
    assert table({"b": NUMBER}, [(D(1) / D(3),)]).column("b").to_pylist() == [D("0.333333333")]
    with pytest.raises(ValueError, match="zip"):
        table(columns, [("too few", D(1))])
    with pytest.raises((pa.ArrowInvalid, pa.ArrowTypeError, AttributeError)):
        table({"b": NUMBER}, [(1.5,)])


class Feed:
    """Closes and quotes that may be missing."""

    def __init__(self) -> None:
        self.asked = 0
        self.gone = False

    def quote(self, instrument_id: str) -> Any:
        raise NoQuote("none")

    def previous_close(self, *_: object) -> Decimal | None:
        self.asked += 1
        if self.gone:
            raise NoQuote("none")
        return D("12.3456")


def test_a_missing_quote_is_none_and_the_close_before_is_looked_up_once_a_day() -> None:
    clock, feed = FakeClock(), Feed()
    prices = FeedPrices(cast(Any, feed), Sessions(), clock)
    assert prices.quote("i") is None
    assert prices.previous_close("i") == D("12.3456") == prices.previous_close("i")
    assert feed.asked == 1
    kept = prices._closes
    assert prices.previous_close("j") == D("12.3456")
    assert prices._closes is kept, "one more name must not cost a walk over all the others"
    assert feed.asked == 2
    clock.advance(timedelta(days=1))
    feed.gone = True
    assert prices.previous_close("i") is None
    assert feed.asked == 3
    assert set(prices._closes) == {"i"}


def test_what_happens_to_a_name_is_known_for_the_trading_day_to_its_last_second_and_no_longer() -> None:
    clock, asked = FakeClock(), list[tuple[str, date]]()

    def events(name: str, first: date, _last: date) -> list[str]:
        asked.append((name, first))
        return ["split"] if name == "ant" else []

    prices = FeedPrices(cast(Any, SimpleNamespace(events=events)), Sessions(), clock)  # a Monday
    found: Any = prices.eventful(["ant", "bee"])
    again: Any = prices.eventful(["bee", "ant"])
    assert found == {"ant": ["split"]} == again
    assert not prices.events("bee")
    last = clock.now().replace(hour=23, minute=59, second=59)  # 19:59:59 in New York
    clock.advance(last - clock.now())
    prices.events("ant")
    assert [day.isoformat() for _, day in asked] == ["2026-09-14", "2026-09-14"]
    clock.advance(timedelta(seconds=1))
    prices.events("ant")
    assert [day.isoformat() for _, day in asked][2:] == ["2026-09-15"]


class Days:
    """The close before each day, that day's bar, and a lowest trade."""

    def __init__(self, before: str | None = "100", low: float | None = 91.0, lowest: str | None = "91") -> None:
        self.before = None if before is None else D(before)
        self.given = [] if low is None else [Bar(at=MORNING, open=99, high=99, low=low, close=95, volume=1)]
        self.lowest = None if lowest is None else D(lowest)
        self.asked: list[tuple[Any, ...]] = []

    def previous_close(self, _: str, day: date) -> Decimal | None:
        return self.before

    def bars(self, *asked: Any) -> Any:
        self.asked.append(asked)
        return self.given

    def low(self, instrument_id: str) -> Decimal | None:
        if instrument_id == "gone":
            raise NoQuote("none")
        return self.lowest


@pytest.mark.parametrize(("low", "fell"), [(90.0, True), (90.01, False), (90.0099, False)])
def test_whether_it_fell_by_a_tenth_yesterday_is_looked_up_once_a_day(low: float, fell: bool) -> None:
    clock, feed = FakeClock(), Days(low=low)
    prices = FeedPrices(cast(Any, feed), Sessions(), clock)  # a Monday
    assert prices.fall("i") == Fall(low=D(91), before=fell) == prices.fall("i")
    ((_, size, start, end),) = feed.asked
    assert (size, start.date().isoformat(), end.date().isoformat()) == (BarSize.DAY, "2026-09-11", "2026-09-11")
    clock.advance(timedelta(days=1))
    feed.before = D(95)
    feed.given = Days(low=86.0).given
    assert prices.fall("i") == Fall(low=D(91), before=False)  # the day after the next it is over


def test_what_is_not_known_about_a_fall_is_said_to_be_unknown() -> None:
    def known(feed: object, name: str = "i") -> Fall | None:
        return FeedPrices(cast(Any, feed), Sessions(), FakeClock()).fall(name)

    assert known(Days(before=None)) is None
    assert known(Days(low=None)) is None
    assert known(Days(), "gone") is None
    assert known(Days(lowest=None)) == Fall(low=None, before=False)  # nothing traded yet


def test_a_positions_numbers_add_up(desk: Opened) -> None:
    trade(desk, "AAPL", Side.BUY, "10")
    trade(desk, "MSFT", Side.BUY, "5")
    trade(desk, "AAPL", Side.SELL, "4")
    positions = desk.desk.positions
    (account,) = positions.accounts()
    rows = positions.table().to_pylist()
    assert [row["symbol"] for row in rows] == ["AAPL", "MSFT"]
    assert account.invested == sum(row["value"] for row in rows)
    assert account.value == account.cash + account.invested
    assert account.unrealised == account.invested - sum(row["cost"] for row in rows)
    assert account.buying_power == account.cash - account.reserved
    for row in rows:
        one = positions.one(row["instrument_id"])
        assert one.value == one.quantity * (one.last or 0)
        assert one.unrealised == (one.value or 0) - one.cost
        assert sum((lot.quantity for lot in one.lots), D(0)) == one.quantity
        assert sum((lot.cost for lot in one.lots), D(0)) == one.cost
        assert one.certainty.startswith("Confirmed by the broker")
    # bought and sold today: today's change is what was gained today, whatever the close before was
    fills = desk.engine.thread.ask(
        lambda: desk.engine.store.connection.execute("SELECT side, quantity, price FROM fill").fetchall()
    )
    paid = sum((1 if side == "buy" else -1) * D(quantity) * D(price) for side, quantity, price in fills) / D(10**18)
    today = sum(row["today"] for row in rows)
    assert abs(today - (account.invested - paid)) < D("0.00001")
    fees = D(100_000) - account.cash - paid
    assert account.realised + account.unrealised == today
    assert account.today == today - fees


def test_a_table_of_positions_looks_things_up_once_however_many_there_are(
    desk: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: Counter[str] = Counter()

    def counted(kind: type, name: str) -> None:
        real = getattr(kind, name)

        def look(*given: Any, **named: Any) -> Any:
            counts[name] += 1
            return real(*given, **named)

        monkeypatch.setattr(kind, name, look)

    def looked_up() -> dict[str, int]:
        counts.clear()
        desk.engine.thread.ask(
            lambda: desk.engine.store.connection.set_trace_callback(lambda _: counts.update(["sql"]))
        )
        assert desk.desk.positions.table().num_rows == held
        desk.engine.thread.ask(lambda: desk.engine.store.connection.set_trace_callback(None))
        return dict(counts)

    trade(desk, "AAPL", Side.BUY, "1")
    for kind, name in (
        (Pictures, "worth"),
        (Orders, "open"),
        (Books, "positions"),
        (Books, "lots"),
        (TradingLevels, "at"),
    ):
        counted(kind, name)
    held = 1
    of_one = looked_up()
    assert of_one["worth"] == of_one["open"] == of_one["sql"] == 1
    for symbol in ("MSFT", "KO", "F"):
        trade(desk, symbol, Side.BUY, "1")
    held = 4
    assert looked_up() == of_one


def test_open_orders_are_counted_by_position(desk: Opened) -> None:
    trade(desk, "AAPL", Side.BUY, "3")
    trade(desk, "MSFT", Side.BUY, "3")
    high = f"{(desk.desk.market.quote('AAPL').quote.ask * D('1.02')).quantize(D('0.01')):f}"
    for _ in range(2):
        trade(desk, "AAPL", Side.SELL, "1", type=OrderType.LIMIT, limit=high)
    found = {row["symbol"]: row["instrument_id"] for row in desk.desk.positions.table().to_pylist()}
    assert desk.desk.positions.one(found["AAPL"]).open_orders == 2
    assert desk.desk.positions.one(found["MSFT"]).open_orders == 0


def test_closing_by_its_draft_closes_it(desk: Opened) -> None:
    trade(desk, "AAPL", Side.BUY, "7")
    (row,) = desk.desk.positions.table().to_pylist()
    draft = desk.desk.positions.closing_draft(row["instrument_id"])
    assert (draft.side, draft.quantity, draft.purpose) == (Side.SELL, "7", Purpose.CLOSE)
    sheet = desk.desk.orders.review(draft)
    desk.desk.orders.confirm(sheet.token, Consent(warnings=sheet.warnings))
    for _ in range(8):
        desk.settle(1)
    assert desk.desk.positions.table().num_rows == 0
    with pytest.raises(BadInput, match="not held any more"):
        desk.desk.positions.closing_draft(row["instrument_id"])


def second_account(desk: Opened, *, aapl: str) -> str:
    """Another account of the same connection, with some of the same."""

    def add() -> str:
        engine = desk.engine
        (first,) = engine.store.accounts.all()
        (connection,) = engine.desk.connections
        second = replace(first, id="second", number="2", name="Second")
        found = find_instrument(engine.desk, "AAPL")
        held = [
            Holding(
                instrument_id=found.id,
                symbol="AAPL",
                quantity=D(aapl),
                cost=D(100),
                currency="USD",
                opened_at=None,
            )
        ]
        with engine.store.unit:
            engine.store.accounts.add(second)
            entry_id = engine.store.books.next_entry_id()
            at = engine.timeline.now()
            engine.store.books.book(
                opening(held if D(aapl) else [], {"USD": D(1000)}, account_id=second.id, entry_id=entry_id, at=at)
            )
        connection.account_ids = (*connection.account_ids, second.id)
        return second.id

    return desk.engine.thread.ask(add)


def test_with_two_accounts_nothing_guesses_which_one_is_meant(desk: Opened) -> None:
    trade(desk, "AAPL", Side.BUY, "7")
    ((aapl, first),) = [(r["instrument_id"], r["account_id"]) for r in desk.desk.positions.table().to_pylist()]
    second = second_account(desk, aapl="5")
    positions = desk.desk.positions
    for ask in (positions.one, positions.closing_draft):
        with pytest.raises(BadInput, match=r"AAPL is held in more than one account. Nothing was done"):
            ask(aapl)
    with pytest.raises(BadInput, match="choose an account, there is more than one"):
        desk.desk.orders.review(Draft(symbol="AAPL", side=Side.BUY, quantity="1"))
    with pytest.raises(BadInput, match=r"more than one account. Nothing was booked: name the one"):
        positions.accept_difference(aapl, "the broker is right")
    with pytest.raises(BadInput, match="do not differ there"):
        positions.accept_difference(aapl, "the broker is right", second)
    drafts = [positions.closing_draft(aapl, account) for account in (first, second)]
    assert [(d.account_id, d.quantity) for d in drafts] == [(first, "7"), (second, "5")]
    assert positions.one(aapl, second).quantity == 5
    assert {(r["account_id"], r["quantity"]) for r in positions.table().to_pylist()} == {(first, 7), (second, 5)}
    assert [r["account_id"] for r in positions.table(second).to_pylist()] == [second]
    sheet = desk.desk.orders.review(Draft(account_id=second, symbol="AAPL", side=Side.BUY, quantity="1"))
    assert sheet.held_before == 5


def test_what_only_one_account_holds_is_no_guess(desk: Opened) -> None:
    trade(desk, "AAPL", Side.BUY, "7")
    (row,) = desk.desk.positions.table().to_pylist()
    second_account(desk, aapl="0")
    assert desk.desk.positions.closing_draft(row["instrument_id"]).account_id == row["account_id"]


def test_a_number_carries_its_certainty(desk: Opened) -> None:
    bid = desk.desk.market.quote("AAPL").quote.bid
    low = f"{(bid * D('0.98')).quantize(D('0.01')):f}"
    order_id = trade(desk, "AAPL", Side.BUY, "1", type=OrderType.LIMIT, limit=low)

    def certainty() -> str:
        return desk.desk.orders.story(order_id).order.certainty

    assert certainty().startswith("Confirmed by the broker ")
    desk.desk.practice.fault(Fault.DOWN, True)
    for _ in range(3):
        desk.settle(4)
    assert certainty().startswith("Our record; not read since ")
    (account,) = desk.desk.positions.accounts()
    assert account.certainty.startswith("Our record; last agreed with the broker ")
    assert desk.desk.health.state().connections[0].state == "down"
    assert any("does not answer" in notice.title for notice in desk.desk.health.state().notices)
    desk.desk.practice.fault(Fault.DOWN, False)
    for _ in range(4):
        desk.settle(4)
    assert certainty().startswith("Confirmed by the broker ")
    assert [n for n in desk.desk.health.state().notices if "does not answer" in n.title] == []


def test_stopping_reports_how_far_it_has_got(desk: Opened) -> None:
    bid = desk.desk.market.quote("AAPL").quote.bid
    low = f"{(bid * D('0.98')).quantize(D('0.01')):f}"
    order_id = trade(desk, "AAPL", Side.BUY, "1", type=OrderType.LIMIT, limit=low)
    report = desk.desk.trading.stop("")
    assert report.canceling == (order_id,)
    assert report.still_open == (order_id,)
    assert not report.finished
    for _ in range(5):
        desk.settle(1)
    report = desk.desk.trading.report()
    assert report.finished
    assert report.still_open == ()
    assert report.words == "Orders: none that adds risk is left at the broker. 0 protective kept. 0 positions held."
    (level,) = desk.desk.trading.levels()
    assert (level.label, level.reason, level.by) == ("This workspace", "Stopped by you", "person")
    desk.desk.trading.resume("looked into it")
    assert desk.desk.trading.levels() == ()


def test_a_frozen_symbol_is_freed_with_a_reason(desk: Opened) -> None:
    trade(desk, "AAPL", Side.BUY, "7")
    (row,) = desk.desk.positions.table().to_pylist()
    (account,) = desk.desk.positions.accounts()
    scope = f"{account.account_id}/{row['instrument_id']}"
    desk.engine.thread.ask(lambda: desk.engine.brake.restrict(scope, Level.CLOSING_ONLY, "differs", "reconciliation"))
    assert desk.desk.positions.one(row["instrument_id"]).frozen == "differs"
    assert desk.desk.trading.levels()[0].label == "AAPL"
    desk.desk.trading.unfreeze(scope, "telephoned")
    assert desk.desk.positions.one(row["instrument_id"]).frozen == ""
    with pytest.raises(BadInput, match=r"Nothing was unfrozen: there is no such restriction any more"):
        desk.desk.trading.unfreeze(scope, "telephoned")


def test_a_number_or_name_beyond_all_bounds_is_one_short_sentence(desk: Opened) -> None:
    with pytest.raises(BadInput, match="The journal has no row"):
        desk.desk.journal.one(2**70)
    with pytest.raises(BadInput) as refused:
        desk.desk.orders.cancel("x" * 10_000)
    assert len(str(refused.value)) < 200


def test_keeping_on_without_the_window_is_written_down(desk: Opened) -> None:
    desk.desk.health.keep_running(True)
    assert desk.desk.health.state().keep_running
    assert desk.folder.keep_running
    desk.desk.health.keep_running(False)
    assert not desk.desk.health.state().keep_running
    titles = desk.desk.journal.table(kind="keep_running").column("title").to_pylist()
    assert titles == ["Ends with the window", "Keeps running without the window"]


def test_rows_are_found_by_the_tag_they_carry(desk: Opened) -> None:
    seq = desk.desk.journal.table().column("seq").to_pylist()[0]
    desk.desk.journal.note(seq, "bought in a hurry", ("habit",))
    desk.desk.journal.note(seq, "", ("late", "habit"))
    assert desk.desk.journal.tags() == ("habit", "late")
    for tag, found in (("habit", [seq]), ("late", [seq]), ("hab", []), ("hurry", [])):
        assert desk.desk.journal.table(tag=tag).column("seq").to_pylist() == found


def test_market_time_is_kept_and_a_switch_is_journaled(desk: Opened) -> None:
    desk.desk.practice.time(True, 60)
    before = desk.engine.timeline.now()
    desk.settle(10)
    assert desk.engine.timeline.now() - before == timedelta(minutes=10)
    assert desk.desk.health.state().pace == 60
    assert desk.desk.journal.table(kind="practice.time").num_rows == 1


def test_a_split_and_a_dividend_stand_in_plain_words_at_the_position_and_in_the_journal(desk: Opened) -> None:
    trade(desk, "AAPL", Side.BUY, "10")
    engine = desk.engine
    aapl = find_instrument(engine.desk, "AAPL").id
    day, now = engine.sessions.day(engine.timeline.now()), engine.timeline.now()
    plain: dict[str, Any] = {"instrument_id": aapl, "announced": day, "effective": day}
    split = CorporateEvent(id="split-1", kind=EventKind.SPLIT, ratio=D(4), **plain)
    paid = CorporateEvent(id="div-1", kind=EventKind.DIVIDEND, cash=D("0.26"), record_day=day, pay_day=day, **plain)
    more: dict[str, Any] = {"currency": "USD", "at": now, "instrument_id": aapl}
    happened = [
        Activity(id="split-1-x", kind="split", value=D(0), quantity=D(30), event=split, **more),
        Activity(id="div-1-x", kind="dividend", value=D("10.4"), event=paid, **more),
        Activity(id="fee-1", kind="fee", value=D(-1), currency="USD", at=now, note="Wire"),
    ]
    account = engine.store.accounts.all()[0].id
    for activity in happened:
        engine.thread.ask(partial(engine.reconciler.activities.take, account, activity))
    view = desk.desk.positions.one(aapl)
    assert view.quantity == 40
    words = ["AAPL dividend, 0.26 a share: 10.40 USD came.", "AAPL split 4 for 1: 10 became 40."]
    assert [(h.at, h.words) for h in view.happened] == [(now, line) for line in words]
    rows = desk.desk.journal.table(kind="activity").to_pylist()
    assert [(row["symbol"], row["title"]) for row in rows] == [
        ("", "Fee: 1.00 USD went. Wire"),
        *(("AAPL", line) for line in words),
    ]


def test_bars_are_shown_as_they_compare_with_prices_of_now(desk: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def halved(_: str, bars: Sequence[Bar]) -> list[Bar]:
        return [replace(bar, close=bar.close / 2) for bar in bars]

    raw = desk.desk.market.bars("AAPL", "1d", 3)["close"].to_pylist()
    monkeypatch.setattr(desk.engine.feed, "adjusted", halved)
    assert desk.desk.market.bars("AAPL", "1d", 3)["close"].to_pylist() == [close / 2 for close in raw]


def test_an_open_order_is_shown_under_the_new_symbol_and_a_past_one_under_its_own(desk: Opened) -> None:
    done = trade(desk, "AAPL", Side.BUY, "1")
    works = trade(desk, "AAPL", Side.BUY, "1", type=OrderType.STOP, stop="9999")
    engine = desk.engine

    def rename() -> None:
        aapl = find_instrument(engine.desk, "AAPL")
        with engine.store.unit:
            engine.store.catalogue.change(replace(aapl, symbol="APPL"), engine.sessions.day(engine.timeline.now()))

    engine.thread.ask(rename)
    assert desk.desk.orders.story(works).order.symbol == "APPL"
    assert desk.desk.orders.story(done).order.symbol == "AAPL"
    (row,) = desk.desk.orders.table("open").to_pylist()
    assert row["symbol"] == "APPL"


@pytest.mark.parametrize("which", ["open", "all"])
def test_a_list_of_orders_can_be_that_of_one_account(desk: Opened, which: str) -> None:
    works = trade(desk, "AAPL", Side.BUY, "1", type=OrderType.STOP, stop="9999")
    table, here = desk.desk.orders.table, desk.desk.orders.story(works).order.account_id
    assert table(which, account_id=here).column("id").to_pylist() == [works]
    assert table(which, account_id="another").num_rows == 0


def test_after_hours_still_belong_to_the_day(desk: Opened) -> None:
    order_id = trade(desk, "AAPL", Side.BUY, "10")
    paid = desk.desk.orders.story(order_id).order.average_price
    assert paid is not None
    desk.engine.timeline.set(own_time=False, pace=1)
    desk.settle(7 * 3600)  # half past five in the afternoon
    view = desk.desk.positions.one(find_instrument(desk.engine.desk, "AAPL").id)
    assert view.last is not None
    assert view.today == (view.last - paid) * 10, "bought this morning: nothing before it was a gain"
