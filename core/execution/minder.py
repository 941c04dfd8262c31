"""What happens without anybody asking: reading the broker, ending doubt with evidence, sending what had to wait."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from core.domain.errors import DeskError, OrderRefused
from core.domain.fill import Report, Told
from core.domain.order import AT_BROKER, DONE, WAITING, Order, Origin, Purpose, Status
from core.domain.verdict import Outcome
from core.execution.brake import Brake
from core.execution.connection import BEGINNING, Connection
from core.execution.desk import Desk
from core.execution.errand import Cancel, LookUp, ReadAccount, Submit
from core.execution.reconciler import Reconciler
from core.execution.unclosed import Unclosed
from core.execution.way import reduction_of
from core.risk.checks.day_loss import Severity

READ_EVERY: Final = timedelta(seconds=3)
READ_LOST: Final = timedelta(seconds=60)  # an answer that never came
ANSWER_LOST: Final = timedelta(seconds=60)  # longer than any broker's own time-out
SILENT_AFTER: Final = timedelta(seconds=15)  # a reading asked for and never answered
COMPARED_WITHIN: Final = timedelta(seconds=60)
GONE_AFTER: Final = timedelta(seconds=20)
PASSING: Final = frozenset({"R16", "R24"})  # hours and missing prices pass by themselves
SECOND: Final = timedelta(seconds=1)
RESEND_WITHIN: Final = timedelta(seconds=60)
CANCEL_AGAIN: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(seconds=30)
AT_ONCE: Final = 20  # waiting orders judged in one tick: a stop, a cancel or a look comes in between


@dataclass(slots=True, kw_only=True)
class Look:
    """How an order in doubt is being looked for."""

    since: datetime  # no send of it was under way after this
    next_at: datetime
    count: int = 0
    not_found_at: datetime | None = None  # the last time the broker was reached and had nothing
    asking: bool = False


@dataclass(slots=True)
class Minder:
    """Belongs to the desk thread. `tick` may be called as often as one likes."""

    desk: Desk
    brake: Brake
    reconciler: Reconciler
    looks: dict[str, Look] = field(default_factory=dict)
    vanished: set[str] = field(default_factory=set)  # at the broker by our record, unknown there
    _missing_since: dict[str, datetime] = field(default_factory=dict)
    _asked: dict[str, datetime] = field(default_factory=dict)  # account → when a reading of it was last asked for
    _tried: dict[str, datetime] = field(default_factory=dict)  # when a waiting order was last looked at
    _cancel_asked: dict[str, datetime] = field(default_factory=dict)
    _handed: dict[str, datetime] = field(default_factory=dict)  # when an order was first seen being sent
    _held_back: set[str] = field(default_factory=set)  # refused by the checks: a person decides
    _unclosed: Unclosed = field(init=False)
    _ready: dict[str, datetime] = field(default_factory=dict)  # since when a waiting order has been free to go
    _second: datetime | None = None
    _judged: int = 0  # waiting orders, in this tick

    def __post_init__(self) -> None:
        self._unclosed = Unclosed(self.desk)

    def start(self) -> None:
        self.desk.looked_up = self.heard
        self.desk.unclosed = self._unclosed.ended

    def tick(self) -> None:
        """Everything that is due now."""
        now = self.desk.clock.now()
        self._each_second(now)
        for connection in self.desk.connections:
            if connection.pin_problem:
                self._say_stranger(connection)
            else:
                self._read(connection, now)
                self._miss_reading(connection, now)
        orders = self.desk.store.orders.open()
        self._judged = 0
        for order in sorted(orders, key=self._last_turn):
            self._mind(self.desk.order(order.id), now)  # as it is now: minding one may have ended another
        self._forget(orders)
        self._unclosed.look(orders)
        sending = {order.id for order in orders if order.status is Status.SENDING}
        self._handed = {order_id: at for order_id, at in self._handed.items() if order_id in sending}

    def may_attest(self, order: Order) -> bool:
        """Looked up in vain, and its time in force is over: then a person's word may end it."""
        if order.status in AT_BROKER:
            return order.id in self.vanished
        return order.status is Status.UNKNOWN and self._asked_in_vain(order) and self._over(order)

    def attest(self, order_id: str, words: str) -> Order:
        """End an order in doubt on a person's word."""
        order = self.desk.order(order_id)
        if len(words.strip()) < 3:
            raise OrderRefused(f"Order {order_id} stays in doubt: type what the broker's site or desk says about it.")
        if not self.may_attest(order):
            raise OrderRefused(
                f"Order {order_id} stays in doubt: it can be ended on your word only after the broker was asked in vain "
                "and its time in force is over. Look again, or wait."
            )
        self._found_again(order)
        return self.desk.attest(order_id, words.strip())

    def send_again(self, order_id: str) -> Order:
        """A person wants it sent; what was learned about an earlier send says nothing about this one."""
        learned = self.looks.pop(order_id, None)
        try:
            return self.desk.send_again(order_id)
        except DeskError:
            if learned is not None:  # nothing was sent
                self.looks[order_id] = learned
            raise

    def look_again(self, order_id: str) -> Order:
        """A person wants to know now."""
        order = self.desk.order(order_id)
        if order.status is Status.UNKNOWN:
            self.looks.setdefault(order.id, self._new_look()).asking = True
        return self.desk.look_up(order_id)

    def heard(self, order: Order, report: Report) -> None:
        """The answer to a look-up."""
        if order.status in AT_BROKER or report.told is Told.FOUND:
            self._watch_vanished(order, report)
        look = self.looks.get(order.id)
        if look is None:
            return
        look.asking = False
        if order.status is not Status.UNKNOWN:
            del self.looks[order.id]
            return
        if report.told is Told.NOT_FOUND and self._settled(order, report.at):
            look.not_found_at = report.at
            if self._may_resend(order, self.desk.connection_of(order.account_id), report.at):
                look.next_at = report.at  # now that it means something, while there is still time
            self._proved_dead(order)

    def _asked_in_vain(self, order: Order) -> bool:
        """The broker was reached and showed nothing: looked up, or, where that tells nothing, in its list of orders."""
        look = self.looks.get(order.id)
        if look is None or look.not_found_at is not None:
            return look is not None
        connection = self.desk.connection_of(order.account_id)
        read_at = connection.read_at.get(order.account_id)
        return connection.up and look.count > 0 and read_at is not None and self._settled(order, read_at)

    # parts -----------------------------------------------------------------------------------------------------------

    def _last_turn(self, order: Order) -> datetime:
        """Who had one longest ago comes first, so that each has one."""
        return max(self._cancel_asked.get(order.id, BEGINNING), self._tried.get(order.id, BEGINNING))

    def _each_second(self, now: datetime) -> None:
        if self._second is not None and now - self._second < SECOND:
            return
        self._second = now
        self.brake.look_at_file()
        self.brake.write_again()
        self.desk.alarms.write_again()
        self.desk.pictures.refresh()
        for account in self.desk.store.accounts.all():
            self._act_on_loss(account.id, account.currency)

    def _act_on_loss(self, account_id: str, currency: str) -> None:
        """A bad day asks back what adds risk; nothing is ever sold for it. The monitors tell of it."""
        start, peak = self.desk.pictures.anchors(account_id, currency)
        equity = self.desk.pictures.worth(account_id).equity
        if self.desk.gate.severity(account_id, equity, start, peak) is Severity.CANCEL:
            self.brake.cancel_risk("check", account_id=account_id)

    def _read(self, connection: Connection, now: datetime) -> None:
        in_turn = sorted(connection.account_ids, key=lambda one: self._asked.get(one, BEGINNING))
        for account_id in in_turn:  # one that fails does not keep the others from being read
            asked = connection.reading.get(account_id)
            if asked is not None and now - asked < READ_LOST:
                continue
            last = connection.read_at.get(account_id)
            due = last is None or now - last >= READ_EVERY or account_id in self.desk.wants_reading
            pause = (
                SECOND if connection.down_since is None else READ_EVERY
            )  # one answer that raises questions is no storm
            recently = asked is None and now - connection.tried_at < pause
            if not due or recently or not connection.has_room(now, ReadAccount):
                continue
            self.desk.wants_reading.discard(account_id)
            connection.reading[account_id] = connection.tried_at = self._asked[account_id] = now
            errand = ReadAccount(
                account_id=account_id,
                since=self.reconciler.since(account_id),
                asked_at=self.desk.market_clock.now(),
                activities_since=self.reconciler.activities_since(account_id),
            )
            connection.hand_over(errand, now)

    def _mind(self, order: Order, now: datetime) -> None:
        if order.status in WAITING and self._over(order):
            self.desk.abandon(order.id, "Its time was over before it was sent")
            if order.purpose is Purpose.CLOSE:
                self._unclosed.say(order, "its time was over before it could be sent")
            return
        match order.status:
            case Status.UNKNOWN:
                self._end_doubt(order, now)
            case Status.SENDING:
                self._miss_answer(order, now)
            case Status.CANCEL_PENDING:
                self._cancel_again(order, now)
            case Status.REPLACE_PENDING if order.cancel_asked:
                self._cancel_again(order, now)
            case Status.UNSENT:
                self._send_unsent(order, now)
            case Status.INTENT:
                self._send_waiting(order, now)
            case _:
                pass

    def _end_doubt(self, order: Order, now: datetime) -> None:
        look = self.looks.setdefault(order.id, self._new_look())
        connection = self.desk.connection_of(order.account_id)
        if now < look.next_at or not connection.has_room(now, LookUp):
            return
        look.count += 1
        look.asking = True
        look.next_at = now + min(SECOND * 2 ** min(look.count, 6), LONGEST_WAIT)
        connection.hand_over(LookUp(order=order), now)
        if look.not_found_at is None or not connection.has_room(now, Submit):
            return
        if self._may_resend(order, connection, now):
            self._try_again(order)

    def _miss_answer(self, order: Order, now: datetime) -> None:
        """No answer at all for so long is an answer: it may be there."""
        handed = self._handed.setdefault(order.id, now)
        if now - handed > ANSWER_LOST:
            reason = "No answer came back from sending it"
            self.desk.hear(Report(told=Told.UNKNOWN, client_id=order.client_id, at=now, reason=reason))

    def _may_resend(self, order: Order, connection: Connection, now: datetime) -> bool:
        """The same id, only where the broker refuses a repeat, only while it is still what was asked for."""
        sent = order.sent_at
        return (
            connection.capabilities.refuses_repeats
            and not order.cancel_asked
            and sent is not None
            and (now - sent <= RESEND_WITHIN or self._makes_room(order))
            and not self._over(order)
            and order.id not in self._held_back
        )

    def _makes_room(self, order: Order) -> bool:
        """A stop that is to become smaller adds no risk by coming late, and a reduction waits for it."""
        reduction = self.desk.store.orders.get(reduction_of(order)) if reduction_of(order) else None
        return reduction is not None and reduction.status in WAITING

    def _send_unsent(self, order: Order, now: datetime) -> None:
        connection = self.desk.connection_of(order.account_id)
        fresh = order.sent_at is not None and now - order.sent_at <= RESEND_WITHIN and order.id not in self._held_back
        if fresh and not self._over(order) and connection.up and connection.has_room(now, Submit):
            tried = self._tried.get(order.id)
            if self._judged >= AT_ONCE or (tried and now - tried < SECOND):  # a broker that is gone is not stormed
                return
            self._judged += 1
            self._tried[order.id] = now
            if self._way_is_clear(order) and (fitted := self.desk.fitted(order)) is not None:
                self._try_again(fitted)
        elif not fresh and order.id not in self._held_back:
            self._held_back.add(order.id)
            words = "Nothing left this machine, and a minute has passed. Send it again or cancel it on the Orders page."
            self.desk.alarms.set(f"waits:{order.id}", "amber", f"Order {order.id} was not sent by itself.", words)
            if order.purpose is Purpose.CLOSE:
                self._unclosed.say(order, "It never left this machine, and a minute has passed.")

    def _send_waiting(self, order: Order, now: datetime) -> None:
        connection = self.desk.connection_of(order.account_id)
        session = self.desk.pictures.hours.at(self.desk.market_clock.now())
        takes = session.is_open or (order.extended_hours and session.extended)
        tried = self._tried.get(order.id)
        closes = order.purpose is Purpose.CLOSE  # the way out is open before the books are compared
        opened = connection.read_at if closes else connection.reconciled
        ready = connection.up and order.account_id in opened and connection.has_room(now, Submit)
        if not ready or not takes or order.id in self._held_back or (tried and now - tried < SECOND):
            return
        if self._judged >= AT_ONCE:
            return
        self._judged += 1
        self._tried[order.id] = now
        if not self._way_is_clear(order):
            self._unclosed.doubt(order)
            return
        fitted = self.desk.fitted(order)
        if fitted is not None and not self._passing_trouble(fitted, now):
            self._try_again(fitted)

    def _way_is_clear(self, order: Order) -> bool:
        refusal = self.desk.only_a_person(order) if order.purpose is Purpose.CLOSE else None
        if refusal is not None:
            self._hold_back(order, refusal)
        return refusal is None and self.desk.clear_the_way(order)

    def _passing_trouble(self, order: Order, now: datetime) -> bool:
        """A price that is missing for a moment is waited for; a limit that is reached is told."""
        view = self.desk.pictures.draw(order)
        verdicts = self.desk.gate.verdicts(order, view)
        passing = PASSING if order.limit is not None else PASSING | {"R04"}  # and so does a wide spread
        stops = [v for v in verdicts if v.outcome in (Outcome.BLOCK, Outcome.NEEDS_DATA)]
        if any(v.outcome is Outcome.NEEDS_DATA or v.check in passing for v in stops):
            return True
        if order.purpose is Purpose.CLOSE and not order.consent.worst_case_seen and (worst := view.worst_case(order)):
            self._unclosed.say(order, worst)  # doubt ends, and then it goes
            return True
        news = {v.check for v in verdicts if v.outcome is Outcome.WARN}.difference(order.consent.warnings) & passing
        return view.from_person and bool(news) and now - self._ready.setdefault(order.id, now) < LONGEST_WAIT

    def _try_again(self, order: Order) -> None:
        """The checks run again; what they refuse waits for a person."""
        self.looks.pop(order.id, None)
        try:
            self.desk.send_again(order.id, by_person=False)
        except DeskError as refusal:
            self._hold_back(order, refusal)

    def _hold_back(self, order: Order, refusal: DeskError) -> None:
        self._held_back.add(order.id)
        self.desk.alarms.set(
            f"waits:{order.id}",
            "amber",
            f"Order {order.id} was not sent by itself.",
            f"{refusal} Look at it on the Orders page: send it again or cancel it.",
        )
        if order.purpose is Purpose.CLOSE:
            self._unclosed.say(order, str(refusal))

    def _watch_vanished(self, order: Order, report: Report) -> None:
        """The broker showed it once, and now has no such order: twice told, it is said, and a person may end it."""
        if report.told is Told.FOUND:
            self._found_again(order)
        if report.told is not Told.NOT_FOUND:
            return  # no answer is neither
        first = self._missing_since.setdefault(order.id, report.at)
        if report.at - first >= GONE_AFTER and order.id not in self.vanished:
            self.vanished.add(order.id)
            self.desk.alarms.set(
                f"vanished:{order.id}",
                "red",
                f"The broker no longer knows order {order.id} ({order.symbol}).",
                "It was confirmed before, so it may have ended there. Look at the broker's site, then say here what it shows.",
            )

    def _found_again(self, order: Order) -> None:
        self._missing_since.pop(order.id, None)
        self.vanished.discard(order.id)
        self.desk.alarms.clear(f"vanished:{order.id}")

    def _miss_reading(self, connection: Connection, now: datetime) -> None:
        """A broker that does not answer at all is down, and numbers nobody compared are not confirmed."""
        for account_id in connection.account_ids:
            asked = connection.reading.get(account_id)
            if asked is not None and now - asked > SILENT_AFTER and connection.up:
                connection.fails(asked, "no answer", now)
                connection.reconciled.discard(account_id)
                words = f"{connection.name} does not answer."
                self.desk.alarms.set(f"down:{connection.name}", "red", words, "Orders there stay. It is asked again.")
            compared = connection.compared_at.get(account_id)
            key = f"uncompared:{account_id}"
            if compared is None or now - compared <= COMPARED_WITHIN:
                self.desk.alarms.clear(key)
            elif account_id in connection.reconciled:
                connection.reconciled.discard(account_id)
                words = f"{connection.name}: our books could not be compared with the broker for over a minute."
                self.desk.alarms.set(key, "red", words, "Only closing is allowed until they can be.")

    def _say_stranger(self, connection: Connection) -> None:
        """Nothing is read from somebody we did not mean to talk to."""
        connection.reason = connection.pin_problem
        detail = "Nothing is read from it and nothing is sent to it. Put the right account back, then start again."
        self.desk.alarms.set(f"pin:{connection.name}", "red", connection.pin_problem, detail)

    def _forget(self, orders: Sequence[Order]) -> None:
        """What a person has decided is no news any more."""
        states = {order.id: order.status for order in orders}
        for order_id in [i for i in self._held_back if states.get(i) not in WAITING | {Status.UNKNOWN}]:
            self._held_back.discard(order_id)
            self.desk.alarms.clear(f"waits:{order_id}")
        for times in (self._ready, self._cancel_asked):
            for order_id in times.keys() - states.keys():
                del times[order_id]

    def _new_look(self) -> Look:
        now = self.desk.clock.now()
        return Look(since=now, next_at=now)

    def _cancel_again(self, order: Order, now: datetime) -> None:
        asked = self._cancel_asked.setdefault(order.id, now)
        connection = self.desk.connection_of(order.account_id)
        if now - asked < CANCEL_AGAIN or not connection.has_room(now, Cancel):
            return
        self._cancel_asked[order.id] = now
        connection.hand_over(Cancel(order=order), now)

    def _proved_dead(self, order: Order) -> None:
        """A replacement that is not there cannot come any more once the order it was for is over."""
        old = self.desk.store.orders.get(order.replaces) if order.replaces else None
        if old is None or old.status not in DONE:
            return
        if old.status is not Status.REPLACED:
            self.desk.prove_gone(order.id, f"Order {old.id} ended as {old.status.value} and was never replaced")
            return
        other = self.desk.store.orders.successor(old.id)
        if other is not None and other.origin is Origin.ADJUSTED:
            self.desk.prove_gone(order.id, f"The broker put {other.id} in the place of {old.id}")

    def _settled(self, order: Order, at: datetime) -> bool:
        """Long enough after the last send that "not there" means something."""
        wait = self.desk.connection_of(order.account_id).capabilities.settles_look_up_after
        return at - self.looks[order.id].since >= wait

    def _over(self, order: Order) -> bool:
        """Its time in force has run out; a good-till-cancelled order counts as over after the session it was sent in."""
        now = self.desk.market_clock.now()
        if order.expires_at is not None:
            return now > order.expires_at
        return order.at is not None and now > self.desk.pictures.hours.at(order.at).closes_at
