"""The file to read first: every order goes out through `place`, and everything a broker says comes in through `hear`.

place: gate and reservation → disk → wire.   hear: report → disk → order, lots and books, in one commit.
It runs on one thread and waits for nobody: errands are handed to wires, and their answers are heard later.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from core.clock import Clock, MarketClock
from core.domain.errors import BadInput, OrderRefused
from core.domain.fill import Report, Told
from core.domain.money import ZERO
from core.domain.order import (
    AT_BROKER,
    DONE,
    WAITING,
    Order,
    Purpose,
    Status,
    TimeInForce,
    client_id_for,
)
from core.domain.verdict import NO_CONSENT, Consent, Outcome, Verdict
from core.domain.view import AccountView
from core.domain.workspace import Level
from core.execution.alarms import Alarms
from core.execution.booker import Booker
from core.execution.connection import Connection
from core.execution.errand import Cancel, LookUp, Replace, Submit
from core.execution.picture import PERSONS, Pictures
from core.execution.telling import incomplete, told
from core.execution.titles import act, heard, waits_for
from core.execution.way import Way, clear, way_of
from core.risk.gate import Gate
from core.store.store import Store

AFTER_HOURS: Final = timedelta(hours=4)
_CUT_SHORT: Final = frozenset({Status.REJECTED, Status.CANCELED, Status.EXPIRED})
After = list[Callable[[], None]]


class Desk:
    """Synchronous, single-threaded, and the only way to a broker."""

    def __init__(
        self,
        *,
        store: Store,
        gate: Gate,
        pictures: Pictures,
        booker: Booker,
        alarms: Alarms,
        connections: Sequence[Connection],
        clock: Clock,
        market_clock: MarketClock,
        machine: str,
    ) -> None:
        self.store = store
        self.gate = gate
        self.pictures = pictures
        self.booker = booker
        self.alarms = alarms
        self.connections = tuple(connections)
        self.clock = clock
        self.market_clock = market_clock
        self.machine = machine
        self.before_send: list[Callable[[], None]] = []  # each may raise OrderRefused
        self._again: dict[str, datetime] = {}  # when an order was last sent another time
        self.wants_reading: set[str] = set()  # accounts whose executions must be read again
        self.looked_up: Callable[[Order, Report], None] = lambda order, report: None
        self.unclosed: Callable[[Order], None] = lambda order: None  # the broker ended a close that was to be filled
        self.taken_away: Callable[[Order], None] = lambda order: None  # the broker cancelled it, and nobody had asked
        self.freeze: Callable[[Order], None] = lambda order: None  # it was ended on a person's word, and filled
        self.meet: Callable[[str], None] = lambda client_id: None  # an order that filled: with our mark, and not ours?
        self.in_turn: Callable[[Report], Report | None] = lambda report: report  # None = a reading will tell it

    # out -------------------------------------------------------------------------------------------------------------

    def place(self, order: Order, consent: Consent = NO_CONSENT, *, waits: bool = False) -> Order:
        """Check it, put it on the disk, hand it to the wire. A repeated intent returns the order it made."""
        known = self.store.orders.by_intent(order.intent_key)
        if known is not None:
            return known
        self._may_send()
        way = self.way_of(order)
        view = self.view_for(order, way, waits=waits)
        order = self._ready(order, view, consent)
        verdicts = self._passed(order, view, consent)
        connection = self.connection_of(order.account_id)
        goes = not (waits or way.waits_for) and connection.has_room(view.now, Submit)
        order = order.to(Status.SENDING, sent_at=view.now) if goes else order.to(Status.INTENT, waits_for(way))
        with self.store.unit:
            self.store.orders.add(order)
            self.store.journal.write(
                "order.placed" if goes else "order.waits",
                act(order),
                {"order": order, "verdicts": verdicts, "quote": view.quote},
                order_id=order.id,
                who=order.origin.value,
            )
        self.pictures.remember(order, counts=order.origin in PERSONS and not view.reduces(order))
        if goes:
            connection.hand_over(Submit(order=order), view.now)  # on disk before it is on the wire
        if not waits:
            self.clear_the_way(order)
        return order

    def replace(self, order_id: str, new: Order, consent: Consent = NO_CONSENT, way: Way | None = None) -> Order:
        """Put a new order in a working one's place. Until the broker answers, the two are never both counted.

        way: of the reduction for whose sake it is made smaller.
        """
        known = self.store.orders.by_intent(new.intent_key)
        if known is not None:
            return known
        self._may_send()
        old = self.order(order_id)
        if old.status not in (Status.ACKED, Status.PARTIAL):
            raise OrderRefused(
                f"Order {old.id} is {old.status.value} and cannot be changed now. Nothing was sent: it stays as it is."
            )
        if (new.account_id, new.instrument_id, new.side) != (old.account_id, old.instrument_id, old.side):
            raise BadInput(
                f"Order {old.id} is to {old.side} {old.symbol} and can only be changed into another to {old.side} "
                f"{old.symbol}. Nothing was sent: cancel it, then place a new one."
            )
        connection = self.connection_of(old.account_id)
        if not connection.capabilities.replace:
            raise OrderRefused(
                f"{connection.broker} cannot change a working order. Nothing was sent: cancel {old.id}, wait until it "
                "is cancelled, then place a new one."
            )
        new = new.changed(replaces=old.id, carried=old.carried + old.filled)
        if new.leaves <= 0:
            raise BadInput(
                f"{new.quantity.normalize():f} is no more than what order {old.id} has filled already. "
                "Nothing was sent: type the whole quantity, or cancel the order."
            )
        self._room_for(old, connection)
        view = self.view_for(new, way)
        new = self._ready(new, view, consent)
        verdicts = self._passed(new, view, consent)
        new = new.to(Status.SENDING, sent_at=view.now)
        with self.store.unit:
            self.store.orders.save(old.to(Status.REPLACE_PENDING))
            self.store.orders.add(new)
            body = {"order": new, "verdicts": verdicts, "quote": view.quote, "replaces": old.id}
            self.store.journal.write("order.placed", f"{act(new)} in place of {old.id}", body, order_id=new.id)
            self.store.journal.write("order.replacing", f"To be replaced by {new.id}", order_id=old.id)
        if way is None:
            self.pictures.remember(new, counts=not view.reduces(new))
        connection.hand_over(Replace(old=old, new=new), view.now)
        return new

    def send_again(self, order_id: str, *, by_person: bool = True) -> Order:
        """Hand a waiting or unsent order, or one in doubt where a repeat is refused, to the wire after new checks."""
        order = self.order(order_id)
        connection = self.connection_of(order.account_id)
        if order.status is Status.UNKNOWN and not connection.capabilities.refuses_repeats:
            raise OrderRefused(
                f"{connection.broker} would take order {order.id} a second time. Nothing was sent: "
                "look it up on the broker's own site, then say here what it shows."
            )
        if order.status not in WAITING | {Status.UNKNOWN}:
            raise OrderRefused(
                f"Order {order.id} is {order.status.value}. Nothing was sent: it needs no second sending."
            )
        self._may_send()
        if by_person:  # the minder has asked already
            self._room_for(order, connection)
        view = self.pictures.draw(order)
        verdicts = self._passed(order, view, self._agreed(order, view))
        again = order.to(Status.SENDING, "", sent_at=order.sent_at or view.now)
        with self.store.unit:
            self.store.orders.save(again)
            who = "person" if by_person else "desk"
            body = {"verdicts": verdicts, "quote": view.quote}
            self.store.journal.write("order.sent_again", f"{act(order)}, same id", body, order_id=order.id, who=who)
        old = self.store.orders.get(order.replaces) if order.replaces else None
        errand = Submit(order=again) if old is None else Replace(old=old, new=again)
        self._again[order.id] = view.now
        connection.hand_over(errand, view.now)
        return again

    def cancel(self, order_id: str, who: str = "person") -> Order:
        """What waits here is dropped; what is at the broker is asked back; what is in doubt goes as soon as it shows."""
        self.cancel_all([self.order(order_id)], who)
        return self.order(order_id)

    def cancel_all(self, orders: Sequence[Order], who: str) -> None:
        """All are asked back before anything is written, and it is written once: a slow disk does not slow a stop."""
        both = {order.id: order for order in orders}
        for old in orders:
            if old.status is Status.REPLACE_PENDING and not old.cancel_asked:
                new = self.store.orders.successor(old.id)
                both |= {new.id: new} if new is not None else {}
        for order in both.values():
            if order.status in AT_BROKER:  # a cancel needs no disk: it can only take risk away
                self.connection_of(order.account_id).hand_over(Cancel(order=order), self.clock.now())
        changes = [change for order in both.values() if (change := _asked_back(order)) is not None]
        if changes:
            with self.store.unit:
                for order, kind in changes:
                    self._write(order, kind, who)

    def clear_the_way(self, order: Order) -> bool:
        """What could close more than is held is made smaller or asked back. True: nothing is left to wait for."""
        return clear(self, order)

    def only_a_person(self, order: Order) -> OrderRefused | None:
        """Why a machine's close does not go while trading is stopped: then what protects is not touched for its sake."""
        view = self.view_for(order, self.way_of(order))
        if view.level is not Level.STOPPED or view.from_person:
            return None
        try:
            self.gate.pass_or_raise(order, view, order.consent)
        except OrderRefused as refusal:
            return refusal
        return None

    def fitted(self, order: Order) -> Order | None:
        """A closing order that has not left yet never asks for more than what is held by now. None = nothing is left."""
        position = self.store.books.position(order.account_id, order.instrument_id)
        held = -order.side.sign * position.quantity if position else ZERO
        if order.purpose is not Purpose.CLOSE or order.doubted or order.leaves <= held:
            return order
        if held <= 0:
            self.abandon(order.id, "Nothing is left to close")
            return None
        smaller = order.changed(
            quantity=order.carried + order.filled + held, reason=f"Only {held.normalize():f} are left"
        )
        return self._change(smaller, "order.fitted", "desk")

    def look_up(self, order_id: str) -> Order:
        """Ask the broker about one order now."""
        order = self.order(order_id)
        self.connection_of(order.account_id).hand_over(LookUp(order=order), self.clock.now())
        return order

    def attest(self, order_id: str, words: str) -> Order:
        """End an order in doubt on a person's word. The caller has made sure it may be (promise 4)."""
        order = self.order(order_id).to(Status.ATTESTED, words)
        old = self.store.orders.get(order.replaces) if order.replaces else None
        stands = old is not None and old.status is Status.REPLACE_PENDING
        with self.store.unit:
            self.store.orders.save(order)
            self.store.journal.write("order.attested", f"{act(order)}: {words}", order_id=order.id, who="person")
            if old is not None and stands:
                self._keep(old.to(Status.PARTIAL if old.filled else Status.ACKED, f"{order.id} did not replace it"))
        if old is not None and stands and old.cancel_asked:
            self._drop(old.id)
        return order

    def abandon(self, order_id: str, reason: str, who: str = "desk") -> Order:
        """Drop what never left this machine."""
        return self._change(self.order(order_id).to(Status.ABANDONED, reason), "order.abandoned", who)

    def prove_gone(self, order_id: str, reason: str) -> Order:
        """End an order in doubt on evidence that it can never come to be."""
        return self._change(self.order(order_id).to(Status.REJECTED, reason), "order.rejected", "desk")

    # in --------------------------------------------------------------------------------------------------------------

    def hear(self, report: Report) -> None:
        """Take in what a broker said. Repeats are harmless."""
        if (due := self.in_turn(report)) is None:
            return
        report, after = due, After()
        if report.fills:
            self.meet(report.client_id)
        with self.store.unit:
            for fill in report.fills:
                self.booker.take(fill)
            while self.booker.proved_wrong:
                self.freeze(self.booker.proved_wrong.pop())
            order = self.store.orders.by_client(report.client_id) if report.client_id else None
            if order is not None:
                self._settle(order, report, after)
        for act_on in after:
            act_on()

    def wake(self) -> None:
        """After a start: what was being sent when we stopped may be at the broker."""
        for order in self.store.orders.open():
            if order.status is Status.SENDING:
                reason = "The desk stopped while it was being sent"
                self._change(order.to(Status.UNKNOWN, reason, doubted=True), "order.in_doubt", "desk")

    def _settle(self, order: Order, report: Report, after: After) -> None:
        if report.told is Told.UNSENT and report.at < self._again.get(order.id, report.at):
            return  # a repeat, of how an earlier send ended
        now = told(order, report)
        if now != order:
            self.store.orders.save(now)
            if now.status is not order.status:
                self.booker.moved_at[now.account_id, now.instrument_id] = report.at
        if now.status is not order.status or report.told not in (Told.FOUND, Told.FILLS):
            self.store.journal.write(
                f"order.{report.told.value}" if now.status is order.status else f"order.{now.status.value}",
                heard(now, report),
                {
                    "told": report.told,
                    "reason": report.reason,
                    "held": report.order,
                    "request": report.request,
                    "reply": report.reply,
                    "from": order.status,
                    "to": now.status,
                },
                order_id=order.id,
                who="broker",
            )
        if report.order is not None and incomplete(now, report.order):
            self.wants_reading.add(now.account_id)
        if now.replaces:
            self._settle_replaced(now, after)
        if now.cancel_asked and now.status in (Status.ACKED, Status.PARTIAL, Status.UNSENT):
            after.append(lambda: self._drop(now.id))
        if now.purpose is Purpose.CLOSE and now.status in _CUT_SHORT and now.status is not order.status:
            after.append(lambda: self.unclosed(now))
        if now.status is Status.CANCELED is not order.status and not now.cancel_asked:
            after.append(lambda: self.taken_away(now))
        if report.told in (Told.FOUND, Told.NOT_FOUND, Told.LOOK_UP_FAILED):
            after.append(lambda: self.looked_up(now, report))

    def _settle_replaced(self, new: Order, after: After) -> None:
        """What became of the new order tells what became of the one it replaces."""
        old = self.store.orders.get(new.replaces or "")
        if old is None or old.status in DONE:
            return
        refused = new.status is Status.REJECTED  # shown under a number of its own by some: that is no order
        if new.status in AT_BROKER or (new.status in DONE and new.broker_order_id and not refused):
            self._keep(old.to(Status.REPLACED, f"Replaced by {new.id}"))
            return
        if new.status not in (Status.REJECTED, Status.UNSENT) or old.status is not Status.REPLACE_PENDING:
            return
        back = self._keep(old.to(Status.PARTIAL if old.filled else Status.ACKED, f"{new.id} did not replace it"))
        if new.status is Status.UNSENT:
            self._keep(new.to(Status.ABANDONED, f"Nothing was sent; order {old.id} stands"))
        if back.cancel_asked:
            after.append(lambda: self._drop(back.id))

    def _drop(self, order_id: str) -> None:
        """A cancel that was asked for while the order could not be cancelled."""
        self.cancel(order_id, "desk")

    # shared ----------------------------------------------------------------------------------------------------------

    def order(self, order_id: str) -> Order:
        """By our own number, or one sentence."""
        order = self.store.orders.get(order_id)
        if order is None:
            raise BadInput(
                f"There is no order {order_id[:40]} in this workspace. Nothing was done: look at the Orders page."
            )
        return order

    def connection_of(self, account_id: str) -> Connection:
        """The connection that reaches an account."""
        for connection in self.connections:
            if account_id in connection.account_ids:
                return connection
        raise BadInput("That account has ended, and nobody is asked about it any more. Nothing was done.")

    def way_of(self, order: Order) -> Way:
        """What a closing order has to wait for, such as the position's protective stop, and what becomes of that."""
        return way_of(order, self.store, self.pictures)

    def view_for(self, order: Order, way: Way | None = None, *, waits: bool = False) -> AccountView:
        """The picture as it will be when the way is clear."""
        view = self.pictures.draw(order)
        if way is None or not way.becomes:
            return replace(view, waits=True) if waits else view
        return replace(view, waits=waits, open_orders=way.cleared(view.open_orders))

    def _may_send(self) -> None:
        for look in self.before_send:
            look()

    def _room_for(self, order: Order, connection: Connection) -> None:
        """A change and a second sending cannot wait here as a new order does, and may not spend what cancels need."""
        if not connection.has_room(self.clock.now(), Submit):
            raise OrderRefused(
                f"{connection.broker} takes no more orders for the moment: the rest of its limit is kept for cancels. "
                f"Nothing was sent: order {order.id} stays as it is; try again in some seconds."
            )

    def _ready(self, order: Order, view: AccountView, consent: Consent) -> Order:
        """Number it, and fix what it holds back: nothing when it only reduces."""
        worst = ZERO if view.reduces(order) else view.worst_price(order) or ZERO
        return order.changed(
            id=self.store.orders.next_id(self.pictures.hours.day(view.at)),
            client_id=client_id_for(self.machine, order.intent_key),
            at=view.at,
            expires_at=_expires(order, view),
            reserve_price=worst * view.instrument.multiplier,
            consent=consent,
        )

    def _passed(self, order: Order, view: AccountView, consent: Consent) -> tuple[Verdict, ...]:
        """Through the gate, or refused with the verdicts in the journal before the caller hears of it."""
        try:
            return self.gate.pass_or_raise(order, view, consent)
        except OrderRefused as refusal:
            verdicts = self.gate.verdicts(order, view)
            with self.store.unit:
                self.store.journal.write(
                    "order.refused",
                    f"{act(order)}: not sent",
                    {"order": order, "why": str(refusal), "verdicts": notable(verdicts), "quote": view.quote},
                    order_id=order.id,
                    who=order.origin.value,
                )
            raise

    def _agreed(self, order: Order, view: AccountView) -> Consent:
        """Out is out: what was in a close's way is gone by now, so a warning since it was asked for does not keep it here."""
        if order.purpose is not Purpose.CLOSE:
            return order.consent
        warnings = (v.check for v in self.gate.verdicts(order, view) if v.outcome is Outcome.WARN)
        return replace(order.consent, warnings=(*order.consent.warnings, *warnings))

    def _change(self, order: Order, kind: str, who: str) -> Order:
        with self.store.unit:
            self._write(order, kind, who)
        return order

    def _write(self, order: Order, kind: str, who: str) -> None:
        self.store.orders.save(order)
        words = f"{act(order)}: {order.reason or order.status.value}"
        self.store.journal.write(kind, words, order_id=order.id, who=who)

    def _keep(self, order: Order) -> Order:
        self.store.orders.save(order)
        self.store.journal.write(f"order.{order.status.value}", order.reason, order_id=order.id)
        return order


def _asked_back(order: Order) -> tuple[Order, str] | None:
    """What asking for its end makes of it, and what that is called; None when it is over, or was asked before."""
    if order.status in WAITING:
        return order.to(Status.ABANDONED, "Cancelled before it was sent"), "order.abandoned"
    if order.status in (Status.ACKED, Status.PARTIAL):
        return order.to(Status.CANCEL_PENDING, "", cancel_asked=True), "order.canceling"
    if order.status in DONE or order.cancel_asked:
        return None
    return order.changed(cancel_asked=True), "order.canceling"


def notable(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Those with something to say."""
    return [verdict for verdict in verdicts if verdict.outcome is not Outcome.PASS]


def _expires(order: Order, view: AccountView) -> datetime | None:
    if order.time_in_force is TimeInForce.GTC:
        return None
    return view.session.closes_at + (AFTER_HOURS if order.extended_hours else timedelta(0))
