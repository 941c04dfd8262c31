"""What traded, and everything else a broker can tell about an order."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.domain.money import ZERO
from core.domain.order import Side, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One execution. Unique by broker account and execution id."""

    execution_id: str
    account_id: str
    instrument_id: str
    client_id: str  # of the order it belongs to; empty when made elsewhere
    side: Side
    quantity: Decimal
    price: Decimal
    fee: Decimal = ZERO
    currency: str = "USD"
    at: datetime  # market time it traded
    busts: str | None = None  # the execution this one takes back
    note: str = ""  # the quote it met and why this price, in words
    bid: Decimal | None = None  # the market's own quote it met, without what we took or pushed; None = not told
    ask: Decimal | None = None
    liquidation: bool = False  # the broker's own act, because a margin call was not met; told, not kept


class Told(StrEnum):
    """How a send ended, or what was learned later."""

    ACKED = "acked"  # it is at the broker (see its state)
    REJECTED = "rejected"  # the broker said no: final
    UNSENT = "unsent"  # nothing left this machine
    UNKNOWN = "unknown"  # it may be there
    FOUND = "found"  # looked up: this is how the broker holds it
    NOT_FOUND = "not_found"  # looked up: the broker says there is no such order
    LOOK_UP_FAILED = "look_up_failed"  # looked up: no answer
    CANCEL_TAKEN = "cancel_taken"  # the broker took the request to cancel; not yet that it is cancelled
    CANCEL_FAILED = "cancel_failed"  # the request may not have arrived: asked again
    CANCEL_REFUSED = "cancel_refused"  # too late, or not there
    REPLACE_REFUSED = "replace_refused"
    FILLS = "fills"  # executions, nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """What the broker made of an order by itself, and put in its place."""

    event_id: str  # the split or the dividend it was for
    limit: Decimal | None = None
    stop: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerOrder:
    """An order as the broker holds it."""

    client_id: str
    broker_order_id: str
    instrument_id: str
    side: Side
    quantity: Decimal
    filled: Decimal  # under this client id alone, not what an order it replaced had filled
    status: Status  # ACKED, PARTIAL, FILLED, CANCELED, EXPIRED, REPLACED or REJECTED
    replaced_by: str | None = None  # client id of its successor
    reason: str = ""
    adjusted: Adjusted | None = None  # nobody here asked for it: the broker made it of one of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a connection brings to the desk. A repeat is harmless."""

    told: Told
    client_id: str
    at: datetime  # real time it was learned
    order: BrokerOrder | None = None
    fills: tuple[Fill, ...] = ()
    reason: str = ""
    request: str = ""  # what was sent, as sent (no secrets)
    reply: str = ""  # what came back, as it came
