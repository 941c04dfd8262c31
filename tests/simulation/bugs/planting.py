"""How a fault is planted for as long as a test needs it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from core.domain.fill import Report
from core.domain.order import Order
from tests.simulation.weather import Weather
from tests.simulation.world import World


@dataclass(frozen=True)
class Bug:
    """One fault, as it would be written by someone in a hurry."""

    name: str
    plant: Callable[[ExitStack, list[World]], None]
    weather: Weather | None = None  # the kind of day it shows in, where any day would take too long
    beside_stops: bool = False  # it shows only on days on which a person places them

    def days(self, count: int) -> list[tuple[int, bool]]:
        """Seeds, and whether the broker refuses repeats."""
        if self.beside_stops:
            return [(seed, True) for seed in range(3, 4 * count, 4)]
        return [(seed, seed % 2 == 0) for seed in range(count)]

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


def bug_of(weather: Weather | None = None, *, beside_stops: bool = False) -> Callable[[Plant], Plant]:
    def keep(plant: Plant) -> Plant:
        BUGS.append(Bug(plant.__name__, plant, weather, beside_stops))
        return plant

    return keep


def swap(stack: ExitStack, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Put something in the place of a function; it is given the original."""
    stack.enter_context(patch.object(owner, name, make(getattr(owner, name))))


def unchanged(original: Any, order: Order, report: Report) -> Order:
    now: Order = original(order, report)
    return now
