"""Faults planted in the real desk on purpose: a harness that does not catch them proves nothing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from core.domain.errors import OrderRejected
from core.domain.fill import Fill, Report, Told
from core.domain.money import ZERO
from core.domain.order import AT_BROKER, IN_DOUBT, OPEN, Order, Status
from core.domain.reading import Reading, ReadState
from core.execution import desk as desk_module
from core.execution import errand as errand_module
from core.execution import reconciler as reconciler_module
from core.execution.booker import Booker
from core.execution.connection import Connection
from core.execution.desk import Desk
from core.execution.errand import AccountReading, Errand, ReadAccount, Replace, Submit
from core.execution.minder import Minder
from core.execution.reconciler import Reconciler
from core.execution.wire import ThreadWire
from core.ledger import reconcile as reconcile_module
from core.store.fills import Fills
from core.store.journal import Journal
from core.store.orders import Orders
from core.store.unit import Unit
from tests.fakes.broker import Answer, FakeBroker, Held
from tests.simulation.weather import Weather
from tests.simulation.world import World

Planted = Iterator[None]


@dataclass(frozen=True)
class Bug:
    """One fault, as it would be written by someone in a hurry."""

    name: str
    plant: Callable[[ExitStack, list[World]], None]
    weather: Weather | None = None  # the kind of day it shows in, where any day would take too long

    @contextmanager
    def planted(self) -> Iterator[Callable[[World], None]]:
        """While it is in; the function tells it which world is being lived in."""
        worlds: list[World] = []
        with ExitStack() as stack:
            self.plant(stack, worlds)
            yield worlds.append


BUGS: list[Bug] = []


Plant = Callable[[ExitStack, list[World]], None]


def bug(plant: Plant) -> Plant:
    BUGS.append(Bug(plant.__name__, plant))
    return plant


def bug_of(weather: Weather) -> Callable[[Plant], Plant]:
    def keep(plant: Plant) -> Plant:
        BUGS.append(Bug(plant.__name__, plant, weather))
        return plant

    return keep


def swap(stack: ExitStack, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Put something in the place of a function; it is given the original."""
    stack.enter_context(patch.object(owner, name, make(getattr(owner, name))))


# out


@bug
def send_before_journal(stack: ExitStack, worlds: list[World]) -> None:
    def eager(original: Any) -> Any:
        def add(self: Orders, order: Order) -> None:
            original(self, order)
            if order.status is Status.SENDING and order.replaces is None:
                worlds[-1].desk_house.connection.wire.hand_over(Submit(order=order))

        return add

    def once(original: Any) -> Any:
        def hand_over(self: Connection, errand: Errand, now: Any) -> None:
            if not (isinstance(errand, Submit) and not errand.order.doubted and errand.order.reason == ""):
                original(self, errand, now)

        return hand_over

    swap(stack, Orders, "add", eager)
    swap(stack, Connection, "hand_over", once)


@bug
def send_and_forget_to_write(stack: ExitStack, worlds: list[World]) -> None:
    def forgetful(original: Any) -> Any:
        def add(self: Orders, order: Order) -> None:
            if int(order.id[-1]) % 3:
                original(self, order)

        return add

    swap(stack, Orders, "add", forgetful)


@bug_of(Weather(answers=0.5, fog=True))
def new_id_on_resend(stack: ExitStack, worlds: list[World]) -> None:
    def renamed(original: Any) -> Any:
        def hand_over(self: Connection, errand: Errand, now: Any) -> None:
            if isinstance(errand, Submit) and errand.order.doubted:
                errand = Submit(order=replace(errand.order, client_id=errand.order.client_id + "-2"))
            original(self, errand, now)

        return hand_over

    swap(stack, Connection, "hand_over", renamed)


