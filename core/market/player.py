"""Plays a recording as if it came in now: each line at the moment it was heard then."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec.structs import replace

from core.domain.errors import MarketDataError
from core.market.recorded import SILENT
from core.market.recording import About, Recording
from core.market.ticks import Tick, What

_NOT_TOLD: Final = (What.BEGIN, What.SEAL)  # its recorder's own notes
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Player:
    """Says what a live source would say, and what stands when somebody begins to listen."""

    def __init__(self, recording: Recording) -> None:
        self.about: Final[About] = recording.about
        self.ticks: Final = sorted(
            (t for t in recording.ticks() if t.what not in _NOT_TOLD), key=lambda tick: tick.received
        )
        if not self.ticks:
            raise MarketDataError("The recording is empty. Nothing was opened: name another one.")
        self._told = 0
        self._lit = _NEVER
        self.alive = _NEVER  # the last that was heard, in market time
        self.quotes: Final[dict[str, Tick]] = {}
        self.trades: Final[dict[str, list[Tick]]] = {}  # in the order they came
        self.halted: Final[dict[str, Tick]] = {}

    @property
    def begins(self) -> datetime:
        """Its first line."""
        return self.ticks[0].received

    @property
    def ends(self) -> datetime:
        """Its last one."""
        return self.ticks[-1].received

    def begin(self, now: datetime) -> Sequence[Tick]:
        """From now on; what stands is told once more, as a source does when one subscribes."""
        self._go_on(now)
        if now - self.alive > SILENT:
            return ()
        standing = [*self.quotes.values(), *self.halted.values()]
        return [replace(tick, at=now, received=now) for tick in standing if tick.received >= self._lit]

    def take(self, now: datetime) -> Sequence[Tick]:
        """What came in since the last time."""
        return self._go_on(now)

    def fresh(self, tick: Tick) -> datetime:
        """When what it says was last proved to stand: the source lives, and has not been away since."""
        return self.alive if tick.received >= self._lit else tick.received

    def _go_on(self, now: datetime) -> Sequence[Tick]:
        first, self._told = self._told, bisect_right(self.ticks, now, lo=self._told, key=lambda tick: tick.received)
        found = self.ticks[first : self._told]
        for tick in found:
            if tick.received - self.alive > SILENT:
                self._lit = tick.received
            self.alive = tick.received
            if tick.what is What.QUOTE:
                self.quotes[tick.instrument_id] = tick
            elif tick.what is What.TRADE:
                self.trades.setdefault(tick.instrument_id, []).append(tick)
                self.halted.pop(tick.instrument_id, None)
            elif tick.what is What.HALT:
                self.halted[tick.instrument_id] = tick
            elif tick.what is What.RESUME:
                self.halted.pop(tick.instrument_id, None)
        return found
