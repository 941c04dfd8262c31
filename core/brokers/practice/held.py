"""An order as the practice exchange holds it, and a trade it made."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.brokers.practice.called import BY_BROKER
from core.domain.fill import Adjusted, BrokerOrder, Fill
from core.domain.money import ZERO
from core.domain.order import Order, OrderType, Side, Status, TimeInForce
from core.market.tape import Level, Moment

STOPS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Immutable: every step returns a new one. All times are market time."""

    client_id: str
    broker_order_id: str
    sequence: int  # the order in which orders came
    account_id: str
    instrument_id: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    extended_hours: bool
    quantity: Decimal  # the whole of it, including what replaced orders filled
    limit: Decimal | None
    stop: Decimal | None
    carried: Decimal = ZERO  # filled by the orders it replaced
    filled: Decimal = ZERO
    status: Status = Status.ACKED
    reason: str = ""
    replaced_by: str | None = None
    accepted_at: datetime
    active_at: datetime  # when it reaches the book
    ends_at: datetime | None  # its time in force is over; None = never by itself
    cancel_at: datetime | None = None  # when a request to cancel reaches the book
    ended_at: datetime | None = None
    triggered: bool = False  # a stop that has been set off
    arrived: datetime | None = None  # start of the stretch of trading in which it met the market first
    ahead: Decimal | None = None  # shares that wait before it in the queue; None = it does not wait in one
    adjusted_for: str = ""  # the split or dividend it was made for, in another order's place

    @property
    def leaves(self) -> Decimal:
        """What may still trade."""
        return self.quantity - self.carried - self.filled

    @property
    def open(self) -> bool:
        """It may still trade."""
        return self.ended_at is None

    @property
    def by_broker(self) -> bool:
        """The exchange made it for itself, because a margin call was not met."""
        return self.client_id.startswith(BY_BROKER)

    @property
    def waits_for_stop(self) -> bool:
        """A stop that has not been set off."""
        return self.type in STOPS and not self.triggered

    @property
    def view(self) -> BrokerOrder:
        """As it is told to others."""
        return BrokerOrder(
            client_id=self.client_id,
            broker_order_id=self.broker_order_id,
            instrument_id=self.instrument_id,
            side=self.side,
            quantity=self.quantity,
            filled=self.filled,
            status=self.status,
            replaced_by=self.replaced_by,
            reason=self.reason,
            adjusted=Adjusted(event_id=self.adjusted_for, limit=self.limit, stop=self.stop)
            if self.adjusted_for
            else None,
        )

    def ended(self, status: Status, at: datetime, reason: str = "") -> "Held":
        """It will not trade any more."""
        return replace(self, status=status, ended_at=at, reason=reason or self.reason)

    def with_fill(self, quantity: Decimal, at: datetime) -> "Held":
        """Part of it, or the last of it, traded."""
        held = replace(self, filled=self.filled + quantity, status=Status.PARTIAL)
        return held if held.leaves > 0 else held.ended(Status.FILLED, at)

    def same_as(self, order: Order) -> bool:
        """Whether a repeated request asks for this very order."""
        mine = (self.account_id, self.instrument_id, self.side, self.type, self.quantity, self.limit, self.stop)
        theirs = (
            order.account_id,
            order.instrument_id,
            order.side,
            order.type,
            order.quantity,
            order.limit,
            order.stop,
        )
        return mine == theirs and self.time_in_force is order.time_in_force


class How(StrEnum):
    """How it came to trade."""

    TOOK = "took"  # what was shown
    WAITED = "waited"  # in the queue
    CROSSED = "crossed"  # at the opening or the closing price


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What stood before it besides the quote."""

    ladder: tuple[Level, ...] = ()  # what was left of the other side's book, pushed away; none in an auction
    push: Decimal = ZERO  # how far what we took before had pushed it
    room: Decimal = ZERO  # what we could still trade: our share of the volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A fill with everything that explains it."""

    fill: Fill
    sequence: int
    moment: Moment  # the quote it met
    how: How
    seen: Seen = Seen()
