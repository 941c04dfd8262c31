"""A value of any shape the facets speak of, so that a new verb or view is tried the day it is written."""

import enum
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

TABLE = pa.table(
    {
        "symbol": ["AAPL", "BRK.B", "ÆØÅ 株", None],
        "price": pa.array([Decimal("182.500000001"), Decimal("-0.000000001"), None, Decimal(0)], pa.decimal128(38, 9)),
        "at": pa.array([datetime(2026, 9, 14, 14, 30, 0, 1, tzinfo=UTC)] * 4, pa.timestamp("us", tz="UTC")),
        "volume": [1.5, 0.0, -2.0, None],
        "tags": [["a"], [], None, ["b", "c"]],
    }
)
_PLAIN: dict[Any, tuple[Any, Any]] = {
    str: ("Buy 40 “NVDA” \u2028\n株", ""),
    int: (2**53 + 1, 0),
    float: (0.1, -0.0),
    bool: (True, False),
    Decimal: (Decimal("123456789012345.000000001000"), Decimal("-0")),
    datetime: (datetime(2026, 11, 27, 18, 0, 0, 123456, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)),
    date: (date(2026, 11, 27), date(1970, 1, 1)),
    timedelta: (timedelta(days=1, microseconds=1), timedelta(0)),
    type(None): (None, None),
    pa.Table: (TABLE, TABLE.slice(0, 0)),
}


def example(shape: Any, *, bare: bool) -> Any:
    """bare: the emptiest value of that shape, else one with everything in it."""
    if shape in _PLAIN:
        return _PLAIN[shape][bare]
    origin, inner = get_origin(shape), get_args(shape)
    if origin in (Union, types.UnionType):
        return None if bare else example(next(part for part in inner if part is not type(None)), bare=False)
    if origin is tuple and inner[1:] == (...,):
        return () if bare else (example(inner[0], bare=False), example(inner[0], bare=True))
    if origin is tuple:
        return tuple(example(part, bare=bare) for part in inner)
    if origin is Mapping:
        return {} if bare else {example(inner[0], bare=False): example(inner[1], bare=False)}
    if isinstance(shape, type) and issubclass(shape, enum.Enum):
        return list(shape)[0 if bare else -1]
    if is_dataclass(shape):
        hints = get_type_hints(shape)
        chosen = [f for f in fields(shape) if not bare or (f.default is MISSING and f.default_factory is MISSING)]
        return shape(**{f.name: example(hints[f.name], bare=bare) for f in chosen})  # type: ignore[operator]
    raise TypeError(f"The facets speak of {shape}: say here what one looks like")
