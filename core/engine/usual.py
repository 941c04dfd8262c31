"""What is usual for a name: its volume and how far its price goes in a day, worked out beside the desk thread."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from math import log
from statistics import fmean, stdev
from typing import Final

from core.clock import MarketClock
from core.costs.impact import Usual
from core.domain.errors import MarketDataError
from core.domain.quote import Bar
from core.market.feeds.base import BarSize, Feed
from core.market.sessions import Sessions

SESSIONS: Final = 20
FEWEST: Final = 5  # of fewer days nothing is called usual
_REACH: Final = timedelta(days=SESSIONS * 7 // 5 + 6)


@dataclass(slots=True)
class UsualDays:
    """`learn` on whatever thread asks, `known` on the desk's: twenty days of bars take too long for that one."""

    feed: Feed
    sessions: Sessions
    market_clock: MarketClock
    _found: dict[str, tuple[date, Usual | None]] = field(default_factory=dict)

    def known(self, instrument_id: str) -> Usual | None:
        """What was learned on this trading day, or the one it was learned on last."""
        return self._found.get(instrument_id, (None, None))[1]

    def learn(self, instrument_id: str) -> None:
        """Once a trading day."""
        now = self.market_clock.now()
        day = self.sessions.day(now)
        if self._found.get(instrument_id, (None, None))[0] == day:
            return
        try:
            bars = self.feed.bars(instrument_id, BarSize.DAY, now - _REACH, now)
            usual = _usual(self.feed.adjusted(instrument_id, bars[-SESSIONS:]))
        except MarketDataError:  # no name of this feed's
            usual = None
        self._found[instrument_id] = (day, usual)


def _usual(bars: Sequence[Bar]) -> Usual | None:
    moves = [log(after.close / before.close) for before, after in pairwise(bars)]
    volume = fmean(bar.volume for bar in bars) if bars else 0.0
    if len(bars) < FEWEST or not volume:
        return None
    return Usual(volume=volume, daily=stdev(moves))
