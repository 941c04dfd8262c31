"""What it costs to hold something overnight on borrowed money, or short with borrowed shares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from core.domain.money import ZERO, rounded

YEAR: Final = 360  # days, as brokers count them


@dataclass(frozen=True, slots=True, kw_only=True)
class Carry:
    """Rates of a year, charged for every night. Brokers' rates differ widely; the defaults are on the dear side."""

    margin: Decimal = Decimal("0.08")  # on cash below nothing
    lent: Decimal = Decimal("0.003")  # on what is short, in a name that is easy to borrow
    hard: Mapping[str, Decimal] = field(default_factory=dict)  # likewise, by instrument id, in names that are not

    def interest(self, cash: Decimal, nights: int) -> Decimal:
        """On what is owed in cash."""
        return rounded(max(-cash, ZERO) * self.margin * nights / YEAR)

    def borrow(self, instrument_id: str, value: Decimal, nights: int) -> Decimal:
        """On shares worth so much."""
        return rounded(value * self.rate(instrument_id) * nights / YEAR)

    def rate(self, instrument_id: str) -> Decimal:
        """What its lender asks, a year."""
        return self.hard.get(instrument_id, self.lent)
