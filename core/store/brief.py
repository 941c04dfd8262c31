"""How the journal writes orders, verdicts, quotes and fills: what is as it is by default goes without saying."""

from collections.abc import Callable
from dataclasses import MISSING, fields
from operator import attrgetter
from typing import Any, Final

import msgspec

from core.domain.fill import BrokerOrder, Fill
from core.domain.order import Order
from core.domain.quote import Quote
from core.domain.verdict import Verdict

Shape = tuple[type[msgspec.Struct], Callable[[object], tuple[Any, ...]]]  # how it is written, and what of it


def brief(body: object) -> object:
    """The same, with less to write. Read back as what it was, nothing is lost."""
    shape = _SHAPES.get(type(body))
    if shape is not None:
        struct, values = shape
        return struct(*values(body))
    if isinstance(body, dict):
        return {name: brief(value) for name, value in body.items()}
    if isinstance(body, tuple | list):
        return [brief(value) for value in body]
    return body


def _shape(kind: type[Any]) -> Shape:
    told = sorted(fields(kind), key=lambda field: field.default is not MISSING)
    struct = msgspec.defstruct(
        kind.__name__,
        [(f.name, Any) if f.default is MISSING else (f.name, Any, f.default) for f in told],
        omit_defaults=True,
    )
    return struct, attrgetter(*(field.name for field in told))


_SHAPES: Final[dict[type[Any], Shape]] = {kind: _shape(kind) for kind in (Order, Verdict, Quote, Fill, BrokerOrder)}
