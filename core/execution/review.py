"""Read what a person typed, size it, price it, check it, and keep it until it is confirmed once or given up."""

import secrets
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from core.channel.facets.orders import Draft, Estimate, Review
from core.domain.account import Account
from core.domain.errors import BadInput, NotConfirmed
from core.domain.instrument import Instrument
from core.domain.money import typed_number
from core.domain.order import Order, OrderType, TimeInForce
from core.domain.verdict import Consent
from core.execution.desk import Desk
from core.execution.estimate import Estimator
from core.execution.size import amount, by_shares, sized

GOOD_FOR: Final = timedelta(seconds=60)
KEPT: Final = 500
LONGEST_TAG: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reviewed:
    order: Order
    draft: Draft
    how: str  # its size was worked out
    at: datetime  # real time


@dataclass(slots=True)
class Reviews:
    """Belongs to the desk thread."""

    desk: Desk
    estimates: Estimator
    _kept: dict[str, _Reviewed] = field(default_factory=dict)

    def review(self, draft: Draft) -> Review:
        """The order sheet for what was typed."""
        token = f"ticket-{secrets.token_hex(12)}"
        order, how = self._order(draft, token)
        kept = _Reviewed(order=order, draft=draft, how=how, at=self.desk.clock.now())
        while len(self._kept) >= KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[token] = kept
        return self._sheet(token, kept)

    def estimate(self, draft: Draft) -> Estimate:
        """The figures of that sheet while it is still being typed. Nothing is kept, and nothing can be confirmed by it."""
        order, how = self._order(draft, "")
        return self.estimates.of(self._standing(order, draft), draft, how)

    def again(self, token: str) -> Review:
        """The sheet of a token, with the checks as they stand now; a reloaded page does not lose it."""
        made = self.desk.store.orders.by_intent(token)
        if made is not None:
            raise NotConfirmed(
                f"This review was confirmed and became order {made.id}. Nothing more was sent: look at Orders."
            )
        kept = self._find(token)
        self._kept[token] = replace(kept, at=self.desk.clock.now())
        return self._sheet(token, kept)

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

    def _order(self, draft: Draft, token: str) -> tuple[Order, str]:
        """What would be sent, and how its size was worked out."""
        account = self.account(draft.account_id)
        instrument = find_instrument(self.desk, draft.symbol)
        limit, stop = _prices(draft)
        if draft.wait_for_open and draft.time_in_force is TimeInForce.OPEN:
            raise BadInput(
                "An order at the opening has to be at the broker before it. Nothing was sent: send it now, without "
                "waiting here."
            )
        notional, quantity = amount(draft), by_shares(draft)
        order = Order(
            id="",
            intent_key=token,
            client_id="",
            account_id=account.id,
            instrument_id=instrument.id,
            symbol=instrument.symbol,
            side=draft.side,
            type=draft.type,
            quantity=instrument.lot if quantity is None else quantity,
            limit=limit,
            stop=stop,
            time_in_force=draft.time_in_force,
            extended_hours=draft.extended_hours,
            purpose=draft.purpose,
            notional=notional,
            origin=draft.origin,
            origin_id=draft.origin_id,
            strategy=self._spelled(_tag(draft.strategy)) or None,
        )
        if quantity is not None:
            return order, ""
        found = sized(draft, order, self.desk.view_for(order, waits=draft.wait_for_open))
        return replace(order, quantity=found.quantity), found.how

    def _spelled(self, tag: str) -> str:
        """As it was written before: capitals make no other strategy of it."""
        known = self.desk.store.orders.tags() if tag else ()
        return next((before for before in known if before.casefold() == tag.casefold()), tag)

    def account(self, account_id: str) -> Account:
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

    def _sheet(self, token: str, kept: _Reviewed) -> Review:
        estimate = self.estimates.of(self._standing(kept.order, kept.draft), kept.draft, kept.how)
        figures = {each.name: getattr(estimate, each.name) for each in fields(Estimate)}
        return Review(
            token=token,
            draft=kept.draft,
            reviewed_at=self.desk.market_clock.now(),
            good_for_seconds=int(GOOD_FOR.total_seconds()),
            **figures,
        )

    def _standing(self, order: Order, draft: Draft) -> Order:
        """In the place of the order it changes, if it does."""
        if not draft.replaces:
            return order
        old = self.desk.order(draft.replaces)
        order = replace(order, replaces=old.id, carried=old.carried + old.filled)
        if order.leaves <= 0:
            raise BadInput(
                f"Order {old.id} has filled {old.filled.normalize():f} already. Nothing was changed: type a larger "
                "whole quantity, or cancel it."
            )
        return order


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


def _tag(typed: str) -> str:
    tag = " ".join(typed.split())
    if len(tag) > LONGEST_TAG or not tag.isprintable():
        raise BadInput(
            f"A strategy tag has at most {LONGEST_TAG} letters, digits and signs. Nothing was sent: type a shorter one."
        )
    return tag


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
