"""Which invented names are hard to borrow, and what their lenders ask: estimates."""

from decimal import Decimal
from typing import Final

from core.market.invented.names import NAMES

# number: of the value of the shares, a year
_HARD: Final = {
    17: Decimal("0.045"),
    61: Decimal("0.03"),
    62: Decimal("0.06"),
    63: Decimal("0.05"),
    64: Decimal("0.03"),
    65: Decimal("0.025"),
    66: Decimal("0.08"),
    67: Decimal("0.03"),
    68: Decimal("0.04"),
}
HARD_TO_BORROW: Final = {name.instrument.id: _HARD[name.number] for name in NAMES if name.number in _HARD}
