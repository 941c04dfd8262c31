"""Faults beside a protective stop: it is asked back without a word, or not waited for."""

from contextlib import ExitStack
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from core.domain.money import ZERO
from core.domain.order import Order
from core.execution import way as way_module
from core.execution.desk import Desk
from core.execution.way import Way
from tests.fakes.broker import Answer
from tests.simulation.bugs.planting import bug_of, swap
from tests.simulation.weather import Weather
from tests.simulation.world import World


@bug_of(beside_stops=True)
def a_reduction_asks_every_stop_back(stack: ExitStack, worlds: list[World]) -> None:
    stack.enter_context(patch.object(way_module, "_held_for_certain", lambda order, *_: order.leaves))


@bug_of(beside_stops=True)
def a_reduction_does_not_wait_for_its_smaller_stop(stack: ExitStack, worlds: list[World]) -> None:
    stack.enter_context(patch.object(Way, "waits_for", property(lambda self: ())))


@bug_of(beside_stops=True)
def a_stop_becomes_smaller_than_what_stays(stack: ExitStack, worlds: list[World]) -> None:
    def less(original: Any) -> Any:
        def may_keep(*given: Any) -> Decimal:
            leaves: Decimal = original(*given)
            return min(Decimal(2), leaves)

        return may_keep

    swap(stack, way_module, "_may_keep", less)


@bug_of(Weather(sick="replace", sickness=Answer.REJECT), beside_stops=True)
def a_stop_that_is_lost_is_not_told(stack: ExitStack, worlds: list[World]) -> None:
    def silent(original: Any) -> Any:
        def ask_back(desk: Desk, order: Order, others: list[Order], bare: Decimal) -> None:
            original(desk, order, others, ZERO)

        return ask_back

    swap(stack, way_module, "_ask_back", silent)


@bug_of(Weather(answers=0.3), beside_stops=True)
def the_place_of_a_changed_stop_is_forgotten(stack: ExitStack, worlds: list[World]) -> None:
    def apart(_: Any) -> Any:
        def places(orders: list[Order]) -> list[list[Order]]:
            return [[order] for order in orders]

        return places

    swap(stack, way_module, "_places", apart)
