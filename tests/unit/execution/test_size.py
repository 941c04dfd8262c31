"""Sizing: whatever a size is typed as, it becomes shares that never cost, risk or need more than was said."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.channel.facets.orders import Draft
from core.domain.errors import BadInput, DeskError
from core.domain.order import OrderType, Purpose, Side
from core.domain.view import COLLAR
from tests.unit.execution.desk import YES, Desk

D = Decimal
STOPPED = (OrderType.STOP, OrderType.STOP_LIMIT)
LIMITED = (OrderType.LIMIT, OrderType.STOP_LIMIT)


def draft(**changes: Any) -> Draft:
    return Draft(**({"symbol": "ANT", "side": Side.BUY} | changes))


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(
    ("typed", "shares", "how"),
    [
        ({"share": "5"}, "99.980003", "5% of 100,000.00 is 5,000.00; ÷ 50.01 = 99.980003 shares"),
        ({"share": "5", "type": OrderType.LIMIT, "limit": "49"}, "102", "÷ 49 = 102 shares"),
        (
            {"risk": "100", "risk_stop": "45.01"},
            "20",
            "50.01 to 45.01 is 5 a share; 100 ÷ 5 = 20 shares; 100.00 at risk",
        ),
        (
            {"risk": "99", "risk_stop": "45", "type": OrderType.LIMIT, "limit": "50"},
            "19",
            "50 to 45 is 5 a share; 99 ÷ 5 = 19 shares; 95.00 at risk",
        ),
        (  # a stop that sets off a purchase above the ask: what is paid then is what counts
            {"risk": "100", "risk_stop": "50", "type": OrderType.STOP, "stop": "52"},
            "50",
            "52 to 50 is 2 a share",
        ),
        (
            {"risk": "100", "risk_stop": "52.49", "side": Side.SELL, "purpose": Purpose.SHORT},
            "40",
            "49.99 to 52.49 is 2.5 a share; 100 ÷ 2.5 = 40 shares; 100.00 at risk",
        ),
        ({"notional": "5000"}, "99.980003", "5,000 ÷ 50.01 = 99.980003 shares"),
        ({"quantity": "7"}, "7", ""),
    ],
)
def test_the_shares_and_how_they_were_worked_out(desk: Desk, typed: dict[str, Any], shares: str, how: str) -> None:
    sheet = desk.reviews.review(draft(**typed))
    assert sheet.quantity == D(shares)
    assert how in sheet.sized
    assert bool(how) is bool(sheet.sized)


@settings(max_examples=200, deadline=None)
@given(
    risk=st.decimals("1", "20000", places=2),
    last=st.decimals("2", "300", places=2),
    way=st.decimals("0.01", "0.99", places=2),
    kind=st.sampled_from(OrderType),
    away=st.decimals("0.98", "1.02", places=2),
    short=st.booleans(),
)
def test_the_risk_is_never_exceeded_and_never_more_than_buying_power_is_asked(
    desk: Desk, risk: Decimal, last: Decimal, way: Decimal, kind: OrderType, away: Decimal, short: bool
) -> None:
    desk.prices.last["i-ant"] = last
    at = (last * away).quantize(D("0.01"))
    out = (last * (1 + way) * D("1.03") if short else last * way * D("0.97")).quantize(D("0.01"))
    side, purpose = (Side.SELL, Purpose.SHORT) if short else (Side.BUY, Purpose.TRADE)
    asked = draft(
        side=side, purpose=purpose, type=kind, limit=f"{at}", stop=f"{at}", risk=f"{risk}", risk_stop=f"{out:f}"
    )
    try:
        sheet = desk.reviews.estimate(asked)
    except BadInput as error:
        assert any(words in str(error) for words in ("risks", "must be more than 0", "is not", "does not reach"))
        return
    finally:
        desk.prices.last["i-ant"] = D(50)
    bid, ask = last - D("0.01"), last + D("0.01")
    paid = (
        at
        if kind in LIMITED
        else (min(bid, at) if short else max(ask, at))
        if kind in STOPPED
        else bid
        if short
        else ask
    )
    assert 0 < sheet.quantity * abs(paid - out) <= risk
    assert (out > paid) is short
    worst = max(at if kind in LIMITED else D(0), ask * COLLAR) if short else paid if kind in LIMITED else ask * COLLAR
    power = sheet.buying_power_before
    assert power is not None
    assert sheet.quantity * worst <= power
    assert not any(v.check == "R06" and v.message for v in sheet.verdicts)
    step = D("0.000001") if kind is OrderType.MARKET and not short else D(1)
    assert sheet.quantity % step == 0
    if "held to" not in sheet.sized:
        assert (sheet.quantity + step) * abs(paid - out) > risk


@settings(max_examples=100, deadline=None)
@given(
    share=st.decimals("0.1", "400", places=1), last=st.decimals("1", "300", places=2), kind=st.sampled_from(OrderType)
)
def test_a_part_of_the_account_is_never_more_than_that_part_nor_than_buying_power(
    desk: Desk, share: Decimal, last: Decimal, kind: OrderType
) -> None:
    desk.prices.last["i-ant"] = last
    try:
        sheet = desk.reviews.estimate(draft(share=f"{share}", type=kind, limit=f"{last}", stop=f"{last}"))
    except BadInput as error:
        assert "does not buy one" in str(error)
        return
    finally:
        desk.prices.last["i-ant"] = D(50)
    paid = last if kind in LIMITED else last + D("0.01")
    assert 0 < sheet.quantity * paid <= D(1000) * share
    assert sheet.buying_power_after is not None
    assert sheet.buying_power_after >= 0


def test_what_buying_power_does_not_reach_is_held_to_it_and_said(desk: Desk) -> None:
    sheet = desk.reviews.estimate(draft(share="150", type=OrderType.LIMIT, limit="50"))
    assert sheet.quantity == 2000
    assert "= 3,000 shares, held to 2,000 by your buying power" in sheet.sized


def test_a_sale_of_what_is_held_needs_no_buying_power_to_be_a_part_of_the_account(desk: Desk) -> None:
    sheet = desk.reviews.estimate(draft(side=Side.SELL, share="150", type=OrderType.LIMIT, limit="50"))
    assert sheet.quantity == 3000
    assert "held to" not in sheet.sized


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"share": "5", "quantity": "1"}, "More than one size was typed"),
        ({"share": "5", "risk": "100", "risk_stop": "45"}, "More than one size was typed"),
        ({"notional": "5", "quantity": "1"}, "Both shares and an amount were typed"),
        ({"share": "0"}, "must be more than 0"),
        ({"share": "-5"}, "must be more than 0"),
        ({"share": "5%"}, "is not a plain number"),
        ({"share": "0.01", "type": OrderType.LIMIT, "limit": "50"}, "which does not buy one ANT at 50.00"),
        ({"risk": "100"}, "Stop of the risk is empty"),
        ({"risk": "NaN", "risk_stop": "45"}, "is not a plain number"),
        ({"risk": "1,5", "risk_stop": "45"}, "has a comma"),
        ({"risk": "100", "risk_stop": "51"}, "A stop at 51 is not below the price 50.01"),
        ({"risk": "100", "risk_stop": "50.01"}, "is not below the price"),
        (
            {"risk": "100", "risk_stop": "49", "side": Side.SELL, "purpose": Purpose.SHORT},
            "is not above the price 49.99",
        ),
        ({"risk": "100", "risk_stop": "55", "side": Side.SELL}, "takes risk away"),
        ({"risk": "3", "risk_stop": "45", "type": OrderType.LIMIT, "limit": "50"}, "One ANT risks 5"),
    ],
)
def test_a_size_that_makes_no_order_is_one_sentence(desk: Desk, typed: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput) as told:
        desk.reviews.estimate(draft(**typed))
    assert says in str(told.value)
    assert "Nothing was sent" in str(told.value)


def test_an_order_is_changed_by_its_shares() -> None:
    desk = Desk()
    old = desk.working(limit="49")
    with pytest.raises(BadInput, match="An order is changed by its shares"):
        desk.reviews.review(draft(share="5", type=OrderType.LIMIT, limit="49", replaces=old.id))


def test_without_a_price_nothing_is_sized() -> None:
    desk = Desk()
    desk.prices.silent = True
    for typed in ({"share": "5"}, {"risk": "100", "risk_stop": "45"}):
        with pytest.raises(DeskError, match=r"[Tt]ype shares"):
            desk.reviews.estimate(draft(**typed))


def test_what_was_sized_is_what_is_sent_and_the_stop_is_not() -> None:
    desk = Desk()
    sheet = desk.reviews.review(draft(risk="100", risk_stop="45", type=OrderType.LIMIT, limit="50"))
    again = desk.reviews.again(sheet.token)
    assert (again.sized, again.quantity) == (sheet.sized, D(20))
    order = desk.reviews.confirm(sheet.token, YES)
    assert (order.quantity, order.limit) == (D(20), D(50))
    assert order.stop is None
