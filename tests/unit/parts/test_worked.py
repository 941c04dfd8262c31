"""The arithmetic of the lessons, against numbers worked out by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pages.parts.worked import NEEDED, below_highest, best_of_many, borrowed, deepest_fall, widest_gap

START = datetime(2026, 1, 5, 14, 30, tzinfo=UTC)


def days(*closes: float) -> list[dict[str, Any]]:
    """Each opens where the one before closed."""
    opens = (closes[0], *closes)
    return [{"at": START + timedelta(days=n), "open": opens[n], "close": close} for n, close in enumerate(closes)]


def test_the_deepest_fall_is_from_the_highest_before_it_and_takes_more_to_make_up() -> None:
    found = deepest_fall(days(100, 90, 120, 60, 110, 130, 100))
    assert (found.high["close"], found.low["close"]) == (120, 60)
    assert found.share == pytest.approx(-0.5)
    assert found.back == pytest.approx(1.0)
    assert below_highest(days(100, 90, 120, 60)) == pytest.approx([0, -0.1, 0, -0.5])


def test_where_nothing_fell_nothing_is_made_up_for() -> None:
    found = deepest_fall(days(1, 2, 3))
    assert (found.share, found.back) == (0, 0)


def test_borrowed_money_multiplies_and_what_is_gone_does_not_come_back() -> None:
    path = days(100, 80, 70, 140)
    assert borrowed(path, 1).result == pytest.approx(0.4)
    twice = borrowed(path, 2)
    assert [twice.result, twice.worst] == pytest.approx([0.8, -0.6])
    assert not twice.gone
    four = borrowed(path, 4)
    assert (four.result, four.worst, four.gone) == (-1, -1, True)


def test_the_widest_gap_is_between_a_close_and_the_next_opening() -> None:
    path = days(100, 100, 100)
    path[2]["open"] = 91.0
    found = widest_gap(path)
    assert (found.before, found.day) == (path[1], path[2])
    assert found.share == pytest.approx(-0.09)


def test_the_best_rule_is_chosen_on_the_first_half_alone() -> None:
    rising = [100 * 1.01**n for n in range(NEEDED)]
    told = best_of_many(days(*rising, *(rising[-1] * 0.99**n for n in range(1, NEEDED + 1))))
    assert told.rules == 171
    assert told.then == pytest.approx(told.held_then), "in all the way up"
    assert told.held_later == pytest.approx(0.99**NEEDED - 1)
    assert told.held_later < told.later < 0
    assert 1 <= told.place <= told.rules


def test_no_rule_knows_the_day_it_decides_about() -> None:
    told = best_of_many(days(*[100.0] * (2 * NEEDED - 1), 1000.0))
    assert told.held_later == pytest.approx(9.0)
    assert told.later == 0, "nothing had said so the evening before"
