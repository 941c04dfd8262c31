"""Faults on the way in: fills counted twice, not at all, or in pieces."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from core.domain.fill import BrokerOrder, Fill
from core.domain.money import ZERO
from core.domain.order import IN_DOUBT, Order, Status
from core.execution import reconciler as reconciler_module
from core.execution.booker import Booker
from core.execution.errand import AccountReading
from core.execution.reconciler import Reconciler
from core.execution.successors import Successors
from core.store.fills import Fills
from tests.simulation.bugs.planting import bug, bug_of, swap
from tests.simulation.weather import Weather
from tests.simulation.world import World

SPLITS = Weather(companies=True, deaf=0.3)


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


@bug_of(SPLITS)
def an_order_the_broker_adjusted_is_nobodys(stack: ExitStack, worlds: list[World]) -> None:
    swap(stack, Successors, "_take", lambda _: lambda self, client_ids, reading: None)


@bug_of(SPLITS)
def an_adjusted_order_counts_what_was_filled_before(stack: ExitStack, worlds: list[World]) -> None:
    def mixed(original: Any) -> Any:
        def made_of(self: Successors, old: Order, held: BrokerOrder) -> Order:
            new: Order = original(self, old, held)
            return new.changed(carried=min(old.filled, new.quantity - 1))

        return made_of

    swap(stack, Successors, "_made_of", mixed)


@bug_of(SPLITS)
def a_trade_of_an_adjusted_order_is_booked_as_anybodys(stack: ExitStack, worlds: list[World]) -> None:
    swap(stack, Successors, "missing", lambda _: lambda self, fill, reading: False)
    swap(stack, Successors, "_in_turn", lambda _: lambda self, report: report)
