"""What was read from a broker, and whether it may be believed. A failed read is not an empty answer."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from core.domain.corporate_event import CorporateEvent
from core.domain.money import ZERO

T = TypeVar("T")


class ReadState(StrEnum):
    """Whether all of it came."""

    OK = "ok"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Generic[T]):
    """Rows, whether they are all of them, and as of when."""

    state: ReadState
    as_of: datetime
    rows: tuple[T, ...] = ()
    reason: str = ""
    signed_out: bool = False  # why it failed: a person has to sign in again


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerPosition:
    """A position as the broker holds it."""

    instrument_id: str
    native_id: str
    quantity: Decimal
    cost: Decimal | None = None  # None = the broker does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginCall:
    """What the broker asks for, until it has it."""

    value: Decimal  # cash that would meet it
    due: datetime | None = None  # market time; None = the broker does not say
    note: str = ""  # why, and what ends it, in the broker's words


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerCash:
    """Cash as the broker holds it; activities not yet posted are named apart."""

    currency: str
    cash: Decimal
    pending: Decimal = Decimal(0)
    call: MarginCall | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Money or shares that moved at the broker without a trade: a dividend, a split, a fee, a deposit."""

    id: str
    kind: str
    currency: str
    value: Decimal  # cash that came; negative: that went
    at: datetime
    instrument_id: str | None = None
    quantity: Decimal = ZERO  # shares that came; negative: that went
    event: CorporateEvent | None = None  # what the company did, where it is known
    note: str = ""
