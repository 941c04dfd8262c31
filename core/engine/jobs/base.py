"""What every job promises: when it is due, as slots of market time, and one verb. A slot runs once, whatever wakes twice."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, ClassVar

from core.market.sessions import NEW_YORK

if TYPE_CHECKING:
    from core.engine.engine import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One time a job should run."""

    name: str  # unique within the job, and sorted as its time: "2026-11-20", "2026-11-20T14:31"
    due_at: datetime  # market time


class Job(ABC):
    """Members are frozen dataclasses."""

    title: ClassVar[str]
    every: ClassVar[str]  # in words
    grace: ClassVar[timedelta] = timedelta(hours=6)  # later than this it is recorded as missed, not run
    matters_when_missed: ClassVar[bool] = True  # False: the next slot does all that was left

    @abstractmethod
    def slot(self, now: datetime) -> Slot:
        """The newest slot that is due at or before this market time."""

    @abstractmethod
    def following(self, now: datetime) -> datetime:
        """When the next one is due."""

    @abstractmethod
    def run(self, engine: "Engine", slot: Slot) -> str:
        """Do it; what was done, in words. It runs on a thread of its own: it asks the desk thread for the database."""


class EachMinute(Job):
    """Due at every full minute; the next one does all that was left."""

    every: ClassVar[str] = "Each minute"
    grace: ClassVar[timedelta] = timedelta(minutes=1)
    matters_when_missed: ClassVar[bool] = False

    def slot(self, now: datetime) -> Slot:
        minute = now.replace(second=0, microsecond=0)
        return Slot(name=f"{minute:%Y-%m-%dT%H:%M}", due_at=minute)

    def following(self, now: datetime) -> datetime:
        return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


class EachDay(Job):
    """Due once a day by New York's clock; a night with two 01:30s has one slot."""

    at: ClassVar[time]
    grace: ClassVar[timedelta] = timedelta(hours=20)

    def slot(self, now: datetime) -> Slot:
        day = now.astimezone(NEW_YORK).date()
        day = day if self._due(day) <= now else day - timedelta(days=1)
        return Slot(name=day.isoformat(), due_at=self._due(day))

    def following(self, now: datetime) -> datetime:
        day = now.astimezone(NEW_YORK).date()
        return self._due(day) if self._due(day) > now else self._due(day + timedelta(days=1))

    def _due(self, day: date) -> datetime:
        """Compared as moments: on the autumn night a clock shows the same time twice, on the spring night one is missing."""
        return datetime.combine(day, self.at, NEW_YORK).astimezone(UTC)
