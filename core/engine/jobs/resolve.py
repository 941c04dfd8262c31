"""Once a minute: how many orders are in doubt, and since when; a person is told when one stays so."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final

from core.domain.order import Status
from core.engine.engine import Engine
from core.engine.jobs.base import EachMinute, Slot

PATIENCE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Resolve(EachMinute):
    """The minder looks orders up by itself; this job makes sure none is looked for in silence."""

    title: ClassVar[str] = "Look up orders in doubt"

    def run(self, engine: Engine, slot: Slot) -> str:
        def look() -> str:
            desk, now = engine.desk, engine.clock.now()
            doubtful = [o for o in engine.store.orders.open() if o.status is Status.UNKNOWN]
            old = [o for o in doubtful if o.sent_at is not None and now - o.sent_at > PATIENCE]
            if not old:
                desk.alarms.clear("doubt")
                return f"{len(doubtful)} in doubt" if doubtful else "None in doubt"
            many = len(old) != 1
            desk.alarms.set(
                "doubt",
                "amber",
                f"{len(old)} order{'s are' if many else ' is'} not confirmed by the broker for over a minute.",
                "Nothing is sent twice. Look at the Orders page, and at the broker's own site.",
            )
            return f"{len(old)} in doubt for over a minute"

        return engine.thread.ask(look)
