"""Real time never steps back while we run."""

from datetime import UTC, datetime, timedelta

from core.clock import SystemClock, stopwatch

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_a_clock_that_is_set_back_goes_on_from_there_until_it_has_caught_up() -> None:
    times = [NOON, NOON + timedelta(seconds=5), NOON - timedelta(hours=1), NOON + timedelta(seconds=6)]
    clock = SystemClock(iter([NOON, *times]).__next__)
    told = [clock.now() for _ in times]
    assert told[:2] == [NOON, NOON + timedelta(seconds=5)]
    assert (
        told[1] <= told[2] < told[3] == NOON + timedelta(seconds=6)
    )  # its own pace: a busy machine lets it go on a bit


def test_it_tells_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_the_stopwatch_only_runs_on() -> None:
    first = stopwatch()
    assert stopwatch() >= first
