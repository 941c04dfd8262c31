"""First steps at the desk made of memory."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.channel.facets.outside import OutsideView
from core.channel.facets.welcome import StepView, WelcomeView
from core.domain.disclosures import VERSION
from core.domain.errors import BadInput
from core.domain.workspace import WorkspaceKind

if TYPE_CHECKING:
    from tests.fakes.desk import World

STEPS = ("quote", "order", "why", "stop", "limits", "passphrase", "plug", "crash_day")
OF_PRACTICE = ("plug", "crash_day")
NOW = datetime(2026, 11, 20, 19, 32, 7, tzinfo=UTC)
USED = WelcomeView(fresh=False, sample=None, steps=(), hidden=False, read_version=0, read_at=None)


class FakeOutside:
    def __init__(self, world: "World") -> None:
        self.world = world
        self.views: tuple[OutsideView, ...] = ()

    def all(self) -> tuple[OutsideView, ...]:
        self.world.answer()
        return self.views


class FakeWelcome:
    def __init__(self, world: "World") -> None:
        self.world = world
        self.view = USED
        self.done: set[str] = set()

    def state(self) -> WelcomeView:
        self.world.answer()
        practice = self.world.kind is WorkspaceKind.PRACTICE
        steps = tuple(StepView(name=s, done=s in self.done) for s in STEPS if practice or s not in OF_PRACTICE)
        return replace(self.view, steps=steps)

    def hide(self, on: bool) -> None:
        self.world.answer()
        self.view = replace(self.view, hidden=on)

    def disclosures_read(self, version: int) -> None:
        self.world.answer()
        if version != VERSION:
            raise BadInput("The risk disclosures are another version by now. Nothing was kept: open the page again.")
        self.view = replace(self.view, read_version=version, read_at=NOW)
