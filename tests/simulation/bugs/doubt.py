"""Faults about what may still trade: reserves let go, ends believed too early."""

from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from core.domain.fill import Report, Told
from core.domain.money import ZERO
from core.domain.order import IN_DOUBT, OPEN, Order, Status
from core.execution import desk as desk_module
from core.execution.desk import Desk
from core.store.orders import Orders
from tests.simulation.bugs.planting import bug, swap, unchanged
from tests.simulation.world import World


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
