"""Which corporate events may happen on which day of a year, and how many shares a split makes of one."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from core.domain.corporate_event import EventKind
from core.market.invented.names import Name
from core.market.sessions import FIRST_YEAR

# number: the year it is bought in (in September), and the year it is renamed in (in March), with its new symbol
BOUGHT: Final = {61: 2027, 62: 2028, 63: 2029, 64: 2030, 65: 2031, 66: 2032, 67: 2033, 68: 2034}
RENAMED: Final = {
    61: (2026, "ALCB"),
    62: (2027, "BVXM"),
    63: (2028, "CPKE"),
    64: (2029, "DFRL"),
    65: (2030, "ELMF"),
    66: (2031, "FNSW"),
    67: (2032, "GVST"),
    68: (2033, "HLHM"),
}
_RATIOS: Final = (2, 3, 4, 5, 10, 20)
_REVERSE: Final = Decimal("0.1")
_CHEAP: Final = 5.0  # dollars: who splits on a chosen day below this takes ten for one the other way


def of_year(name: Name, year: int, days: Sequence[date]) -> Iterator[tuple[date, int, EventKind]]:
    """What may happen, by day; splits come before dividends."""
    step = 12 // name.payments if name.payments else 13
    for month in range(1 + name.number % step if step < 13 else 13, 13, step):
        yield _from(days, date(year, month, 5 + name.number * 5 % 20)), 1, EventKind.DIVIDEND
    if name.splits_above is not None and year > FIRST_YEAR:
        for month in range(1 + name.number % 3, 13, 3):
            yield _from(days, date(year, month, 1)), 0, EventKind.SPLIT
    if BOUGHT.get(name.number) == year:
        yield _from(days, date(year, 9, 15)), 2, EventKind.CASH_MERGER
    if RENAMED.get(name.number, (0, ""))[0] == year:
        yield _from(days, date(year, 3, 10)), 2, EventKind.SYMBOL_CHANGE


def split_ratio(name: Name, price: float) -> Decimal | None:
    """Many shares for one when it has outgrown its price, one for many when it has shrunk."""
    limit = name.splits_above
    if limit is None or (price <= limit * name.price if limit > 1 else price >= limit * name.price):
        return None
    if limit < 1:
        return _REVERSE
    return Decimal(next((ratio for ratio in _RATIOS if price / ratio < 1.3 * name.price), _RATIOS[-1]))


def chosen_ratio(name: Name, price: float) -> Decimal:
    """On a day somebody chose."""
    return _REVERSE if price < _CHEAP else Decimal(next(r for r in _RATIOS if price / r < name.price or r == 4))


def _from(days: Sequence[date], day: date) -> date:
    return days[bisect_left(days, day)]
