"""Column types that refuse what would quietly lose money: floats, NaN, overflow, naive times."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import INTEGER, TEXT
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from core.domain.money import MONEY_PLACES, PRICE_PLACES, QUANTITY_PLACES, as_units, from_units

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def to_micros(at: datetime) -> int:
    """An aware time as microseconds since 1970, UTC."""
    return (at - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """And back."""
    return _EPOCH + timedelta(microseconds=micros)


class Words(TypeDecorator[str]):
    """Text."""

    impl = TEXT
    cache_ok = True


class _Scaled(TypeDecorator[Decimal]):
    """A Decimal kept as a scaled integer."""

    impl = INTEGER
    cache_ok = True
    places: int

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError(f"{value!r} is not a Decimal; money is never kept as anything else")
        return as_units(value, self.places)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else from_units(value, self.places)


class Price(_Scaled):
    """A price, to 1e-9."""

    cache_ok = True
    places = PRICE_PLACES


class Money(_Scaled):
    """Money, to the millionth."""

    cache_ok = True
    places = MONEY_PLACES


class Quantity(_Scaled):
    """A quantity, to 1e-9."""

    cache_ok = True
    places = QUANTITY_PLACES


class Instant(TypeDecorator[datetime]):
    """A moment, as microseconds UTC."""

    impl = INTEGER
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(value)


class Day(TypeDecorator[date]):
    """A calendar day, as text."""

    impl = TEXT
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


class YesNo(TypeDecorator[bool]):
    """True or false, as 1 or 0."""

    impl = INTEGER
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)
