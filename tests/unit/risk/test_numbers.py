"""R01 and R05: what is not a number the market can take is never sent, not even to get out."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.instrument import TickRule
from core.domain.order import Order, TimeInForce
from core.domain.verdict import Outcome
from core.risk.checks.quantity import Quantity
from core.risk.checks.tick import Tick
from tests.unit.risk.scene import AAPL, BROKER, D, buy, sell, view

WHOLE = replace(AAPL, fractionable=False)


def forged(quantity: str) -> Order:
    """An order with a quantity its own constructor refuses, as a damaged row could hold one."""
    made = buy("1")
    object.__setattr__(made, "quantity", Decimal(quantity))
    return made


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "sNaN", "Infinity", "-Infinity", "1000000000.1", "1E+30"])
def test_what_is_no_quantity_is_blocked(quantity: str) -> None:
    verdict = Quantity().verdict(forged(quantity), view())
    assert verdict.outcome is Outcome.BLOCK
    assert "Type a number above 0" in verdict.message


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "Infinity"])
def test_an_order_without_a_quantity_cannot_even_be_made(quantity: str) -> None:
    with pytest.raises(ValueError, match="quantity"):
        buy(quantity)


@pytest.mark.parametrize(
    ("quantity", "outcome"),
    [
        ("1", Outcome.PASS),
        ("1E+2", Outcome.PASS),
        ("0.5", Outcome.PASS),
        ("0.000000001", Outcome.PASS),
        ("0.0000000001", Outcome.BLOCK),
        ("999999999.0000000000000000000001", Outcome.BLOCK),
    ],
)
def test_decimals_stay_inside_the_scale(quantity: str, outcome: Outcome) -> None:
    assert Quantity().verdict(buy(quantity), view()).outcome is outcome


def test_fractions_only_where_the_name_the_broker_and_the_order_allow_them() -> None:
    half = buy("0.5")
    assert Quantity().verdict(half, view(instrument=WHOLE)).outcome is Outcome.BLOCK
    assert Quantity().verdict(half, view(capabilities=replace(BROKER, fractional=False))).outcome is Outcome.BLOCK
    assert Quantity().verdict(replace(half, time_in_force=TimeInForce.GTC), view()).outcome is Outcome.BLOCK
    assert Quantity().verdict(buy("1"), view(instrument=WHOLE)).outcome is Outcome.PASS


def test_a_replacement_must_leave_something_to_trade() -> None:
    assert Quantity().verdict(buy("10", carried="9"), view()).outcome is Outcome.PASS
    assert Quantity().verdict(buy("10", carried="10"), view()).outcome is Outcome.BLOCK


@pytest.mark.parametrize(
    ("price", "outcome"),
    [
        ("10.01", Outcome.PASS),
        ("10.015", Outcome.BLOCK),
        ("1.0001", Outcome.BLOCK),
        ("0.1234", Outcome.PASS),
        ("0.12345", Outcome.BLOCK),
        ("1E+40", Outcome.BLOCK),
    ],
)
def test_a_price_lies_on_the_step(price: str, outcome: Outcome) -> None:
    assert Tick().verdict(buy(limit=price), view()).outcome is outcome
    assert Tick().verdict(sell(stop=price), view()).outcome is outcome


@pytest.mark.parametrize("price", ["0", "-1", "NaN", "sNaN", "Infinity"])
def test_a_price_that_is_none_cannot_even_be_ordered(price: str) -> None:
    with pytest.raises(ValueError, match="price must be positive"):
        buy(limit=price)
    with pytest.raises(ValueError, match="price must be positive"):
        sell(stop=price)


def test_the_step_is_data() -> None:
    halves = replace(AAPL, ticks=(TickRule(from_price=D(0), tick=D("0.005")),))
    assert Tick().verdict(buy(limit="10.015"), view(instrument=halves)).outcome is Outcome.PASS


def test_the_sentence_names_the_nearest_prices() -> None:
    verdict = Tick().verdict(buy(limit="10.015"), view())
    assert "Type 10.01 or 10.02" in verdict.message
    assert (verdict.inputs, verdict.limit) == ("10.015", "0.01")
