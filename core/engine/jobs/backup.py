"""Once a day: a copy of the database that was opened and checked, the newest ones kept; and one at the second place."""

from dataclasses import dataclass
from datetime import time
from typing import ClassVar

from core.engine.backups import make
from core.engine.engine import Engine
from core.engine.jobs.base import EachDay, Slot


@dataclass(frozen=True)
class Backup(EachDay):
    """Keeps the last ones only, so that the disk does not fill up."""

    title: ClassVar[str] = "Back up the database"
    every: ClassVar[str] = "Each night, 20:30 ET"
    at: ClassVar[time] = time(20, 30)
    keep: int = 14

    def run(self, engine: Engine, slot: Slot) -> str:
        return make(engine, slot.name, self.keep)
