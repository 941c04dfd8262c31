"""Is the engine alive, whose is it, and what does it wait for."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from core.domain.workspace import Level, WorkspaceKind

SIGNED_OUT: Final = "signed out"
UNWATCHED: Final = "unwatched"  # the key of the notice that nothing is watched until somebody unlocks it


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing a person should know, worst first."""

    weight: str  # red, amber, blue or grey
    title: str  # what it means for you
    detail: str = ""  # cause, and what stays safe
    row: int = 0  # of the journal: it stays until a person says they have seen it; 0 = it ends by itself
    explain: bool = False  # and has typed what they found out
    since: datetime | None = None  # real time
    key: str = ""  # what it is about: "job:backup"; the part before the colon says where it is dealt with


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionView:
    """One broker connection."""

    name: str
    broker: str
    state: str  # connected, down, connecting, signed out
    reconciled: bool
    reason: str
    read_at: datetime | None  # real time of the last ok read of open orders
    signed_in_until: datetime | None = None  # real time; None = the broker names none


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthView:
    """The frame's status line in one answer."""

    workspace: str
    kind: WorkspaceKind
    engine_pid: int
    version: str
    started_at: datetime  # real
    now: datetime  # real
    market_now: datetime
    market_words: str  # "Open, closes 16:00 ET"
    market_open: bool
    pace: float  # market seconds per real second
    own_time: bool
    level: Level
    level_reason: str
    connections: tuple[ConnectionView, ...]
    feed_age_seconds: float | None  # of the oldest price in use; None = no price in use
    feed_note: str  # "INVENTED PRICES"
    next_job: str  # "Reconcile, in 24 s"
    open_orders: int
    in_doubt: int
    waiting: int  # orders kept here until they can be sent
    read_only: str  # why nothing can be written; empty = it can
    keep_running: bool
    notices: tuple[Notice, ...]  # worst first
    foreign: bool = False  # it was copied here from another machine, and can be claimed

    @property
    def behind_lock(self) -> "HealthView":
        """For whoever is locked out: how many things are wrong and how bad the worst is."""
        shown = [notice for notice in self.notices if notice.key == UNWATCHED]
        if hidden := [notice for notice in self.notices if notice.key != UNWATCHED]:
            words = "1 notice stands." if len(hidden) == 1 else f"{len(hidden)} notices stand."
            shown.append(Notice(weight=hidden[0].weight, title=words, detail="Unlock it to read what they say."))
        return replace(self, notices=tuple(shown), level_reason="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the doctor."""

    check: str
    ok: bool
    words: str


class Health(Protocol):
    """Asked before anything else."""

    def state(self) -> HealthView:
        """Everything the frame shows."""
        ...

    def doctor(self) -> tuple[Finding, ...]:
        """Look over database, journal chain, maintained tables, folders, disk and clock."""
        ...

    def acknowledge(self, row: int, words: str = "") -> None:
        """A person has seen the notice kept in that row of the journal; words where it has to be explained."""
        ...

    def keep_running(self, on: bool) -> None:
        """Whether this engine outlives the window."""
        ...

    def shut_down(self) -> None:
        """End the engine in good order."""
        ...
