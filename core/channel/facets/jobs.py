"""What runs in the background, and what was missed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """One kind of work and its last slots."""

    name: str
    title: str
    every: str  # in words
    next_at: datetime | None  # real time
    last_at: datetime | None
    last_outcome: str  # done, failed, missed, planned, skipped, cut, running, never
    last_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotView:
    """One slot of one job that did not run in time and waits for a decision."""

    job: str
    slot: str
    due_at: datetime
    words: str
    planned_at: datetime | None = None  # real time a person planned it for; None = it waits for a decision


class Jobs(Protocol):
    """The clockwork."""

    def all(self) -> tuple[JobView, ...]:
        """Every job."""
        ...

    def missed(self) -> tuple[SlotView, ...]:
        """Slots that were missed, and those that were planned again."""
        ...

    def run_missed(self, job: str, slot: str) -> None:
        """Have a missed slot run now; how it went shows with its job."""
        ...

    def plan_again(self, job: str, slot: str, minutes: int) -> None:
        """Have it run so many minutes from now, in real time."""
        ...

    def skip_missed(self, job: str, slot: str) -> None:
        """Leave it."""
        ...
