"""What a live workspace may send yet: nothing before it was taken live, and small orders at first."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

DAYS: Final = 20  # that somebody lived through at the market's own pace, unless a person asks for fewer
ORDERS: Final = 50  # on those days
FEWEST: Final = 1  # of either: what is demanded never reaches nothing
WORD: Final = "LIVE"  # to be typed
SMALL: Final = 10  # orders that add risk and have traded, before others may be larger
SMALL_VALUE: Final = Decimal(50)  # of the account's currency; one share where that is more


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTerms:
    """Of a workspace whose money is real."""

    opened: bool  # a person took it live
    small_left: int  # orders that still have to be small
