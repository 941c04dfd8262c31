"""Jobs, as the engine answers for them."""

from dataclasses import dataclass

from core.channel.facets.jobs import JobView, SlotView
from core.domain.errors import BadInput
from core.engine.background import Background
from core.engine.engine import Engine


@dataclass(slots=True)
class JobsFacet:
    """The clockwork."""

    engine: Engine
    background: Background

    def all(self) -> tuple[JobView, ...]:
        return self.engine.thread.ask(self.background.all)

    def missed(self) -> tuple[SlotView, ...]:
        return self.engine.thread.ask(self.background.missed)

    def run_missed(self, job: str, slot: str) -> None:
        self._known(job)
        self.background.run_missed(job, slot)

    def skip_missed(self, job: str, slot: str) -> None:
        self._known(job)
        self.background.skip_missed(job, slot)

    def plan_again(self, job: str, slot: str, minutes: int) -> None:
        self._known(job)
        self.background.plan_again(job, slot, minutes)

    def _known(self, job: str) -> None:
        if job not in {view.name for view in self.all()}:
            raise BadInput(f"There is no job {job[:40]}. Nothing was done: look at the page Activity.")
