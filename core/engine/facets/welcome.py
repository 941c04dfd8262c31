"""First steps, as the engine answers for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.channel.facets.welcome import StepView, WelcomeView
from core.domain.disclosures import VERSION
from core.domain.errors import BadInput
from core.domain.sample import Sample
from core.domain.workspace import WorkspaceKind
from core.engine.desk_thread import Urgency
from core.engine.disclosures import READ, newest_read
from core.engine.engine import Engine
from core.engine.sample import sample_of

STEPS: Final = ("quote", "order", "why", "stop", "limits", "passphrase", "plug", "crash_day")
_OF_PRACTICE: Final = frozenset({"plug", "crash_day"})
_HIDDEN: Final = "first_steps"


@dataclass(slots=True)
class WelcomeFacet:
    """What was hidden is a setting; what was read is in the journal."""

    engine: Engine

    def state(self) -> WelcomeView:
        done = self.engine.first_steps.done()
        fresh, sample, hidden, read = self.engine.thread.ask(self._kept)
        practice = self.engine.workspace.kind is WorkspaceKind.PRACTICE
        return WelcomeView(
            fresh=fresh and not done & {"order", "plug"},
            sample=sample,
            steps=tuple(
                StepView(name=name, done=name in done) for name in STEPS if practice or name not in _OF_PRACTICE
            ),
            hidden=hidden,
            read_version=read[0],
            read_at=read[1],
        )

    def hide(self, on: bool) -> None:
        def act() -> None:
            with self.engine.store.unit:
                self.engine.store.settings.set(_HIDDEN, {"hidden": "yes" if on else "no"})

        self.engine.thread.ask(act, Urgency.COMMAND)

    def disclosures_read(self, version: int) -> None:
        if version != VERSION:
            raise BadInput(
                f"The risk disclosures are version {VERSION} by now. Nothing was kept: open the page again and read them."
            )

        def act() -> None:
            if newest_read(self.engine)[0] >= version:
                return
            with self.engine.store.unit:
                title = f"The risk disclosures, version {version}, were read and understood"
                self.engine.store.journal.write(READ, title, {"version": version}, who="person")

        self.engine.thread.ask(act, Urgency.COMMAND)

    def _kept(self) -> tuple[bool, Sample | None, bool, tuple[int, datetime | None]]:
        store = self.engine.store
        every = store.accounts.every()
        samples = [found for account in store.accounts.all() if (found := sample_of(self.engine, account.id))]
        hidden = store.settings.get(_HIDDEN).get("hidden") == "yes"
        return len(every) < 2, samples[0] if samples else None, hidden, newest_read(self.engine)
