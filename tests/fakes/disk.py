"""A disk that can fill up, fail, be locked, or take the whole process down, at any statement."""

import sqlite3
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import Any, cast

from core.store.database import Database, Shared


class Fault(StrEnum):
    """What SQLite says when the disk is in trouble."""

    ENOSPC = "database or disk is full"
    EIO = "disk I/O error"
    BUSY = "database is locked"


WRITES = ("BEGIN", "INSERT", "UPDATE", "DELETE", "REPLACE", "COMMIT")


def is_write(statement: str) -> bool:
    return statement.lstrip().upper().startswith(WRITES)


class FaultyCursor(sqlite3.Cursor):
    """Every statement passes here: prepared ones and the ORM's alike."""

    def execute(self, sql: str, parameters: Any = ()) -> "FaultyCursor":
        disk = cast(FaultyConnection, self.connection)
        disk.before(sql)
        super().execute(sql, parameters)
        disk.after(sql)
        return self


class FaultyConnection(Shared):
    """The store's own connection, with somebody beside it who sees each statement before and after it ran."""

    before: Callable[[str], None] = staticmethod(lambda _: None)
    after: Callable[[str], None] = staticmethod(lambda _: None)

    def cursor(self, *_: Any) -> sqlite3.Cursor:  # type: ignore[override]
        return super().cursor(FaultyCursor)

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        return self.cursor().execute(sql, parameters)

    def close(self) -> None:
        """The disk outlives the process that wrote to it."""

    def __del__(self) -> None:
        super().close()  # from Python 3.13 on, one that is forgotten open is a warning

    def pull_the_plug(self) -> None:
        """What a dead process leaves: nothing of an unfinished transaction."""
        self.heal()
        if self.in_transaction:
            self.execute("ROLLBACK")

    def heal(self) -> None:
        self.before = lambda _: None
        self.after = lambda _: None


@cache
def _empty() -> bytes:
    """The tables as the migrations make them, once for all days."""
    database = Database.in_memory()
    image = database.connection.serialize()
    database.close()
    return image


def new_disk(image: bytes = b"") -> FaultyConnection:
    """A workspace database in memory: empty, or as it was in the image."""
    disk: FaultyConnection = sqlite3.connect(
        ":memory:", isolation_level=None, check_same_thread=False, cached_statements=512, factory=FaultyConnection
    )
    disk.deserialize(image or _empty())
    disk.execute("PRAGMA foreign_keys=1")
    return disk
