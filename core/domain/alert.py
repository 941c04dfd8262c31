"""What a person wants to be told of: a price, a move, a volume, an indicator. An alert tells; it never trades."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final


class AlertKind(StrEnum):
    """What is looked at."""

    PRICE = "price"
    MOVE = "move"  # percent from the close before
    VOLUME = "volume"  # of the day so far, in volumes of a usual day
    RSI = "rsi"
    AVERAGE = "average"  # the close, against the average of so many bars
    MACD = "macd"  # the line, against its signal


class Way(StrEnum):
    """From which side it is reached."""

    ABOVE = "above"
    BELOW = "below"

    @property
    def sign(self) -> int:
        """+1 upwards, -1 downwards."""
        return 1 if self is Way.ABOVE else -1


OF_BARS: Final = frozenset({AlertKind.RSI, AlertKind.AVERAGE, AlertKind.MACD})  # seen when a bar is finished
OF_THE_DAY: Final = frozenset({AlertKind.MOVE, AlertKind.VOLUME})  # each session begins anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One of them, and how far it has got."""

    id: str
    instrument_id: str
    kind: AlertKind
    way: Way
    level: Decimal  # a price, percent, times a usual day, an RSI, the length of an average; 0 for MACD
    frame: str  # of the bars, where bars are looked at
    again: bool  # it arms itself again
    made_at: datetime  # market time
    looked_at: datetime  # market time up to which everything was looked at
    armed: bool = True
    fired_at: datetime | None = None  # market time, the last time
    fires: int = 0

    @property
    def over(self) -> bool:
        """It has told once, and was to tell once."""
        return self.fires > 0 and not self.again
