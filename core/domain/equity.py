"""What an account was worth at one moment of market time, and the lines of the books that it is worked out from."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from core.domain.money import ZERO


class Certainty(StrEnum):
    """How sure a worth is."""

    CONFIRMED = "confirmed"  # the broker was compared with our books at that moment or later, and agreed
    OURS = "ours"  # from our books alone
    UNKNOWN = "unknown"  # something held had no price: a gap
    NOW = "now"  # at the last prices, not a close


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityPoint:
    """One point of an account's equity curve. What came in right after it is no gain, what went out no loss."""

    account_id: str
    at: datetime
    day: date  # the trading day it belongs to
    is_close: bool
    value: Decimal | None  # before the flow; None = not known
    cash: Decimal
    flow: Decimal | None = ZERO  # None = shares came or went that had no price
    benchmark: Decimal | None = None  # a level: only its changes mean something
    certainty: Certainty
    words: str = ""  # why it is not known

    def begins(self) -> Decimal | None:
        """What the next stretch starts from."""
        return None if self.value is None or self.flow is None else self.value + self.flow


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """One line of the books, with the market time of its entry."""

    seq: int
    entry_id: str
    at: datetime
    source: str
    ledger_account: str
    unit: str
    quantity: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One change of one lot, and the trade that made it."""

    seq: int
    entry_id: str
    at: datetime
    source: str
    lot_id: str
    instrument_id: str
    quantity: Decimal
    opened_at: datetime | None
    cost: Decimal = ZERO  # what the lot's cost changed by
    client_id: str = ""  # of the order; empty = no trade of ours made it
    strategy: str = ""  # tag of the order that traded here …
    opened_with: str = ""  # … and of the one that opened the lot
    traded: Decimal = ZERO  # what the whole trade came to, without a sign
    bought: bool = False

    @property
    def opens(self) -> bool:
        """The lot begins here: a lot is named after the entry that made it."""
        return self.lot_id.partition(":")[0] == self.entry_id
