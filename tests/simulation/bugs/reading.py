"""Faults in comparing: half an answer taken for the whole."""

from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from core.domain.order import AT_BROKER, Status
from core.domain.reading import Reading, ReadState
from core.execution import errand as errand_module
from core.execution.errand import AccountReading, ReadAccount
from core.execution.reconciler import Reconciler
from core.ledger import reconcile as reconcile_module
from tests.fakes.broker import Answer
from tests.simulation.bugs.planting import bug, bug_of, swap
from tests.simulation.weather import Weather
from tests.simulation.world import World


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
