"""Ends long readings of the database early, so that nobody who closes the desk has to wait for them."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from core.domain.errors import DeskError

_STEPS: Final = 10_000  # of SQLite's own, between two looks: well under a millisecond


class CutShort(DeskError):
    """It was left where it was, because the desk is closing."""

    def __init__(self) -> None:
        super().__init__("It was cut short, because the desk is closing. Nothing was changed. It can be done again.")


class Cut:
    """Asked once, by whoever closes the desk; every reading that goes on under it ends within a moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: set[sqlite3.Connection] = set()
        self._asked = False

    def ask(self) -> None:
        """From any thread."""
        with self._lock:
            self._asked = True
            for connection in self._under_way:
                connection.interrupt()  # an older SQLite looks up from checking pages for nothing else

    def look(self) -> None:
        """Go on, or leave it."""
        if self._asked:
            raise CutShort

    @contextmanager
    def over(self, connection: sqlite3.Connection) -> Iterator[None]:
        """What is read on this connection ends when asked to."""
        connection.set_progress_handler(lambda: self._asked, _STEPS)
        with self._lock:
            self._under_way.add(connection)
        try:
            self.look()
            yield
        except sqlite3.OperationalError as error:
            if self._asked and error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise CutShort from error
            raise
        finally:
            with self._lock:
                self._under_way.discard(connection)


NEVER: Final = Cut()
