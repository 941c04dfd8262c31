"""The practice exchange: takes orders, fills them against a tape, invented or recorded, and forgets nothing.

It has no thread. Whoever owns it calls pump() often; between two calls market time may have moved a second or a year,
the result is the same, because every order gets its turns at moments that follow from the tape alone. What a call
changes is on the disk before the call returns.
"""

from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Final, NoReturn

from core.brokers.practice.agenda import Agenda, Coming
from core.brokers.practice.bad_day import FIRST_STEP, BadDay, bad_day
from core.brokers.practice.books import Books, Founding
from core.brokers.practice.calls import Calls
from core.brokers.practice.corporate import Companies, Corporate
from core.brokers.practice.credit import Credit
from core.brokers.practice.days import ChosenDays
from core.brokers.practice.floor import Floor, Terms
from core.brokers.practice.held import Held
from core.brokers.practice.reasons import of_trade
from core.brokers.practice.records import Records
from core.brokers.practice.rules import check_form, ends_at, refusal, replace_refusal, short_refusal
from core.brokers.practice.teller import Teller
from core.brokers.practice.timetable import Timetable
from core.channel.facets.practice import Fault
from core.clock import Clock, MarketClock
from core.domain.chosen import Chosen, Script
from core.domain.errors import BadInput, OrderRejected, OutcomeUnknown
from core.domain.fill import BrokerOrder, Fill, Report
from core.domain.instrument import Instrument
from core.domain.money import ZERO
from core.domain.order import Order, Side, Status
from core.domain.reading import Activity, BrokerCash, BrokerPosition, MarginCall
from core.market.invented.market import InventedMarket
from core.market.invented.names import NAMES
from core.market.sessions import Sessions
from core.market.tape import Overlay, Tape

_INSTANT: Final = timedelta(microseconds=1)
_WITHIN: Final = timedelta(days=14)  # there is a whole session
_USUAL: Final = next(name.instrument.id for name in NAMES if name.instrument.symbol == "KO")
_AS_THEY_COME: Final = "These are real prices: no day of theirs can be chosen. Nothing was changed."


