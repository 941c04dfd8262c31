"""The two clocks. Clock is real time; a workspace's MarketClock may run its own, and only ever forward."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Real UTC: timeouts, polling, throttles, what guards a person's hand, locks, backups."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


class MarketClock(Protocol):
    """The workspace's market time: orders, quotes, fills, sessions, settlement, job slots."""

    def now(self) -> datetime:
        """Aware UTC on the market's own timeline."""
        ...


class SystemClock:
    """The machine's clock, never allowed to step back while we run."""

    def __init__(self, wall: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._wall = wall
        self._last = (wall(), stopwatch())

    def now(self) -> datetime:
        """Aware UTC, never earlier than the last answer; set back, it goes on from there at its own pace."""
        wall, tick = self._wall(), stopwatch()
        latest, ticked = self._last
        if wall < latest:
            wall = latest + timedelta(seconds=max(tick - ticked, 0))
        self._last = (wall, tick)
        return wall


def stopwatch() -> float:
    """Seconds for measuring how long something took; says nothing about the date."""
    return time.monotonic()
