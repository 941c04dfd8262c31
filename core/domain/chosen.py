"""What a person asked the invented market to be like: on a day of their choice, or from one second on."""

from dataclasses import dataclass
from datetime import date, datetime
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
    HALT = "halt"  # these two begin in the middle of a session
    PRICE_GAP = "price_gap"


SUDDEN: Final = frozenset({Kind.HALT, Kind.PRICE_GAP})
OF_ONE_NAME: Final = SUDDEN | {Kind.SPLIT, Kind.EARNINGS_GAP}
LONGEST_HALT: Final = 390  # minutes
FARTHEST: Final = 50  # percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One chosen day, or one thing that happens on it."""

    day: date
    kind: Kind
    instrument_id: str | None = None
    at: datetime | None = None  # from this second on; only what is sudden has one
    size: int = 0  # minutes of a halt, percent of a gap

    def __post_init__(self) -> None:
        if (self.at is not None) is not (self.kind in SUDDEN):
            raise BadInput(f"{self.kind} and a moment do not go together. Nothing was changed: choose again.")
        if self.kind is Kind.HALT and not 1 <= self.size <= LONGEST_HALT:
            raise BadInput(f"A halt lasts from 1 to {LONGEST_HALT} minutes. Nothing was changed: choose again.")
        if self.kind is Kind.PRICE_GAP and not 1 <= abs(self.size) <= FARTHEST:
            raise BadInput(f"A gap is from 1 to {FARTHEST} percent, up or down. Nothing was changed: choose again.")
        if (self.instrument_id is None) is (self.kind in OF_ONE_NAME):
            needs = "needs a name" if self.kind in OF_ONE_NAME else "is for all names at once"
            raise BadInput(f"A day of kind {self.kind} {needs}. Nothing was changed: choose again.")


Script = tuple[Chosen, ...]
