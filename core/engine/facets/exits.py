"""The ways out of a position: closing it, making it smaller, and the stop under it; each as an order ready for review."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from core.channel.facets.orders import Draft
from core.channel.facets.positions import ExitView
from core.domain.errors import BadInput
from core.domain.instrument import Instrument
from core.domain.lot import Position
from core.domain.money import ZERO, floor_to, typed_number
from core.domain.order import OPEN, Order, OrderType, Purpose, Side, TimeInForce

_WHOLE: Final = Decimal(100)


def way_out(position: Position) -> Side:
    return Side.SELL if position.quantity > 0 else Side.BUY


def exits(position: Position, orders: Iterable[Order]) -> tuple[ExitView, ...]:
    """Open orders that would make it smaller."""
    side = way_out(position)
    return tuple(
        ExitView(order_id=order.id, quantity=order.leaves, stop=order.stop, limit=order.limit)
        for order in orders
        if order.instrument_id == position.instrument_id
        and order.side is side
        and order.status in OPEN
        and order.leaves > 0
    )


def closing(account_id: str, position: Position, instrument: Instrument, part: str = "") -> Draft:
    """All of it, or so many shares, or so many percent."""
    held = abs(position.quantity)
    return Draft(
        account_id=account_id,
        symbol=instrument.symbol,
        side=way_out(position),
        type=OrderType.MARKET,
        quantity=_plain(_part(part, held, instrument) if part.strip() else held),
        purpose=Purpose.CLOSE,
    )


def stopping(
    account_id: str,
    position: Position,
    instrument: Instrument,
    *,
    already: Iterable[ExitView],
    last: Decimal | None,
    times: Iterable[TimeInForce],
    stop: str,
    away: str,
    quantity: str,
) -> Draft:
    """A stop for what no open order would sell yet, at a price or so many percent from the last one; until it is cancelled, where the
    broker keeps it so long.
    """
    held = abs(position.quantity)
    free = held - sum((order.quantity for order in already), ZERO)
    if free <= 0:
        raise BadInput(
            f"All {_plain(held)} {instrument.symbol} have an open order that would close them. Nothing was sent: change or "
            "cancel one on Orders first."
        )
    wanted = _shares(quantity, free, f"{_plain(free)} of {_plain(held)} have no such order yet") if quantity else free
    return replace(
        closing(account_id, position, instrument),
        type=OrderType.STOP,
        quantity=_plain(wanted),
        stop=_plain(_price(stop, away, last, way_out(position), instrument)),
        time_in_force=TimeInForce.GTC if TimeInForce.GTC in times else TimeInForce.DAY,
        purpose=Purpose.TRADE,  # it stands beside other stops: a closing order would ask them back
    )


def _price(stop: str, away: str, last: Decimal | None, side: Side, instrument: Instrument) -> Decimal:
    if bool(stop.strip()) == bool(away.strip()):
        raise BadInput("Nothing was sent: type either the price of the stop or its distance in percent.")
    if stop.strip():
        price = typed_number(stop, "Stop")
        if price <= 0:
            raise BadInput(f"Stop must be more than 0, not {price:f}. Nothing was sent: type a price.")
        return price
    share = typed_number(away.strip().removesuffix("%"), "Distance")
    if not 0 < share < _WHOLE:
        raise BadInput(f"Distance must lie between 0 and 100%, not {share:f}. Nothing was sent: type one such as 5.")
    if last is None:
        raise BadInput(f"{instrument.symbol} has no last price now. Nothing was sent: type the price of the stop.")
    exact = last * (1 + side.sign * share / _WHOLE)  # below the last price to sell, above it to buy
    step = instrument.tick_at(exact)
    price = floor_to(exact, step)
    return price + step if side is Side.BUY and price < exact else price


def _part(part: str, held: Decimal, instrument: Instrument) -> Decimal:
    trimmed = part.strip()
    if not trimmed.endswith("%"):
        return _shares(trimmed, held, f"you hold {_plain(held)}")
    share = typed_number(trimmed.removesuffix("%"), "The part")
    if not 0 < share <= _WHOLE:
        raise BadInput(f"The part must lie between 0 and 100%, not {share:f}. Nothing was sent: type one such as 25%.")
    if share == _WHOLE:
        return held
    shares = floor_to(held * share / _WHOLE, instrument.lot)
    if shares <= 0:
        raise BadInput(
            f"{_plain(share)}% of {_plain(held)} {instrument.symbol} is less than {_plain(instrument.lot)}. Nothing was sent: "
            "type how many."
        )
    return shares


def _shares(text: str, most: Decimal, why: str) -> Decimal:
    shares = typed_number(text, "Quantity")
    if shares <= 0:
        raise BadInput(f"Quantity must be more than 0, not {shares:f}. Nothing was sent: type how many.")
    if shares > most:
        raise BadInput(f"{_plain(shares)} is too many: {why}. Nothing was sent: type {_plain(most)} at most.")
    return shares


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
