"""The states of an order as the promise lists them, what a fill does in each, and the id that never changes."""

from dataclasses import FrozenInstanceError, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import IllegalTransition
from core.domain.order import (
    AT_BROKER,
    DONE,
    IN_DOUBT,
    LIVE,
    NEXT,
    OPEN,
    WAITING,
    Order,
    OrderType,
    Side,
    Status,
    client_id_for,
)

D = Decimal
# The promise, word for word: from → to.
PROMISE = """
draft → intent sending
intent → sending abandoned
sending → acked partial filled canceled expired rejected unsent unknown
unsent → sending abandoned
unknown → sending acked partial filled canceled expired replaced rejected attested
acked → partial filled canceled expired replaced rejected cancel_pending replace_pending attested
partial → partial filled canceled expired replaced rejected cancel_pending replace_pending attested
cancel_pending → acked partial filled canceled expired replaced attested
replace_pending → acked partial filled canceled expired replaced attested
canceled → filled
expired → filled
replaced → filled
attested → filled
filled →
rejected →
abandoned →
"""
TABLE = {
    Status(start.strip()): {Status(end) for end in ends.split()}
    for start, ends in (line.split("→") for line in PROMISE.strip().splitlines())
}


def an_order(**changes: Any) -> Order:
    values: dict[str, Any] = {
        "id": "20260914-000001",
        "intent_key": "t",
        "client_id": "qd-m-1",
        "account_id": "a",
        "instrument_id": "i",
        "symbol": "ANT",
        "side": Side.BUY,
        "type": OrderType.LIMIT,
        "quantity": D(10),
        "limit": D(50),
        "reserve_price": D(50),
    }
    return Order(**(values | changes))


def test_every_state_has_its_line() -> None:
    assert set(TABLE) == set(Status) == set(NEXT)


@pytest.mark.parametrize("start", list(Status))
@pytest.mark.parametrize("end", list(Status))
def test_every_step_is_legal_exactly_where_the_promise_says(start: Status, end: Status) -> None:
    order = an_order(status=start)
    if end in TABLE[start]:
        assert order.to(end).status is end
        return
    with pytest.raises(IllegalTransition, match=f"cannot go from {start} to {end}. It stays {start}"):
        order.to(end)


def test_the_groups_cover_every_state_once() -> None:
    groups = [WAITING, IN_DOUBT, AT_BROKER, DONE, frozenset({Status.DRAFT})]
    assert sum(len(group) for group in groups) == len(Status)
    assert frozenset().union(*groups) == frozenset(Status)
    assert LIVE == IN_DOUBT | AT_BROKER
    assert OPEN == LIVE | WAITING
    for over in DONE:
        assert TABLE[over] <= {Status.FILLED}


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("quantity", ["3", "10", "12"])
def test_a_fill_is_counted_in_every_state(status: Status, quantity: str) -> None:
    order = an_order(status=status).with_fill(D(quantity), D(500))
    assert order.filled == D(quantity)
    assert order.filled_value == D(500)
    assert order.status is status or order.status in TABLE[status]
    if D(quantity) >= 10:
        assert order.status is (Status.FILLED if Status.FILLED in TABLE[status] or status is Status.FILLED else status)
    elif status in (Status.CANCEL_PENDING, Status.REPLACE_PENDING) or Status.PARTIAL not in TABLE[status]:
        assert order.status is status
    else:
        assert order.status is Status.PARTIAL


def test_what_a_replaced_order_filled_counts_towards_the_whole() -> None:
    order = an_order(status=Status.ACKED, carried=D(4))
    assert order.leaves == 6
    assert order.with_fill(D(5), D(250)).status is Status.PARTIAL
    assert order.with_fill(D(6), D(300)).status is Status.FILLED


@pytest.mark.parametrize("status", list(Status))
def test_buying_power_is_held_back_while_it_may_still_trade(status: Status) -> None:
    order = an_order(status=status, filled=D(4))
    assert order.reserved == (D(300) if status in OPEN else 0)
    assert replace(order, filled=D(12)).reserved == 0  # filled beyond what was asked


def test_average_price() -> None:
    assert an_order().average_price is None
    assert an_order(filled=D(4), filled_value=D("201")).average_price == D("50.25")


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "Infinity", "-Infinity"])
def test_a_quantity_that_is_none_cannot_be_ordered(quantity: str) -> None:
    with pytest.raises(ValueError, match="quantity must be positive"):
        an_order(quantity=D(quantity))


@pytest.mark.parametrize("price", ["0", "-1", "NaN", "Infinity"])
@pytest.mark.parametrize("field", ["limit", "stop"])
def test_a_price_that_is_none_cannot_be_ordered(field: str, price: str) -> None:
    with pytest.raises(ValueError, match="price must be positive"):
        an_order(**{field: D(price)})


def test_an_order_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        an_order().status = Status.FILLED  # type: ignore[misc]


def test_what_is_changed_is_checked_again_and_leaves_the_first_as_it_was() -> None:
    first = an_order()
    assert first.changed(quantity=D(4), reason="less") == replace(first, quantity=D(4), reason="less")
    assert (first.quantity, first.reason) == (D(10), "")
    with pytest.raises(ValueError, match="quantity must be positive"):
        first.changed(quantity=D(-4))
    with pytest.raises(TypeError, match="an order has no quantiy"):
        first.changed(quantiy=D(4))


def test_the_reason_stays_unless_there_is_a_new_one() -> None:
    order = an_order(status=Status.SENDING, reason="because")
    assert order.to(Status.ACKED).reason == "because"
    assert order.to(Status.ACKED, "").reason == ""


def test_the_brokers_id_for_an_intent_is_fixed_for_ever() -> None:
    assert client_id_for("ab12cd", "ticket-1") == "qd-ab12cd-24a0a5659422524ea5bf"


@given(first=st.text(max_size=40), second=st.text(max_size=40), machine=st.from_regex("[0-9a-f]{6}", fullmatch=True))
def test_it_follows_from_the_intent_and_fits_everywhere(first: str, second: str, machine: str) -> None:
    one, other = client_id_for(machine, first), client_id_for(machine, second)
    assert (one == other) is (first == second)
    assert one == client_id_for(machine, first)
    assert one.isascii()
    assert len(one) <= 48  # Alpaca takes 48 characters


def test_sides() -> None:
    assert Side.BUY.sign == 1
    assert Side.SELL.sign == -1
    assert Side.BUY.other is Side.SELL
    assert Side.SELL.other is Side.BUY
