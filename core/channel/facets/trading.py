"""Stop trading, resume, and what is blocked and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.workspace import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelView:
    """One restriction."""

    scope: str  # workspace, an account id, or account id + instrument id
    label: str  # in words: "This workspace", "NVDA"
    level: Level
    reason: str
    since: datetime  # real time
    by: str  # person, check, reconciliation, file


@dataclass(frozen=True, slots=True, kw_only=True)
class StopReport:
    """What stopping did, and what is left."""

    level: Level
    canceling: tuple[str, ...]  # order ids asked to be cancelled
    still_open: tuple[str, ...]  # that add risk and the broker still shows
    in_doubt: tuple[str, ...]
    protective_kept: tuple[str, ...]
    positions: int
    words: str
    finished: bool  # the broker shows none that add risk


class Trading(Protocol):
    """The brake."""

    def stop(self, reason: str, also_protective: bool = False) -> StopReport:
        """Block new risk, cancel what adds risk, say what is left. Works at any time."""
        ...

    def closing_only(self, reason: str) -> None:
        """Allow cancels and reductions only."""
        ...

    def resume(self, reason: str) -> None:
        """Trade again; refused while reconciliation is not ok."""
        ...

    def report(self) -> StopReport:
        """How far stopping has got."""
        ...

    def levels(self) -> tuple[LevelView, ...]:
        """Every restriction in force."""
        ...

    def unfreeze(self, scope: str, reason: str) -> None:
        """Lift the freeze of one symbol after looking into it."""
        ...
