"""What stops saved and cost, and what limits saved: each order of a crash day against the price it ended at."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from core.channel.facets.crash_day import HeldBack, StopOutcome
from core.domain.fill import Fill
from core.domain.money import ZERO, value_of
from core.domain.order import Order, OrderType, Side
from core.engine.crash_day.story import Story
from core.engine.crash_day.tape import Tape
from core.execution.titles import act
from core.market.invented.market import InventedMarket

STOPS: Final = (OrderType.STOP, OrderType.STOP_LIMIT)


def stop_outcomes(
    story: Story, began_with: Mapping[str, Decimal], tapes: Mapping[str, Tape], market: InventedMarket, until: datetime
) -> tuple[StopOutcome, ...]:
    """Of every stop that made a position smaller, in order of time."""
    protective: dict[str, tuple[Order, list[Fill]]] = {}
    held = dict(began_with)
    for fill, order in story.fills:
        if fill.at > until:
            break
        before = held.get(fill.instrument_id, ZERO)
        held[fill.instrument_id] = before + fill.side.sign * fill.quantity
        if order is not None and order.type in STOPS and before * fill.side.sign < 0:
            protective.setdefault(order.id, (order, []))[1].append(fill)
    return tuple(_outcome(order, fills, tapes[order.instrument_id], market) for order, fills in protective.values())


def held_back(story: Story, tapes: Mapping[str, Tape], until: datetime) -> Iterator[HeldBack]:
    """Every order the checks kept here."""
    for at, asked in story.held_back:
        order, quote = asked.order, asked.quote
        if at > until:
            continue
        price = None if quote is None or not quote.usable else quote.ask if order.side is Side.BUY else quote.bid
        yield HeldBack(
            at=at,
            words=act(order),
            symbol=order.symbol,
            side=order.side,
            quantity=order.leaves,
            price=price,
            close=tapes[order.instrument_id].last,
            why=asked.why,
        )


def _outcome(order: Order, fills: list[Fill], tape: Tape, market: InventedMarket) -> StopOutcome:
    quantity = sum((fill.quantity for fill in fills), ZERO)
    value = sum((value_of(fill.quantity, fill.price) for fill in fills), ZERO)
    mids = sum((fill.quantity * _mid(market, fill) for fill in fills), ZERO)
    sold, last_at = order.side is Side.SELL, fills[-1].at
    low, high = min(tape.low(last_at), tape.last), max(tape.high(last_at), tape.last)
    return StopOutcome(
        order_id=order.id,
        symbol=order.symbol,
        side=order.side,
        at=fills[0].at,
        quantity=quantity,
        stop=order.stop or ZERO,
        price=value / quantity,
        mid=mids / quantity,
        fees=sum((fill.fee for fill in fills), ZERO),
        close=tape.last,
        worst=low if sold else high,
        best=high if sold else low,
    )


def _mid(market: InventedMarket, fill: Fill) -> Decimal:
    moment = market.newest(fill.instrument_id, fill.at)[0]
    return (moment.bid + moment.ask) / 2
