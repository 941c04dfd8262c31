"""Numbers exact to the last digit, and numbers as a hand types them."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import BadInput
from core.domain.money import (
    MONEY_PLACES,
    PRICE_PLACES,
    QUANTITY_PLACES,
    as_units,
    floor_to,
    from_units,
    rounded,
    typed_number,
    value_of,
)

D = Decimal
LARGEST = 2**63 - 1
places = st.sampled_from([MONEY_PLACES, PRICE_PLACES, QUANTITY_PLACES])


@given(units=st.integers(-LARGEST, LARGEST), places=places)
def test_every_stored_number_comes_back(units: int, places: int) -> None:
    value = from_units(units, places)
    assert as_units(value, places) == units
    assert isinstance(as_units(value, places), int)


@given(units=st.integers(LARGEST + 1, 10**40), places=places, sign=st.sampled_from([1, -1]))
def test_every_number_that_does_not_fit_is_refused(units: int, places: int, sign: int) -> None:
    with localcontext(prec=60):
        value = D(sign * units).scaleb(-places)
    with pytest.raises(ValueError, match=r"too large to be stored|more than \d decimals"):
        as_units(value, places)


@given(units=st.integers(-(10**15), 10**15), places=places, extra=st.integers(1, 9))
def test_one_decimal_too_many_is_an_error_and_never_rounded(units: int, places: int, extra: int) -> None:
    value = D(units).scaleb(-places) + D(1).scaleb(-places - extra)
    with pytest.raises(ValueError, match=f"more than {places} decimals"):
        as_units(value, places)


@pytest.mark.parametrize("bad", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_not_stored(bad: str) -> None:
    with pytest.raises(ValueError, match="is not a number that can be stored"):
        as_units(D(bad), 6)


@pytest.mark.parametrize("huge", ["123456789012345678901234567890", "9" * 19, "1e30", "-9223372036854.775808"])
def test_too_large_is_called_too_large(huge: str) -> None:
    with pytest.raises(ValueError, match="too large"):
        as_units(D(huge), 6)


@pytest.mark.parametrize("zero", ["0", "-0", "0.000000000", "0E+15", "0E-30"])
def test_zero_is_zero_however_it_is_written(zero: str) -> None:
    assert as_units(D(zero), 6) == 0


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("0.0000005", "0.000000"),
        ("0.0000015", "0.000002"),
        ("0.0000025", "0.000002"),
        ("-0.0000005", "-0.000000"),
        ("-0.0000015", "-0.000002"),
        ("1.00000050000001", "1.000001"),
    ],
)
def test_halves_go_to_the_even_digit(value: str, wanted: str) -> None:
    assert rounded(D(value)) == D(wanted)


@given(quantity=st.decimals("0", "100000000", places=9), price=st.decimals("0", "100000", places=9))
def test_value_is_the_exact_product_rounded_once(quantity: Decimal, price: Decimal) -> None:
    with localcontext(prec=60):
        exact = (quantity * price).quantize(D("0.000001"), rounding=ROUND_HALF_EVEN)
    assert abs(value_of(quantity, price) - exact) <= D("0.000001")
    if quantity * price < 10**15:
        assert value_of(quantity, price) == exact
    assert value_of(-quantity, price) == -value_of(quantity, price)


def test_the_multiplier_is_in_the_value() -> None:
    assert value_of(D(1), D("2.50"), D(100)) == D(250)


@given(value=st.decimals("0", "1000000", places=9), step=st.sampled_from(["1", "0.01", "0.000001", "100", "0.25"]))
def test_flooring_never_goes_above_and_never_a_whole_step_below(value: Decimal, step: str) -> None:
    floor = floor_to(value, D(step))
    assert floor <= value < floor + D(step)
    assert floor % D(step) == 0


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", "12"),
        (" 12.5 ", "12.5"),
        ("+3", "3"),
        ("-5", "-5"),
        ("−5", "-5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("007", "7"),
        ("0.000000001", "0.000000001"),
        ("9223372036.854775807", "9223372036.854775807"),
    ],
)
def test_plain_numbers_are_read_as_they_stand(typed: str, number: str) -> None:
    assert typed_number(typed, "Quantity") == D(number)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Quantity is empty"),
        ("1,5", "which can mean two different numbers"),
        ("1.500,25", "which can mean two different numbers"),
        ("1e3", "is not a plain number"),
        ("NaN", "is not a plain number"),
        ("Infinity", "is not a plain number"),
        ("٣", "is not a plain number"),
        ("１２", "is not a plain number"),
        ("1\u00a0000", "is not a plain number"),
        ("–5", "is not a plain number"),
        ("1__0", "is not a plain number"),
        (
            "0.0000000001",
            "Quantity: 0.0000000001 has more than 9 decimals. Nothing was sent: use at most nine decimals.",
        ),
        ("99999999999", "Quantity: 99999999999 is too large to be stored. Nothing was sent: write a smaller number."),
        ("9223372036.854775808", "too large to be stored"),
        ("1" * 41, "has 41 characters"),
    ],
)
def test_everything_else_is_one_sentence(typed: str, says: str) -> None:
    with pytest.raises(BadInput) as told:
        typed_number(typed, "Quantity")
    words = str(told.value)
    assert words.startswith("Quantity")
    assert says in words
    assert "Nothing was sent" in words
    assert "\n" not in words


def test_money_has_six_decimals() -> None:
    assert typed_number("1.000001", "Amount", MONEY_PLACES) == D("1.000001")
    with pytest.raises(BadInput, match="at most six decimals"):
        typed_number("1.0000001", "Amount", MONEY_PLACES)


@given(st.text(max_size=60))
def test_no_text_ends_in_anything_but_a_number_or_a_sentence(text: str) -> None:
    try:
        number = typed_number(text, "Quantity")
    except BadInput:
        return
    assert number.is_finite()
    assert as_units(number, QUANTITY_PLACES) == int(number * 10**9)
