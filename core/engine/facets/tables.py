"""Rows as Arrow: money stays decimal all the way to the window."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

import pyarrow as pa

NUMBER: Final = pa.decimal128(38, 9)
TEXT: Final = pa.string()
MOMENT: Final = pa.timestamp("us", tz="UTC")
WHOLE: Final = pa.int64()
_FINEST: Final = Decimal("0.000000001")


def number(value: Decimal | None) -> Decimal | None:
    """To nine places, which is as fine as a table shows."""
    return None if value is None else value.quantize(_FINEST, rounding=ROUND_HALF_EVEN)


def table(columns: dict[str, pa.DataType], rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Rows in the order of the columns."""
    by_column: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    arrays = [
        pa.array([number(v) for v in values] if kind == NUMBER else values, type=kind)
        for values, kind in zip(by_column, columns.values(), strict=True)
    ]
    return pa.table(arrays, names=list(columns))
