"""A broker written from the rules alone: it remembers everything it accepted, so the books can be held against it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from core.brokers.base import Identity
from core.clock import Clock, MarketClock
from core.domain.account import Account, AccountKind, Regime, RegimeSpan, TaxKind
from core.domain.capability import Capabilities
from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.errors import BrokerDown, OrderRejected, OutcomeUnknown
from core.domain.fill import Adjusted, BrokerOrder, Fill, Report, Told
from core.domain.money import ZERO, rounded, value_of
from core.domain.order import Order, OrderType, Side, Status, TimeInForce, adjusted_id
from core.domain.reading import Activity, BrokerCash, BrokerPosition, MarginCall, Reading, ReadState
from core.domain.workspace import WorkspaceKind

T = TypeVar("T")
R = TypeVar("R")
OVER = frozenset({Status.FILLED, Status.CANCELED, Status.EXPIRED, Status.REPLACED, Status.REJECTED})
ACCOUNT = "acct"


class Answer(StrEnum):
    """What becomes of one request. The first eight are crossed with every crash point."""

    OK = "ok"
    REJECT = "reject"
    TIMEOUT_AFTER = "504 after accepting"
    TIMEOUT_BEFORE = "504 before accepting"
    REPLY_LOST = "reply lost"
    REQUEST_LOST = "request lost"
    LATE = "late arrival"
    TWICE = "duplicate delivery"
    DOWN = "no connection"
    KILLED_BEFORE = "we die before it arrives"
    KILLED_AFTER = "we die after it arrived"
    KILLED_REFUSED = "we die after it was refused"
    KILLED_LATE = "we die, and it arrives later"
    REFUSAL_LOST = "refused, and the reply lost"


class Killed(BaseException):
    """The process is gone from here on; nothing may catch this."""


@dataclass(kw_only=True)
class Held:
    """An order as the broker holds it. The only mutable truth there is."""

    order: Order  # with the content that arrived
    broker_order_id: str
    at: datetime
    status: Status = Status.ACKED
    filled: Decimal = ZERO
    carried: Decimal = ZERO  # filled by the orders it replaced
    replaced_by: str | None = None
    reason: str = ""
    adjusted_for: str = ""  # the event it was made for, in another's place

    @property
    def leaves(self) -> Decimal:
        return self.order.quantity - self.carried - self.filled

    @property
    def open(self) -> bool:
        return self.status not in OVER

    def told(self) -> BrokerOrder:
        return BrokerOrder(
            client_id=self.order.client_id,
            broker_order_id=self.broker_order_id,
            instrument_id=self.order.instrument_id,
            side=self.order.side,
            quantity=self.order.quantity,
            filled=self.filled,
            status=self.status,
            replaced_by=self.replaced_by,
            reason=self.reason,
            adjusted=Adjusted(event_id=self.adjusted_for, limit=self.order.limit, stop=self.order.stop)
            if self.adjusted_for
            else None,
        )


@dataclass(kw_only=True)
class FakeBroker:
    """The truth: orders, executions, positions and cash, whoever asked for them."""

    clock: Clock
    market_clock: MarketClock
    refuses_repeats: bool = True
    look_up: bool = True
    fee: Decimal = Decimal("0.013")
    cash: Decimal = Decimal("100000")
    call: MarginCall | None = None
    held: list[Held] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    positions: dict[str, Decimal] = field(default_factory=dict)
    activities: list[Activity] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # client ids it said no to
    keeps_refusals: bool = False  # shows what it refused too, under a number of its own, as the practice exchange does
    refusals: dict[str, Held] = field(default_factory=dict)
    on_accept: Callable[[Order], None] = lambda _: None  # called at the instant an order is accepted
    streams: list[Callable[[Report], None]] = field(default_factory=list)
    _serial: int = 0

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            order_types=frozenset(OrderType),
            times_in_force=frozenset(TimeInForce),
            refuses_repeats=self.refuses_repeats,
            look_up=self.look_up,
            replace=True,
            fractional=True,
            short=True,
            extended_hours=True,
            requests_per_minute=200,  # Alpaca counts 200 a minute per account (public documentation)
            kept_for_cancels=20,
            settles_look_up_after=timedelta(seconds=30),
        )

    def account(self) -> Account:
        return Account(
            id=ACCOUNT,
            connection="fake",
            broker="fake",
            number="000111",
            name="Stand-in",
            kind=AccountKind.MARGIN,
            tax_kind=TaxKind.TAXABLE,
            regimes=(RegimeSpan(regime=Regime.INTRADAY_MARGIN, valid_from=self.market_clock.now().date()),),
        )

    # What arrives over the wire

    def receive(self, order: Order) -> Held:
        """A submit arrives. Orders are known by client id only where the broker refuses repeats."""
        known = self.holding(order.client_id)
        if order.client_id in self.refusals:
            raise OrderRejected("refused before, and for ever")
        if known and self.refuses_repeats:
            # Alpaca: "422 client_order_id must be unique" is a success dressed as an error, the first order is there
            # (measured). An adapter turns it into "this is the one I have".
            return known[0]
        # Tradier's tag, Schwab and IBKR's orderRef do not stop a second order (public documentation, measured).
        return self._accept(order, carried=ZERO)

    def receive_cancel(self, order: Order) -> None:
        """A cancel arrives: taken as a wish for what is open, too late for what is over."""
        mine = [held for held in self.holding(order.client_id) if held.open]
        if not mine:
            raise OrderRejected("too late to cancel, or no such order")
        for held in mine:
            held.reason = "cancel requested"

    def receive_replace(self, old: Order, new: Order) -> Held:
        """A replace makes a NEW order; the old one says by whom it was replaced (Alpaca, measured)."""
        known = self.holding(new.client_id)
        if new.client_id in self.refusals:
            raise OrderRejected("refused before, and for ever")
        if known and self.refuses_repeats:
            return known[0]
        mine = next((held for held in self.holding(old.client_id) if held.open), None)
        if mine is None:
            self.refuse(new)
            raise OrderRejected("too late to replace, or no such order")
        carried = mine.carried + mine.filled
        if new.quantity <= carried:
            self.refuse(new)
            raise OrderRejected("the new quantity is not above what has traded")
        successor = self._accept(new, carried=carried)
        mine.status, mine.replaced_by = Status.REPLACED, new.client_id
        self._tell(mine)
        return successor

    def refuse(self, order: Order) -> None:
        """Say no, for good."""
        self.refused.append(order.client_id)
        if self.keeps_refusals and not self.holding(order.client_id):
            no = Held(order=order, broker_order_id=self._next("order"), at=self.market_clock.now())
            no.status, no.reason = Status.REJECTED, "refused by the stand-in"
            self.refusals.setdefault(order.client_id, no)

    # What the market and other people do

    def fill(self, held: Held, quantity: Decimal, price: Decimal, *, tell: bool = True) -> Fill:
        """Trade some of it. Legal for a cancelled order too: the exchange was faster (fill after cancel)."""
        quantity = min(quantity, held.leaves)
        fill = self._execution(
            held.order.client_id, held.order.instrument_id, held.order.side, quantity, price, broker_id=held
        )
        held.filled += quantity
        if held.leaves == 0:
            held.status = Status.FILLED
        elif held.status is Status.ACKED:
            held.status = Status.PARTIAL
        if tell:
            self._tell(held, fill)
        return fill

    def finish_cancel(self, held: Held) -> None:
        """What was asked for comes true."""
        if held.open:
            held.status, held.reason = Status.CANCELED, "cancelled on request"
            self._tell(held)

    def refuse_late(self, held: Held) -> None:
        """An exchange sends an accepted order back."""
        if held.open:
            held.status, held.reason = Status.REJECTED, "the exchange sent it back"
            self._tell(held)

    def end_of_day(self) -> None:
        """Day orders lapse."""
        for held in self.held:
            if held.open and held.order.time_in_force is not TimeInForce.GTC:
                held.status, held.reason = Status.EXPIRED, "its day is over"
                self._tell(held)

    def bust(self, fill: Fill) -> Fill:
        """Take a trade back: a new execution that names the old one. The order itself stays as far as it had got."""
        back = replace(fill, execution_id=self._next("bust"), at=self.market_clock.now(), busts=fill.execution_id)
        self.fills.append(back)
        self._move(fill.instrument_id, -fill.side.sign * fill.quantity, fill.side.sign * self._value(fill) + fill.fee)
        self._say(Report(told=Told.FILLS, client_id=fill.client_id, at=self.clock.now(), fills=(back,)))
        return back

    def elsewhere(self, instrument_id: str, side: Side, quantity: Decimal, price: Decimal) -> Fill:
        """Someone trades this account from the broker's own app."""
        fill = self._execution("", instrument_id, side, quantity, price)
        self._say(Report(told=Told.FILLS, client_id="", at=self.clock.now(), fills=(fill,)))
        return fill

    def pay(self, kind: str, value: Decimal, instrument_id: str | None = None) -> Activity:
        """A dividend, a fee, a deposit."""
        activity = Activity(
            id=self._next("activity"),
            kind=kind,
            currency="USD",
            value=rounded(value),
            at=self.market_clock.now(),
            instrument_id=instrument_id,
        )
        self.activities.append(activity)
        self.cash += activity.value
        return activity

    def company(self, event: CorporateEvent, at: datetime, *, tell: bool = True) -> Activity | None:
        """What a company does to what is held here, as the practice exchange has it: a forward split makes another of
        each order until cancelled, any other split and the end of a name take every open order in it away. A dividend
        lowers purchases with a limit and protective stops, and is paid at once.
        """
        name = event.instrument_id
        held = self.positions.get(name, ZERO)
        for order in [one for one in self.working() if one.order.instrument_id == name]:
            if self._adjusts(order, event):
                self._put_in_place(order, event)
            elif event.kind in (EventKind.SPLIT, EventKind.CASH_MERGER):
                order.status, order.reason = Status.CANCELED, f"cancelled: {event.kind.value.replace('_', ' ')}"
                self._tell(order)
        if not held and event.kind is not EventKind.SYMBOL_CHANGE:
            return None
        quantity, value = ZERO, ZERO
        if event.kind is EventKind.SPLIT:
            quantity = held * (event.ratio or 1) - held
        elif event.kind is EventKind.CASH_MERGER:
            quantity, value = -held, value_of(held, event.cash or ZERO)
        elif event.kind is EventKind.DIVIDEND:
            value = value_of(held, event.cash or ZERO)
        activity = Activity(
            id=f"{event.id}-x",
            kind=event.kind.value,
            currency="USD",
            value=value,
            at=at,
            instrument_id=name,
            quantity=quantity,
            event=event,
        )
        self._move(name, quantity, value)
        if tell:
            self.activities.append(activity)
        return activity

    def _adjusts(self, held: Held, event: CorporateEvent) -> bool:
        order = held.order
        if order.time_in_force is not TimeInForce.GTC or held.reason == "cancel requested":
            return False
        lowered = order.limit is not None if order.side is Side.BUY else order.stop is not None
        dividend = event.kind is EventKind.DIVIDEND and lowered
        return (event.kind is EventKind.SPLIT and (event.ratio or 1) > 1) or dividend

    def _put_in_place(self, old: Held, event: CorporateEvent) -> None:
        """Of what is left of it, in shares and prices of after, under a name that is made of the old one's."""
        ratio, less = event.ratio or Decimal(1), event.cash or ZERO
        if event.kind is EventKind.DIVIDEND:
            ratio = Decimal(1)
        order = old.order.changed(
            client_id=adjusted_id(old.order.client_id),
            quantity=old.leaves * ratio,
            limit=None if old.order.limit is None else rounded(old.order.limit / ratio - less),
            stop=None if old.order.stop is None else rounded(old.order.stop / ratio - less),
        )
        new = Held(order=order, broker_order_id=self._next("order"), at=self.market_clock.now(), adjusted_for=event.id)
        new.reason = f"adjusted: {event.kind.value}"
        old.status, old.replaced_by, old.reason = Status.REPLACED, order.client_id, new.reason
        self.held.append(new)
        self._tell(old)
        self._tell(new)

    # Looking at the truth

    def holding(self, client_id: str) -> list[Held]:
        return [held for held in self.held if held.order.client_id == client_id]

    def shown(self, client_id: str) -> Held | None:
        """What a look-up finds: the newest order of that name, or the refusal of one."""
        found = self.holding(client_id)
        return found[-1] if found else self.refusals.get(client_id)

    def working(self) -> Iterator[Held]:
        return (held for held in self.held if held.open)

    def doubles(self) -> list[str]:
        """Client ids that became more than one order: what must never happen."""
        ids = [held.order.client_id for held in self.held]
        return sorted({client_id for client_id in ids if ids.count(client_id) > 1})

    def _accept(self, order: Order, carried: Decimal) -> Held:
        held = Held(order=order, broker_order_id=self._next("order"), at=self.market_clock.now(), carried=carried)
        self.on_accept(order)
        self.held.append(held)
        return held

    def _execution(
        self,
        client_id: str,
        instrument_id: str,
        side: Side,
        quantity: Decimal,
        price: Decimal,
        *,
        broker_id: Held | None = None,
    ) -> Fill:
        fill = Fill(
            execution_id=self._next("exec"),
            account_id=ACCOUNT,
            instrument_id=instrument_id,
            client_id=client_id,
            side=side,
            quantity=quantity,
            price=price,
            fee=self.fee,
            at=self.market_clock.now(),
            note=f"stand-in order {broker_id.broker_order_id}" if broker_id else "made elsewhere",
        )
        self.fills.append(fill)
        self._move(instrument_id, side.sign * quantity, -side.sign * self._value(fill) - fill.fee)
        return fill

    def _value(self, fill: Fill) -> Decimal:
        return value_of(fill.quantity, fill.price)

    def _move(self, instrument_id: str, quantity: Decimal, money: Decimal) -> None:
        self.positions[instrument_id] = self.positions.get(instrument_id, ZERO) + quantity
        self.cash += money

    def _next(self, kind: str) -> str:
        self._serial += 1
        return f"{kind}-{self._serial:05d}"

    def _tell(self, held: Held, *fills: Fill) -> None:
        self._say(
            Report(
                told=Told.FOUND,
                client_id=held.order.client_id,
                at=self.clock.now(),
                order=held.told(),
                fills=fills,
            )
        )

    def _say(self, report: Report) -> None:
        for hear in list(self.streams):
            hear(report)


