"""A stretch of an account's past that nobody lived through: played to have something to look at, and counting for nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

MARK: Final = "sample-"  # client ids of its orders begin with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """From where to where, by market time. What comes later is the person's own."""

    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        if self.since > self.until:
            raise ValueError(f"a sample does not end before it begins: {self.until} is before {self.since}")
