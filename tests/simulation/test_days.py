"""Whole days at random: nothing is doubled, nothing is lost, and the books are the broker's when the day is over."""

import os
from dataclasses import replace
from random import Random

import pytest

from tests.simulation.weather import any_weather
from tests.simulation.world import live

RELEASE = bool(os.environ.get("QUARTERDECK_RELEASE"))
DAYS = 10_000 if RELEASE else 500
PARTS = 10
ONCE_BROKEN = (664, 1285, 5968)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("refuses_repeats", [True, False], ids=["refuses-repeats", "no-look-up"])
def test_days(refuses_repeats: bool, part: int) -> None:
    placed = 0
    for seed in range(part * DAYS // PARTS, (part + 1) * DAYS // PARTS):
        placed += live(seed, refuses_repeats=refuses_repeats).placed
    assert placed > DAYS // PARTS  # days on which nothing is ordered prove nothing


@pytest.mark.parametrize("refuses_repeats", [True, False], ids=["refuses-repeats", "no-look-up"])
def test_days_on_which_companies_split_and_pay(refuses_repeats: bool) -> None:
    adjusted = 0
    for seed in range(DAYS // PARTS):
        weather = replace(any_weather(Random(seed)), companies=True)
        world = live(seed, refuses_repeats=refuses_repeats, weather=weather)
        adjusted += sum(1 for held in world.broker.held if held.adjusted_for)
    assert adjusted > DAYS // PARTS // 10


@pytest.mark.parametrize("refuses_repeats", [True, False], ids=["refuses-repeats", "no-look-up"])
@pytest.mark.parametrize("seed", ONCE_BROKEN)
def test_a_day_that_once_broke_a_promise(seed: int, refuses_repeats: bool) -> None:
    live(seed, refuses_repeats=refuses_repeats)


def test_a_seed_is_the_same_day_again() -> None:
    assert live(7).trace == live(7).trace
