"""At night: positions, cash and lots as kept, against everything ever booked, added up again from the start."""

from dataclasses import dataclass
from datetime import time
from typing import ClassVar

from core.domain.errors import StoreError
from core.engine.checks import prove_books
from core.engine.engine import Engine
from core.engine.jobs.base import EachDay, Slot


@dataclass(frozen=True)
class Proof(EachDay):
    """A difference is a bug of ours: trading stops and the evidence stays."""

    title: ClassVar[str] = "Prove the books"
    every: ClassVar[str] = "Each night, 20:15 ET"
    at: ClassVar[time] = time(20, 15)

    def run(self, engine: Engine, slot: Slot) -> str:
        differences = prove_books(engine.folder.database, cut=engine.cut)
        if not differences:
            return "Positions, cash and lots agree with everything booked"
        engine.thread.ask(lambda: engine.brake.stop(f"The books do not add up: {differences[0]}", by="proof"))
        raise StoreError(
            f"{len(differences)} differences were found and trading was stopped. The first: {differences[0]}"
        )
