"""What was asked to happen to a name from one second on: it stands still for a while, or its price jumps and stays there."""

from collections import defaultdict
from datetime import date, timedelta
from math import prod
from typing import Final

from core.domain.chosen import Chosen, Kind, Script
from core.market.invented.halts import AUCTION, ORDERED, Stop
from core.market.sessions import Stretch

_MINUTE: Final = 60


class Sudden:
    """The script's sudden things, by name. A price before a gap is multiplied with nothing, so it stays to the last bit."""

    def __init__(self, script: Script) -> None:
        self._gaps: dict[str, list[Chosen]] = defaultdict(list)
        self._halts: dict[str, list[Chosen]] = defaultdict(list)
        for chosen in sorted((c for c in script if c.at is not None), key=lambda c: (c.day, c.at)):
            kept = self._gaps if chosen.kind is Kind.PRICE_GAP else self._halts
            kept[chosen.instrument_id or ""].append(chosen)

    def before(self, instrument_id: str, day: date) -> float:
        """What the gaps of all days before it made of a price."""
        return prod(_factor(c) for c in self._gaps.get(instrument_id, ()) if c.day < day)

    def through(self, instrument_id: str, day: date) -> float:
        """Those of that day too."""
        return self.before(instrument_id, day + timedelta(days=1))

    def gaps(self, instrument_id: str, stretch: Stretch) -> tuple[tuple[int, float], ...]:
        """From which second of a regular session on, and by what a price is multiplied."""
        return tuple(
            (stretch.second(c.at), _factor(c))
            for c in self._gaps.get(instrument_id, ())
            if c.day == stretch.day and c.at is not None
        )

    def halts(self, instrument_id: str, stretch: Stretch) -> tuple[Stop, ...]:
        """A halt that would end when the closing auction is near lasts until it."""
        stops = []
        for chosen in self._halts.get(instrument_id, ()):
            if chosen.day == stretch.day and chosen.at is not None:
                start = stretch.second(chosen.at)
                end = start + chosen.size * _MINUTE
                stops.append(Stop(start, end if end < stretch.seconds - AUCTION else stretch.seconds, ORDERED))
        return tuple(stops)


def _factor(gap: Chosen) -> float:
    return 1 + gap.size / 100
