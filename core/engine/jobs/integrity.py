"""Once a day: every page of the database and every link of the journal's chain."""

from dataclasses import dataclass
from datetime import time
from typing import ClassVar

from core.domain.errors import StoreError
from core.engine.engine import Engine
from core.engine.jobs.base import EachDay, Slot
from core.store.snapshot import broken_chain, damaged_pages


@dataclass(frozen=True)
class Integrity(EachDay):
    """Damage stops trading: a desk that cannot trust its memory must not act on it."""

    title: ClassVar[str] = "Check database and journal"
    every: ClassVar[str] = "Each night, 20:45 ET"
    at: ClassVar[time] = time(20, 45)

    def run(self, engine: Engine, slot: Slot) -> str:
        path, cut = engine.folder.database, engine.cut
        problems = [*damaged_pages(path, cut), *broken_chain(path, cut)]
        if engine.door.locks:
            problems += engine.witness.check(path, cut).problems
        if not problems:
            return "Every page and every journal row is as it was written"
        engine.thread.ask(lambda: engine.brake.stop(f"The database is damaged: {problems[0]}", by="integrity"))
        raise StoreError(f"{len(problems)} problems were found and trading was stopped. The first: {problems[0]}.")
