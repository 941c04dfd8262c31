"""Margin calls: when an account is looked at, what it is told, and what the broker does once the time is over.

Everything happens at moments that follow from calendar and books alone: each close, each start of a pre-market, and each
minute of trading while a call stands. So what a year brings is the same in one step and in many, and after any kill.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from core.brokers.practice.books import Books
from core.brokers.practice.called import BY_BROKER, Called, when
from core.brokers.practice.corporate import Companies
from core.brokers.practice.credit import AccountTerms
from core.brokers.practice.held import Held
from core.brokers.practice.margin import Need, need
from core.clock import Clock
from core.domain.account import AccountKind
from core.domain.fill import Report, Told
from core.domain.money import ZERO
from core.domain.order import OrderType, Side, Status, TimeInForce
from core.market.sessions import Hours, Sessions

_MINUTE: Final = timedelta(minutes=1)
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Changes the books; writes nothing by itself."""

    account_id: str
    terms: AccountTerms
    books: Books
    sessions: Sessions
    companies: Companies
    mark: Callable[[str, datetime], Decimal]  # the last price
    clock: Clock

    def next(self, after: datetime, until: datetime) -> datetime | None:
        """The first moment after one, up to and including another, at which the account is looked at."""
        if self.terms.kind is AccountKind.CASH or not (self.books.open or self._holds):
            return None
        close = self.sessions.next_close(after)
        first = min(close, self._minute(after, min(close, until))) if self.books.standing.called else close
        return first if first <= until else None

    def look(self, at: datetime) -> None:
        """A close, the start of a pre-market, or a minute in which a call stands."""
        hours = self.sessions.hours(self.sessions.day(at))
        called = self.books.standing.called
        if self.terms.kind is AccountKind.CASH or hours is None:
            return
        if at in (hours.pre_at, hours.closes_at):
            self._daily(at, hours)
            return
        if called is not None and (at >= called.due or self.books.standing.executions != called.executions):
            self._ask_again(called, at)
        called = self.books.standing.called
        if called is not None and at >= called.due and hours.opens_at <= at < hours.closes_at:
            self._sell(called, at, hours)

    def paid(self, at: datetime) -> None:
        """Money came."""
        called = self.books.standing.called
        if called is not None:
            self._ask_again(called, at)

    def told(self, at: datetime) -> Called | None:
        """The call as it is by now: what has traded since it was looked at last counts at once."""
        called = self.books.standing.called
        if called is None or called.executions == self.books.standing.executions:
            return called
        return self._weighed(called, at)

    # parts -----------------------------------------------------------------------------------------------------------

    @property
    def _holds(self) -> bool:
        return any(quantity for quantity, _ in self.books.till.positions.values())

    def _minute(self, after: datetime, until: datetime) -> datetime:
        """The next full minute of trading; past the end where there is none."""
        following = after.replace(second=0, microsecond=0) + _MINUTE
        for stretch in self.sessions.stretches(following, until + _INSTANT):
            return max(following, stretch.start)
        return until + _INSTANT

    def _daily(self, at: datetime, hours: Hours) -> None:
        """At the close's prices: also of a name that did not trade any more, and cheap over years."""
        till = self.books.till
        called = self.books.standing.called
        credit = till.cash < 0 or any(quantity < 0 for quantity, _ in till.positions.values())
        if called is None and not credit:
            return
        night = called is not None and called.overnight
        if at == hours.closes_at and not night:
            night = self._opened(hours)
        lacks = need(till, partial(self._close, at, hours), self.terms.overnight if night else None)
        if lacks.value <= 0:
            self._end(at)
            return
        over = night and lacks.gross > self.terms.overnight * lacks.equity
        due = called.due if called else self._due(at)
        made = called.day if called else hours.day
        self.books.call(self._with(Called(day=made, due=due, overnight=over), lacks))

    def _due(self, at: datetime) -> datetime:
        return self.sessions.next_open(at) + self.terms.call_grace

    def _opened(self, hours: Hours) -> bool:
        """Whether something was made larger that day: what only lost its worth is no breach of the night's limit."""
        moved: dict[str, Decimal] = {}
        for trade in self.books.trades_from(hours.pre_at):
            fill = trade.fill
            moved[fill.instrument_id] = moved.get(fill.instrument_id, ZERO) + fill.side.sign * fill.quantity
        quantity = self.books.till.quantity
        return any(abs(quantity(i)) > abs(quantity(i) - by) for i, by in moved.items())

    def _ask_again(self, called: Called, at: datetime) -> None:
        now = self._weighed(called, at)
        if now is None:
            self._end(at)
        else:
            self.books.call(now)

    def _weighed(self, called: Called, at: datetime) -> Called | None:
        lacks = self._lacks(called, at)
        return self._with(called, lacks) if lacks.value > 0 else None

    def _lacks(self, called: Called, at: datetime) -> Need:
        night = self.terms.overnight if called.overnight else None
        return need(self.books.till, lambda name: self.mark(name, at), night)

    def _with(self, called: Called, lacks: Need) -> Called:
        seen = self.books.standing.executions
        return replace(called, value=lacks.value, sale=lacks.sale, equity=lacks.equity, executions=seen)

    def _end(self, at: datetime) -> None:
        self.books.call(None)
        for order in self._open():
            if order.by_broker:
                self._tell(order.ended(Status.CANCELED, at, "The margin call is met: no more had to go."))

    def _sell(self, called: Called, at: datetime, hours: Hours) -> None:
        """What stands in the way goes; then one order a name for what is needed. How much is asked again as it trades."""
        lacks = self._lacks(called, at)
        for order in self._open():
            if not order.by_broker and (order.instrument_id in lacks.sales or self._opens(order)):
                why = (
                    f"The broker cancelled it: it stood in the way of what the margin call of {called.day:%d %b} needs."
                )
                self._tell(order.ended(Status.CANCELED, at, why))
        at_work = {order.instrument_id for order in self._open() if order.by_broker}
        for instrument_id, quantity in lacks.sales.items():
            if instrument_id not in at_work:
                self._order(called, instrument_id, quantity, at, hours)

    def _order(self, called: Called, instrument_id: str, quantity: Decimal, at: datetime, hours: Hours) -> None:
        standing = self.books.standing
        number = f"{standing.born}-{standing.orders + 1}"
        side = Side.SELL if self.books.till.quantity(instrument_id) > 0 else Side.BUY
        did = "Sold" if side is Side.SELL else "Bought back"
        made = Held(
            client_id=f"{BY_BROKER}{number}",
            broker_order_id=number,
            sequence=standing.orders + 1,
            account_id=self.account_id,
            instrument_id=instrument_id,
            side=side,
            type=OrderType.MARKET,
            time_in_force=TimeInForce.DAY,
            extended_hours=False,
            quantity=quantity,
            limit=None,
            stop=None,
            accepted_at=at,
            active_at=at,
            ends_at=hours.closes_at,
            reason=f"{did} by the broker: the margin call of {called.day:%d %b} was not met by {when(called.due)}.",
        )
        self._tell(made)

    def _opens(self, order: Held) -> bool:
        held = self.books.till.quantity(order.instrument_id)
        return order.side.sign * held >= 0 or order.leaves > abs(held)

    def _open(self) -> list[Held]:
        return sorted(self.books.open.values(), key=lambda order: order.sequence)

    def _tell(self, order: Held) -> None:
        self.books.put(order)
        self.books.tell(Report(told=Told.FOUND, client_id=order.client_id, at=self.clock.now(), order=order.view))

    def _close(self, at: datetime, hours: Hours, instrument_id: str) -> Decimal:
        close = (
            self.companies.close(instrument_id, hours.day)
            if at == hours.closes_at
            else self.companies.previous_close(instrument_id, hours.day)
        )
        return close or self.mark(instrument_id, at)
