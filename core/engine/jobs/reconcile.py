"""Once a minute: everything the broker says, held against our books."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from core.engine.engine import Engine
from core.engine.jobs.base import Job, Slot


@dataclass(frozen=True)
class Reconcile(Job):
    """Asks for a full reading; the comparison happens when it comes."""

    title: ClassVar[str] = "Compare with the broker"
    every: ClassVar[str] = "Each minute"
    grace: ClassVar[timedelta] = timedelta(minutes=1)
    matters_when_missed: ClassVar[bool] = False

    def slot(self, now: datetime, trading_day: Callable[[datetime], date]) -> Slot:
        minute = now.replace(second=0, microsecond=0)
        return Slot(name=f"{minute:%Y-%m-%dT%H:%M}", due_at=minute)

    def following(self, now: datetime) -> datetime:
        return now.replace(second=0, microsecond=0) + timedelta(minutes=1)

    def run(self, engine: Engine, slot: Slot) -> str:
        def ask() -> str:
            accounts = [a.id for a in engine.store.accounts.all()]
            engine.desk.wants_reading.update(accounts)
            agreed = sum(1 for c in engine.desk.connections for a in c.account_ids if a in c.reconciled)
            return f"{agreed} of {len(accounts)} accounts agree; asked again"

        return engine.thread.ask(ask)