@bug
def new_intent_on_each_click(stack: ExitStack, worlds: list[World]) -> None:
    clicks = iter(range(10**9))

    def clicked(original: Any) -> Any:
        def place(self: Desk, order: Order, *args: Any, **kwargs: Any) -> Order:
            made: Order = original(
                self, replace(order, intent_key=f"{order.intent_key}-{next(clicks)}"), *args, **kwargs
            )
            return made

        return place

    swap(stack, Desk, "place", clicked)


@bug
def timeout_is_reject(stack: ExitStack, worlds: list[World]) -> None:
    swap(stack, errand_module, "_send", lambda original: _retold(original, Told.UNKNOWN, Told.REJECTED))


@bug
def cut_connection_is_not_sent(stack: ExitStack, worlds: list[World]) -> None:
    swap(stack, errand_module, "_send", lambda original: _retold(original, Told.UNKNOWN, Told.UNSENT))


def _retold(original: Any, was: Told, becomes: Told) -> Any:
    def send(*args: Any) -> Report:
        report: Report = original(*args)
        return replace(report, told=becomes) if report.told is was else report

    return send


@bug_of(Weather(answers=0.5))
def duplicate_id_is_reject(stack: ExitStack, worlds: list[World]) -> None:
    def naive(original: Any) -> Any:
        def receive(self: FakeBroker, order: Order) -> Held:
            if self.refuses_repeats and self.holding(order.client_id):
                raise OrderRejected("422 client_order_id must be unique")
            held: Held = original(self, order)
            return held

        return receive

    swap(stack, FakeBroker, "receive", naive)


def unchanged(original: Any, order: Order, report: Report) -> Order:
    now: Order = original(order, report)
    return now


@bug
def not_found_is_reject(stack: ExitStack, worlds: list[World]) -> None:
    def hasty(original: Any) -> Any:
        def told(order: Order, report: Report) -> Order:
            if report.told is Told.NOT_FOUND and order.status is Status.UNKNOWN:
                return order.to(Status.REJECTED, "not there")
            return unchanged(original, order, report)

        return told

    swap(stack, desk_module, "told", hasty)


@bug_of(Weather(answers=0.5, fog=True))
def a_later_no_is_believed(stack: ExitStack, worlds: list[World]) -> None:
    def trusting(original: Any) -> Any:
        def told(order: Order, report: Report) -> Order:
            return unchanged(original, replace(order, doubted=False), report)

        return told

    swap(stack, desk_module, "told", trusting)


@bug
def resend_without_look_up(stack: ExitStack, worlds: list[World]) -> None:
    def blind(_: Any) -> Any:
        def end_doubt(self: Minder, order: Order, now: Any) -> None:
            connection = self.desk.connection_of(order.account_id)
            connection.capabilities = replace(connection.capabilities, refuses_repeats=True)
            self._try_again(order)

        return end_doubt

    swap(stack, Minder, "_end_doubt", blind)


@bug
def sending_counts_as_unsent_after_a_start(stack: ExitStack, worlds: list[World]) -> None:
    def sure(_: Any) -> Any:
        def wake(self: Desk) -> None:
            for order in self.store.orders.open():
                if order.status is Status.SENDING:
                    self._change(order.to(Status.UNSENT, "never left"), "order.unsent", "desk")

        return wake

    swap(stack, Desk, "wake", sure)


# doubt and reserves


@bug
def unknown_releases_its_reserve(stack: ExitStack, worlds: list[World]) -> None:
    stack.enter_context(patch.object(Order, "reserved", property(lambda self: _reserved(self, OPEN - IN_DOUBT))))


@bug
def a_cancel_under_way_releases_its_reserve(stack: ExitStack, worlds: list[World]) -> None:
    stack.enter_context(
        patch.object(Order, "reserved", property(lambda self: _reserved(self, OPEN - {Status.CANCEL_PENDING})))
    )


def _reserved(order: Order, kept: frozenset[Status]) -> Any:
    return max(order.leaves, ZERO) * order.reserve_price if order.status in kept else ZERO


