"""What an order would be and do, as far as it can be told beforehand: for the form while it is typed, and for its sheet."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from core.channel.facets.orders import Draft, Estimate
from core.costs.impact import SquareRoot, Usual
from core.domain.account import AccountKind
from core.domain.money import ZERO, floor_to, rounded, value_of
from core.domain.order import Order, OrderType, Side, TimeInForce
from core.domain.quote import Quote
from core.domain.verdict import Outcome, Verdict
from core.domain.view import AccountView
from core.execution.desk import Desk
from core.execution.titles import act
from core.risk.checks.base import plain

STOPS: Final = (Outcome.BLOCK, Outcome.NEEDS_DATA)
IMPACT: Final = SquareRoot()
BPS: Final = Decimal(10_000)
Fees = Callable[[Order, Decimal], Decimal]


def nothing_usual(_instrument_id: str) -> Usual | None:
    """Where nobody knows what is usual, what an order moves the price by is not told."""
    return None


@dataclass(slots=True, kw_only=True)
class Estimator:
    """Belongs to the desk thread."""

    desk: Desk
    fees: Fees  # what the broker would charge for it at this price
    feed_note: str
    usual: Callable[[str], Usual | None] = nothing_usual  # by instrument

    def of(self, order: Order, draft: Draft, how: str) -> Estimate:
        """order: sized and priced. how: its size was worked out, in words."""
        desk = self.desk
        way = desk.way_of(order)
        view = desk.view_for(order, way, waits=draft.wait_for_open)
        verdicts = desk.gate.verdicts(order, view)
        stops = [v for v in verdicts if v.outcome in STOPS]
        final = [v for v in stops if not v.overridable or v.outcome is Outcome.NEEDS_DATA]
        price, multiplier, quote = view.price(order.instrument_id), view.instrument.multiplier, view.quote
        far = _far(order, quote) or order.limit or price or ZERO
        worst = view.worst_price(order)
        fees = self.fees(order, far)
        usual = self.usual(order.instrument_id)
        spread = _spread(order, quote) * multiplier
        impact = _impact(order, quote, usual, multiplier)
        paid = order.limit or (far and (order.stop or far)) if order.side is Side.BUY else far
        value = rounded(paid * order.leaves * multiplier) if paid else None
        buying, limited = order.side is Side.BUY, order.limit is not None
        power = view.buying_power_for(order)
        held = view.quantity(order.instrument_id)
        after = held + order.side.sign * order.leaves
        reserve = ZERO if view.reduces(order) else (worst or ZERO) * order.leaves * multiplier
        return Estimate(
            name=view.instrument.name,
            act=act(order),
            terms=terms(order, view),
            quantity=order.quantity,
            sized=how,
            quote=quote,
            quote_age_seconds=None if quote is None else (view.now - quote.received).total_seconds(),
            feed_note=self.feed_note,
            value=value,
            pays_at_most=value + fees if buying and limited and value is not None else None,
            pays_about=value + fees if buying and not limited and value is not None else None,
            receives_about=value - fees if not buying and value is not None else None,
            cost_expected=spread + (impact or ZERO) + fees,
            cost_spread=spread,
            cost_impact=impact,
            cost_fees=fees,
            spread_bps=_spread_bps(quote),
            usual_volume=None if usual is None else Decimal(round(usual.volume)),
            buying_power_before=power,
            buying_power_after=None if power is None else rounded(power - reserve),
            settled_cash=self._settled(view),
            held_before=held,
            held_after=after,
            weight_before=_weight(held, price, multiplier, view),
            weight_after=_weight(after, price, multiplier, view),
            weight_limit=next((v.limit for v in verdicts if v.check == "R21"), ""),
            opposite=_opposite(order, view),
            verdicts=verdicts,
            may_send=not final,
            reasons_needed=tuple(v.check for v in stops if v not in final),
            warnings=tuple(v.check for v in verdicts if v.outcome is Outcome.WARN),
            first_cancels=tuple(other.id for other in way.cancels if other in way.waits_for),
            first_changes=tuple((one.old.id, one.quantity) for one in way.smaller),
            worst_case=view.worst_case(order),
            largest_quantity=_largest(order, view, verdicts, worst),
            proposal=desk.gate.proposal(order, view, verdicts),
        )

    def _settled(self, view: AccountView) -> Decimal | None:
        """Of a cash account: what was sold on this trading day is money on the next one."""
        if view.account.kind is not AccountKind.CASH:
            return None
        hours = self.desk.pictures.hours
        sales = self.desk.store.fills.sales_since(view.account.id, hours.begins(hours.day(view.at)))
        return view.cash - sum((value_of(fill.quantity, fill.price) - fill.fee for fill in sales), ZERO)


def terms(order: Order, view: AccountView) -> str:
    """Limit 182.50 USD · today, until 16:00 ET · XSIM."""
    currency = view.instrument.currency
    price = {
        OrderType.MARKET: "At the market",
        OrderType.LIMIT: f"Limit {order.limit} {currency}",
        OrderType.STOP: f"Stop {order.stop} {currency}, then at the market",
        OrderType.STOP_LIMIT: f"Stop {order.stop}, then limit {order.limit} {currency}",
    }[order.type]
    until = {
        TimeInForce.DAY: "today, after hours too" if order.extended_hours else "until the session closes",
        TimeInForce.GTC: "until cancelled",
        TimeInForce.IOC: "at once, the rest is cancelled",
        TimeInForce.FOK: "all at once or not at all",
        TimeInForce.OPEN: "at the opening",
        TimeInForce.CLOSE: "at the close",
    }[order.time_in_force]
    waits = " · waits here for the next session" if view.waits else ""
    return f"{price} · {until} · {view.instrument.listing}{waits}"


def _far(order: Order, quote: Quote | None) -> Decimal | None:
    if quote is None or not quote.usable:
        return None
    touch = quote.ask if order.side is Side.BUY else quote.bid
    if order.limit is None:
        return touch
    return min(touch, order.limit) if order.side is Side.BUY else max(touch, order.limit)


def _spread(order: Order, quote: Quote | None) -> Decimal:
    """What crossing costs against the middle; a limit that waits pays nothing for it."""
    far = _far(order, quote)
    if quote is None or far is None:
        return ZERO
    return rounded(max(order.side.sign * (far - quote.mid), ZERO) * order.leaves)


def _impact(order: Order, quote: Quote | None, usual: Usual | None, multiplier: Decimal) -> Decimal | None:
    """What it moves the price by, on average over its shares; no further than its limit lets it. None = not known."""
    far = _far(order, quote)
    if usual is None or far is None:
        return None
    moved = far * Decimal(str(round(IMPACT.cost(float(order.leaves), usual), 9)))
    if order.limit is not None:
        moved = min(moved, max(order.side.sign * (order.limit - far), ZERO))
    return rounded(moved * order.leaves * multiplier)


def _spread_bps(quote: Quote | None) -> Decimal | None:
    if quote is None or not quote.usable:
        return None
    return ((quote.ask - quote.bid) / quote.mid * BPS).quantize(Decimal("0.01"))


def _weight(quantity: Decimal, price: Decimal | None, multiplier: Decimal, view: AccountView) -> Decimal | None:
    if price is None or not view.equity or view.equity <= 0:
        return None
    return (quantity * price * multiplier / view.equity).quantize(Decimal("0.0001"))


def _opposite(order: Order, view: AccountView) -> tuple[str, ...]:
    """Own open orders of the same name on the other side, in words."""
    others = (o for o in view.open_orders if o.instrument_id == order.instrument_id and o.side is order.side.other)
    return tuple(f"{o.side.value.capitalize()} {plain(o.leaves)}{_at(o)}" for o in others)


def _at(order: Order) -> str:
    stop = f", stop {_shown(order.stop)}" if order.stop is not None else ""
    return f"{stop}, limit {_shown(order.limit)}" if order.limit is not None else stop or " at the market"


def _shown(price: Decimal) -> str:
    """As a price is read: cents, and more only where there is more. A stored one comes back with nine decimals."""
    return f"{price:,.2f}" if price == round(price, 2) else plain(price)


def _largest(order: Order, view: AccountView, verdicts: tuple[Verdict, ...], worst: Decimal | None) -> Decimal | None:
    """What buying power allows, when it is what stands in the way."""
    short = any(v.check == "R06" and v.outcome in STOPS for v in verdicts)
    power = view.buying_power_for(order)
    if not short or power is None or not worst:
        return None
    return max(floor_to(power / (worst * view.instrument.multiplier), view.instrument.lot), ZERO)
