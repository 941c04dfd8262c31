"""A dividend between the ex day, on which it is known who gets it, and the day it is paid."""

from dataclasses import dataclass
from decimal import Decimal

from core.domain.corporate_event import CorporateEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What comes of it once it is paid: for shares held, or with a minus for shares owed to others."""

    event: CorporateEvent
    quantity: Decimal
    symbol: str
    paid: bool = False
