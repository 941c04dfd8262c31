"""Where money and positions are held, and under which rules."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class AccountKind(StrEnum):
    """How purchases are paid."""

    CASH = "cash"
    MARGIN = "margin"


class TaxKind(StrEnum):
    """How gains are taxed."""

    TAXABLE = "taxable"
    TRADITIONAL_IRA = "traditional_ira"
    ROTH = "roth"
    OTHER = "other"
    NONE = "none"


class Regime(StrEnum):
    """Which day-trading rule the broker applies."""

    INTRADAY_MARGIN = "intraday_margin"
    LEGACY_PDT = "legacy_pdt"
    CASH_T1 = "cash_t1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeSpan:
    """A regime and the first day it applies."""

    regime: Regime
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account at one broker."""

    id: str
    connection: str  # which of the workspace's connections reaches it
    broker: str  # the family member's name, such as "practice"
    number: str  # the broker's own number, pinned at the first connection
    name: str
    kind: AccountKind
    tax_kind: TaxKind
    regimes: tuple[RegimeSpan, ...]
    currency: str = "USD"
    begun_at: datetime | None = None  # market time; None = not known
    ended_at: datetime | None = None  # market time; None = in use

    def regime_on(self, day: date) -> Regime:
        """The rule in force that day; the earliest known one before that."""
        spans = sorted(self.regimes, key=lambda span: span.valid_from)
        current = spans[0].regime
        for span in spans:
            if span.valid_from <= day:
                current = span.regime
        return current
