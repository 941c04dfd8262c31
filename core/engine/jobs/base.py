"""What every job promises: when it is due, as slots of market time, and one verb. A slot runs once, whatever wakes twice."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from core.engine.engine import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One time a job should run."""

    name: str  # unique within the job: "2026-11-20", "2026-11-20T14:31"
    due_at: datetime  # market time


class Job(ABC):
    """Members are frozen dataclasses."""

    title: ClassVar[str]
    every: ClassVar[str]  # in words
    grace: ClassVar[timedelta] = timedelta(hours=6)  # later than this it is recorded as missed, not run
    matters_when_missed: ClassVar[bool] = True  # False: the next slot does all that was left

    @abstractmethod
    def slot(self, now: datetime, trading_day: Callable[[datetime], date]) -> Slot:
        """The newest slot that is due at or before this market time."""

    @abstractmethod
    def following(self, now: datetime) -> datetime:
        """When the next one is due."""

    @abstractmethod
    def run(self, engine: "Engine", slot: Slot) -> str:
        """Do it; what was done, in words. It runs on a thread of its own: it asks the desk thread for the database."""
