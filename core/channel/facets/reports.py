"""Daily reports: what each day was, kept after its close and found again; or as it stands now."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from core.channel.facets.limits import UseView
from core.domain.order import Side
from core.domain.workspace import WorkspaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAccount:
    """One account at the end of the day. None = not known."""

    account_id: str
    name: str
    currency: str
    value: Decimal | None
    change: Decimal | None  # since the day began; deposits and withdrawals are no change
    share: Decimal | None  # of what there was then
    cash: Decimal
    buying_power: Decimal | None
    limits: tuple[UseView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFill:
    """One fill of the day; what it cost is positive where it was worse."""

    at: datetime  # market time
    account_id: str
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    value: Decimal
    fee: Decimal
    mid_cost: Decimal | None  # against the middle of bid and ask; None = the broker did not tell it
    mid_bps: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOrder:
    """One order that is still open."""

    id: str
    account_id: str
    words: str  # "Buy 40 NVDA"
    state: str
    filled: Decimal
    limit: Decimal | None
    stop: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayNeed:
    """One thing that needs a person."""

    weight: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReport:
    """One day. Accounts stand beside each other and are never added up."""

    day: date
    workspace: str
    kind: WorkspaceKind
    made_at: datetime  # real time
    as_of: datetime  # market time
    accounts: tuple[DayAccount, ...]
    fills: tuple[DayFill, ...]  # the newest first
    more_fills: bool  # than stand here
    orders: tuple[DayOrder, ...]
    needs: tuple[DayNeed, ...]
    trading: str  # how much of it is allowed, in words
    note: str  # INVENTED PRICES


class Reports(Protocol):
    """Looking back at single days."""

    def days(self) -> tuple[date, ...]:
        """Those that were kept, newest first."""
        ...

    def of(self, day: date | None = None) -> DayReport:
        """As it was kept; None = the day that is now, as it stands. BadInput: none was kept of that day."""
        ...
