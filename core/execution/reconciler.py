"""Take in what was read from a broker: fills and orders first, then the comparison with our books."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Final

import msgspec

from core.domain.account import Account
from core.domain.corporate_event import EventKind
from core.domain.errors import BadInput
from core.domain.fill import BrokerOrder, Fill, Report, Told
from core.domain.money import value_of
from core.domain.order import AT_BROKER, DONE
from core.domain.reading import Activity, ReadState
from core.domain.workspace import Level
from core.execution.activities import Activities
from core.execution.brake import Brake
from core.execution.connection import Connection
from core.execution.desk import Desk
from core.execution.errand import AccountReading, Cancel, LookUp
from core.execution.successors import Successors
from core.ledger.adjustment import adjusted
from core.ledger.cash import CashGap
from core.ledger.opening import Holding, opening
from core.ledger.reconcile import Findings, Ours, Reconciliation, Theirs, reconcile
from core.market.sessions import NEW_YORK
from core.risk.trading_state import instrument_scope
from core.store.store import Store

BY: Final = "reconciliation"
OURS: Final = "qd-"
SIGN_IN: Final = (
    "Sign in again: until then nothing is sent, cancelled or read there. Orders and stops at the broker stay. An order "
    "that waits is sent by itself if you are back within a minute; after that it waits for your word."
)
LOOK_BACK: Final = timedelta(days=1)
ACTIVITIES_BACK: Final = timedelta(days=7)  # brokers put them on their list days later, under the day they count for
_CURSOR_STEP: Final = timedelta(minutes=5)


@dataclass(slots=True)
class Reconciler:
    """Belongs to the desk thread."""

    desk: Desk
    brake: Brake
    activities: Activities
    successors: Successors
    states: dict[str, Reconciliation] = field(default_factory=dict)
    waiting: dict[str, AccountReading] = field(default_factory=dict)  # accounts whose opening waits for a person
    _untradable: dict[str, set[str]] = field(default_factory=dict)  # account → alarms about what it holds
    _sent_here: set[str] = field(default_factory=set)  # client ids under our mark that are ours indeed

    def __post_init__(self) -> None:
        self.desk.meet = self._meet

    def read(self, reading: AccountReading) -> None:
        """One reading of one account. A failed part is never taken for an empty one."""
        connection = self.desk.connection_of(reading.account_id)
        connection.reading.pop(reading.account_id, None)
        if connection.pin_problem:
            return
        self._note_state(connection, reading)
        if reading.orders.state is ReadState.FAILED:
            return
        account = self.desk.store.accounts.get(reading.account_id)
        opened_at = self.desk.store.books.entry_at(f"opening:{reading.account_id}")
        if account is None or account.ended_at is not None:
            return
        behind = [] if opened_at is None else self._take_past(reading, opened_at)
        self._take_orders(connection, reading)
        if opened_at is None and reading.ok and not self._open(account, reading):
            return
        self._say_call(account, reading)
        self._compare(connection, account, reading)
        if reading.ok and reading.asked_at is not None:
            self.desk.pictures.compared_to[account.id] = reading.asked_at
            self.activities.drop_overtaken(account.id)
            behind += [activity.at for activity in self.activities.unfit(account.id)]
            self._move_cursor(account.id, min([reading.asked_at, *behind]))

    def since(self, account_id: str) -> datetime:
        """From when on executions have to be read: a day before what was read last, never before the books begin."""
        return self._since(account_id, LOOK_BACK)

    def activities_since(self, account_id: str) -> datetime:
        """From when on activities have to be read: they are few, and told late."""
        return self._since(account_id, ACTIVITIES_BACK)

    def confirm_opening(self, account_id: str, holdings: list[Holding]) -> None:
        """Book what a person confirmed about the holdings found at the first connection."""
        reading = self.waiting.get(account_id)
        account = self.desk.store.accounts.get(account_id)
        if reading is None or account is None:
            raise BadInput("No opening waits for a word. Nothing was booked.")
        self._book_opening(account, reading, holdings)
        del self.waiting[account_id]
        self.desk.alarms.clear(f"opening:{account_id}")

    def accept(self, account_id: str, instrument_id: str, words: str, paid: Decimal | None) -> None:
        """The broker's quantity over ours, with a reason; what is new needs the cost a person states."""
        desk, store = self.desk, self.desk.store
        scope = instrument_scope(account_id, instrument_id)
        theirs = desk.pictures.broker_quantities.get(scope)
        instrument = store.catalogue.get(instrument_id)
        if theirs is None or instrument is None:
            raise BadInput("Our books and the broker do not differ there. Nothing was booked.")
        with store.unit:
            booking = adjusted(
                store.books.lots(account_id, instrument_id),
                theirs,
                account_id=account_id,
                instrument=instrument,
                cost=paid,
                opened_at=None,
                reason=words,
                entry_id=store.books.next_entry_id(),
                at=desk.market_clock.now(),
                method=desk.booker.method,
            )
            store.books.book(booking)
            title = f"{instrument.symbol}: the broker's {theirs:f} was taken"
            store.journal.write("position.adjusted", title, {"words": words, "entry": booking.entry}, who="person")
            self.activities.settle_by_hand(account_id, instrument, words)
        self.activities.release(account_id, instrument_id, words)
        desk.pictures.broker_quantities.pop(scope, None)
        self.brake.lift(scope, BY, words)
        desk.alarms.clear(f"difference:{scope}")

    # parts -----------------------------------------------------------------------------------------------------------

    def _since(self, account_id: str, back: timedelta) -> datetime:
        books, accounts = self.desk.store.books, self.desk.store.accounts
        opened_at = books.entry_at(f"opening:{account_id}")
        now = self.desk.market_clock.now()
        cursor = accounts.cursor(account_id) or opened_at or now
        return max(cursor - back, opened_at) if opened_at else now - back

    def _note_state(self, connection: Connection, reading: AccountReading) -> None:
        """Whether the broker answers; losing it closes trading until it is compared again."""
        alarms, down, out = self.desk.alarms, f"down:{connection.name}", f"signed_out:{connection.name}"
        if reading.orders.state is ReadState.FAILED:
            connection.fails(reading.at, reading.orders.reason, reading.at)
            connection.signed_out = reading.orders.signed_out
            connection.reconciled.discard(reading.account_id)
            self.states[reading.account_id] = self._state(reading.account_id).reconnected()
            if connection.signed_out:
                alarms.clear(down)
                alarms.set(out, "red", f"{connection.name}: you are not signed in any more.", SIGN_IN)
                return
            alarms.clear(out)
            alarms.set(
                down, "red", f"{connection.name} does not answer.", f"{reading.orders.reason} Orders there stay."
            )
            return
        connection.answers(reading.at)
        connection.skew = reading.skew
        connection.signed_in_until = reading.signed_in_until
        if reading.orders.state is ReadState.OK:
            connection.read_at[reading.account_id] = reading.at
        alarms.clear(down)
        alarms.clear(out)

    def _take_past(self, reading: AccountReading, opened_at: datetime) -> list[datetime]:
        """Trades and everything else in order of time, so that a split meets the shares it was for. What came is true
        even when not all of it came. Of a name with a trade whose order is still to be looked up, what came later waits.
        """
        rows: list[Activity | Fill] = [*reading.activities.rows, *reading.executions.rows]
        waits: dict[str | None, datetime] = {}
        for happened in sorted(rows, key=lambda one: one.at):
            if happened.at < opened_at or happened.instrument_id in waits:
                continue
            if isinstance(happened, Activity):
                self._take_activity(happened, reading)
            elif self.successors.missing(happened, reading):
                waits[happened.instrument_id] = happened.at
            else:
                self._take_fill(happened, reading)
        return list(waits.values())

    def _take_activity(self, activity: Activity, reading: AccountReading) -> None:
        """A split, and the orders the broker adjusted for it, in one commit."""
        event = activity.event
        splits = event is not None and event.kind is EventKind.SPLIT
        along = partial(self.successors.take_for, event.id, reading) if event is not None and splits else _nothing
        self.activities.take(reading.account_id, activity, along)

    def _take_fill(self, fill: Fill, reading: AccountReading) -> None:
        """Unknown instruments are left to the comparison."""
        store = self.desk.store
        self._meet(fill.client_id)
        if store.fills.knows(fill.account_id, fill.execution_id):
            return
        if store.catalogue.get(fill.instrument_id) is None:
            return
        self.desk.hear(Report(told=Told.FILLS, client_id=fill.client_id, at=reading.at, fills=(fill,)))

    def _take_orders(self, connection: Connection, reading: AccountReading) -> None:
        store, now = self.desk.store, self.desk.clock.now()
        shown = set()
        if reading.activities.state is ReadState.OK:  # else a split may be missing beside them
            self.successors.take_all(reading)
        for held in self.successors.rows(reading):
            shown.add(held.client_id)
            self._meet(held.client_id)
            self.desk.hear(_found(held, reading))
            if held.status in AT_BROKER:
                self._haul_back(connection, held, reading)
        self.successors.ask(reading)
        if reading.orders.state is not ReadState.OK:
            return
        for order in store.orders.open(reading.account_id):
            moved_at = self.desk.booker.moved_at.get((order.account_id, order.instrument_id))
            settled = moved_at is None or moved_at < reading.started
            if order.client_id in shown:
                continue
            if order.status not in AT_BROKER or not settled:
                continue
            if not connection.capabilities.look_up:  # its list is all there is to ask
                self.desk.looked_up(order, Report(told=Told.NOT_FOUND, client_id=order.client_id, at=reading.at))
            elif connection.has_room(now, LookUp):
                connection.hand_over(LookUp(order=order), now)

    def _haul_back(self, connection: Connection, held: BrokerOrder, reading: AccountReading) -> None:
        """An order that is over by our record and works at the broker is said, and asked back."""
        order = self.desk.store.orders.by_client(held.client_id)
        if order is None or order.status not in DONE:
            return
        moved_at = self.desk.booker.moved_at.get((order.account_id, order.instrument_id))
        if moved_at is not None and moved_at >= reading.started:
            return
        words = f"Order {order.id} ({order.symbol}) is {order.status.value} by our record and works at the broker."
        connection.hand_over(Cancel(order=order), self.desk.clock.now())
        self.desk.alarms.keep(f"alive:{order.id}", "red", words, "It is asked back. Look at the broker's site.")

    def _compare(self, connection: Connection, account: Account, reading: AccountReading) -> None:
        before = self._state(account.id)
        theirs = Theirs(
            started=reading.started,
            positions=reading.positions,
            cash=reading.cash,
            executions=reading.executions,
            activities=reading.activities,
        )
        findings = reconcile(before, self._ours(account), theirs, self._symbol)
        self._keep_cash(account.id, before.cash, findings.state.cash)
        self.states[account.id] = findings.state
        if findings.refused:
            return
        connection.compared_at[account.id] = reading.at
        self._book_strange(account, findings)
        self._freeze(account, findings)
        self._say_cash(account, findings)
        if findings.reconciled and account.id not in connection.reconciled:
            connection.reconciled.add(account.id)
            with self.desk.store.unit:
                self.desk.store.journal.write("reconciled", f"{connection.name}: our books and the broker agree")
        self._say_untradable(account, findings)

    def _say_call(self, account: Account, reading: AccountReading) -> None:
        """It is so until the broker says otherwise."""
        if reading.cash.state is not ReadState.OK:
            return
        key = f"call:{account.id}"
        call = next((row.call for row in reading.cash.rows if row.call is not None), None)
        if call is None:
            self.desk.alarms.clear(key)
            return
        due = f", due {call.due.astimezone(NEW_YORK):%a %d %b %H:%M} ET" if call.due else ""
        detail = f"{call.value:,.2f} {account.currency} are asked for. {call.note}".strip()
        self.desk.alarms.set(key, "red", f"Margin call on {account.name}{due}.", detail)

    def _say_untradable(self, account: Account, findings: Findings) -> None:
        held = {f"untradable:{account.id}:{row.native_id}": row for row in findings.untradable if row.quantity}
        for key in self._untradable.get(account.id, set()) - held.keys():
            self.desk.alarms.clear(key)
        self._untradable[account.id] = set(held)
        for key, row in held.items():
            title = f"{row.native_id} is held at the broker and cannot be traded here."
            self.desk.alarms.set(key, "grey", title, f"{row.quantity:f} by the broker's count.")

    def _state(self, account_id: str) -> Reconciliation:
        """How far it has got since the start; the day from which on cash has not agreed is older than that."""
        if account_id in self.states:
            return self.states[account_id]
        kept = self.desk.store.settings.get(f"cash:{account_id}")
        return Reconciliation(cash={c: msgspec.json.decode(gap, type=CashGap) for c, gap in kept.items()})

    def _keep_cash(self, account_id: str, before: Mapping[str, CashGap], now: Mapping[str, CashGap]) -> None:
        """Written when a gap is told or is gone: a restart each day must not put off the block."""
        told = {c: gap for c, gap in now.items() if gap.warns}
        if {c: gap.day for c, gap in before.items() if gap.warns} == {c: gap.day for c, gap in told.items()}:
            return
        with self.desk.store.unit:
            kept = {c: msgspec.json.encode(gap).decode() for c, gap in told.items()}
            self.desk.store.settings.set(f"cash:{account_id}", kept)

    def _book_strange(self, account: Account, findings: Findings) -> None:
        """Of a trade in something this desk does not know only the cash is ours to keep."""
        for fill in findings.untradable_fills:
            trade = Activity(
                id=f"trade-{fill.execution_id}",
                kind="trade in something this desk does not know",
                currency=fill.currency,
                value=-fill.side.sign * value_of(fill.quantity, fill.price) - fill.fee,
                at=fill.at,
            )
            self.activities.take(account.id, trade)

    def _freeze(self, account: Account, findings: Findings) -> None:
        pictures = self.desk.pictures
        for difference in findings.state.differences.values():
            if difference.counts:
                scope = instrument_scope(account.id, difference.instrument_id)
                pictures.broker_quantities[scope] = difference.theirs
                begins = f"{self._symbol(difference.instrument_id)}:"
                words = next(w for w in findings.words if w.startswith(begins))
                self.brake.restrict(scope, Level.CLOSING_ONLY, words, BY)
                self.desk.alarms.set(f"difference:{scope}", "red", words)
        for instrument_id in findings.unfreezes:
            scope = instrument_scope(account.id, instrument_id)
            pictures.broker_quantities.pop(scope, None)
            self.brake.lift(scope, BY, "Our books and the broker agree again")
            self.desk.alarms.clear(f"difference:{scope}")

    def _say_cash(self, account: Account, findings: Findings) -> None:
        key = f"cash:{account.id}"
        gaps = findings.cash_gaps
        if not gaps:
            self.desk.alarms.clear(key)
            self.brake.lift(account.id, BY, "Cash agrees again")
            return
        blocks = any(gap.blocks for gap in gaps)
        self.desk.alarms.set(key, "red" if blocks else "amber", gaps[0].words)
        if blocks:
            self.brake.restrict(account.id, Level.CLOSING_ONLY, gaps[0].words, BY)

    def _open(self, account: Account, reading: AccountReading) -> bool:
        """The first connection. Cash alone raises no question; holdings wait for a person."""
        if not any(row.quantity for row in reading.positions.rows):
            self._book_opening(account, reading, [])
            return True
        self.waiting[account.id] = reading
        self.desk.alarms.set(
            f"opening:{account.id}",
            "blue",
            f"{account.name} holds positions this desk has not seen before.",
            "Trading opens when you have confirmed what they cost. Look at the Positions page.",
        )
        return False

    def _book_opening(self, account: Account, reading: AccountReading, holdings: list[Holding]) -> None:
        store = self.desk.store
        with store.unit:
            for fill in reading.executions.rows:  # part of the opening, so never booked again
                store.fills.add_if_new(fill)
            booking = opening(
                holdings,
                {row.currency: row.cash - row.pending for row in reading.cash.rows},
                account_id=account.id,
                entry_id=store.books.next_entry_id(),
                at=self.desk.market_clock.now(),
            )
            store.books.book(booking)
            store.journal.write("opening", f"{account.name}: the books begin", booking.entry)

    def _move_cursor(self, account_id: str, at: datetime) -> None:
        accounts = self.desk.store.accounts
        cursor = accounts.cursor(account_id)
        if cursor is None or at - cursor >= _CURSOR_STEP:
            with self.desk.store.unit:
                accounts.move_cursor(account_id, at)

    def _ours(self, account: Account) -> Ours:
        desk, store = self.desk, self.desk.store
        frozen = {
            r.scope.partition("/")[2]
            for r in desk.pictures.levels.restrictions
            if r.by == BY and r.scope.startswith(f"{account.id}/")
        }
        now = desk.market_clock.now()
        return Ours(
            opened_at=store.books.entry_at(f"opening:{account.id}"),
            positions={i: p.quantity for i, p in store.books.positions(account.id).items()},
            cash={account.currency: store.books.balance(account.id, "cash", account.currency)},
            equity=desk.pictures.worth(account.id).equity,
            executions=_KnownFills(store, account.id),
            activities=_KnownActivities(store, account.id),
            client_ids=_KnownOrders(store),
            instruments=_KnownInstruments(store),
            moved_at={i: at for (a, i), at in desk.booker.moved_at.items() if a == account.id},
            frozen=frozen,
            day=desk.pictures.hours.day(now),
            activities_in=desk.pictures.hours.previous_day(desk.pictures.hours.day(now)),
        )

    def _symbol(self, instrument_id: str) -> str:
        instrument = self.desk.store.catalogue.get(instrument_id)
        return instrument.symbol if instrument else instrument_id

    def _meet(self, client_id: str) -> None:
        """One that carries our mark and was not sent from here stops trading, until a person has said what it is."""
        if client_id in self._sent_here or not client_id.startswith(OURS):
            return
        key, alarms = f"stranger:{client_id}", self.desk.alarms
        if self.desk.store.orders.by_client(client_id) is not None:
            self._sent_here.add(client_id)  # a day's executions are read every few seconds
            return
        if self.successors.ours(client_id) is not None or alarms.explained(key):
            return
        words = (
            f"The broker shows order {client_id}, which carries this desk's mark but was not sent from this machine: "
            "another copy of this workspace may be trading"
        )
        self.brake.stop(words, by=BY)
        detail = "Find out who sent it and say so; from then on it counts as made elsewhere. Then resume."
        alarms.keep(key, "red", f"{words}.", detail, explain=True)


class _Known(Container[str]):
    def __init__(self, store: Store, account_id: str = "") -> None:
        self._store = store
        self._account_id = account_id


class _KnownFills(_Known):
    def __contains__(self, execution_id: object) -> bool:
        trade = f"activity:{self._account_id}:trade-{execution_id}"
        return self._store.fills.knows(self._account_id, str(execution_id)) or bool(self._store.books.entry_at(trade))


class _KnownActivities(_Known):
    def __contains__(self, activity_id: object) -> bool:
        return self._store.books.entry_at(f"activity:{self._account_id}:{activity_id}") is not None


class _KnownOrders(_Known):
    def __contains__(self, client_id: object) -> bool:
        return self._store.orders.by_client(str(client_id)) is not None


class _KnownInstruments(_Known):
    def __contains__(self, instrument_id: object) -> bool:
        return self._store.catalogue.get(str(instrument_id)) is not None


def _nothing() -> None:
    """A split alone takes orders along."""


def _found(held: BrokerOrder, reading: AccountReading) -> Report:
    return Report(told=Told.FOUND, client_id=held.client_id, at=reading.at, order=held)
