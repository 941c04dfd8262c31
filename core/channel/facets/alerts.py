"""What a person wants to be told of. An alert tells; it never trades."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from core.domain.alert import AlertKind, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDraft:
    """As typed: the engine reads the number and says what is wrong with it."""

    symbol: str
    kind: AlertKind
    way: Way = Way.ABOVE
    level: str = ""  # nothing for MACD
    frame: str = "1d"  # of the bars, for indicators: 5m | 15m | 1h | 1d
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """One alert as it stands."""

    id: str
    instrument_id: str
    symbol: str
    kind: AlertKind
    way: Way
    words: str  # "NVDA at or above 190.00"
    state: str  # "Waits", "Told, and waits again", "Told once"
    waits: bool
    again: bool
    price: Decimal | None  # it waits for, in today's shares; None = it waits for no price
    made_at: datetime  # market time
    fired_at: datetime | None  # likewise, the last time
    fires: int


class Alerts(Protocol):
    """Looked at on market time, over jumps and restarts too: each tells with the moment it was reached."""

    def all(self, symbol: str = "") -> tuple[AlertView, ...]:
        """The newest first; of one name, or of all."""
        ...

    def make(self, draft: AlertDraft) -> AlertView:
        """BadInput says what cannot be read, or that it is reached already."""
        ...

    def remove(self, alert_id: str) -> None:
        """For good; what it told stays in the journal."""
        ...

    def arm(self, alert_id: str) -> AlertView:
        """One that has told once waits again, from now on."""
        ...
