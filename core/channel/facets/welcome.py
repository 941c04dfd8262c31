"""The first steps in a workspace: whether anybody has used it, what was done of them, and what was agreed to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.sample import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One first step, done once it has happened at the engine."""

    name: str  # "quote"
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeView:
    """The whole of it in one answer."""

    fresh: bool  # nobody has ordered anything or begun another run
    sample: Sample | None  # of the account in use
    steps: tuple[StepView, ...]
    hidden: bool  # the steps, on the first page
    read_version: int  # of the risk disclosures that were read; 0 = none
    read_at: datetime | None  # real time


class Welcome(Protocol):
    """Steps are ticked by what happened, never by a click on them."""

    def state(self) -> WelcomeView:
        """Where this workspace stands."""
        ...

    def hide(self, on: bool) -> None:
        """Whether the first page leaves the steps out."""
        ...

    def disclosures_read(self, version: int) -> None:
        """The risk disclosures of this version were read; kept in the journal. The same again is nothing new."""
        ...
