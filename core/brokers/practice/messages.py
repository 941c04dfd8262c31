"""What travels between a line and an exchange in another process: one JSON message each way."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from core.brokers.base import Identity
from core.brokers.practice.agenda import Coming
from core.brokers.practice.bad_day import BadDay
from core.channel.facets.practice import Fault
from core.domain.account import Account
from core.domain.chosen import Chosen, Script
from core.domain.errors import BadInput, BrokerDown, DeskError, OrderRejected, OutcomeUnknown, SignedOut
from core.domain.fill import BrokerOrder, Fill, Report
from core.domain.order import Order
from core.domain.reading import Activity, BrokerCash, BrokerPosition, Reading
from core.market.timeline import Anchor

LONGEST: Final = 64 << 20


class Ask(msgspec.Struct, frozen=True):
    """One verb of the line, with the caller's market time."""

    verb: str
    args: msgspec.Raw
    at: datetime


class Answer(msgspec.Struct, frozen=True):
    """What came of it: an answer, or one of these errors as what it is."""

    ok: msgspec.Raw = msgspec.Raw(b"null")
    error: str = ""
    words: str = ""


class News(msgspec.Struct, frozen=True):
    """What the stream has said since the last time, and the exchange's market time."""

    at: datetime
    reports: tuple[Report, ...]


ERRORS: Final[dict[str, type[DeskError]]] = {
    "OrderRejected": OrderRejected,
    "BrokerDown": BrokerDown,
    "SignedOut": SignedOut,
    "OutcomeUnknown": OutcomeUnknown,
    "BadInput": BadInput,
}
_VERBS: Final[dict[str, tuple[Any, Any]]] = {  # what goes, what comes back
    "identity": (tuple[()], Identity),
    "accounts": (tuple[()], tuple[Account, ...]),
    "submit": (tuple[Order], BrokerOrder),
    "cancel": (tuple[Order], None),
    "replace": (tuple[Order, Order], BrokerOrder),
    "find": (tuple[Order], BrokerOrder | None),
    "orders": (tuple[str], Reading[BrokerOrder]),
    "executions": (tuple[str, datetime], Reading[Fill]),
    "positions": (tuple[str], Reading[BrokerPosition]),
    "cash": (tuple[str], Reading[BrokerCash]),
    "activities": (tuple[str, datetime], Reading[Activity]),
    "deposit": (tuple[Decimal, str], Activity),
    "withdraw": (tuple[Decimal, str], Activity),
    "time": (tuple[()], datetime),
    "fault": (tuple[Fault, bool], BadDay | None),
    "bad_day": (tuple[()], BadDay | None),
    "play_bad_day": (tuple[bool], BadDay | None),
    "faults": (tuple[()], tuple[Fault, ...]),
    "why": (tuple[str], tuple[str, ...]),
    "market_time": (tuple[()], datetime),
    "coming": (tuple[()], Coming),
    "choose": (tuple[Chosen], Script),
    "unchoose": (tuple[Chosen], Script),
    "script": (tuple[()], Script),
    "follow": (tuple[Anchor], None),
    "news": (tuple[()], News),
}
encode: Final = msgspec.json.Encoder().encode
read_ask: Final = msgspec.json.Decoder(Ask).decode
read_answer: Final = msgspec.json.Decoder(Answer).decode
_ARGS: Final[dict[str, Callable[[msgspec.Raw], tuple[Any, ...]]]] = {
    verb: msgspec.json.Decoder(args).decode for verb, (args, _) in _VERBS.items()
}
_RESULTS: Final[dict[str, Callable[[msgspec.Raw], Any]]] = {
    verb: msgspec.json.Decoder(result).decode for verb, (_, result) in _VERBS.items()
}


def args_of(ask: Ask) -> tuple[Any, ...]:
    """The arguments as what they are; an unknown verb is a KeyError."""
    return _ARGS[ask.verb](ask.args)


def result_of(verb: str, answer: Answer) -> Any:
    """The answer as what it is, or the error raised again."""
    if answer.error:
        raise ERRORS.get(answer.error, OutcomeUnknown)(answer.words)
    return _RESULTS[verb](answer.ok)
