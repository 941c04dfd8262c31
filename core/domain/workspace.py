"""A workspace is practice, paper or live for life; nothing is ever added up across two of them."""

from dataclasses import dataclass
from enum import StrEnum


class WorkspaceKind(StrEnum):
    """Which kind of money moves here."""

    PRACTICE = "practice"
    PAPER = "paper"
    LIVE = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Who this database belongs to."""

    id: str
    name: str
    kind: WorkspaceKind
    machine: str  # the one machine that may trade from it
    currency: str = "USD"


class Level(StrEnum):
    """How much trading is allowed, from most to least."""

    ACTIVE = "active"
    CLOSING_ONLY = "closing_only"
    STOPPED = "stopped"
