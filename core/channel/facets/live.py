"""Going live: what has to be shown before real orders are sent, what has been, and the acts that lead there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.channel.facets.practice import WatchedDay
from core.domain.workspace import WorkspaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownView:
    """What one workspace has to show. Two are never added up."""

    workspace: str
    kind: WorkspaceKind
    made_at: datetime | None  # real time it was put into a file; None = of this workspace, now
    days: tuple[WatchedDay, ...]  # the newest first
    counted: int  # days that count
    orders: int  # on those
    standing: tuple[str, ...]  # mismatches nobody has explained
    enough: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """One thing between here and live."""

    words: str
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveView:
    """How far it is to going live, from this workspace."""

    kind: WorkspaceKind
    days_needed: int
    orders_needed: int
    days_usual: int
    orders_usual: int
    why_changed: str  # the reason typed when something else was asked for; empty = it is as usual
    shown: tuple[ShownView, ...]  # the best first; of a practice or paper workspace its own
    to_do: tuple[ToDo, ...]
    opened_at: datetime | None  # real time; None = nothing is sent yet
    small_traded: int  # of the first orders; with several accounts, of the one that has fewest
    small_of: int
    small_lifted: str  # the reason typed; empty = they are kept small


class Live(Protocol):
    """No number, check or order spans two workspaces: evidence goes from one to the other as a file, by a person's act."""

    def state(self) -> LiveView:
        """How it stands."""
        ...

    def evidence(self) -> str:
        """What this practice or paper workspace has to show, sealed, as a text to be kept in a file."""
        ...

    def take_on(self, text: str) -> LiveView:
        """In a live workspace: such a text, in place of an older one of the same workspace."""
        ...

    def demand(self, days: str, orders: str, reason: str) -> LiveView:
        """In a live workspace: ask for other numbers than usual, as typed; never for none."""
        ...

    def go_live(self, word: str, passphrase: str, code: str = "") -> LiveView:
        """In a live workspace, for good: from now on orders are sent. Only with the word LIVE and the passphrase."""
        ...

    def lift_small(self, reason: str) -> LiveView:
        """In a live workspace: its first orders need not be small."""
        ...
