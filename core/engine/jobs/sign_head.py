"""Once a day: the journal as it stands, signed with a key only the open vault has."""

from dataclasses import dataclass
from datetime import time
from typing import ClassVar

from core.engine.engine import Engine
from core.engine.jobs.base import EachDay, Slot


@dataclass(frozen=True)
class SignHead(EachDay):
    """Before the night's backup, which then holds it. One that was missed is made good by the next, or by unlocking."""

    title: ClassVar[str] = "Sign the journal"
    every: ClassVar[str] = "Each night, 20:10 ET"
    at: ClassVar[time] = time(20, 10)
    matters_when_missed: ClassVar[bool] = False

    def run(self, engine: Engine, slot: Slot) -> str:
        if not engine.door.locks:
            return "This workspace has no passphrase, so no key to sign with"
        row = engine.thread.ask(lambda: engine.witness.sign(engine.store, slot.name))
        return f"Signed up to row {row}" if row else "Nothing has happened since it was last signed"
