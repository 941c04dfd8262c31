"""Each morning before trading: what a night costs, what companies did to shares held and orders open, what is paid.

Everything happens at the start of the pre-market, to what was held at the end of the trading day before, and before any
order meets the market of the new day. It follows from the books and the calendar alone, so a morning that is worked
off late, or again after a kill, is the same morning.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Final, Protocol

from core.brokers.practice.adjusting import adjusted, touched
from core.brokers.practice.books import Books
from core.brokers.practice.held import Held
from core.brokers.practice.matching import shares, words
from core.brokers.practice.owed import Owed
from core.clock import Clock
from core.costs.carry import Carry
from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.errors import OrderRejected
from core.domain.fill import Report, Told
from core.domain.instrument import Instrument
from core.domain.money import ZERO, value_of
from core.domain.order import Order, Status
from core.domain.reading import Activity
from core.market.sessions import Hours, Sessions

# of one day: a dividend is counted in the shares that trade on its ex day
_IN_TURN: Final = (EventKind.SPLIT, EventKind.DIVIDEND, EventKind.CASH_MERGER, EventKind.SYMBOL_CHANGE)
_CURRENCY: Final = "USD"


class Companies(Protocol):
    """What companies do, and what their shares were worth."""

    def events(self, first: date, last: date, instrument_id: str | None = None) -> Sequence[CorporateEvent]:
        """What takes effect on these days, both ends included, of one name or of all."""
        ...

    def close(self, instrument_id: str, day: date) -> Decimal | None:
        """A day's closing price; None = it trades no more."""
        ...

    def previous_close(self, instrument_id: str, day: date) -> Decimal | None:
        """The close before a day, counted in that day's shares."""
        ...

    def listed(self, day: date) -> Sequence[Instrument]:
        """What is traded on a day, under the symbols of that day."""
        ...


