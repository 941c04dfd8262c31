"""The figures before an order: what it costs by its parts, what it changes, and what stands against it."""

from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.channel.facets.orders import Draft, Estimate
from core.costs.impact import Usual
from core.domain.account import AccountKind
from core.domain.order import OrderType, Purpose, Side
from core.domain.verdict import Outcome
from tests.fakes.broker import ACCOUNT
from tests.unit.execution.desk import YES, Desk

D = Decimal
QUIET = Usual(volume=1_000_000, daily=0.02)


def draft(**changes: Any) -> Draft:
    kind = OrderType.LIMIT if "limit" in changes else OrderType.MARKET
    return Draft(**({"symbol": "ANT", "side": Side.BUY, "quantity": "100", "type": kind} | changes))


def test_it_is_what_the_sheet_says_and_nothing_is_kept() -> None:
    desk = Desk()
    desk.usual["i-ant"] = QUIET
    estimate = desk.reviews.estimate(draft())
    sheet = desk.reviews.review(draft())
    assert {f.name: getattr(sheet, f.name) for f in fields(Estimate)} == {
        f.name: getattr(estimate, f.name) for f in fields(Estimate)
    }
    assert desk.kinds() == ["reconciled"]
    assert list(desk.reviews._kept) == [sheet.token]


def test_a_reduction_names_the_stop_it_makes_smaller_and_what_it_asks_back() -> None:
    desk = Desk()
    desk.held("100")
    stop = desk.working("i-ant", Side.SELL, "70", type=OrderType.STOP, stop=D(45))
    sale = desk.working("i-ant", Side.SELL, "30", limit="55")
    reduces = {"side": Side.SELL, "purpose": Purpose.CLOSE}
    found = desk.reviews.estimate(draft(quantity="40", **reduces))
    assert (found.first_changes, found.first_cancels) == (((stop.id, D(60)),), (sale.id,))
    assert found.may_send
    found = desk.reviews.estimate(draft(quantity="100", **reduces))
    assert (found.first_changes, found.first_cancels) == ((), (stop.id, sale.id))
    changed = desk.reviews.estimate(draft(quantity="40", limit="55", replaces=sale.id, **reduces))
    assert (changed.first_changes, changed.first_cancels) == ((), ())  # a change asks nothing back, and is judged so
    assert not changed.may_send


def test_the_expected_cost_is_spread_impact_and_fees() -> None:
    desk = Desk()
    desk.usual["i-ant"] = QUIET
    found = desk.reviews.estimate(draft())
    # half of two cents on 100 shares; 0.02 · √(100 / 1,000,000) · 2/3 of 50.01
    assert found.cost_spread == D("1.00")
    assert found.cost_impact == (D("50.01") * D("0.000133333") * 100).quantize(D("0.000001"))
    assert found.cost_expected == found.cost_spread + found.cost_impact + found.cost_fees
    assert found.value == D("5001.00")
    assert found.cost_bps is not None
    assert found.cost_bps.quantize(D("0.01")) == D("3.33")
    assert found.spread_bps == D("4.00")
    assert found.day_share == D("0.0001")


@pytest.mark.parametrize(
    ("limit", "impact"), [("49", "0"), ("50", "0"), ("50.01", "0"), ("50.012", "0.2"), ("51", "0.67")]
)
def test_an_order_moves_the_price_no_further_than_its_limit(limit: str, impact: str) -> None:
    desk = Desk()
    desk.usual["i-ant"] = QUIET
    found = desk.reviews.estimate(draft(limit=limit)).cost_impact
    assert found is not None
    assert found.quantize(D("0.01")) == D(impact).quantize(D("0.01"))


def test_where_nothing_usual_is_known_the_impact_is_not_told_as_nothing() -> None:
    found = Desk().reviews.estimate(draft())
    assert (found.cost_impact, found.usual_volume, found.day_share) == (None, None, None)
    assert found.cost_expected == found.cost_spread + found.cost_fees


def test_own_orders_on_the_other_side_are_named_and_others_are_not() -> None:
    desk = Desk()
    desk.held("100")
    desk.working("i-ant", Side.SELL, "40", limit="55")
    desk.working("i-ant", Side.SELL, "60", type=OrderType.STOP, stop=D("45.10"))
    desk.working("i-bee", Side.BUY, "1", limit="19")
    found = desk.reviews.estimate(draft(limit="50"))
    assert found.opposite == ("Sell 40, limit 55.00", "Sell 60, stop 45.10")
    assert desk.reviews.estimate(draft(side=Side.SELL, quantity="1")).opposite == ()
    desk.kill()
    assert desk.reviews.estimate(draft(limit="50")).opposite == found.opposite, "as read from the disk"


def test_the_weight_stands_beside_its_limit() -> None:
    desk = Desk()
    found = desk.reviews.estimate(draft(quantity="520", limit="50"))
    assert (found.weight_before, found.weight_after, found.weight_limit) == (D(0), D("0.26"), "25%")
    assert any(v.check == "R21" and v.outcome is Outcome.BLOCK for v in found.verdicts)
    assert desk.reviews.estimate(draft(symbol="CAT3", quantity="1")).weight_limit == ""


def test_a_cash_account_says_what_has_settled_and_a_margin_account_does_not() -> None:
    desk = Desk()
    desk.held("100")
    sale = desk.working("i-ant", Side.SELL, "40", limit="50")
    desk.fill(sale, "40", "50")
    assert desk.reviews.estimate(draft()).settled_cash is None
    accounts = desk.house.store.accounts
    account = accounts.get(ACCOUNT)
    assert account is not None
    with desk.house.store.unit:
        accounts.add(replace(account, kind=AccountKind.CASH))
    cash = desk.house.store.books.balance(ACCOUNT, "cash", "USD")
    (sold,) = desk.house.store.fills.sales_since(ACCOUNT, desk.clock.now() - timedelta(days=1))
    fee = sold.fee
    assert desk.reviews.estimate(draft()).settled_cash == cash - 2000 + fee
    desk.settle(timedelta(days=1).total_seconds())
    desk.settle(3)
    assert desk.reviews.estimate(draft()).settled_cash == cash


def test_a_sale_that_was_taken_back_has_brought_no_money() -> None:
    desk = Desk()
    desk.held("100")
    before = desk.house.store.fills.sales_since(ACCOUNT, desk.clock.now() - timedelta(days=1))
    sale = desk.working("i-ant", Side.SELL, "40", limit="50")
    desk.fill(sale, "40", "50")
    (fill,) = desk.house.store.fills.sales_since(ACCOUNT, desk.clock.now() - timedelta(days=1))
    with desk.house.store.unit:
        desk.house.store.fills.add_if_new(replace(fill, execution_id="back", busts=fill.execution_id))
    assert desk.house.store.fills.sales_since(ACCOUNT, desk.clock.now() - timedelta(days=1)) == before == []


def test_looking_at_what_an_order_would_be_counts_as_no_order() -> None:
    desk = Desk()
    for _ in range(20):
        desk.reviews.estimate(draft(limit="49"))
    sheet = desk.reviews.review(draft(limit="49"))
    assert sheet.warnings == ()
    assert desk.reviews.confirm(sheet.token, YES).quantity == 100
