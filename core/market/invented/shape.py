"""How a stretch of trading differs from second to second, whatever the name: unrest, volume, spreads, sizes."""

from dataclasses import dataclass
from functools import lru_cache
from math import fsum
from typing import Final

import numpy as np

from core.market.invented.chance import Floats, grown
from core.market.sessions import Part

# of a day's volume, half-hour by half-hour, the two auctions included
HALF_HOURS: Final = (13.8, 9.8, 7.6, 6.4, 7.1, 5.1, 4.4, 5.2, 4.5, 5.9, 4.6, 7.4, 18.2)
WHOLE_DAY: Final = fsum(HALF_HOURS)
OPENING: Final = 1.5  # of a day's volume, in the opening auction
CLOSING: Final = 8.5
_VARIANCE: Final = (2.6, 1.5, 1.2, 1.0, 0.85, 0.75, 0.7, 0.7, 0.75, 0.85, 0.9, 1.0, 1.3)
_SPREAD: Final = (1.0, 1.0, 1.0, 1.0, 1.02, 1.08, 1.12, 1.12, 1.08, 1.02, 1.0, 0.95, 0.9)
_SIZE: Final = (0.7, 0.9, 1.0, 1.0, 1.0, 0.9, 0.8, 0.8, 0.9, 1.0, 1.05, 1.1, 1.3)
_OPENING_SPREAD: Final = 2.2  # added to 1 at the opening
_OPENING_SECONDS: Final = 900.0  # in which most of it is gone
OFF_HOURS_VOLUME: Final = 0.02  # of a day's
_OFF_HOURS_SPREAD: Final = 4.0
_OFF_HOURS_SIZE: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shape:
    """One number a second each."""

    pace: Floats  # square root of each second's share of the variance
    done: Floats  # share of the variance that has passed, 0 at the first second and 1 at the last
    volume: Floats  # share of a day's volume
    spread: Floats
    size: Floats


@lru_cache(maxsize=8)
def shape(part: Part, seconds: int) -> Shape:
    """Of a stretch so long. A half-day is a short whole one."""
    if part is not Part.REGULAR:
        even = np.full(seconds, 1 / seconds)
        return Shape(
            pace=np.sqrt(even),
            done=np.arange(seconds) / (seconds - 1),
            volume=even * OFF_HOURS_VOLUME,
            spread=np.full(seconds, _OFF_HOURS_SPREAD),
            size=np.full(seconds, _OFF_HOURS_SIZE),
        )
    half = np.arange(seconds) * len(HALF_HOURS) // seconds
    variance = np.array(_VARIANCE)[half]
    passed = np.cumsum(variance)
    between = np.array([HALF_HOURS[0] - OPENING, *HALF_HOURS[1:-1], HALF_HOURS[-1] - CLOSING]) / WHOLE_DAY
    volume = between[half] * len(HALF_HOURS) / seconds
    early = grown(-np.arange(seconds) / _OPENING_SECONDS)
    return Shape(
        pace=np.sqrt(variance / passed[-1]),
        done=(passed - passed[0]) / (passed[-1] - passed[0]),
        volume=volume,
        spread=np.array(_SPREAD)[half] + _OPENING_SPREAD * early,
        size=np.array(_SIZE)[half],
    )
