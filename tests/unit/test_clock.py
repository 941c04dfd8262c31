"""Real time never steps back while we run."""

from datetime import UTC, datetime, timedelta

from core.clock import SystemClock, stopwatch

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_a_clock_that_is_set_back_stands_still_until_it_has_caught_up() -> None:
    times = [NOON, NOON + timedelta(seconds=5), NOON - timedelta(hours=1), NOON + timedelta(seconds=6)]
    clock = SystemClock(iter([NOON, *times]).__next__)
    told = [clock.now() for _ in times]
    assert told == [NOON, NOON + timedelta(seconds=5), NOON + timedelta(seconds=5), NOON + timedelta(seconds=6)]


def test_it_tells_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_the_stopwatch_only_runs_on() -> None:
    first = stopwatch()
    assert stopwatch() >= first
