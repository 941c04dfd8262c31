"""Read what a person typed, size it, price it, check it, and keep it until it is confirmed once or given up."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal
from typing import Final

from core.channel.facets.orders import Draft, Review
from core.domain.account import Account
from core.domain.errors import BadInput, NotConfirmed
from core.domain.instrument import Instrument
from core.domain.money import MONEY_PLACES, ZERO, floor_to, rounded, typed_number
from core.domain.order import Order, OrderType, Purpose, Side, TimeInForce
from core.domain.quote import Quote
from core.domain.verdict import Consent, Outcome, Verdict
from core.domain.view import AccountView
from core.execution.desk import Desk
from core.execution.titles import act

GOOD_FOR: Final = timedelta(seconds=60)
KEPT: Final = 500
_STOPS: Final = (Outcome.BLOCK, Outcome.NEEDS_DATA)
Fees = Callable[[Order, Decimal], Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reviewed:
    order: Order
    draft: Draft
    at: datetime  # real time


@dataclass(slots=True)
class Reviews:
    """Belongs to the desk thread."""

    desk: Desk
    fees: Fees  # what the broker would charge for it at this price
    feed_note: str
    _kept: dict[str, _Reviewed] = field(default_factory=dict)

    def review(self, draft: Draft) -> Review:
        """The order sheet for what was typed."""
        token = f"ticket-{secrets.token_hex(12)}"
        order = self._order(draft, token)
        while len(self._kept) >= KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[token] = _Reviewed(order=order, draft=draft, at=self.desk.clock.now())
        return self._sheet(token, order, draft)

    def again(self, token: str) -> Review:
        """The sheet of a token, with the checks as they stand now; a reloaded page does not lose it."""
        made = self.desk.store.orders.by_intent(token)
        if made is not None:
            raise NotConfirmed(
                f"This review was confirmed and became order {made.id}. Nothing more was sent: look at Orders."
            )
        kept = self._find(token)
        self._kept[token] = replace(kept, at=self.desk.clock.now())
        return self._sheet(token, kept.order, kept.draft)

    def confirm(self, token: str, consent: Consent) -> Order:
        """Send it, once. The same token again returns the order it made."""
        made = self.desk.store.orders.by_intent(token)
        if made is not None:
            return made
        kept = self._find(token)
        if self.desk.clock.now() - kept.at > GOOD_FOR:
            raise NotConfirmed(
                "Nothing was sent: the review is older than a minute. Look at the new one and confirm again."
            )
        if kept.draft.replaces:
            order = self.desk.replace(kept.draft.replaces, kept.order, consent)
        else:
            order = self.desk.place(kept.order, consent, waits=kept.draft.wait_for_open)
        self._kept.pop(token, None)
        return order

    def order(self, token: str) -> Order:
        """What would be sent for it."""
        return self._find(token).order

    def _find(self, token: str) -> _Reviewed:
        kept = self._kept.get(token)
        if kept is None:
            raise NotConfirmed(
                "Nothing was sent: this review is gone or was used. Look at Orders, or review the order again."
            )
        return kept

    def _order(self, draft: Draft, token: str) -> Order:
        account = self._account(draft.account_id)
        instrument = find_instrument(self.desk, draft.symbol)
        limit, stop = _prices(draft)
        quote = self.desk.pictures.prices.quote(instrument.id)
        notional = typed_number(draft.notional, "Amount", MONEY_PLACES) if draft.notional.strip() else None
        if notional is not None and draft.quantity.strip():
            raise BadInput("Both shares and an amount were typed. Nothing was sent: leave one of them empty.")
        if draft.wait_for_open and draft.time_in_force is TimeInForce.OPEN:
            raise BadInput(
                "An order at the opening has to be at the broker before it. Nothing was sent: send it now, without "
                "waiting here."
            )
        quantity = (
            typed_number(draft.quantity, "Quantity")
            if notional is None
            else _sized(notional, draft, instrument, quote, limit, stop)
        )
        if quantity <= 0:
            raise BadInput(f"Quantity must be more than 0, not {quantity:f}. Nothing was sent: type how many.")
        return Order(
            id="",
            intent_key=token,
            client_id="",
            account_id=account.id,
            instrument_id=instrument.id,
            symbol=instrument.symbol,
            side=draft.side,
            type=draft.type,
            quantity=quantity,
            limit=limit,
            stop=stop,
            time_in_force=draft.time_in_force,
            extended_hours=draft.extended_hours,
            purpose=draft.purpose,
            notional=notional,
            origin=draft.origin,
            origin_id=draft.origin_id,
            strategy=draft.strategy or None,
        )

    def _account(self, account_id: str) -> Account:
        accounts = self.desk.store.accounts
        if account_id:
            found = accounts.get(account_id)
            if found is None:
                raise BadInput(
                    f"There is no account {account_id} here. Nothing was sent: choose one of this workspace."
                )
            if found.ended_at is not None:
                raise BadInput("That account has ended. Nothing was sent: use the one that is in use.")
            return found
        known = accounts.all()
        if len(known) != 1:
            raise BadInput(
                "Nothing was sent: choose an account, there is more than one."
                if known
                else "Nothing was sent: no account is connected yet."
            )
        return known[0]

    def _sheet(self, token: str, order: Order, draft: Draft) -> Review:
        desk = self.desk
        if draft.replaces:
            old = desk.order(draft.replaces)
            order = replace(order, replaces=old.id, carried=old.carried + old.filled)
            if order.leaves <= 0:
                raise BadInput(
                    f"Order {old.id} has filled {old.filled.normalize():f} already. Nothing was changed: type a larger "
                    "whole quantity, or cancel it."
                )
        in_its_way = desk.in_its_way(order)
        view = desk.view_for(order, in_its_way, waits=draft.wait_for_open)
        verdicts = desk.gate.verdicts(order, view)
        stops = [v for v in verdicts if v.outcome in _STOPS]
        final = [v for v in stops if not v.overridable or v.outcome is Outcome.NEEDS_DATA]
        price = view.price(order.instrument_id)
        far = _far(order, view.quote) or order.limit or price or ZERO
        worst = view.worst_price(order)
        multiplier = view.instrument.multiplier
        fees = self.fees(order, far)
        spread = _spread(order, view.quote) * multiplier
        at_most = about = None
        if order.side is Side.BUY and order.limit is not None:
            at_most = rounded(order.limit * order.leaves * multiplier) + fees
        elif order.side is Side.BUY and far:
            about = rounded((order.stop or far) * order.leaves * multiplier) + fees
        receives = rounded(far * order.leaves * multiplier) - fees if order.side is Side.SELL and far else None
        power = view.buying_power_for(order)
        held = view.quantity(order.instrument_id)
        after = held + order.side.sign * order.leaves
        reserve = ZERO if view.reduces(order) else (worst or ZERO) * order.leaves * multiplier
        return Review(
            token=token,
            draft=draft,
            name=view.instrument.name,
            act=act(order),
            terms=terms(order, view),
            quantity=order.quantity,
            quote=view.quote,
            quote_age_seconds=None if view.quote is None else (view.now - view.quote.received).total_seconds(),
            feed_note=self.feed_note,
            pays_at_most=at_most,
            pays_about=about,
            receives_about=receives,
            cost_expected=spread + fees,
            cost_spread=spread,
            cost_fees=fees,
            buying_power_before=power,
            buying_power_after=None if power is None else rounded(power - reserve),
            held_before=held,
            held_after=after,
            weight_before=_weight(held, price, multiplier, view),
            weight_after=_weight(after, price, multiplier, view),
            verdicts=verdicts,
            may_send=not final,
            reasons_needed=tuple(v.check for v in stops if v not in final),
            warnings=tuple(v.check for v in verdicts if v.outcome is Outcome.WARN),
            first_cancels=tuple(other.id for other in in_its_way),
            worst_case=view.worst_case(order),
            largest_quantity=_largest(order, view, verdicts, worst),
            proposal=desk.gate.proposal(order, view, verdicts),
            reviewed_at=view.at,
            good_for_seconds=int(GOOD_FOR.total_seconds()),
        )


def find_instrument(desk: Desk, symbol: str) -> Instrument:
    """By the symbol as typed, or a sentence that names near ones."""
    wanted = symbol.strip().upper()
    if not wanted:
        raise BadInput("No symbol was typed. Nothing was sent: choose one, such as AAPL.")
    catalogue = desk.store.catalogue
    found = catalogue.by_symbol(wanted) or catalogue.by_symbol(
        wanted.replace("/", ".").replace(" ", ".").replace("-", ".")
    )
    if found is not None:
        return found
    if (renamed := catalogue.once(wanted)) is not None:
        now, until = renamed
        raise BadInput(f"{wanted} is called {now.symbol} since {until:%d %b %Y}. Nothing was sent: type {now.symbol}.")
    near = [i.symbol for i in catalogue.all() if i.symbol[:1] == wanted[:1] or wanted.lower() in i.name.lower()][:4]
    hint = f"Did you mean {', '.join(near)}?" if near else "Look at the list of names on the Ticket page."
    raise BadInput(f"{wanted[:20]} is not a symbol this desk knows. Nothing was sent. {hint}")


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


def _prices(draft: Draft) -> tuple[Decimal | None, Decimal | None]:
    """The prices its type needs; a leftover in a field that is not shown is not used."""
    limit = stop = None
    if draft.type in (OrderType.LIMIT, OrderType.STOP_LIMIT):
        limit = _price(draft.limit, "Limit")
    if draft.type in (OrderType.STOP, OrderType.STOP_LIMIT):
        stop = _price(draft.stop, "Stop")
    return limit, stop


def _price(text: str, what: str) -> Decimal:
    price = typed_number(text, what)
    if price <= 0:
        raise BadInput(f"{what} must be more than 0, not {price:f}. Nothing was sent: type a price.")
    return price


def _sized(
    notional: Decimal,
    draft: Draft,
    instrument: Instrument,
    quote: Quote | None,
    limit: Decimal | None,
    stop: Decimal | None,
) -> Decimal:
    """Money into shares, never more than the money buys."""
    if notional <= 0:
        raise BadInput(f"Amount must be more than 0, not {notional:f}. Nothing was sent: type how much money.")
    touch = None if quote is None or not quote.usable else quote.ask if draft.side is Side.BUY else quote.bid
    price = limit or (max(touch, stop or ZERO) if touch is not None and draft.side is Side.BUY else touch)
    if price is None:
        raise BadInput(
            f"There is no price for {instrument.symbol} now, so money cannot be turned into shares. Type shares."
        )
    fractions = instrument.fractionable and draft.type is OrderType.MARKET and draft.purpose is not Purpose.SHORT
    step = Decimal(1).scaleb(-min(instrument.scale, 6)) if fractions else instrument.lot
    quantity = floor_to(notional / (price * instrument.multiplier), step)
    if quantity <= 0:
        each = (price * instrument.multiplier).quantize(Decimal("0.01"), rounding=ROUND_UP)
        raise BadInput(
            f"{notional:f} does not buy one {instrument.symbol} at {each:f}. Nothing was sent: type a larger amount."
        )
    return quantity


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


def _weight(quantity: Decimal, price: Decimal | None, multiplier: Decimal, view: AccountView) -> Decimal | None:
    if price is None or not view.equity or view.equity <= 0:
        return None
    return (quantity * price * multiplier / view.equity).quantize(Decimal("0.0001"))


def _largest(order: Order, view: AccountView, verdicts: tuple[Verdict, ...], worst: Decimal | None) -> Decimal | None:
    """What buying power allows, when it is what stands in the way."""
    short = any(v.check == "R06" and v.outcome in _STOPS for v in verdicts)
    power = view.buying_power_for(order)
    if not short or power is None or not worst:
        return None
    return max(floor_to(power / (worst * view.instrument.multiplier), view.instrument.lot), ZERO)
