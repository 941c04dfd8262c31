"""Words, ages, tables and prices on their way to the screen: rounded nowhere they must not be, missing where they are missing."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pytest

from core.channel.facets.orders import Draft
from core.channel.facets.practice import Fault
from core.domain.errors import BadInput, NoQuote
from core.domain.order import OrderType, Purpose, Side, Status
from core.domain.verdict import Consent
from core.domain.workspace import Level
from core.engine.facets.tables import MOMENT, NUMBER, TEXT, WHOLE, table
from core.engine.quotes import FeedPrices
from core.engine.words import STATE, age, ago
from core.market.sessions import Sessions
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
    clock.advance(timedelta(days=1))
    feed.gone = True
    assert prices.previous_close("i") is None
    assert feed.asked == 2


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


def test_keeping_on_without_the_window_is_written_down(desk: Opened) -> None:
    desk.desk.health.keep_running(True)
    assert desk.desk.health.state().keep_running
    assert desk.folder.keep_running
    desk.desk.health.keep_running(False)
    assert not desk.desk.health.state().keep_running
    titles = desk.desk.journal.table(kind="keep_running").column("title").to_pylist()
    assert titles == ["Ends with the window", "Keeps running without the window"]


def test_market_time_is_kept_and_a_switch_is_journaled(desk: Opened) -> None:
    desk.desk.practice.time(True, 60)
    before = desk.engine.timeline.now()
    desk.settle(10)
    assert desk.engine.timeline.now() - before == timedelta(minutes=10)
    assert desk.desk.health.state().pace == 60
    assert desk.desk.journal.table(kind="practice.time").num_rows == 1
