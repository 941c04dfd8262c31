"""At night: positions, cash and lots as kept, against everything ever booked, added up again from the start."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Final

from core.engine.checks import prove_books
from core.engine.daily import daily_next, daily_slot
from core.engine.engine import Engine
from core.engine.jobs.base import Job, Slot

AT: Final = time(20, 15)


@dataclass(frozen=True)
class Proof(Job):
    """A difference is a bug of ours: trading stops and the evidence stays."""

    title: ClassVar[str] = "Prove the books"
    every: ClassVar[str] = "Each night, 20:15 ET"
    grace: ClassVar[timedelta] = timedelta(hours=20)

    def slot(self, now: datetime, trading_day: Callable[[datetime], date]) -> Slot:
        return daily_slot(now, AT)

    def following(self, now: datetime) -> datetime:
        return daily_next(now, AT)

    def run(self, engine: Engine, slot: Slot) -> str:
        differences = prove_books(engine.folder.database)
        if not differences:
            return "Positions, cash and lots agree with everything booked"
        engine.thread.ask(lambda: engine.brake.stop(f"The books do not add up: {differences[0]}", by="proof"))
        return f"{len(differences)} differences; trading stopped: {differences[0]}"
