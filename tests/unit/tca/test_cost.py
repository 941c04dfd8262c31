"""What trading cost, against numbers that were published, numbers worked out by hand, and what must always hold."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.fill import Fill
from core.domain.order import Side
from core.tca.cost import Cost, Costs, cost, costs, together
from core.tca.shortfall import Shortfall, shortfall

D = Decimal
VECTORS: dict[str, dict[str, Any]] = {
    vector["id"]: vector
    for vector in json.loads((Path(__file__).parents[2] / "vectors" / "tca.json").read_text(encoding="utf-8"))[
        "vectors"
    ]
}
WHOLE_ORDERS = [name for name, vector in VECTORS.items() if "decision_price" in vector["inputs"]]
prices = st.decimals("0.01", "9000", places=4)
quantities = st.decimals("0.000000001", "100000", places=9)


def a_fill(side: Side = Side.BUY, quantity: str = "100", price: str = "50.03", **more: Any) -> Fill:
    values: dict[str, Any] = {
        "execution_id": "x1",
        "account_id": "a",
        "instrument_id": "i-ant",
        "client_id": "c1",
        "side": side,
        "quantity": D(quantity),
        "price": D(price),
        "fee": D("0.25"),
        "at": datetime(2026, 9, 14, 15, tzinfo=UTC),
        "bid": D("49.98"),
        "ask": D("50.02"),
    }
    return Fill(**(values | more))


def decided(asked: dict[str, Any]) -> Shortfall:
    return shortfall(
        Side(asked["side"]),
        D(asked["order_qty"]),
        [(D(quantity), D(str(price))) for quantity, price in asked["fills"]],
        decision=D(str(asked["decision_price"])),
        arrival=D(str(asked["arrival_price"])),
        final=D(str(asked["final_price"])),
        fees=D(str(asked["fees"])),
    )


@pytest.mark.parametrize("name", WHOLE_ORDERS)
def test_published_examples_of_the_shortfall(name: str) -> None:
    vector = VECTORS[name]
    found, in_money = decided(vector["inputs"]), name.endswith(".ccy")
    for part, printed in vector["expected"].items():
        value = getattr(found, part)
        assert float(value if in_money else found.share(value)) == pytest.approx(printed, abs=vector["tolerance"]), part


def test_published_delays_of_an_order_over_two_days() -> None:
    vector = VECTORS["tca.is.cfa_prob11_delay"]
    asked, printed = vector["inputs"], vector["expected"]
    for day in ("day1", "day2"):
        part = asked[day]
        found = shortfall(
            Side.BUY,
            D(asked["order_qty"]),
            [(D(part["filled"]), D(str(part["price"])))],
            decision=D(str(asked["benchmark"])),
            arrival=D(str(part["revised_benchmark"])),
            final=D(str(asked["benchmark"])),
        )
        assert float(found.share(found.delay)) == pytest.approx(printed[f"delay_{day}"], abs=vector["tolerance"])


def test_the_sign_is_the_opposite_of_tcapy_s() -> None:
    vector = VECTORS["tca.tcapy.sign"]
    asked = vector["inputs"]
    found = cost(Side(asked["side"]), D(1), D(str(asked["executed"])), D(str(asked["benchmark"])))
    assert float(found.money / found.base) == pytest.approx(-vector["expected"]["tcapy_slippage"])


def test_a_purchase_by_hand() -> None:
    found = costs(a_fill(), arrival=D("49.95"))
    assert found.far_touch == Cost(money=D("1.00"), base=D("5002.00"), fills=1)
    assert found.mid == Cost(money=D("3.00"), base=D("5000.00"), fills=1)
    assert found.arrival == Cost(money=D("8.00"), base=D("4995.00"), fills=1)
    assert (found.value, found.fees) == (D("5003.00"), D("0.25"))
    assert found.mid.bps == D(6)


def test_a_resting_order_earns_the_spread() -> None:
    found = costs(a_fill(price="49.98"), arrival=None)
    assert (found.far_touch.money, found.mid.money) == (D("-4.00"), D("-2.00"))


@pytest.mark.parametrize("quote", [{"bid": None}, {"ask": None}, {"bid": D(0)}, {"bid": D("50.05")}])
def test_what_was_not_told_is_left_out_and_no_zero(quote: dict[str, Any]) -> None:
    found = costs(replace(a_fill(), **quote), arrival=None)
    assert (found.fills, found.far_touch, found.mid, found.arrival) == (1, Cost(), Cost(), Cost())
    assert found.mid.bps is None
    assert together([found, costs(a_fill(), arrival=D(50))]).mid.fills == 1


@given(quantity=quantities, price=prices, against=prices)
def test_a_sale_costs_what_the_same_purchase_earns(quantity: Decimal, price: Decimal, against: Decimal) -> None:
    bought, sold = (cost(side, quantity, price, against) for side in Side)
    assert sold == Cost(money=-bought.money, base=bought.base, fills=1)


@given(quantity=quantities, prices=st.lists(prices, min_size=3, max_size=3))
def test_a_mirrored_fill_costs_the_same(quantity: Decimal, prices: list[Decimal]) -> None:
    bid, ask, beyond = sorted(prices)
    bought = a_fill(Side.BUY, str(quantity), str(beyond), bid=bid, ask=ask)
    middle = bid + ask
    mirrored = a_fill(Side.SELL, str(quantity), str(middle - beyond), bid=bid, ask=ask)
    for name in ("far_touch", "mid"):
        assert getattr(costs(bought, None), name).money == getattr(costs(mirrored, None), name).money


@given(
    st.lists(st.tuples(st.sampled_from(Side), quantities, prices, prices, st.integers(0, 2)), min_size=1, max_size=20)
)
def test_the_sums_of_all_groups_are_the_whole(fills: list[tuple[Side, Decimal, Decimal, Decimal, int]]) -> None:
    each = [
        (group, costs(a_fill(side, str(quantity), str(price), bid=against, ask=against), against))
        for side, quantity, price, against, group in fills
    ]
    groups = [together(part for g, part in each if g == group) for group in range(3)]
    assert together(groups) == together(part for _, part in each)
    assert together([]) == Costs()


@given(quantity=st.integers(2, 10_000), price=prices, against=prices, at=st.floats(0, 1))
def test_slices_of_a_fill_cost_what_it_costs(quantity: int, price: Decimal, against: Decimal, at: float) -> None:
    first = int(quantity * at)
    whole = cost(Side.BUY, D(quantity), price, against)
    parts = [cost(Side.BUY, D(part), price, against) for part in (first, quantity - first)]
    assert sum((part.money for part in parts), D(0)) == whole.money
    assert sum((part.base for part in parts), D(0)) == whole.base
