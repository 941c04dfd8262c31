"""The brokers this workspace is connected to: what each can do, and how it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.order import OrderType, TimeInForce


@dataclass(frozen=True, slots=True, kw_only=True)
class AbleView:
    """One kind of order, and when it trades."""

    type: OrderType
    time_in_force: TimeInForce
    hours: str  # regular, extended (regular hours and those before and after), opening, closing; empty = not taken


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerView:
    """One connection in full."""

    name: str
    broker: str
    words: str  # what it is
    state: str  # connected, down, connecting, signed out
    reconciled: bool  # our books were compared with it since it came back
    since: datetime | None  # real time it has been connected, or down, since
    read_at: datetime | None  # real time of the last ok read
    skew_seconds: float | None  # its clock less ours
    last_error: str
    last_error_at: datetime | None
    accounts: tuple[str, ...]  # as the broker calls them
    pinned: str  # whom this workspace belongs to: number, host, kind of money
    pin_problem: str  # who answers instead; empty = it is the one
    able: tuple[AbleView, ...]
    fractional: bool
    short: bool
    replace: bool
    look_up: bool
    refuses_repeats: bool
    requests_per_minute: int


class Connections(Protocol):
    """Looking only."""

    def all(self) -> tuple[BrokerView, ...]:
        """Every broker this workspace knows."""
        ...
