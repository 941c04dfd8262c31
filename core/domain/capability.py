"""What a broker can do, as data: the ticket offers nothing else."""

from dataclasses import dataclass
from datetime import timedelta

from core.domain.order import OrderType, TimeInForce


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """One broker's table."""

    order_types: frozenset[OrderType]
    times_in_force: frozenset[TimeInForce]
    refuses_repeats: bool  # the same client id twice makes one order: a resend is safe
    look_up: bool  # finds an order by our client id
    replace: bool
    fractional: bool
    short: bool
    extended_hours: bool
    requests_per_minute: int
    kept_for_cancels: int  # of these, never spent on anything that adds risk
    settles_look_up_after: timedelta  # how long after sending a "not found" proves nothing