class Corporate:
    """Changes the books; writes nothing by itself."""

    def __init__(self, *, books: Books, companies: Companies, sessions: Sessions, carry: Carry, clock: Clock) -> None:
        self._books = books
        self._companies = companies
        self._sessions = sessions
        self._carry = carry
        self._clock = clock
        self._listed: tuple[date, dict[str, Instrument]] = (date.min, {})
        self._quiet = books.standing.worked  # nothing is due before this

    def mornings(self, after: datetime, until: datetime) -> Iterator[Hours]:
        """Every start of a pre-market after a moment, up to and including another."""
        if until < self._quiet:
            return
        days = self._sessions.days(self._sessions.day(after), self._sessions.next_day(self._sessions.day(until)))
        mornings = [hours for day in days if (hours := self._sessions.hours(day)) and hours.pre_at > after]
        yield from (hours for hours in mornings if hours.pre_at <= until)
        self._quiet = next(hours.pre_at for hours in mornings if hours.pre_at > until)

    def act(self, morning: Hours) -> None:
        """Everything that is due."""
        before = self._sessions.previous_day(morning.day)
        self._charge(morning, before)
        held = {name: quantity for name, (quantity, _) in self._books.till.positions.items() if quantity}
        for name in sorted(held.keys() | {order.instrument_id for order in self._books.open.values()}):
            for event in sorted(
                self._companies.events(morning.day, morning.day, name), key=lambda event: _IN_TURN.index(event.kind)
            ):
                self._apply(event, morning, self.instrument(name, before))
        self._pay(morning)
        self._books.worked(morning.pre_at)

    def listed(self, day: date) -> Mapping[str, Instrument]:
        """What is traded on a day, by id."""
        if self._listed[0] != day:
            self._listed = day, {instrument.id: instrument for instrument in self._companies.listed(day)}
        return self._listed[1]

    def instrument(self, instrument_id: str, day: date) -> Instrument:
        """As it was traded on a day."""
        return self.listed(day)[instrument_id]

    def check_listed(self, order: Order, now: datetime) -> Instrument:
        """Who is gone cannot be ordered."""
        day = self._sessions.day(now)
        instrument = self.listed(day).get(order.instrument_id)
        if instrument is not None:
            return instrument
        past = (e for e in self._companies.events(date.min, day) if e.kind is EventKind.CASH_MERGER)
        bought = next((event for event in past if event.instrument_id == order.instrument_id), None)
        if bought is None:
            raise OrderRejected(f"The practice exchange does not list {order.symbol}. The order was not placed.")
        raise OrderRejected(
            f"{order.symbol} is no longer traded: on {bought.effective} every share became {_each(bought)}. "
            "The order was not placed."
        )

    def overtaken(self, order: Order, now: datetime) -> str:
        """Why an order that was long on its way means something else by now; empty = it does not."""
        if order.at is None or order.at >= now:
            return ""
        first, last = self._sessions.day(order.at), self._sessions.day(now)
        for event in self._companies.events(first, last, order.instrument_id):
            hours = self._sessions.hours(event.effective)
            if event.ratio is not None and hours is not None and order.at < hours.pre_at <= now:
                return f"it was made before {order.symbol} split {_ratio(event.ratio)}, in shares and prices of then."
        return ""

    def _charge(self, morning: Hours, before: date) -> None:
        """For each night since the trading day before."""
        nights = (morning.day - before).days
        cash = self._books.till.cash
        interest = self._carry.interest(cash, nights)
        if interest:
            note = f"{_nights(nights)} on {-cash:.2f} borrowed, at {self._carry.margin:.2%} a year."
            self._happens(f"interest-{morning.day}", "interest", morning, -interest, note=note)
        for name, (quantity, _) in sorted(self._books.till.positions.items()):
            close = self._companies.close(name, before) if quantity < 0 else None
            fee = ZERO if close is None else self._carry.borrow(name, value_of(-quantity, close), nights)
            if fee and close is not None:
                symbol, rate = self.instrument(name, before).symbol, self._carry.rate(name)
                note = (
                    f"{_nights(nights)} for {shares(-quantity)} {symbol} borrowed at {words(close)}, {rate:.2%} a year."
                )
                self._happens(
                    f"borrow-{name}-{morning.day}", "borrow_fee", morning, -fee, instrument_id=name, note=note
                )

    def _apply(self, event: CorporateEvent, morning: Hours, was: Instrument) -> None:
        quantity = self._books.till.quantity(event.instrument_id)
        match event.kind:
            case EventKind.DIVIDEND:
                if quantity:
                    self._books.owe(Owed(event=event, quantity=quantity, symbol=was.symbol))
                why = f"{was.symbol} goes without its dividend of {_each(event)} from here on"
                self._adjust_orders(event, morning, was, why)
            case EventKind.SPLIT:
                self._split(event, morning, was, quantity)
            case EventKind.CASH_MERGER:
                self._buy_out(event, morning, was, quantity)
            case EventKind.SYMBOL_CHANGE:
                note = f"{was.symbol} is traded as {event.symbol} from now on."
                self._happens(event.id, "symbol_change", morning, ZERO, event=event, note=note)

    def _split(self, event: CorporateEvent, morning: Hours, was: Instrument, quantity: Decimal) -> None:
        ratio = event.ratio or Decimal(1)
        self._adjust_orders(event, morning, was, f"{was.symbol} split {_ratio(ratio)}")
        kept = "but those until cancelled " if ratio > 1 else ""
        self._end_orders(
            event,
            morning,
            f"{was.symbol} split {_ratio(ratio)}, so every open order in it {kept}was cancelled"
            f"{'' if kept else ', protective stops too'}: place it again in the new shares and prices.",
        )
        if not quantity:
            return
        exact = quantity * ratio
        after = exact.quantize(Decimal(1).scaleb(-was.scale), rounding=ROUND_DOWN)
        price = self._companies.previous_close(event.instrument_id, morning.day) or ZERO
        note = f"Split {_ratio(ratio)}: {shares(quantity)} {was.symbol} became {shares(after)}."
        if after != exact:
            note = f"{note} The rest, {shares(exact - after)}, was paid in cash at {words(price)}."
        value = value_of(exact - after, price)
        self._happens(event.id, "split", morning, value, quantity=after - quantity, event=event, note=note)

    def _buy_out(self, event: CorporateEvent, morning: Hours, was: Instrument, quantity: Decimal) -> None:
        self._end_orders(event, morning, f"{was.symbol} is no longer traded: every share became {_each(event)}.")
        if quantity:
            value = value_of(quantity, event.cash or ZERO)
            note = f"Bought: {shares(quantity)} {was.symbol} became cash, {_each(event)} a share."
            self._happens(event.id, "cash_merger", morning, value, quantity=-quantity, event=event, note=note)

    def _pay(self, morning: Hours) -> None:
        for event_id in sorted(self._books.owed):
            owed = self._books.owed[event_id]
            event = owed.event
            if event.pay_day is None or event.pay_day > morning.day:
                continue
            value = value_of(owed.quantity, event.cash or ZERO)
            side = "held" if owed.quantity > 0 else "sold short"
            note = (
                f"{_each(event)} a share on {shares(abs(owed.quantity))} {owed.symbol} {side} before {event.effective}."
            )
            self._happens(event.id, "dividend", morning, value, event=event, note=note)
            self._books.owe(Owed(event=event, quantity=owed.quantity, symbol=owed.symbol, paid=True))

    def _end_orders(self, event: CorporateEvent, morning: Hours, reason: str) -> None:
        for order in self._open(event.instrument_id):
            if order.adjusted_for != event.id:
                self._put(order.ended(Status.CANCELED, morning.pre_at, reason))

    def _adjust_orders(self, event: CorporateEvent, morning: Hours, was: Instrument, why: str) -> None:
        """Another order in the place of each that is touched: no order ever counts shares of two kinds."""
        for order in self._open(event.instrument_id):
            if not touched(order, event):
                continue
            made = adjusted(order, event, was)
            if made is None:
                reason = f"{why}, and nothing is left of the order in the new shares and prices."
                self._put(order.ended(Status.CANCELED, morning.pre_at, reason))
                continue
            sequence = self._books.standing.orders + 1
            made = replace(
                made,
                broker_order_id=f"{self._books.standing.born}-{sequence}",
                sequence=sequence,
                accepted_at=morning.pre_at,
                active_at=morning.pre_at,
                reason=f"{why}: {_terms(order)} became {_terms(made)}.",
            )
            ended = order.ended(Status.REPLACED, morning.pre_at, made.reason)
            self._put(replace(ended, replaced_by=made.client_id))
            self._put(made)

    def _open(self, instrument_id: str) -> list[Held]:
        """As they came, so that they stand in the same order after a restart too."""
        mine = (order for order in self._books.open.values() if order.instrument_id == instrument_id)
        return sorted(mine, key=lambda order: order.sequence)

    def _put(self, order: Held) -> None:
        self._books.put(order)
        self._books.tell(Report(told=Told.FOUND, client_id=order.client_id, at=self._clock.now(), order=order.view))

    def _happens(
        self,
        what: str,
        kind: str,
        morning: Hours,
        value: Decimal,
        *,
        quantity: Decimal = ZERO,
        instrument_id: str | None = None,
        event: CorporateEvent | None = None,
        note: str,
    ) -> None:
        activity = Activity(
            id=f"{what}-{self._books.standing.born}",
            kind=kind,
            currency=_CURRENCY,
            value=value,
            at=morning.pre_at,
            instrument_id=event.instrument_id if event else instrument_id,
            quantity=quantity,
            event=event,
            note=note,
        )
        self._books.happened(activity, self._clock.now())


def _ratio(ratio: Decimal) -> str:
    return f"{shares(ratio)} for 1" if ratio >= 1 else f"1 for {shares(1 / ratio)}"


def _terms(order: Held) -> str:
    """60, stop 70.00."""
    prices = (("stop", order.stop), ("limit", order.limit))
    return ", ".join([shares(order.leaves), *(f"{what} {words(price)}" for what, price in prices if price is not None)])


def _each(event: CorporateEvent) -> str:
    return f"{words(event.cash or ZERO)} {_CURRENCY}"


def _nights(nights: int) -> str:
    return "1 night" if nights == 1 else f"{nights} nights"
