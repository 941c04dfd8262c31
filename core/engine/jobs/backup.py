"""Once a day: a copy of the database that was opened and checked, the newest ones kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Final

from core.engine.checks import back_up
from core.engine.daily import daily_next, daily_slot
from core.engine.engine import Engine
from core.engine.jobs.base import Job, Slot

AT: Final = time(20, 30)


@dataclass(frozen=True)
class Backup(Job):
    """Keeps the last ones only, so that the disk does not fill up."""

    title: ClassVar[str] = "Back up the database"
    every: ClassVar[str] = "Each night, 20:30 ET"
    grace: ClassVar[timedelta] = timedelta(hours=20)
    keep: int = 14

    def slot(self, now: datetime, trading_day: Callable[[datetime], date]) -> Slot:
        return daily_slot(now, AT)

    def following(self, now: datetime) -> datetime:
        return daily_next(now, AT)

    def run(self, engine: Engine, slot: Slot) -> str:
        return back_up(engine.folder, slot.name, self.keep)
