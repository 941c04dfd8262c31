"""What the practice exchange refuses, and for how long an order may wait."""

from datetime import datetime
from decimal import Decimal

from core.brokers.practice.held import Held
from core.brokers.practice.matching import shares, words
from core.domain.errors import OrderRejected
from core.domain.instrument import Instrument
from core.domain.money import PRICE_PLACES, QUANTITY_PLACES, as_units
from core.domain.order import Order, OrderType, Side, TimeInForce
from core.market.sessions import OPEN_CUTOFF, Sessions

_NEEDS_LIMIT = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT})
_NEEDS_STOP = frozenset({OrderType.STOP, OrderType.STOP_LIMIT})
_AT_ONCE = frozenset({TimeInForce.IOC, TimeInForce.FOK})
_AUCTIONS = frozenset({TimeInForce.OPEN, TimeInForce.CLOSE})


def check_form(order: Order, instrument: Instrument) -> None:
    """What cannot even be written down is refused first."""
    try:
        as_units(order.quantity, min(QUANTITY_PLACES, instrument.scale))
        for price in (order.limit, order.stop):
            as_units(price or Decimal(0), PRICE_PLACES)
    except ValueError as error:
        raise OrderRejected(f"{order.symbol}: {error}. The order was not placed: write fewer decimals.") from error


def refusal(order: Order, instrument: Instrument, sessions: Sessions, now: datetime) -> str:
    """Why not, in words; empty = nothing against it."""
    return _price_refusal(order, instrument) or _time_refusal(order, sessions, now)


def short_refusal(order: Order, instrument: Instrument, held: Decimal, open_sales: Decimal) -> str:
    """A sale beyond what is held borrows: whole shares, of names that are lent."""
    after = held - open_sales - order.quantity
    if order.side is Side.BUY or after >= 0:
        return ""
    if not instrument.shortable:
        return f"{order.symbol} cannot be sold short: {shares(held)} held, {shares(open_sales)} already on sale."
    return f"{order.symbol} can be sold short in whole shares only." if after != after.to_integral_value() else ""


def above_bid_only(bid: Decimal) -> str:
    """Why a short sale does not go after a fall."""
    return (
        f"the name fell 10 % or more today or on the trading day before, so it is sold short only above the bid "
        f"{words(bid)} (Rule 201)."
    )


def halted_only_limits(symbol: str, why: str) -> str:
    """Why a market order does not go to a name that stands still."""
    return f"{symbol} is halted: {why} A limit order is taken and meets the reopening auction."


def unseen_only_limits(why: str) -> str:
    """Why a market order does not go where nobody sees the price."""
    return f"{why} A market order would meet a price nobody sees; a limit order is taken and waits for quotes."


def replace_refusal(old: Held | None, new: Order) -> str:
    """Only an open order can be replaced, by one that has something left to do."""
    if old is None:
        return "there is no order to replace."
    if not old.open:
        return f"the order to replace is already {old.status}."
    if old.cancel_at is not None:
        return "the order to replace is being cancelled."
    if (old.instrument_id, old.side) != (new.instrument_id, new.side):
        return "an order is replaced by one of the same name and side."
    filled = old.carried + old.filled
    return f"{shares(filled)} of it is filled, so nothing would be left." if new.quantity <= filled else ""


def ends_at(order: Order, sessions: Sessions, now: datetime) -> datetime | None:
    """The moment of market time its time in force is over; None = it waits until cancelled."""
    kind = order.time_in_force
    if kind is TimeInForce.GTC:
        return None
    if kind is TimeInForce.OPEN:  # past the cut-off it is for the opening after
        return sessions.next_open(now + OPEN_CUTOFF)
    stretch = sessions.stretch(now)
    if kind in _AT_ONCE and stretch is not None:
        return stretch.end
    if order.extended_hours:
        hours = sessions.hours(sessions.day(now))
        return None if hours is None else hours.post_until
    return sessions.next_close(now)


def _price_refusal(order: Order, instrument: Instrument) -> str:
    if order.legs:
        return "orders of several legs are not taken."
    for price, kinds, what in ((order.limit, _NEEDS_LIMIT, "limit"), (order.stop, _NEEDS_STOP, "stop")):
        if (price is not None) is not (order.type in kinds):
            return f"a {order.type} order {'needs a' if price is None else 'has no'} {what} price."
        if price is not None and price % instrument.tick_at(price):
            return f"the {what} price {price} is not on a tick of {instrument.tick_at(price)}."
    return ""


def _time_refusal(order: Order, sessions: Sessions, now: datetime) -> str:
    kind, session = order.time_in_force, sessions.at(now)
    whole = order.quantity == order.quantity.to_integral_value()
    if not whole and kind is not TimeInForce.DAY:
        return "parts of a share trade in day orders only."
    if order.extended_hours and (
        order.type is not OrderType.LIMIT or kind not in (TimeInForce.DAY, TimeInForce.GTC) or not whole
    ):
        return "outside regular hours only limit orders for whole shares trade, for the day or until cancelled."
    if kind in _AT_ONCE and not session.is_open:
        return f"an order that cannot wait needs an open market ({session.name})."
    if kind in _AUCTIONS and order.type not in (OrderType.MARKET, OrderType.LIMIT):
        return "at the opening and the close only market and limit orders trade."
    if kind is TimeInForce.CLOSE and session.is_open and not sessions.takes_close(now):
        return f"orders for the close are no longer taken ({session.name})."
    return ""
