"""Once a minute: everything the broker says, held against our books."""

from dataclasses import dataclass
from typing import ClassVar

from core.engine.engine import Engine
from core.engine.jobs.base import EachMinute, Slot


@dataclass(frozen=True)
class Reconcile(EachMinute):
    """Asks for a full reading; the comparison happens when it comes."""

    title: ClassVar[str] = "Compare with the broker"

    def run(self, engine: Engine, slot: Slot) -> str:
        def ask() -> str:
            accounts = [a.id for a in engine.store.accounts.all()]
            engine.desk.wants_reading.update(accounts)
            agreed = sum(1 for c in engine.desk.connections for a in c.account_ids if a in c.reconciled)
            return f"{agreed} of {len(accounts)} accounts agree; asked again"

        return engine.thread.ask(ask)