class Exchange:
    """One exchange, one file, one account. Used by one thread at a time."""

    def __init__(
        self,
        *,
        file: str,  # ":memory:" keeps it nowhere
        account_id: str,
        seed: int,
        starting_cash: Decimal,
        terms: Terms,
        tape: Tape,
        companies: Companies,
        market: InventedMarket | None,  # whose days can be chosen; None = real prices are as they come
        sessions: Sessions,
        clock: Clock,
        market_clock: MarketClock,
        days: Script = (),
    ) -> None:
        self._account_id = account_id
        self._sessions = sessions
        self._market_clock = market_clock
        self._tape = tape
        born = blake2b(f"{seed} {clock.now()}".encode(), digest_size=4).hexdigest()
        founding = Founding(seed=seed, born=born, starting_cash=starting_cash, at=market_clock.now(), days=days)
        self._records = Records(file)
        with ExitStack() as refused:  # a file that is not ours to use is let go of
            refused.callback(self._records.close)
            self._books = Books(self._records, founding)
            self._days = None if market is None else ChosenDays(self._records, market)
            refused.pop_all()
        self._market = market
        timetable = Timetable(tape=tape, sessions=sessions)
        self._corporate = Corporate(
            books=self._books, companies=companies, sessions=sessions, carry=terms.carry, clock=clock
        )
        self._agenda = Agenda(
            timetable=timetable,
            events=companies.events,
            listed=lambda: self._corporate.listed(sessions.day(self.worked)),
        )

        def floor(books: Books) -> Floor:
            return Floor(
                books=books,
                timetable=timetable,
                companies=companies,
                terms=terms,
                clock=clock,
                lately=self._records.trades_from(self.worked - terms.memory),
            )

        self._floor = floor(self._books)
        self._rehearse = floor
        self.kind: Final = terms.account.kind
        self._credit = Credit(
            terms=terms.account,
            books=self._books,
            sessions=sessions,
            mark=self._floor.mark,
            trades_from=self._records.trades_from,
            usual=terms.impact.usual,
        )
        self._calls = Calls(
            account_id=account_id,
            terms=terms.account,
            books=self._books,
            sessions=sessions,
            companies=companies,
            mark=self._floor.mark,
            clock=clock,
        )
        self._teller = Teller(books=self._books, credit=self._credit, timetable=timetable, clock=clock)

    @property
    def number(self) -> str:
        """The account's number; every exchange ever begun has its own."""
        return f"PRACTICE-{self._books.standing.born}"

    @property
    def worked(self) -> datetime:
        """Market time never goes back behind this."""
        return self._books.standing.worked

    @property
    def market_now(self) -> datetime:
        """Market time, whether or not everything has had its turn yet."""
        return max(self._market_clock.now(), self.worked)

    @property
    def market(self) -> InventedMarket:
        """The invented market it trades in; on real prices there is none."""
        if self._market is None:
            raise BadInput(_AS_THEY_COME)
        return self._market

    @property
    def overlay(self) -> Overlay:
        """What our orders took from the sizes shown."""
        return self._floor.overlay

    def pump(self) -> tuple[Report, ...]:
        """Let market time have its effect up to now; what came of it is told once, after it is on the disk."""
        self._now()
        return self._books.news()

    def submit(self, order: Order) -> BrokerOrder:
        """Take it, on the disk before it is answered. The same client id is the same order for ever."""
        now = self._now()
        known = self._books.find(order.client_id)
        if known is not None:
            return _again(known, order)
        instrument = self._listed(order, now)
        fresh = self._fresh(order, now)
        why = self._refusal(order, instrument, now, None)
        if why:
            self._refuse(fresh, now, why)
        self._books.put(fresh)
        self._books.commit()
        return fresh.view

    def cancel(self, client_id: str) -> None:
        """The request has its way to go; a fill may be faster."""
        now = self._now()
        held = self._books.find(client_id)
        if held is None:
            raise OrderRejected(
                "The practice exchange has no such order. Nothing was cancelled: look at the open orders."
            )
        if not held.open:
            raise OrderRejected(f"Too late to cancel: the order is already {held.status}. Nothing was cancelled.")
        if held.cancel_at is None:
            self._books.put(replace(held, cancel_at=now + self._floor.delay(f"cancel {client_id}")))
            self._books.commit()

    def replace(self, old_client_id: str, new: Order) -> BrokerOrder:
        """The old one leaves the book as the request arrives; the new one, at the back of the queue, after its way."""
        now = self._now()
        known = self._books.find(new.client_id)
        if known is not None:
            return _again(known, new)
        instrument = self._listed(new, now)
        old = self._books.find(old_client_id)
        fresh = replace(self._fresh(new, now), carried=old.carried + old.filled if old else ZERO)
        why = replace_refusal(old, new) or self._refusal(new, instrument, now, old)
        if why or old is None:
            self._refuse(fresh, now, why)
        ended = replace(old.ended(Status.REPLACED, now), replaced_by=new.client_id)
        self._books.put(ended)
        self._books.put(fresh)
        self._books.tell(self._floor.found(ended))
        self._books.commit()
        return fresh.view

    def find(self, client_id: str) -> BrokerOrder | None:
        """The order with this client id, whatever became of it."""
        self._books.commit_news()
        held = self._books.find(client_id)
        return None if held is None else held.view

    def why(self, client_id: str) -> tuple[str, ...]:
        """Why it traded as it did, and why the rest of it has not, in sentences."""
        self._books.commit_news()
        held = self._books.find(client_id)
        if held is None:
            return ("The practice exchange has no such order.",)
        trades = (of_trade(trade) for trade in self._records.trades_of(client_id))
        return (*trades, *self._floor.why_not(held, self.worked))

    def orders(self) -> tuple[BrokerOrder, ...]:
        """Every open order, and those that ended since the trading day before was over."""
        self._books.commit_news()
        hours = self._sessions.hours(self._sessions.day(self.worked))
        since = self._sessions.previous_close(self.worked)
        ended = self._records.ended_since(since if hours is None else min(hours.pre_at, since))
        return tuple(held.view for held in [*ended, *self._books.open.values()])

    def executions(self, since: datetime) -> tuple[Fill, ...]:
        """Everything that traded since then, by market time or by real time."""
        self._books.commit_news()
        return tuple(trade.fill for trade in self._records.trades_since(since))

    def positions(self) -> tuple[BrokerPosition, ...]:
        """What is held."""
        self._books.commit_news()
        held = sorted(self._books.till.positions.items())
        return tuple(BrokerPosition(instrument_id=i, native_id=i, quantity=q, cost=c) for i, (q, c) in held if q)

    def cash(self) -> Decimal:
        """In the account, every trade counted."""
        self._books.commit_news()
        return self._books.till.cash

    def money(self) -> BrokerCash:
        """The cash, and the margin call that stands."""
        cash, called = self.cash(), self._calls.told(self.worked)
        call = None if called is None else MarginCall(value=called.value, due=called.due, note=called.words)
        return BrokerCash(currency="USD", cash=cash, call=call)

    def activities(self, since: datetime) -> tuple[Activity, ...]:
        """Everything that moved without a trade since then, by market time or by real time."""
        self._books.commit_news()
        return tuple(self._records.activities_since(since))

    def deposit(self, value: Decimal, request: str) -> Activity:
        """Practice cash from nowhere, on the disk before it is answered. The same request is the same deposit."""
        now = self._now()
        activity = self._teller.deposit(value, request, now)
        self._calls.paid(now)
        self._books.commit_news()
        return activity

    def withdraw(self, value: Decimal, request: str) -> Activity:
        """Practice cash taken out, on the disk before it is answered; refused where something needs it."""
        activity = self._teller.withdraw(value, request, self._now())
        self._books.commit_news()
        return activity

    def coming(self) -> Coming:
        """The next thing worth stopping at."""
        now, books = self._now(), self._books.rehearsal()
        try:
            held = [name for name, (quantity, _) in books.till.positions.items() if quantity]
            return self._agenda.next(now, books, self._rehearse(books).work, held)
        finally:
            books.close()

    def script(self) -> Script:
        """The days somebody chose."""
        return () if self._market is None else self._market.script

    def choose(self, chosen: Chosen) -> Script:
        """Have a session that has not begun be like this."""
        return self._chosen_days.choose(chosen, self._now())

    def unchoose(self, chosen: Chosen) -> Script:
        """Let it be as it comes."""
        return self._chosen_days.unchoose(chosen, self._now())

    @property
    def bad_day(self) -> BadDay | None:
        """The last one that was begun, unless it was ended."""
        return None if self._days is None else self._days.bad_day

    def begin_bad_day(self) -> None:
        """Over the first whole session whose first step is still to come; the largest position suffers most."""
        now, today = self._now(), self._sessions.day(self.market_now)
        days = self._sessions.days(today, today + _WITHIN)
        hours = next(
            hours
            for hours in map(self._sessions.hours, days)
            if hours is not None and not hours.early_close and now < hours.opens_at + FIRST_STEP
        )
        morning = self._sessions.hours(self._sessions.next_day(hours.day))
        if morning is None:
            raise AssertionError("the next day is one on which the exchange is open")
        name, quantity = self._largest(now)
        self._chosen_days.begin(bad_day(hours, morning, name, quantity < 0, now), now)

    def end_bad_day(self) -> None:
        """At once."""
        self._chosen_days.begin(None, self._now())

    def end_step(self, fault: Fault) -> None:
        """A step of the bad day that is on is over."""
        if self._days is not None:
            self._days.end_step(fault, self.market_now)

    def close(self) -> None:
        """Let go of the file."""
        self._records.close()

    def _largest(self, now: datetime) -> tuple[str, Decimal]:
        """By what it is worth; who holds nothing gets a name that everybody knows."""
        held = {name: quantity for name, (quantity, _) in self._books.till.positions.items() if quantity}
        if not held:
            return _USUAL, ZERO
        name = max(held, key=lambda name: abs(held[name] * self._floor.mark(name, now)))
        return name, held[name]

    def _now(self) -> datetime:
        now = self.market_now
        known = max(self._tape.until(now), self.worked)
        for morning in self._corporate.mornings(self.worked, known):
            self._work(morning.pre_at - _INSTANT)
            self._corporate.act(morning)
            self._calls.look(morning.pre_at)
        self._work(known)
        self._books.commit_news()
        return now

    def _work(self, until: datetime) -> None:
        """Up to there, with a look at the account's margin on the way wherever one is due."""
        while (at := self._calls.next(self.worked, until)) is not None:
            self._floor.work(at)
            self._calls.look(at)
        self._floor.work(until)

    @property
    def _chosen_days(self) -> ChosenDays:
        if self._days is None:
            raise BadInput(_AS_THEY_COME)
        return self._days

    def _listed(self, order: Order, now: datetime) -> Instrument:
        instrument = self._corporate.check_listed(order, now)
        check_form(order, instrument)
        return instrument

    def _fresh(self, order: Order, now: datetime) -> Held:
        sequence = self._books.standing.orders + 1
        return Held(
            client_id=order.client_id,
            broker_order_id=f"{self._books.standing.born}-{sequence}",
            sequence=sequence,
            account_id=order.account_id,
            instrument_id=order.instrument_id,
            side=order.side,
            type=order.type,
            time_in_force=order.time_in_force,
            extended_hours=order.extended_hours,
            quantity=order.quantity,
            limit=order.limit,
            stop=order.stop,
            accepted_at=now,
            active_at=now + self._floor.delay(f"order {order.client_id}"),
            ends_at=ends_at(order, self._sessions, now),
        )

    def _refusal(self, order: Order, instrument: Instrument, now: datetime, old: Held | None) -> str:
        """Why not, in words. An order that takes another's place stands in for it, what that one filled included."""
        if order.account_id != self._account_id:
            return f"account {order.account_id} is not kept here."
        why = (
            refusal(order, instrument, self._sessions, now)
            or self._corporate.overtaken(order, now)
            or self._floor.refuses_halted(order, now)
        )
        return why or self._short_refusal(order, instrument, now, old) or self._credit.refuses(order, now, old)

    def _short_refusal(self, order: Order, instrument: Instrument, now: datetime, old: Held | None) -> str:
        if order.side is Side.BUY:
            return ""
        sales = (o for o in self._books.open.values() if o.instrument_id == order.instrument_id and o.side is Side.SELL)
        on_sale = sum((o.leaves for o in sales if old is None or o.client_id != old.client_id), ZERO)
        held = self._books.till.quantity(order.instrument_id) + (old.carried + old.filled if old else ZERO)
        return short_refusal(order, instrument, held, on_sale) or self._floor.refuses_short(
            instrument.id,
            order.side,
            on_sale + order.quantity - (old.carried + old.filled if old else ZERO),
            order.limit,
            now,
        )

    def _refuse(self, fresh: Held, now: datetime, why: str) -> NoReturn:
        """A refusal is kept too: the same client id gets the same answer for ever."""
        reason = f"The practice exchange refused the order: {why} It was not placed: change it and send it again."
        self._books.put(fresh.ended(Status.REJECTED, now, reason))
        self._books.commit()
        raise OrderRejected(reason)


def _again(known: Held, order: Order) -> BrokerOrder:
    """A repeat makes no second order."""
    if known.status is Status.REJECTED:
        raise OrderRejected(known.reason)
    if not known.same_as(order):
        raise OutcomeUnknown(
            f"The practice exchange already holds another order under {order.client_id}. Nothing was placed: look it up."
        )
    return known.view
