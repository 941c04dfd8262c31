"""What every broker promises, above all: to say honestly whether anything was sent."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from core.clock import Clock, MarketClock
from core.domain.account import Account
from core.domain.capability import Capabilities
from core.domain.fill import BrokerOrder, Fill, Report
from core.domain.instrument import Instrument
from core.domain.order import Order
from core.domain.reading import Activity, BrokerCash, BrokerPosition, Reading
from core.domain.workspace import WorkspaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a broker is given when its line is opened."""

    folder: Path  # it may keep files of its own here, and nowhere else
    kind: WorkspaceKind
    clock: Clock
    market_clock: MarketClock
    instrument: Callable[[str], Instrument]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whom we are talking to. The workspace pins it at the first connection."""

    number: str
    host: str
    kind: WorkspaceKind  # what the keys and the host say this is


class Line(Protocol):
    """An open line to a broker. Called by one thread, its connection's.

    A send ends in one of three ways besides success: OrderRejected (it said no), BrokerDown (nothing left),
    OutcomeUnknown (it may be there). Whatever else is raised counts as the third.
    """

    def identity(self) -> Identity:
        """Who answers at the other end."""
        ...

    def accounts(self) -> tuple[Account, ...]:
        """The accounts this line reaches."""
        ...

    def submit(self, order: Order) -> BrokerOrder:
        """Send it. Returns how the broker holds it now."""
        ...

    def cancel(self, order: Order) -> None:
        """Ask to cancel. Returning means the request was taken, not that it is cancelled. OrderRejected: too late."""
        ...

    def replace(self, old: Order, new: Order) -> BrokerOrder:
        """Put the new one in the old one's place; the new quantity includes what the old one has filled."""
        ...

    def find(self, order: Order) -> BrokerOrder | None:
        """Look it up by our client id. None = the broker says there is none. BrokerDown or OutcomeUnknown: no answer."""
        ...

    def orders(self, account_id: str) -> Reading[BrokerOrder]:
        """Every open order, and those that ended since the day began."""
        ...

    def executions(self, account_id: str, since: datetime) -> Reading[Fill]:
        """Everything that traded since then, whoever asked for it."""
        ...

    def positions(self, account_id: str) -> Reading[BrokerPosition]:
        """What the broker says is held."""
        ...

    def cash(self, account_id: str) -> Reading[BrokerCash]:
        """What the broker says of cash."""
        ...

    def activities(self, account_id: str, since: datetime) -> Reading[Activity]:
        """Money and shares that moved without a trade."""
        ...

    def time(self) -> datetime:
        """The broker's own clock, in real time."""
        ...

    def listen(self, hear: Callable[[Report], None]) -> None:
        """Bring what the stream says to this function, from any thread, until closed."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


@runtime_checkable
class SigningIn(Protocol):
    """A line whose sign-in ends at a moment the broker has named."""

    def signed_in_until(self) -> datetime | None:
        """Real time, from what was said at signing in: nobody is asked. None = not known."""
        ...


@runtime_checkable
class Beating(Protocol):
    """A line that has work of its own: whoever owns it lets it work about ten times a second."""

    def heartbeat(self) -> None:
        """Do what is due."""
        ...


class Broker(ABC):
    """Settings, and one verb. Members are frozen dataclasses."""

    @property
    @abstractmethod
    def capabilities(self) -> Capabilities:
        """What it can do."""

    @abstractmethod
    def open(self, surroundings: Surroundings) -> Line:
        """Open a line to it."""