@bug
def cancel_taken_is_cancelled(stack: ExitStack, worlds: list[World]) -> None:
    def hasty(original: Any) -> Any:
        def told(order: Order, report: Report) -> Order:
            if report.told is Told.CANCEL_TAKEN and order.status is Status.CANCEL_PENDING:
                return order.to(Status.CANCELED, "cancelled")
            return unchanged(original, order, report)

        return told

    swap(stack, desk_module, "told", hasty)


@bug
def cancel_refused_is_filled(stack: ExitStack, worlds: list[World]) -> None:
    def hasty(original: Any) -> Any:
        def told(order: Order, report: Report) -> Order:
            if report.told is Told.CANCEL_REFUSED and order.status is Status.CANCEL_PENDING:
                return order.to(Status.FILLED, "too late, so it must have filled")
            return unchanged(original, order, report)

        return told

    swap(stack, desk_module, "told", hasty)


@bug
def replacing_counts_as_replaced(stack: ExitStack, worlds: list[World]) -> None:
    def hasty(original: Any) -> Any:
        def replaced(self: Desk, order_id: str, *args: Any) -> Order:
            new: Order = original(self, order_id, *args)
            old = self.order(order_id)
            if old.status is Status.REPLACE_PENDING:
                self._change(old.to(Status.REPLACED, "replaced"), "order.replaced", "desk")
            return new

        return replaced

    swap(stack, Desk, "replace", hasty)


@bug
def a_replacement_forgets_what_was_filled(stack: ExitStack, worlds: list[World]) -> None:
    def forgetful(original: Any) -> Any:
        def add(self: Orders, order: Order) -> None:
            original(self, replace(order, carried=ZERO))

        return add

    swap(stack, Orders, "add", forgetful)


# in


@bug
def no_execution_id_check(stack: ExitStack, worlds: list[World]) -> None:
    def again(original: Any) -> Any:
        def add_if_new(self: Fills, fill: Fill) -> bool:
            count = 0
            while not original(self, replace(fill, execution_id=fill.execution_id + "'" * count)):
                count += 1
            return True

        return add_if_new

    swap(stack, Fills, "add_if_new", again)


@bug
def fill_and_ledger_in_two_transactions(stack: ExitStack, worlds: list[World]) -> None:
    def split(original: Any) -> Any:
        def add_if_new(self: Fills, fill: Fill) -> bool:
            new: bool = original(self, fill)
            if new:
                self._connection.execute("COMMIT")
                self._connection.execute("BEGIN IMMEDIATE")
            return new

        return add_if_new

    swap(stack, Fills, "add_if_new", split)


@bug
def cursor_first(stack: ExitStack, worlds: list[World]) -> None:
    def early(original: Any) -> Any:
        def read(self: Reconciler, reading: AccountReading) -> None:
            if reading.ok:
                accounts = self.desk.store.accounts
                with self.desk.store.unit:
                    accounts.move_cursor(reading.account_id, reading.started)
            original(self, reading)

        return read

    swap(stack, Reconciler, "read", early)
    stack.enter_context(patch.object(reconciler_module, "LOOK_BACK", timedelta(0)))


@bug
def fill_after_cancel_dropped(stack: ExitStack, worlds: list[World]) -> None:
    def picky(original: Any) -> Any:
        def take(self: Booker, fill: Fill) -> bool:
            order = self.store.orders.by_client(fill.client_id) if fill.client_id else None
            if order is not None and order.status in (Status.CANCELED, Status.CANCEL_PENDING):
                return False
            return bool(original(self, fill))

        return take

    swap(stack, Booker, "take", picky)


@bug
def fill_before_the_acknowledgement_dropped(stack: ExitStack, worlds: list[World]) -> None:
    def picky(original: Any) -> Any:
        def take(self: Booker, fill: Fill) -> bool:
            order = self.store.orders.by_client(fill.client_id) if fill.client_id else None
            if order is not None and order.status in IN_DOUBT:
                self.store.fills.add_if_new(fill)
                return False
            return bool(original(self, fill))

        return take

    swap(stack, Booker, "take", picky)


