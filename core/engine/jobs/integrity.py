"""Once a day: every page of the database and every link of the journal's chain."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Final

from core.engine.daily import daily_next, daily_slot
from core.engine.engine import Engine
from core.engine.jobs.base import Job, Slot
from core.store.snapshot import broken_chain, damaged_pages

AT: Final = time(20, 45)


@dataclass(frozen=True)
class Integrity(Job):
    """Damage stops trading: a desk that cannot trust its memory must not act on it."""

    title: ClassVar[str] = "Check database and journal"
    every: ClassVar[str] = "Each night, 20:45 ET"
    grace: ClassVar[timedelta] = timedelta(hours=20)

    def slot(self, now: datetime, trading_day: Callable[[datetime], date]) -> Slot:
        return daily_slot(now, AT)

    def following(self, now: datetime) -> datetime:
        return daily_next(now, AT)

    def run(self, engine: Engine, slot: Slot) -> str:
        problems = [*damaged_pages(engine.folder.database), *broken_chain(engine.folder.database)]
        if not problems:
            return "Every page and every journal row is as it was written"
        engine.thread.ask(lambda: engine.brake.stop(f"The database is damaged: {problems[0]}", by="integrity"))
        return f"{len(problems)} problems; trading stopped: {problems[0]}"
