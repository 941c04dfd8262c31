"""One unit of work: everything in it is on the disk when it ends, or none of it is, in memory too."""

import sqlite3
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final

from sqlalchemy.exc import DBAPIError

from core.domain.errors import StoreError

_MISSING: Final = object()
_OURS: Final = (sqlite3.ProgrammingError, sqlite3.IntegrityError)  # a fault of this program, whatever the disk is like


class Unit:
    """BEGIN IMMEDIATE … COMMIT, with the memory of the repositories going along."""

    def __init__(self, connection: sqlite3.Connection, read_only: str = "") -> None:
        self._run: Callable[..., sqlite3.Cursor] = connection.execute
        self._connection = connection
        self.read_only = read_only  # in words why nothing may be written; empty = it may
        self._undo: list[tuple[dict[Any, Any], Any, Any]] = []
        self._abandoned: list[Callable[[], None]] = []
        self.active = False

    def keep(self, memory: dict[Any, Any], key: object, value: object) -> None:
        """Remember a value under a key; forgotten again if the unit fails."""
        self._undo.append((memory, key, memory.get(key, _MISSING)))
        memory[key] = value

    def drop(self, memory: dict[Any, Any], key: object) -> None:
        """Forget a key; remembered again if the unit fails."""
        if key in memory:
            self._undo.append((memory, key, memory.pop(key)))

    def if_it_fails(self, act: Callable[[], None]) -> None:
        """Put something else right when the unit does not reach the disk."""
        self._abandoned.append(act)

    def __enter__(self) -> "Unit":
        if self.active:
            raise RuntimeError("a unit of work is already open")
        if self.read_only:
            raise StoreError(self.read_only)
        try:
            self._run("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise _unwritable(error) from error
        self.active = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            try:
                self._run("COMMIT")
            except BaseException as failure:
                self._roll_back()
                if isinstance(failure, sqlite3.Error):
                    raise _unwritable(failure) from failure
                raise
            self._undo.clear()
            self._abandoned.clear()
            self.active = False
            return
        self._roll_back()
        cause = error.orig if isinstance(error, DBAPIError) else error  # the ORM wraps what the disk said
        if isinstance(cause, sqlite3.Error) and not isinstance(cause, _OURS):
            raise _unwritable(cause) from error

    def _roll_back(self) -> None:
        for memory, key, before in reversed(self._undo):
            if before is _MISSING:
                memory.pop(key, None)
            else:
                memory[key] = before
        for act in reversed(self._abandoned):
            act()
        self._undo.clear()
        self._abandoned.clear()
        self.active = False
        if self._connection.in_transaction:
            self._run("ROLLBACK")


def _unwritable(error: sqlite3.Error) -> StoreError:
    return StoreError(
        f"The database could not be written: {error}. Nothing of this step was kept and nothing was sent. "
        "Free disk space or check the disk, then try again."
    )
