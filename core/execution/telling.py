"""What a broker's word does to an order: pure, and never further than the evidence goes."""

from typing import Final

from core.domain.fill import BrokerOrder, Report, Told
from core.domain.order import AT_BROKER, IN_DOUBT, NEXT, Order, Status

_OVER: Final = frozenset({Status.CANCELED, Status.EXPIRED, Status.REJECTED, Status.REPLACED, Status.FILLED})


def told(order: Order, report: Report) -> Order:
    """The order after the report. Fills are counted before this; a report that proves nothing changes nothing."""
    if report.order is not None:
        return _held(order, report.order)
    if order.status not in IN_DOUBT:
        return _late(order, report)
    match report.told:
        case Told.REJECTED | Told.REPLACE_REFUSED:
            return _refused(order, report)
        case Told.UNSENT if order.status is Status.SENDING and not order.doubted:
            return order.to(Status.UNSENT, report.reason)
        case Told.UNSENT | Told.UNKNOWN if order.status is Status.SENDING:
            return order.to(Status.UNKNOWN, report.reason, doubted=True)
        case _:
            return order


def _refused(order: Order, report: Report) -> Order:
    """A no is final, unless an earlier send of the same order may have arrived: then only a look-up can tell."""
    if not order.doubted:
        return order.to(Status.REJECTED, report.reason)
    return order.to(Status.UNKNOWN, report.reason) if order.status is Status.SENDING else order


def _late(order: Order, report: Report) -> Order:
    if report.told is Told.CANCEL_REFUSED and order.status is Status.CANCEL_PENDING:
        return order.changed(reason=report.reason)  # reading the broker's orders says what it is now
    return order


def _held(order: Order, held: BrokerOrder) -> Order:
    """The broker shows it. An end is believed only when every fill it counts is in our books."""
    order = order.changed(broker_order_id=held.broker_order_id or order.broker_order_id)
    missing = held.filled > order.filled
    end = held.status
    if end is Status.REJECTED and order.status in (Status.CANCEL_PENDING, Status.REPLACE_PENDING):
        end = Status.CANCELED  # sent back while it was to be cancelled or changed: gone is gone
    if end in _OVER and not missing and end in NEXT[order.status]:
        complete = order.filled + order.carried >= order.quantity
        if end is not Status.FILLED or complete:
            return order.to(end, held.reason or order.reason)
    if order.status in IN_DOUBT:
        return order.to(Status.PARTIAL if order.filled else Status.ACKED, "")
    return order


def incomplete(order: Order, held: BrokerOrder) -> bool:
    """The broker counts fills we have not booked, or says it is over while we cannot say so yet."""
    return held.filled > order.filled or (held.status in _OVER and order.status in IN_DOUBT | AT_BROKER)