@bug
def a_bust_is_one_more_fill(stack: ExitStack, worlds: list[World]) -> None:
    def blind(original: Any) -> Any:
        def take(self: Booker, fill: Fill) -> bool:
            return bool(original(self, replace(fill, busts=None)))

        return take

    swap(stack, Booker, "take", blind)


@bug
def trades_made_elsewhere_are_ignored(stack: ExitStack, worlds: list[World]) -> None:
    def blind(original: Any) -> Any:
        def take(self: Booker, fill: Fill) -> bool:
            return bool(fill.client_id) and bool(original(self, fill))

        return take

    swap(stack, Booker, "take", blind)


@bug
def fees_are_forgotten(stack: ExitStack, worlds: list[World]) -> None:
    def cheap(original: Any) -> Any:
        def take(self: Booker, fill: Fill) -> bool:
            return bool(original(self, replace(fill, fee=ZERO)))

        return take

    swap(stack, Booker, "take", cheap)


# reading


@bug_of(Weather(sick="positions", sickness=Answer.REJECT))
def failed_read_is_empty(stack: ExitStack, worlds: list[World]) -> None:
    def hopeful(original: Any) -> Any:
        def read(errand: ReadAccount, *args: Any) -> AccountReading:
            reading: AccountReading = original(errand, *args)
            parts = {name: _ok(getattr(reading, name)) for name in ("positions", "cash", "executions", "activities")}
            return replace(reading, **parts)  # type: ignore[arg-type]

        return read

    swap(stack, errand_module, "_read", hopeful)


def _ok(part: Reading[Any]) -> Reading[Any]:
    return replace(part, state=ReadState.OK)


@bug_of(Weather(sick="positions", sickness=Answer.LATE))
def half_a_reading_is_compared(stack: ExitStack, worlds: list[World]) -> None:
    stack.enter_context(patch.object(reconcile_module, "_not_ok", lambda _: ""))


@bug
def missing_from_the_list_is_cancelled(stack: ExitStack, worlds: list[World]) -> None:
    def hasty(original: Any) -> Any:
        def read(self: Reconciler, reading: AccountReading) -> None:
            original(self, reading)
            shown = {held.client_id for held in reading.orders.rows}
            for order in self.desk.store.orders.open():
                if order.status in AT_BROKER and order.client_id not in shown and Status.CANCELED:
                    self.desk._change(order.to(Status.CANCELED, "not in the list"), "order.canceled", "desk")

        return read

    swap(stack, Reconciler, "read", hasty)


# the store


@bug
def memory_keeps_what_the_disk_refused(stack: ExitStack, worlds: list[World]) -> None:
    def lazy(_: Any) -> Any:
        def keep(self: Unit, memory: dict[Any, Any], key: object, value: object) -> None:
            memory[key] = value

        return keep

    swap(stack, Unit, "keep", lazy)


@bug
def the_chain_is_not_wound_back(stack: ExitStack, worlds: list[World]) -> None:
    stack.enter_context(patch.object(Journal, "_rewind", lambda *_: None))


@bug
def an_order_is_saved_without_its_fills(stack: ExitStack, worlds: list[World]) -> None:
    def partial(original: Any) -> Any:
        def save(self: Orders, order: Order) -> None:
            known = self.get(order.id)
            original(self, order if known is None else replace(order, filled=known.filled, status=order.status))

        return save

    swap(stack, Orders, "save", partial)


@bug
def a_replacement_is_sent_as_a_new_order(stack: ExitStack, worlds: list[World]) -> None:
    def plain(original: Any) -> Any:
        def hand_over(self: Connection, errand: Errand, now: Any) -> None:
            original(self, Submit(order=errand.new) if isinstance(errand, Replace) else errand, now)

        return hand_over

    swap(stack, Connection, "hand_over", plain)


@bug
def a_stop_forgets_what_is_on_the_wire(stack: ExitStack, worlds: list[World]) -> None:
    stack.enter_context(patch.object(ThreadWire, "_kept_back", lambda *_: None))
