"""Turn the size a person typed into shares: money, a part of the account, or what may be lost down to a stop."""

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import Final

from core.channel.facets.orders import Draft
from core.domain.errors import BadInput
from core.domain.money import MONEY_PLACES, ZERO, floor_to, typed_number
from core.domain.order import Order, OrderType, Purpose, Side
from core.domain.view import AccountView
from core.risk.checks.base import plain

CENT: Final = Decimal("0.01")
HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """How many, and how that was worked out; no words where the shares themselves were typed."""

    quantity: Decimal
    how: str = ""


def sized(draft: Draft, order: Order, view: AccountView) -> Sized:
    """order: as it will be, but for its quantity. view: the account as that order meets it."""
    _one_size(draft)
    if draft.notional.strip():
        return _by_money(order, view)
    if draft.share.strip():
        return _by_share(draft, order, view)
    return _by_risk(draft, order, view)


def by_shares(draft: Draft) -> Decimal | None:
    """The shares as typed; None = the size is something else."""
    if draft.notional.strip() or draft.share.strip() or draft.risk.strip():
        return None
    quantity = typed_number(draft.quantity, "Quantity")
    if quantity <= 0:
        raise BadInput(f"Quantity must be more than 0, not {quantity:f}. Nothing was sent: type how many.")
    return quantity


def amount(draft: Draft) -> Decimal | None:
    """The money as typed; None = none was."""
    if not draft.notional.strip():
        return None
    return _more_than_nothing(draft.notional, "Amount", "how much money")


def _one_size(draft: Draft) -> None:
    typed = [text for text in (draft.quantity, draft.notional, draft.share, draft.risk) if text.strip()]
    if draft.quantity.strip() and draft.notional.strip() and len(typed) == 2:
        raise BadInput("Both shares and an amount were typed. Nothing was sent: leave one of them empty.")
    if len(typed) > 1:
        raise BadInput("More than one size was typed. Nothing was sent: leave all but one of them empty.")
    if draft.replaces and (draft.share.strip() or draft.risk.strip()):
        raise BadInput("An order is changed by its shares. Nothing was sent: type how many it is to be in all.")


def _more_than_nothing(text: str, what: str, type_what: str) -> Decimal:
    number = typed_number(text, what, MONEY_PLACES)
    if number <= 0:
        raise BadInput(f"{what} must be more than 0, not {number:f}. Nothing was sent: type {type_what}.")
    return number


def _by_money(order: Order, view: AccountView) -> Sized:
    """Never more than the money buys. What buying power does not reach is for the checks to say."""
    money = order.notional or ZERO
    price = _price(order, view)
    quantity = floor_to(money / (price * view.instrument.multiplier), _step(order, view))
    if quantity <= 0:
        raise BadInput(
            f"{money:f} does not buy one {order.symbol} at {_each(price, view):f}. Nothing was sent: "
            "type a larger amount."
        )
    return Sized(quantity=quantity, how=f"{plain(money)} ÷ {plain(price)} = {plain(quantity)} shares")


def _by_share(draft: Draft, order: Order, view: AccountView) -> Sized:
    percent = _more_than_nothing(draft.share, "Share of the account", "a percentage such as 5")
    if view.equity is None or view.equity <= 0:
        raise BadInput("What the account is worth is not known now, so no part of it can be ordered. Type shares.")
    money, price = view.equity * percent / HUNDRED, _price(order, view)
    quantity = floor_to(money / (price * view.instrument.multiplier), _step(order, view))
    if quantity <= 0:
        raise BadInput(
            f"{plain(percent)}% of the account is {money:,.2f}, which does not buy one {order.symbol} at "
            f"{_each(price, view):f}. Nothing was sent: type a larger part."
        )
    how = f"{plain(percent)}% of {view.equity:,.2f} is {money:,.2f}; ÷ {plain(price)} = {plain(quantity)} shares"
    return _affordable(quantity, how, order, view)


def _by_risk(draft: Draft, order: Order, view: AccountView) -> Sized:
    """So many that the way from the price paid to the stop costs no more than was typed."""
    risk = _more_than_nothing(draft.risk, "Risk", "what you may lose at most")
    stop = _more_than_nothing(draft.risk_stop, "Stop of the risk", "where you would get out")
    if order.side is Side.SELL and order.purpose is not Purpose.SHORT:
        raise BadInput(
            "A sale of what you hold takes risk away, so it cannot be sized by risk. Nothing was sent: type shares."
        )
    price = _price(order, view, worst=True)
    each = order.side.sign * (price - stop)
    if each <= 0:
        below = "below" if order.side is Side.BUY else "above"
        raise BadInput(
            f"A stop at {plain(stop)} is not {below} the price {plain(price)}, so nothing would be at risk. "
            f"Nothing was sent: type a stop {below} it."
        )
    each *= view.instrument.multiplier
    quantity = floor_to(risk / each, _step(order, view))
    if quantity <= 0:
        raise BadInput(
            f"One {order.symbol} risks {plain(each)} down to that stop, and {plain(risk)} was typed. Nothing was sent: "
            "type a larger risk, or a nearer stop."
        )
    away = f"{plain(price)} to {plain(stop)} is {plain(each)} a share"
    found = _affordable(quantity, f"{away}; {plain(risk)} ÷ {plain(each)} = {plain(quantity)} shares", order, view)
    return Sized(quantity=found.quantity, how=f"{found.how}; {found.quantity * each:,.2f} at risk")


def _affordable(quantity: Decimal, how: str, order: Order, view: AccountView) -> Sized:
    """No more than buying power allows, at the price an order is counted at; what is held already is sold without any."""
    if order.side is Side.SELL and order.purpose is not Purpose.SHORT:
        return Sized(quantity=quantity, how=how)
    worst, power = view.worst_price(order), view.buying_power_for(order)
    if worst is None or power is None:
        raise BadInput(
            "Your buying power is not known now, so this cannot be sized by it. Nothing was sent: type shares."
        )
    most = floor_to(max(power, ZERO) / (worst * view.instrument.multiplier), _step(order, view))
    if most <= 0:
        raise BadInput(
            f"Your buying power of {max(power, ZERO):,.2f} does not reach for one {order.symbol}. Nothing was sent: "
            "cancel another order first, or sell something."
        )
    if quantity <= most:
        return Sized(quantity=quantity, how=how)
    return Sized(quantity=most, how=f"{how}, held to {plain(most)} by your buying power")


def _price(order: Order, view: AccountView, *, worst: bool = False) -> Decimal:
    """What one costs at its limit, else at the far touch; worst: a sale that a stop sets off may get no more than it."""
    quote, stop = view.quote, order.stop or ZERO
    if order.limit is not None:
        return order.limit
    if quote is None or not quote.usable:
        raise BadInput(
            f"There is no price for {order.symbol} now, so money cannot be turned into shares. Nothing was sent: "
            "type shares."
        )
    if order.side is Side.BUY:
        return max(quote.ask, stop)
    return min(quote.bid, stop) if worst and stop else quote.bid


def _step(order: Order, view: AccountView) -> Decimal:
    instrument = view.instrument
    fractions = instrument.fractionable and order.type is OrderType.MARKET and order.purpose is not Purpose.SHORT
    return Decimal(1).scaleb(-min(instrument.scale, 6)) if fractions else instrument.lot


def _each(price: Decimal, view: AccountView) -> Decimal:
    return (price * view.instrument.multiplier).quantize(CENT, rounding=ROUND_UP)
