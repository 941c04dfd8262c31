"""What is worth telling a person who is not looking, read from the journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from core.domain.order import Order, Origin, Side
from core.store.journal import Line

NOW: Final = "now"
DIGEST: Final = "digest"
OFF: Final = "off"
TEST: Final = "test"
SUMMARY: Final = "day.summary"
UPDATE: Final = "performance.update"
WAITS: Final = "vault.waits"
ALARM_OF_OURS: Final = "notices:"  # the key of an alarm about a way begins so


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One kind of thing a person may be told of."""

    title: str
    words: str
    pace: str = NOW  # unless a person chose another


EVENTS: Final[Mapping[str, Event]] = {
    "locked": Event(title="Locked", words="After a start nobody has typed the passphrase: nothing is watched"),
    "stopped": Event(title="Trading stopped", words="Stopped, closing only, or allowed again; by whom and why"),
    "mismatch": Event(title="Mismatch", words="Our books and the broker do not agree, or agree again"),
    "connection": Event(title="Connection", words="A broker does not answer, or answers again"),
    "login": Event(title="Sign-in", words="A broker's sign-in has ended or ends soon, or holds again"),
    "alert": Event(title="Alerts", words="A price, a volume or an indicator reached what you asked to be told of"),
    "alarm": Event(title="Alarms", words="Everything else that stands as a banner in the window"),
    "unconfirmed": Event(title="Not confirmed", words="An order the broker has not confirmed, or that was not sent"),
    "rejected": Event(title="Rejected", words="The broker refused an order, or the desk refused one nobody typed"),
    "missed": Event(title="Missed and failed jobs", words="What should have run and did not"),
    "filled": Event(title="Fills", words="Bought and sold, with quantity and price"),
    "confirmed": Event(title="Confirmations", words="The broker has an order", pace=DIGEST),
    "ended": Event(title="Cancelled and expired", words="An order is over without being filled", pace=DIGEST),
    "summary": Event(title="Daily summary", words="After the close: value, the day's gain or loss, orders"),
    "update": Event(title="Performance update", words="Each week, or month: return, benchmark, falls, trades, costs"),
}
_ORDERS: Final = {
    "order.acked": ("confirmed", "blue"),
    "order.rejected": ("rejected", "amber"),
    "order.refused": ("rejected", "amber"),
    "order.unknown": ("unconfirmed", "red"),
    "order.in_doubt": ("unconfirmed", "red"),
    "order.unsent": ("unconfirmed", "amber"),
    "order.canceled": ("ended", "blue"),
    "order.expired": ("ended", "blue"),
}
_PLAIN: Final = {
    "fill": ("filled", "blue"),
    "fill.busted": ("filled", "amber"),
    "job.missed": ("missed", "amber"),
    "job.failed": ("missed", "amber"),
    "trading.stopped": ("stopped", "red"),
    "trading.closing_only": ("stopped", "amber"),
    "trading.lifted": ("stopped", "blue"),
    SUMMARY: ("summary", "blue"),
    UPDATE: ("update", "blue"),
    WAITS: ("locked", "red"),
}
_STATES: Final = {
    "trading.stopped": "Trading stopped:",
    "trading.closing_only": "Closing only:",
    "trading.lifted": "Allowed again:",
    "job.missed": "Missed:",
    "job.failed": "Failed:",
}
_BY_KEY: Final = {
    "difference": "mismatch",
    "cash": "mismatch",
    "down": "connection",
    "uncompared": "connection",
    "pin": "connection",
    "alert": "alert",
    "signed_out": "login",
    "login": "login",
}
_TOLD_ELSEWHERE: Final = frozenset({"job"})  # by a row of its own
KINDS: Final = frozenset({*_ORDERS, *_PLAIN, "alarm", "alarm.kept", "alarm.over"})
_TYPED: Final = frozenset({Origin.TICKET, Origin.COMMAND_LINE})


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing to tell of."""

    event: str
    weight: str  # red, amber, blue or grey
    title: str
    detail: str = ""
    at: datetime  # market time
    made_at: datetime  # real time
    run: str = ""  # its order belongs to it
    row: int | None = None  # of the journal; None = it is in none
    not_by: str = ""  # the way it is about, which cannot tell of it

    @property
    def loud(self) -> bool:
        """It waits for no quiet hours to end."""
        return self.weight == "red"

    @property
    def exception(self) -> bool:
        """Something went wrong."""
        return self.weight in ("red", "amber")


def told(line: Line, order: Order | None) -> News | None:
    """What a row of the journal has to tell; None = nothing."""
    if line.kind.startswith("alarm"):
        return _alarm(line)
    if line.kind in _ORDERS:
        return _order(line, order)
    event, weight = _PLAIN[line.kind]
    run = order.origin_id if order is not None and order.origin is Origin.RUN else ""
    before = _STATES.get(line.kind, "")
    return News(
        event=event,
        weight="blue" if line.who == "person" else weight,  # they know
        title=f"{before} {line.title}".strip(),
        detail=_body(line).get("detail", "") if line.kind in (SUMMARY, UPDATE, WAITS) else "",
        at=line.market_at,
        made_at=line.recorded_at,
        run=run,
        row=line.seq,
    )


def _order(line: Line, order: Order | None) -> News | None:
    event, weight = _ORDERS[line.kind]
    if line.kind == "order.refused" and line.who in _TYPED:
        return None  # whoever typed it reads why on the screen
    reason = str(_body(line).get("reason") or _body(line).get("why") or "")
    words = (
        f"{_act(order)}: {line.title}" if order is not None and not line.title.startswith(_act(order)) else line.title
    )
    return News(
        event=event,
        weight=weight,
        title=f"{words}.",
        detail=reason,
        at=line.market_at,
        made_at=line.recorded_at,
        run=order.origin_id if order is not None and order.origin is Origin.RUN else "",
        row=line.seq,
    )


def _alarm(line: Line) -> News | None:
    body = _body(line)
    alarm = body.get("alarm", body)
    key, weight = str(alarm.get("key", "")), str(alarm.get("weight", "blue"))
    about = key.partition(":")[0]
    event = _BY_KEY.get(about, "alarm")
    over = line.kind == "alarm.over"
    if about in _TOLD_ELSEWHERE or weight == "grey" or (over and event == "alarm"):
        return None
    return News(
        event=event,
        weight="blue" if over else weight,
        title=f"Over: {line.title}" if over else line.title,
        detail=str(alarm.get("detail", "")),
        at=line.market_at,
        made_at=line.recorded_at,
        row=line.seq,
        not_by=key.removeprefix(ALARM_OF_OURS) if key.startswith(ALARM_OF_OURS) else "",
    )


def _act(order: Order) -> str:
    side = "Buy" if order.side is Side.BUY else "Sell"
    return f"{side} {order.quantity.normalize():f} {order.symbol}"


def _body(line: Line) -> dict[str, Any]:
    body = msgspec.json.decode(line.body)
    return body if isinstance(body, dict) else {}
