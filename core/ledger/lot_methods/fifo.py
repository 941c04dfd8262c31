"""First in, first out: what was bought first is sold first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from core.domain.lot import Lot
from core.ledger.lot_methods.base import LotMethod, Pick, first_come

LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Fifo(LotMethod):
    """Oldest first. A lot without a date counts as the oldest; lots of one moment go by id."""

    def pick(self, lots: Sequence[Lot], quantity: Decimal) -> Sequence[Pick]:
        """The oldest lots that make up the quantity."""
        return first_come(sorted(lots, key=_age), quantity)


def _age(lot: Lot) -> tuple[datetime, str]:
    return lot.opened_at or LONG_AGO, lot.id
