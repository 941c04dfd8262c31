"""The invented market's own switches: its time, and its faults."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class Fault(StrEnum):
    """What can be made to go wrong on purpose."""

    STREAM_SILENT = "stream_silent"
    DELAYED = "delayed"
    ERROR_AFTER_ACCEPT = "error_after_accept"  # 504 after accepting
    REPLY_LOST = "reply_lost"
    REQUEST_LOST = "request_lost"
    REJECT = "reject"
    NO_LOOK_UP = "no_look_up"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeView:
    """How the invented market is set."""

    own_time: bool  # always open, at its own pace
    pace: int  # 1 or 60
    faults: tuple[Fault, ...]
    seed: int
    starting_cash: Decimal


class Practice(Protocol):
    """Only in a practice workspace."""

    def state(self) -> PracticeView:
        """How it is set."""
        ...

    def time(self, own_time: bool, pace: int) -> PracticeView:
        """Follow the exchange's hours, or an always-open time of its own at 1× or 60×. Market time never goes back."""
        ...

    def fault(self, fault: Fault, on: bool) -> PracticeView:
        """Make something go wrong, or right again."""
        ...

    def why(self, order_id: str) -> tuple[str, ...]:
        """Why this price: each fill of an order, and why the rest of it has not traded, in sentences."""
        ...
