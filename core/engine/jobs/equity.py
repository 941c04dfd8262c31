"""After each close: what every account was worth, for its curve; closes that were jumped over or slept through too."""

from dataclasses import dataclass
from typing import ClassVar

from core.engine.engine import Engine
from core.engine.equity import catch_up_however_long, is_due
from core.engine.jobs.base import EachMinute, Slot


@dataclass(frozen=True)
class Equity(EachMinute):
    """It looks each minute and works only when a session has closed: half-days close early, and days may be jumped over."""

    title: ClassVar[str] = "Mark what accounts are worth"
    every: ClassVar[str] = "After each close"

    def run(self, engine: Engine, slot: Slot) -> str:
        due = engine.thread.ask(lambda: [a for a in engine.store.accounts.all() if is_due(engine, a)])
        for account in due:
            catch_up_however_long(engine, account)
        return f"Marked {', '.join(account.name for account in due)}" if due else "Marked up to the last close"
