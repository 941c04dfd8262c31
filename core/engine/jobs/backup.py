"""Once a day: a copy of the database that was opened and checked, the newest ones kept."""

from dataclasses import dataclass
from datetime import time
from typing import ClassVar

from core.engine.checks import back_up
from core.engine.engine import Engine
from core.engine.jobs.base import EachDay, Slot
from core.engine.vault_copy import copy_vault


@dataclass(frozen=True)
class Backup(EachDay):
    """Keeps the last ones only, so that the disk does not fill up."""

    title: ClassVar[str] = "Back up the database"
    every: ClassVar[str] = "Each night, 20:30 ET"
    at: ClassVar[time] = time(20, 30)
    keep: int = 14

    def run(self, engine: Engine, slot: Slot) -> str:
        copy_vault(engine.folder)
        return back_up(engine.folder, slot.name, self.keep, engine.cut)
