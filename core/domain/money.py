"""Exact numbers: how a price, a quantity and an amount of money are written, rounded and read from a person's hand."""

import re
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Final

from core.domain.errors import BadInput

ZERO: Final = Decimal(0)
MICRO: Final = Decimal("0.000001")
PRICE_PLACES: Final = 9
MONEY_PLACES: Final = 6
QUANTITY_PLACES: Final = 9
_LARGEST: Final = 2**63 - 1
_IN_WORDS: Final = {MONEY_PLACES: "six", QUANTITY_PLACES: "nine"}
_PLAIN: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_LONGEST: Final = 40  # characters; nobody types more of a number by hand


def rounded(value: Decimal) -> Decimal:
    """Money has six places; halves go to the even digit."""
    return value.quantize(MICRO, rounding=ROUND_HALF_EVEN)


def value_of(quantity: Decimal, price: Decimal, multiplier: Decimal = Decimal(1)) -> Decimal:
    """The one place where quantity × price becomes money."""
    return rounded(quantity * price * multiplier)


def as_units(value: Decimal, places: int) -> int:
    """The integer we store: exact, or an error. Never rounds, never overflows."""
    if not value.is_finite():
        raise ValueError(f"{value} is not a number that can be stored")
    units = int(value.scaleb(places))
    if Decimal(units).scaleb(-places) != value and abs(value) <= _LARGEST:
        raise ValueError(f"{value:f} has more than {places} decimals")
    if not -_LARGEST <= units <= _LARGEST:
        raise ValueError(f"{value} is too large to be stored")
    return units


def from_units(units: int, places: int) -> Decimal:
    """Back from the stored integer."""
    return Decimal(units).scaleb(-places)


def maybe_units(value: Decimal | None, places: int) -> int | None:
    """The same for what may be missing."""
    return None if value is None else as_units(value, places)


def maybe_value(units: int | None, places: int) -> Decimal | None:
    """And back."""
    return None if units is None else from_units(units, places)


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """The largest multiple of the step that is not above the value."""
    return (value / step).to_integral_value(rounding=ROUND_FLOOR) * step


def typed_number(text: str, what: str, places: int = QUANTITY_PLACES) -> Decimal:
    """A number as a person typed it, or one sentence. Commas are refused: 1,5 may mean 1.5 or 15."""
    trimmed = text.strip().replace("\u2212", "-")
    if len(trimmed) > _LONGEST:
        raise BadInput(f"{what} has {len(trimmed)} characters. Nothing was sent: write a number such as 12 or 12.5.")
    if not trimmed:
        raise BadInput(f"{what} is empty. Nothing was sent: type a number such as 12 or 12.5.")
    if "," in trimmed:
        raise BadInput(
            f"{what} “{text}” has a comma, which can mean two different numbers. "
            "Nothing was sent: write it with a point and without thousands marks, such as 1500.25."
        )
    if not _PLAIN.fullmatch(trimmed):
        raise BadInput(f"{what} “{text}” is not a plain number. Nothing was sent: write digits such as 12 or 12.5.")
    number = Decimal(trimmed)
    try:
        as_units(number, places)
    except ValueError as error:
        small = f"use at most {_IN_WORDS[places]} decimals"
        what_next = "write a smaller number" if "too large" in str(error) else small
        raise BadInput(f"{what}: {error}. Nothing was sent: {what_next}.") from error
    return number
