"""Clocks that stand still until a test moves them."""

from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 9, 14, 14, 30, tzinfo=UTC)  # a Monday, half an hour after the New York open in summer time


class FakeClock:
    """Real time and market time, both by hand. They can be moved apart, never back."""

    def __init__(self, start: datetime = MORNING) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, step: timedelta | float) -> None:
        self._now += step if isinstance(step, timedelta) else timedelta(seconds=step)
