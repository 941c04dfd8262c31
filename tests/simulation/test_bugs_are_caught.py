"""Every planted fault is caught within a few days, before anything else this harness says is believed."""

import pytest

from tests.simulation.bugs import BUGS, Bug
from tests.simulation.truth import Broken
from tests.simulation.world import live

DAYS = 150


@pytest.mark.parametrize("planted", BUGS, ids=lambda planted: planted.name)
def test_planted_bug_is_caught(planted: Bug) -> None:
    with planted.planted() as tell:
        for day, refuses_repeats in planted.days(DAYS):
            try:
                live(day, refuses_repeats=refuses_repeats, weather=planted.weather, started=tell)
            except Broken:
                return
    pytest.fail(f"{planted.name} lived through {DAYS} days unseen")


def test_there_are_enough_of_them() -> None:
    assert len({planted.name for planted in BUGS}) == len(BUGS) >= 30
