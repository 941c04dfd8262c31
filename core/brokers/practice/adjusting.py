"""What a split or a dividend makes of an order that is open until cancelled: FINRA's rule 5330, as pure functions."""

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
from typing import Final

from core.brokers.practice.held import STOPS, Held
from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.instrument import Instrument
from core.domain.order import OrderType, Side, Status, TimeInForce, adjusted_id

_LEAST: Final = Decimal("0.01")  # a dividend below it changes nothing


def touched(held: Held, event: CorporateEvent) -> bool:
    """Whether it is another order from here on."""
    if held.time_in_force is not TimeInForce.GTC or held.cancel_at is not None:
        return False
    if event.kind is EventKind.SPLIT:
        return (event.ratio or 1) > 1
    if event.kind is not EventKind.DIVIDEND or (event.cash or 0) < _LEAST:
        return False
    if held.side is Side.BUY:
        return held.type is OrderType.LIMIT
    return held.type in STOPS and not held.triggered


def adjusted(held: Held, event: CorporateEvent, instrument: Instrument) -> Held | None:
    """What is left of it, in shares and prices of after; None = nothing that could be an order."""
    ratio = event.ratio or Decimal(1) if event.kind is EventKind.SPLIT else Decimal(1)
    less = event.cash or Decimal(0) if event.kind is EventKind.DIVIDEND else Decimal(0)

    def price(before: Decimal | None) -> Decimal | None:
        return None if before is None else _down(before / ratio - less, instrument.tick_at)

    quantity = (held.leaves * ratio).to_integral_value(rounding=ROUND_DOWN)
    limit, stop = price(held.limit), price(held.stop)
    if quantity <= 0 or any(one is not None and one <= 0 for one in (limit, stop)):
        return None
    return replace(
        held,
        client_id=adjusted_id(held.client_id),
        quantity=quantity,
        limit=limit,
        stop=stop,
        carried=Decimal(0),
        filled=Decimal(0),
        status=Status.ACKED,
        arrived=None,
        ahead=None,
        adjusted_for=event.id,
    )


def _down(price: Decimal, tick_at: Callable[[Decimal], Decimal]) -> Decimal:
    """On the tick, never above: a protective stop is no nearer than before."""
    tick = tick_at(price)
    return (price / tick).to_integral_value(rounding=ROUND_DOWN) * tick if price > 0 else price
