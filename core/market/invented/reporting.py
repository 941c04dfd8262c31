"""When companies publish their quarterly figures: the morning after, they open elsewhere."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from typing import Final

MONTHS: Final = (1, 4, 7, 10)
_FIRST: Final = 13  # of the month, the earliest
_SPAN: Final = 15


def reporting_days(number: int, days: Sequence[date]) -> tuple[date, ...]:
    """A name's days in one year of trading days: each the first that trades after its figures."""
    year = days[0].year
    wanted = [date(year, month, _FIRST + (number * 7 + month) % _SPAN) for month in MONTHS]
    return tuple(days[bisect_left(days, published)] for published in wanted)
