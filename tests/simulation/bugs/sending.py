"""Faults on the way out: sent too early, sent twice, or believed too soon."""

from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from core.domain.errors import OrderRejected
from core.domain.fill import Report, Told
from core.domain.order import Order, Status
from core.execution import desk as desk_module
from core.execution import errand as errand_module
from core.execution.connection import Connection
from core.execution.desk import Desk
from core.execution.errand import Errand, Submit
from core.execution.minder import Minder
from core.store.orders import Orders
from tests.fakes.broker import FakeBroker, Held
from tests.simulation.bugs.planting import bug, bug_of, swap, unchanged
from tests.simulation.weather import Weather
from tests.simulation.world import World


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
