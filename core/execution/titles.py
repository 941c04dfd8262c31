"""What an order, and a broker's word about it, are called in the journal."""

from collections.abc import Sequence
from typing import Final

from core.domain.fill import Report, Told
from core.domain.order import Order, Purpose, Status

_TITLES: Final = {
    Told.NOT_FOUND: "Looked up: the broker has no such order",
    Told.LOOK_UP_FAILED: "Looked up: no answer",
    Told.CANCEL_TAKEN: "The broker took the request to cancel",
    Told.CANCEL_FAILED: "The request to cancel may not have arrived",
    Told.CANCEL_REFUSED: "The broker did not cancel it",
    Told.UNKNOWN: "Sent, and no answer came",
    Told.UNSENT: "Nothing left this machine",
}
_STATES: Final = {
    Status.ACKED: "The broker has it",
    Status.PARTIAL: "Partly filled at the broker",
    Status.CANCELED: "Cancelled by the broker",
    Status.EXPIRED: "Its time was over at the broker",
    Status.REJECTED: "Refused by the broker",
    Status.REPLACED: "Replaced at the broker",
}


def act(order: Order) -> str:
    """Buy 40 NVDA."""
    verb = "Sell short" if order.purpose is Purpose.SHORT else order.side.value.capitalize()
    return f"{verb} {order.quantity.normalize():f} {order.symbol}"


def heard(order: Order, report: Report) -> str:
    """A title says what was told; the reason has its own place."""
    return _TITLES.get(report.told) or _STATES.get(order.status, order.status.value.replace("_", " ").capitalize())


def waits_for(in_its_way: Sequence[Order]) -> str:
    """What it is called that waits on this machine."""
    return f"Waits until {', '.join(o.id for o in in_its_way)} is cancelled" if in_its_way else "Waits here"
