"""After the close: the day's report, kept in the journal where nobody can change it."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import ClassVar, Final

from core.channel.facets.reports import DayReport
from core.engine.day_report import KIND, drawn
from core.engine.engine import Engine
from core.engine.jobs.base import EachDay, Slot

_NAME: Final = "report"


@dataclass(frozen=True)
class DailyReport(EachDay):
    """The window makes a page to print of it, whenever it is wanted."""

    title: ClassVar[str] = "Keep the day's report"
    every: ClassVar[str] = "Each day, 16:35 ET"
    at: ClassVar[time] = time(16, 35)
    grace: ClassVar[timedelta] = timedelta(hours=3)  # later the numbers would not be that day's
    matters_when_missed: ClassVar[bool] = False

    def run(self, engine: Engine, slot: Slot) -> str:
        day = date.fromisoformat(slot.name)
        if engine.sessions.hours(day) is None:
            return "The exchange was closed"
        report = drawn(engine, day)
        return engine.thread.ask(lambda: _keep(engine, report))


def _keep(engine: Engine, report: DayReport) -> str:
    """On the desk thread, once a day."""
    store, day = engine.store, report.day
    if store.settings.get(_NAME).get("day") == day.isoformat():
        return "That day's report was kept before"
    with store.unit:
        store.settings.set(_NAME, {"day": day.isoformat()})
        store.journal.write(KIND, f"The report of {day.day} {day:%b} {day.year} was kept", report)
    return f"{_many(len(report.fills), 'fill')}, {_many(len(report.orders), 'order')} open"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
