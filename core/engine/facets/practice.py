"""The invented market's switches, as the engine answers for them."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from core.brokers.practice.line import PracticeLine
from core.brokers.practice.remote import RemoteLine
from core.channel.facets.practice import Fault, PracticeView
from core.domain.errors import BadInput
from core.engine.desk_thread import Urgency
from core.engine.engine import Engine
from core.engine.timekeeping import keep_time


@dataclass(slots=True)
class PracticeFacet:
    """Refused in any other kind of workspace."""

    engine: Engine
    seed: int
    starting_cash: Decimal

    def state(self) -> PracticeView:
        line = self._line()
        return PracticeView(
            own_time=self.engine.timeline.own_time,
            pace=self.engine.timeline.pace,
            faults=line.faults(),
            seed=self.seed,
            starting_cash=self.starting_cash,
        )

    def time(self, own_time: bool, pace: int) -> PracticeView:
        self._line()

        def act() -> None:
            anchor = self.engine.timeline.set(own_time, pace)
            with self.engine.store.unit:
                keep_time(self.engine.store.settings, anchor)
                title = f"Own time at {pace}×" if own_time else "Exchange hours"
                self.engine.store.journal.write("practice.time", title, anchor, who="person")

        return self._after(act)

    def fault(self, fault: Fault, on: bool) -> PracticeView:
        line = self._line()

        def act() -> None:
            line.fault(fault, on)
            with self.engine.store.unit:
                title = f"{fault.value.replace('_', ' ').capitalize()} {'on' if on else 'off'}"
                self.engine.store.journal.write("practice.fault", title, {"fault": fault, "on": on}, who="person")

        return self._after(act)

    def why(self, order_id: str) -> tuple[str, ...]:
        line = self._line()
        client_id = self.engine.thread.ask(lambda: self.engine.desk.order(order_id)).client_id
        return line.why(client_id)

    def _after(self, act: Callable[[], None]) -> PracticeView:
        self.engine.thread.ask(act, Urgency.COMMAND)
        return self.state()

    def _line(self) -> PracticeLine | RemoteLine:
        for line in self.engine.lines:
            if isinstance(line, PracticeLine | RemoteLine):
                return line
        raise BadInput(f"{self.engine.workspace.name} is no practice workspace. Nothing was changed.")
