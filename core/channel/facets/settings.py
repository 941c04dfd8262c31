"""What a person set once for this workspace, and what it consists of: folder, versions, licences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from core.domain.order import OrderType, TimeInForce

CLAIM: Final = "the other desk is closed"  # typed by who claims a workspace that was copied here
LEAST_IDLE, MOST_IDLE, USUAL_IDLE = 1, 240, 30  # minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDefaults:
    """What an empty ticket begins with."""

    account_id: str = ""  # empty = with several accounts a person chooses
    type: OrderType = OrderType.MARKET
    time_in_force: TimeInForce = TimeInForce.DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsView:
    """As they are in force."""

    ticket: TicketDefaults
    idle_minutes: int  # without a person's hand, until a window locks


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptView:
    """One thing in the workspace's folder."""

    name: str
    words: str  # what it is
    size: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageView:
    """Something the desk is built on."""

    name: str
    version: str
    licence: str  # as it names it itself


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutView:
    """What there is on this machine."""

    folder: str
    kept: tuple[KeptView, ...]
    free: int  # bytes on that disk
    versions: Mapping[str, str]  # the desk, Python, SQLite, the database's tables
    packages: tuple[PackageView, ...]


class Settings(Protocol):
    """Kept in the workspace; every change is journaled."""

    def state(self) -> SettingsView:
        """As they are now."""
        ...

    def set_ticket(self, ticket: TicketDefaults) -> SettingsView:
        """What an empty ticket begins with from now on."""
        ...

    def set_idle(self, minutes: str) -> SettingsView:
        """As typed. How long a window stays open without a person's hand; what is open is measured by it at once."""
        ...

    def claim(self, words: str) -> None:
        """Take a workspace of another machine over to this one, with the words of CLAIM. It starts again by itself."""
        ...

    def about(self) -> AboutView:
        """Read afresh; it takes a moment in a full folder."""
        ...
