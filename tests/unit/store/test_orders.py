"""Orders answered from memory are those on the disk, a page costs what it shows, and the journal loses nothing by brevity."""

from decimal import Decimal

import msgspec
import pytest

from core.domain.fill import Fill
from core.domain.order import DONE, NEXT, OPEN, Order, OrderType, Side, Status
from core.domain.quote import Quote
from core.domain.verdict import Outcome, Verdict
from core.store.brief import brief
from core.store.database import Database
from core.store.orders import _LATELY, page
from core.store.store import Store
from tests.fakes.broker import ACCOUNT
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.disk import FaultyConnection
from tests.fakes.house import founded_disk


@pytest.fixture
def disk() -> FaultyConnection:
    return founded_disk()


def on(disk: FaultyConnection) -> Store:
    clock = FakeClock()
    return Store(Database(disk), clock, clock)


def placed(store: Store, number: int, replaces: str | None = None) -> Order:
    order = Order(
        id=store.orders.next_id(MORNING.date()),
        intent_key=f"token-{number}",
        client_id=f"qd-m-{number}",
        account_id=ACCOUNT,
        instrument_id="i-ant",
        symbol="ANT",
        side=Side.BUY,
        type=OrderType.MARKET,
        quantity=Decimal(10),
        replaces=replaces,
        status=Status.SENDING,
        at=MORNING,
    )
    with store.unit:
        store.orders.add(order)
    return order


def filled(store: Store, order: Order) -> Order:
    done = order.with_fill(Decimal(10), Decimal(500))
    with store.unit:
        store.orders.save(done)
    return done


def test_what_has_just_ended_is_answered_as_the_disk_has_it(disk: FaultyConnection) -> None:
    store = on(disk)
    done = [filled(store, placed(store, number)) for number in range(_LATELY + 5)]
    assert len(store.orders._lately) == _LATELY
    fresh = on(disk)
    for order in (done[0], done[4], done[5], done[-1]):  # forgotten ones and remembered ones
        assert store.orders.by_client(order.client_id) == order == fresh.orders.by_client(order.client_id)


def test_an_end_that_did_not_reach_the_disk_is_forgotten(disk: FaultyConnection) -> None:
    store = on(disk)
    order = placed(store, 1)
    with pytest.raises(RuntimeError), store.unit:
        store.orders.save(order.to(Status.REJECTED, "no"))
        raise RuntimeError
    assert store.orders.by_client(order.client_id) == order
    assert store.orders.open() == (order,)
    assert not store.orders._lately


def test_a_late_fill_changes_what_is_remembered(disk: FaultyConnection) -> None:
    store = on(disk)
    order = placed(store, 1)
    with store.unit:
        store.orders.save(order.to(Status.CANCELED))
    late = filled(store, order.to(Status.CANCELED))
    assert store.orders.by_client(order.client_id) == late
    assert late.status is Status.FILLED


def test_the_newest_successor_is_known_before_and_after_a_start(disk: FaultyConnection) -> None:
    store = on(disk)
    old = placed(store, 1)
    placed(store, 2, replaces=old.id)
    newest = placed(store, 3, replaces=old.id)
    assert store.orders.successor(old.id) == newest == on(disk).orders.successor(old.id)
    assert store.orders.successor(newest.id) is None
    with pytest.raises(RuntimeError), store.unit:
        store.orders.add(newest.changed(id="x", intent_key="x", client_id="x"))
        raise RuntimeError
    assert store.orders.successor(old.id) == newest


@pytest.mark.parametrize("statuses", [DONE, OPEN | DONE])
@pytest.mark.parametrize("before", ["", "20260914-000002"])
def test_no_page_sorts_the_whole_history(disk: FaultyConnection, statuses: frozenset[Status], before: str) -> None:
    store = on(disk)
    asked: list[str] = []
    disk.set_trace_callback(asked.append)
    page(store.connection, statuses, before, 200)
    disk.set_trace_callback(None)
    plan = [row[3] for row in disk.execute(f"EXPLAIN QUERY PLAN {asked[-1]}")]
    assert plan
    assert not [step for step in plan if "TEMP B-TREE" in step]


def test_a_page_of_open_orders_is_answered_from_memory_and_a_start_uses_their_index(disk: FaultyConnection) -> None:
    store = on(disk)
    order = placed(store, 1)
    asked: list[str] = []
    disk.set_trace_callback(asked.append)
    assert store.orders.working(OPEN, "", 200, order.symbol) == [order]
    assert asked == []
    on(disk)
    disk.set_trace_callback(None)
    (sql,) = (sql for sql in asked if "FROM orders" in sql and "status = 'acked'" in sql)
    assert any("orders_open" in row[3] for row in disk.execute(f"EXPLAIN QUERY PLAN {sql}"))


def test_an_order_read_a_moment_ago_is_shown_as_it_is_now(disk: FaultyConnection) -> None:
    store = on(disk)
    order = placed(store, 1)
    with store.unit:
        store.orders.save(order.to(Status.ACKED))
    assert store.orders.newest(order).status is Status.ACKED
    with store.unit:
        store.orders.save(order.to(Status.REJECTED, "no"))
    ended = store.orders.newest(order)
    assert ended.status is Status.REJECTED
    assert store.orders.newest(ended) is ended


def test_what_the_journal_leaves_out_comes_back() -> None:
    verdicts = (
        Verdict(check="R01", outcome=Outcome.PASS, title="Quantity"),
        Verdict(check="R02", outcome=Outcome.BLOCK, title="Size", inputs="2", limit="1", scope="account", message="no"),
    )
    quote = Quote(
        instrument_id="i-ant",
        bid=Decimal("49.99"),
        ask=Decimal(50),
        bid_size=Decimal(1),
        ask_size=Decimal(2),
        last=Decimal(50),
        at=MORNING,
        received=MORNING,
        feed="stand-in",
    )
    fill = Fill(
        execution_id="x1",
        account_id=ACCOUNT,
        instrument_id="i-ant",
        client_id="c",
        side=Side.SELL,
        quantity=Decimal(1),
        price=Decimal(2),
        at=MORNING,
    )
    body = {"verdicts": verdicts, "quote": quote, "fill": fill, "words": "as they are", "none": None}
    text = msgspec.json.encode(brief(body))
    back = msgspec.json.decode(text)
    assert msgspec.convert(back["verdicts"], tuple[Verdict, ...]) == verdicts
    assert msgspec.convert(back["quote"], Quote) == quote
    assert msgspec.convert(back["fill"], Fill) == fill
    assert (back["words"], back["none"]) == ("as they are", None)
    assert len(text) < len(msgspec.json.encode(body))


def test_every_step_of_an_order_comes_back_from_the_journal() -> None:
    order = Order(
        id="1",
        intent_key="k",
        client_id="c",
        account_id=ACCOUNT,
        instrument_id="i-ant",
        symbol="ANT",
        side=Side.BUY,
        type=OrderType.LIMIT,
        quantity=Decimal(10),
        limit=Decimal("49.5"),
        at=MORNING,
    )
    for status in NEXT[order.status]:
        step = order.to(status, "why", sent_at=MORNING, doubted=True)
        assert msgspec.json.decode(msgspec.json.encode(brief(step)), type=Order) == step
