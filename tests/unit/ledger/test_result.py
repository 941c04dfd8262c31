"""What an account earned: no balance is left out, none is counted twice."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.money import ZERO
from core.ledger.result import result, worst_fall

D = Decimal
NAMES = (
    "equity:opening",
    "equity:transfers",
    "equity:adjustments",
    "equity:unexplained",
    "income:realized",
    "income:dividends",
    "income:interest",
    "expenses:dividends_paid",
    "expenses:interest",
    "expenses:borrow",
    "expenses:fees",
    "expenses:of a kind to come",
)
moneys = st.decimals("-1000000", "1000000", places=6)


@given(st.dictionaries(st.sampled_from(NAMES), moneys), moneys, moneys)
def test_start_and_paid_in_and_the_parts_are_the_end(
    balances: dict[str, Decimal], cost: Decimal, worth: Decimal
) -> None:
    cash = -cost - sum(balances.values(), ZERO)  # the books balance
    found = result(balances | {"cash": cash}, cost, worth)
    assert found.profit is not None
    assert found.start + found.transfers + found.profit == found.end == cash + worth
    assert found.start + found.transfers + found.settled == cash + cost


def test_each_part_by_hand() -> None:
    balances = {
        "cash": D(900),
        "equity:opening": D(-1000),
        "equity:transfers": D(50),
        "income:realized": D(-30),
        "income:dividends": D(-7),
        "expenses:dividends_paid": D(2),
        "income:interest": D(-1),
        "expenses:interest": D(4),
        "expenses:borrow": D(3),
        "expenses:fees": D(5),
        "equity:adjustments": D(-6),
    }
    found = result(balances, D(80), D(95))
    assert (found.start, found.transfers, found.end, found.profit) == (D(1000), D(-50), D(995), D(45))
    assert (found.realized, found.unrealized, found.dividends) == (D(30), D(15), D(5))
    assert (found.interest, found.borrow, found.fees, found.corrections) == (D(-3), D(-3), D(-5), D(6))


def test_without_a_price_the_end_is_unknown_and_no_zero() -> None:
    found = result({"cash": D(10), "equity:opening": D(-20)}, D(10), None)
    assert (found.unrealized, found.profit, found.end) == (None, None, None)


@pytest.mark.parametrize(
    ("values", "fall"),
    [
        ([], None),
        ([100], None),
        ([100, 120, 130], (0, 0)),
        ([100, 90, 120, 102, 110], (18, "0.15")),
        ([10, 5, 100, 60], (5, "0.5")),
        ([-5, -9], (0, 0)),
    ],
)
def test_the_worst_fall_is_the_deepest_share(values: list[int], fall: tuple[int, str] | None) -> None:
    found = worst_fall([D(value) for value in values])
    assert found == (None if fall is None else (D(fall[0]), D(fall[1])))
