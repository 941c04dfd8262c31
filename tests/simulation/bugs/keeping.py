"""Faults in what is kept: memory and disk that part ways, and a wire that does as it likes."""

from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from core.domain.order import Order
from core.execution.connection import Connection
from core.execution.errand import Errand, Replace, Submit
from core.execution.wire import ThreadWire
from core.store.journal import Journal
from core.store.orders import Orders
from core.store.unit import Unit
from tests.simulation.bugs.planting import bug, swap
from tests.simulation.world import World


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
