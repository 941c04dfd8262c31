"""What every lot method promises: it says which lots a closing trade takes, and how much of each, to the last share."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from core.domain.lot import Lot


class Pick(NamedTuple):
    """Part of one lot, in the lot's own sign."""

    lot: Lot
    quantity: Decimal


class LotMethod(ABC):
    """Settings, and one verb. Members are frozen dataclasses; the order the lots come in means nothing to them."""

    @abstractmethod
    def pick(self, lots: Sequence[Lot], quantity: Decimal) -> Sequence[Pick]:
        """Which lots of one holding to close. The quantity has the lots' sign and is never more than they hold."""


def first_come(lots: Iterable[Lot], quantity: Decimal) -> tuple[Pick, ...]:
    """Whole lots in this order, and part of the last one."""
    picks = []
    left = quantity
    for lot in lots:
        part = lot.quantity if abs(lot.quantity) < abs(left) else left
        picks.append(Pick(lot, part))
        left -= part
        if not left:
            return tuple(picks)
    raise ValueError(f"{quantity} cannot be closed: the lots hold {quantity - left}")
