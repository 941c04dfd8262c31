"""Chosen days: what a person asked the invented market to be like on a day of their choice."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from core.domain.errors import BadInput


class Kind(StrEnum):
    """What kind of day. A half-day is the calendar's own, so it is gone to, not chosen."""

    CALM = "calm"
    TREND = "trend"
    CRASH = "crash"
    FLASH_CRASH = "flash_crash"
    THIN = "thin"
    SPLIT = "split"
    EARNINGS_GAP = "earnings_gap"


OF_ONE_NAME: Final = frozenset({Kind.SPLIT, Kind.EARNINGS_GAP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One chosen day."""

    day: date
    kind: Kind
    instrument_id: str | None = None

    def __post_init__(self) -> None:
        if (self.instrument_id is None) is (self.kind in OF_ONE_NAME):
            needs = "needs a name" if self.kind in OF_ONE_NAME else "is for all names at once"
            raise BadInput(f"A day of kind {self.kind} {needs}. Nothing was changed: choose again.")


Script = tuple[Chosen, ...]
