"""What we ask a broker to do, and how far it has got."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Final

from core.domain.errors import IllegalTransition
from core.domain.money import ZERO
from core.domain.verdict import NO_CONSENT, Consent


class Side(StrEnum):
    """Buy or sell."""

    BUY = "buy"
    SELL = "sell"

    @property
    def sign(self) -> int:
        """+1 for a purchase, −1 for a sale."""
        return 1 if self is Side.BUY else -1

    @property
    def other(self) -> "Side":
        """The opposite side."""
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderType(StrEnum):
    """At which price it may trade."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"


class TimeInForce(StrEnum):
    """How long it may wait."""

    DAY = "day"
    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"
    OPEN = "open"
    CLOSE = "close"


class Purpose(StrEnum):
    """What the person means by it; a sale is never a short by accident."""

    TRADE = "trade"
    CLOSE = "close"  # closes a named position
    SHORT = "short"  # sells what is not owned, on purpose


class Origin(StrEnum):
    """Who asked for it."""

    TICKET = "ticket"
    RUN = "run"
    ALGORITHM = "algorithm"
    JOB = "job"
    CHAT = "chat"
    COMMAND_LINE = "command_line"
    ELSEWHERE = "elsewhere"  # made outside this desk, learned from the broker
    ADJUSTED = "adjusted"  # the broker put it in the place of one of ours, after a split or a dividend


class Status(StrEnum):
    """Where an order is in its life."""

    DRAFT = "draft"
    INTENT = "intent"
    SENDING = "sending"
    ACKED = "acked"
    PARTIAL = "partial"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    UNSENT = "unsent"
    UNKNOWN = "unknown"
    ABANDONED = "abandoned"
    REPLACED = "replaced"
    ATTESTED = "attested"
    CANCEL_PENDING = "cancel_pending"
    REPLACE_PENDING = "replace_pending"


_S = Status
_ENDS: Final = frozenset({_S.FILLED, _S.CANCELED, _S.EXPIRED, _S.REPLACED})
NEXT: Final[dict[Status, frozenset[Status]]] = {
    _S.DRAFT: frozenset({_S.INTENT, _S.SENDING}),
    _S.INTENT: frozenset({_S.SENDING, _S.ABANDONED}),
    _S.SENDING: _ENDS - {_S.REPLACED} | {_S.ACKED, _S.PARTIAL, _S.REJECTED, _S.UNSENT, _S.UNKNOWN},
    _S.UNSENT: frozenset({_S.SENDING, _S.ABANDONED}),
    _S.UNKNOWN: _ENDS | {_S.SENDING, _S.ACKED, _S.PARTIAL, _S.REJECTED, _S.ATTESTED},
    # ATTESTED from here: only when the broker, asked in full, no longer knows an order it had confirmed
    _S.ACKED: _ENDS | {_S.PARTIAL, _S.REJECTED, _S.CANCEL_PENDING, _S.REPLACE_PENDING, _S.ATTESTED},
    _S.PARTIAL: _ENDS | {_S.PARTIAL, _S.REJECTED, _S.CANCEL_PENDING, _S.REPLACE_PENDING, _S.ATTESTED},
    _S.CANCEL_PENDING: _ENDS | {_S.ACKED, _S.PARTIAL, _S.ATTESTED},
    _S.REPLACE_PENDING: _ENDS | {_S.ACKED, _S.PARTIAL, _S.ATTESTED},
    # a fill can overtake our cancel, the day's end, a replacement or a person's word
    _S.CANCELED: frozenset({_S.FILLED}),
    _S.EXPIRED: frozenset({_S.FILLED}),
    _S.REPLACED: frozenset({_S.FILLED}),
    _S.ATTESTED: frozenset({_S.FILLED}),
    _S.FILLED: frozenset(),
    _S.REJECTED: frozenset(),
    _S.ABANDONED: frozenset(),
}

WAITING: Final = frozenset({_S.INTENT, _S.UNSENT})
IN_DOUBT: Final = frozenset({_S.SENDING, _S.UNKNOWN})
AT_BROKER: Final = frozenset({_S.ACKED, _S.PARTIAL, _S.CANCEL_PENDING, _S.REPLACE_PENDING})
LIVE: Final = IN_DOUBT | AT_BROKER  # may still trade: keeps its buying power
OPEN: Final = LIVE | WAITING  # not over yet
DONE: Final = frozenset(Status) - OPEN - {_S.DRAFT}


