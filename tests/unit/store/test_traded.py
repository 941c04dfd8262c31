"""Fills as a statement needs them: what counts, what the order saw when it was asked for, and nothing made up."""

from decimal import Decimal
from typing import Any

import pytest

from core.domain.order import Side, Status
from core.domain.quote import Quote
from core.store import traded
from core.store.database import Database
from core.store.store import Store
from core.store.traded import Asked
from tests.fakes.broker import ACCOUNT
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.house import founded_disk
from tests.unit.store.test_repositories import a_fill, an_order

D = Decimal


@pytest.fixture
def store() -> Store:
    clock = FakeClock()
    return Store(Database(founded_disk()), clock, clock)


def quote(bid: str, ask: str) -> Quote:
    return Quote(
        instrument_id="i-ant",
        bid=D(bid),
        ask=D(ask),
        bid_size=D(100),
        ask_size=D(100),
        last=D(bid),
        at=MORNING,
        received=MORNING,
        feed="made up",
    )


def placed(store: Store, number: int, seen: Quote | None, kind: str = "order.placed", **more: Any) -> None:
    order = an_order(number, **more)
    with store.unit:
        store.orders.add(order)
        body = {"order": order, "verdicts": (), "quote": seen}
        store.journal.write(kind, "Buy 10 ANT", body, order_id=order.id)


def filled(store: Store, number: int, **more: Any) -> None:
    with store.unit:
        store.fills.add_if_new(a_fill(number, **more))


def arrivals(store: Store) -> list[Decimal | None]:
    return [one.arrival for one in traded.after(store.connection, 0, 100)]


def test_the_arrival_is_the_mid_the_order_saw(store: Store) -> None:
    placed(store, 1, quote("50.00", "50.03"))
    filled(store, 1)
    (one,) = traded.after(store.connection, 0, 100)
    assert (one.arrival, one.order_id, one.type, one.symbol) == (D("50.015"), "20260914-000001", "market", "ANT")
    assert (one.fill, one.multiplier) == (a_fill(1), D(1))


def test_of_an_order_that_waited_here_it_is_that_of_the_asking(store: Store) -> None:
    placed(store, 1, quote("50.00", "50.02"), "order.waits")
    with store.unit:
        store.journal.write("order.sent_again", "later", {"quote": quote("60.00", "60.02")}, order_id="20260914-000001")
    filled(store, 1)
    assert arrivals(store) == [D("50.01")]


def test_of_a_chain_of_changes_it_is_that_of_the_first(store: Store) -> None:
    placed(store, 1, quote("50.00", "50.02"))
    placed(store, 2, quote("51.00", "51.02"), replaces="20260914-000001")
    placed(store, 3, quote("52.00", "52.02"), replaces="20260914-000002")
    filled(store, 1, client_id="c3")
    assert arrivals(store) == [D("50.01")]


def test_without_a_usable_quote_there_is_none(store: Store) -> None:
    placed(store, 1, None)
    placed(store, 2, quote("50.03", "50.00"))
    filled(store, 1)
    filled(store, 2, client_id="c2")
    filled(store, 3, client_id="")
    assert arrivals(store) == [None, None, None]
    assert [one.order_id for one in traded.after(store.connection, 2, 100)] == [""]


def test_what_was_taken_back_is_not_there_nor_is_its_taking_back(store: Store) -> None:
    placed(store, 1, quote("50.00", "50.02"))
    for number in (1, 2, 3):
        filled(store, number)
    filled(store, 4, execution_id="b", busts="x2")
    assert [one.fill.execution_id for one in traded.after(store.connection, 0, 100)] == ["x1", "x3"]
    assert [one.fill.execution_id for one in traded.page(store.connection, ACCOUNT, 0, 100)] == ["x3", "x1"]
    assert traded.taken_back(store.connection) == {(ACCOUNT, "x2")}


def test_pages_are_complete_and_narrowed(store: Store) -> None:
    placed(store, 1, quote("50.00", "50.02"))
    for number in range(1, 8):
        filled(store, number, side=Side.BUY if number % 2 else Side.SELL)
    found: list[int] = []
    before = 0
    while page := traded.page(store.connection, ACCOUNT, before, 3):
        found += [one.seq for one in page]
        before = found[-1]
    assert found == list(range(7, 0, -1))
    assert len(traded.page(store.connection, ACCOUNT, 0, 100, side="sell")) == 3
    assert len(traded.page(store.connection, ACCOUNT, 0, 100, order_type="market", instrument_id="i-ant")) == 7
    assert traded.page(store.connection, ACCOUNT, 0, 100, order_type="limit") == []
    assert traded.page(store.connection, "other", 0, 100) == []


def test_orders_that_came_to_the_broker_are_counted_and_a_changed_one_once(store: Store) -> None:
    placed(store, 1, None, status=Status.FILLED, filled=D(10))
    placed(store, 2, None, status=Status.REPLACED, filled=D(4))
    placed(store, 3, None, status=Status.CANCELED, filled=D(1), carried=D(4), replaces="20260914-000002")
    placed(store, 4, None, status=Status.REJECTED)
    placed(store, 5, None, status=Status.ABANDONED)
    placed(store, 6, None, status=Status.PARTIAL, filled=D(3))
    assert traded.asked(store.connection) == {ACCOUNT: Asked(orders=3, over=2, filled_share=D("0.75"))}
