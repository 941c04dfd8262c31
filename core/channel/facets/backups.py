"""Copies of the database: those beside it, and those at a second place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupView:
    """One copy in the workspace's folder."""

    name: str  # of the file
    made_at: datetime  # real
    size: int  # bytes
    verified: bool  # opened, read through and its books proved when it was made, and as long as it was then
    second: str  # how it stands at the second place, in words; empty = none was set then


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupsView:
    """All there is to know."""

    kept: tuple[BackupView, ...]  # newest first
    folder: str
    second_place: str  # its folder; empty = none
    second_words: str  # which disk it is on, or what is wrong with it
    second_failed: bool  # the last copy did not get there


class Backups(Protocol):
    """Made each night, and whenever a person asks."""

    def state(self) -> BackupsView:
        """Those that are kept."""
        ...

    def make(self) -> str:
        """One now, checked; where it is and how large. Asked twice within seconds it is the same one."""
        ...

    def set_second_place(self, folder: str) -> str:
        """A folder on another disk where each copy goes as well; empty = none. BadInput says why it does not do."""
        ...