@dataclass(kw_only=True)
class FakeLine:
    """One connection to the stand-in. `answer` decides what becomes of each request, by verb and client id."""

    broker: FakeBroker
    answer: Callable[[str, str], Answer] = lambda verb, client_id: Answer.OK
    late: list[Callable[[], object]] = field(default_factory=list)  # requests still travelling
    seen: list[tuple[str, str]] = field(default_factory=list)  # every request: verb and client id
    departed: set[str] = field(default_factory=set)  # client ids of orders whose bytes may have left
    meanwhile: Callable[[], None] = lambda: None  # what happens between two questions of one reading
    skew: timedelta = timedelta(0)
    closed: bool = False
    off_list: set[str] = field(default_factory=set)  # client ids of orders that ended too long ago to be listed

    def identity(self) -> Identity:
        return Identity(number="000111", host="stand-in", kind=WorkspaceKind.PRACTICE)

    def accounts(self) -> tuple[Account, ...]:
        return (self.broker.account(),)

    def submit(self, order: Order) -> BrokerOrder:
        return self._ask("submit", order, lambda: self.broker.receive(order)).told()

    def cancel(self, order: Order) -> None:
        self._ask("cancel", order, lambda: self.broker.receive_cancel(order))

    def replace(self, old: Order, new: Order) -> BrokerOrder:
        return self._ask("replace", new, lambda: self.broker.receive_replace(old, new)).told()

    def find(self, order: Order) -> BrokerOrder | None:
        if not self.broker.look_up:
            self.seen.append(("find", order.client_id))
            raise OutcomeUnknown("this broker finds nothing by our id")
        held = self._ask("find", order, lambda: self.broker.shown(order.client_id))
        return held.told() if held else None

    def orders(self, account_id: str) -> Reading[BrokerOrder]:
        return self._read(
            "orders",
            lambda: [
                held.told()
                for held in (*self.broker.held, *self.broker.refusals.values())
                if held.order.client_id not in self.off_list
            ],
        )

    def executions(self, account_id: str, since: datetime) -> Reading[Fill]:
        return self._read("executions", lambda: [fill for fill in self.broker.fills if fill.at >= since])

    def positions(self, account_id: str) -> Reading[BrokerPosition]:
        return self._read(
            "positions",
            lambda: [
                BrokerPosition(instrument_id=name, native_id=name, quantity=quantity)
                for name, quantity in sorted(self.broker.positions.items())
                if quantity
            ],
        )

    def cash(self, account_id: str) -> Reading[BrokerCash]:
        return self._read("cash", lambda: [BrokerCash(currency="USD", cash=self.broker.cash, call=self.broker.call)])

    def activities(self, account_id: str, since: datetime) -> Reading[Activity]:
        return self._read("activities", lambda: [a for a in self.broker.activities if a.at >= since])

    def time(self) -> datetime:
        return self.broker.clock.now() + self.skew

    def listen(self, hear: Callable[[Report], None]) -> None:
        self.broker.streams.append(hear)

    def close(self) -> None:
        self.closed = True

    def arrive(self) -> None:
        """The request that travelled longest reaches the broker; nobody reads the reply."""
        request = self.late.pop(0)
        try:
            request()
        except OrderRejected:
            return

    def _ask(self, verb: str, order: Order, act: Callable[[], T]) -> T:
        answer = self.answer(verb, order.client_id)
        self.seen.append((verb, order.client_id))
        if answer is Answer.DOWN:
            raise BrokerDown("could not connect")
        if verb in ("submit", "replace"):
            self.departed.add(order.client_id)
        if answer is Answer.KILLED_BEFORE:
            raise Killed
        if answer in (Answer.LATE, Answer.KILLED_LATE):
            if verb != "find":
                self.late.append(act)
            raise Killed if answer is Answer.KILLED_LATE else OutcomeUnknown("timed out")
        if answer is Answer.KILLED_REFUSED:
            if verb in ("submit", "replace"):
                self.broker.refuse(order)
            raise Killed
        if answer is Answer.REFUSAL_LOST and verb in ("submit", "replace") and not self.broker.holding(order.client_id):
            self.broker.refuse(order)
            raise OutcomeUnknown("504")
        if answer is Answer.REJECT and verb == "cancel":
            raise OrderRejected("the cancel was refused")
        if answer is Answer.REJECT and verb != "find" and not self.broker.holding(order.client_id):
            self.broker.refuse(order)
            raise OrderRejected("refused by the stand-in")
        if answer is Answer.TIMEOUT_BEFORE:
            raise OutcomeUnknown("504")
        if answer is Answer.REQUEST_LOST:
            raise TimeoutError("nothing came back")  # not one of ours: counts as unknown
        try:
            reply = act()
        finally:
            _lose(answer)  # a refusal gets lost like anything else
        if answer is Answer.TWICE and self.broker.refuses_repeats and verb == "submit":
            return act()  # a library that repeats a POST by itself (alpaca-py does on 504, measured)
        return reply

    def _read(self, verb: str, rows_now: Callable[[], list[R]]) -> Reading[R]:
        self.meanwhile()
        rows = rows_now()
        answer = self.answer(verb, "")
        self.seen.append((verb, ""))
        now = self.broker.clock.now()
        if answer in (Answer.KILLED_BEFORE, Answer.KILLED_AFTER, Answer.KILLED_LATE, Answer.KILLED_REFUSED):
            raise Killed
        if answer is Answer.DOWN:
            raise BrokerDown("could not connect")
        if answer in (Answer.REQUEST_LOST, Answer.REPLY_LOST):
            raise TimeoutError("nothing came back")
        if answer in (Answer.LATE, Answer.TIMEOUT_AFTER):  # the first half of the pages came
            return Reading(state=ReadState.PARTIAL, as_of=now, rows=tuple(rows[: len(rows) // 2]), reason="page lost")
        if answer in (Answer.REJECT, Answer.TIMEOUT_BEFORE):
            return Reading(state=ReadState.FAILED, as_of=now, reason="500")
        return Reading(state=ReadState.OK, as_of=now, rows=tuple(rows))


def _lose(answer: Answer) -> None:
    if answer is Answer.KILLED_AFTER:
        raise Killed
    if answer is Answer.TIMEOUT_AFTER:
        raise OutcomeUnknown("504")
    if answer is Answer.REPLY_LOST:
        raise ConnectionResetError("cut while reading")  # does not prove that nothing was sent (measured)
