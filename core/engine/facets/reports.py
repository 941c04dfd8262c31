"""Daily reports, as the engine answers for them."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec

from core.channel.facets.reports import DayReport
from core.domain.errors import BadInput
from core.engine.day_report import KIND, current, drawn
from core.engine.engine import Engine

SHOWN: Final = 400  # days, the newest


@dataclass(slots=True)
class ReportsFacet:
    """Read from the archive: nobody waits for it."""

    engine: Engine

    def days(self) -> tuple[date, ...]:
        return tuple(dict.fromkeys(report.day for report in self._kept()))

    def of(self, day: date | None = None) -> DayReport:
        if day is None:
            engine = self.engine
            return drawn(engine, engine.thread.ask(lambda: current(engine)))
        found = next((report for report in self._kept() if report.day == day), None)
        if found is None:
            raise BadInput(f"No report of {day:%d %b %Y} was kept. Nothing was looked up: choose a day of the list.")
        return found

    def _kept(self) -> list[DayReport]:
        lines, _, _ = self.engine.archive.journal(0, SHOWN, "", KIND)
        return [msgspec.json.decode(line.body, type=DayReport) for line in lines]