_TERMS: Final = (
    "account_id",
    "instrument_id",
    "side",
    "type",
    "limit",
    "stop",
    "time_in_force",
    "extended_hours",
    "purpose",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One leg of a multi-leg order."""

    instrument_id: str
    side: Side
    ratio: int


@dataclass(frozen=True, kw_only=True)  # without slots: it changes five times on its way, and a dict is copied at once
class Order:
    """One instruction. Immutable: every step returns a new order."""

    id: str
    intent_key: str
    client_id: str
    account_id: str
    instrument_id: str
    symbol: str  # for display
    side: Side
    type: OrderType
    quantity: Decimal  # the whole of it, including what a replaced order filled
    limit: Decimal | None = None
    stop: Decimal | None = None
    time_in_force: TimeInForce = TimeInForce.DAY
    extended_hours: bool = False
    purpose: Purpose = Purpose.TRADE
    notional: Decimal | None = None  # what the person typed, when sized by money
    origin: Origin = Origin.TICKET
    origin_id: str = ""
    strategy: str | None = None
    parent_id: str | None = None
    legs: tuple[Leg, ...] = ()
    replaces: str | None = None  # the order this one takes the place of
    carried: Decimal = ZERO  # filled by the orders it replaced
    consent: Consent = NO_CONSENT  # what the person agreed to, kept for the checks that run again before a late send
    doubted: bool = False  # a send of it once ended without an answer: a later "no" or "not sent" proves nothing
    cancel_asked: bool = False  # wanted gone as soon as the broker shows it
    reserve_price: Decimal = ZERO  # buying power kept back per share not yet filled
    status: Status = Status.DRAFT
    filled: Decimal = ZERO
    filled_value: Decimal = ZERO
    broker_order_id: str | None = None
    reason: str = ""  # the last word on it, in words
    at: datetime | None = None  # market time it was asked for
    sent_at: datetime | None = None  # real time it was first handed to the wire
    expires_at: datetime | None = None  # market time its time in force is over; None = does not end by itself

    def __post_init__(self) -> None:
        if not self.quantity.is_finite() or self.quantity <= 0:
            raise ValueError(f"quantity must be positive, got {self.quantity}")
        for price in (self.limit, self.stop):
            if price is not None and not (price.is_finite() and price > 0):
                raise ValueError(f"a price must be positive, got {price}")

    @property
    def leaves(self) -> Decimal:
        """What may still trade."""
        return self.quantity - self.carried - self.filled

    def lessens(self, old: "Order") -> bool:
        """Whether it takes a working order's place and is nothing but the same with no more left to trade."""
        same = all(getattr(self, name) == getattr(old, name) for name in _TERMS)
        return self.replaces == old.id and same and self.leaves <= old.leaves and not old.cancel_asked

    @property
    def reserved(self) -> Decimal:
        """Buying power held back while it may still trade."""
        return max(self.leaves, ZERO) * self.reserve_price if self.status in OPEN else ZERO

    @property
    def average_price(self) -> Decimal | None:
        """What was paid per share so far."""
        return self.filled_value / self.filled if self.filled else None

    def to(self, status: Status, reason: str | None = None, **what: Any) -> "Order":
        """The next state, and what changes with it; or IllegalTransition."""
        if status not in NEXT[self.status]:
            raise IllegalTransition(
                f"Order {self.id} cannot go from {self.status} to {status}. It stays {self.status}."
            )
        return self.changed(status=status, reason=self.reason if reason is None else reason, **what)

    def with_fill(self, quantity: Decimal, value: Decimal) -> "Order":
        """Count a fill. Never refuses: what traded, traded, whatever we believed."""
        filled = self.filled + quantity
        complete = filled + self.carried >= self.quantity
        status = self.status
        if complete and Status.FILLED in NEXT[status]:
            status = Status.FILLED
        elif (
            not complete
            and Status.PARTIAL in NEXT[status]
            and status not in (Status.CANCEL_PENDING, Status.REPLACE_PENDING)
        ):
            status = Status.PARTIAL
        return self.changed(status=status, filled=filled, filled_value=self.filled_value + value)

    def changed(self, **what: Any) -> "Order":
        """The same order but for this. Every order changes often, and dataclasses.replace takes six times as long."""
        order = object.__new__(Order)
        order.__dict__.update(self.__dict__, **what)
        if len(order.__dict__) != len(self.__dict__):
            raise TypeError(f"an order has no {', '.join(what.keys() - self.__dict__.keys())}")
        order.__post_init__()
        return order


def client_id_for(machine: str, intent_key: str) -> str:
    """The id the broker knows it by: the same for every resend of one intent, and it names the machine."""
    return f"qd-{machine}-{blake2b(intent_key.encode(), digest_size=10).hexdigest()}"


_MADE_BY_BROKER: Final = "~"  # never in an id this desk gives


def adjusted_id(client_id: str) -> str:
    """What an order is called that the broker puts in this one's place by itself."""
    root, _, number = client_id.partition(_MADE_BY_BROKER)
    return f"{root}{_MADE_BY_BROKER}{int(number or 0) + 1}"


def adjusted_from(client_id: str) -> str:
    """The order in whose place the broker put this one; empty = it is no such order."""
    root, _, number = client_id.partition(_MADE_BY_BROKER)
    if not (number.isascii() and number.isdigit()) or int(number) < 1:
        return ""
    return root if number == "1" else f"{root}{_MADE_BY_BROKER}{int(number) - 1}"
