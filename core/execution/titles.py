"""What an order, and a broker's word about it, are called in the journal."""

from typing import Final

from core.domain.fill import Report, Told
from core.domain.order import Order, Purpose, Status
from core.execution.way import Way

_TITLES: Final = {
    Told.NOT_FOUND: "Looked up: the broker has no such order",
    Told.LOOK_UP_FAILED: "Looked up: no answer",
    Told.CANCEL_TAKEN: "The broker took the request to cancel",
    Told.CANCEL_FAILED: "The request to cancel may not have arrived",
    Told.CANCEL_REFUSED: "The broker did not cancel it",
    Told.UNKNOWN: "Sent, and no answer came",
    Told.UNSENT: "Nothing left this machine",
}
STATES: Final = {
    Status.DRAFT: "Draft",
    Status.INTENT: "Waits here",
    Status.SENDING: "Being sent",
    Status.ACKED: "The broker has it",
    Status.PARTIAL: "Partly filled at the broker",
    Status.FILLED: "Filled",
    Status.CANCELED: "Cancelled by the broker",
    Status.EXPIRED: "Its time was over at the broker",
    Status.REJECTED: "Refused by the broker",
    Status.UNSENT: "Nothing left this machine",
    Status.UNKNOWN: "Not confirmed by the broker",
    Status.ABANDONED: "Dropped before sending",
    Status.REPLACED: "Replaced at the broker",
    Status.ATTESTED: "Ended on your word",
    Status.CANCEL_PENDING: "Being cancelled",
    Status.REPLACE_PENDING: "Being changed",
}


def act(order: Order) -> str:
    """Buy 40 NVDA."""
    verb = "Sell short" if order.purpose is Purpose.SHORT else order.side.value.capitalize()
    return f"{verb} {order.quantity.normalize():f} {order.symbol}"


def heard(order: Order, report: Report) -> str:
    """A title says what was told; the reason has its own place."""
    return _TITLES.get(report.told) or STATES[order.status]


def waits_for(way: Way) -> str:
    """What it is called that waits on this machine."""
    gone = ", ".join(order.id for order in way.waits_for if order in way.cancels)
    words = [f"{gone} is cancelled"] if gone else []
    words += [f"{one.old.id} is changed to {one.quantity.normalize():f}" for one in way.smaller]
    words += [f"{order.id} is changed" for order in way.awaits if order.status is Status.REPLACE_PENDING]
    words += [f"{order.id} is taken" for order in way.awaits if order.status is Status.SENDING and not order.replaces]
    return f"Waits until {' and '.join(words)}" if words else "Waits here"
