"""Look through a long history from beside the running desk: without its thread, without ever writing, and never for long."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore, Condition, Lock
from typing import Final, TypeVar

from core.clock import stopwatch
from core.domain.errors import BadInput, DeskUnreachable, StoreError
from core.domain.fill import Fill
from core.domain.order import Order, Status
from core.store import equity, fills, first_steps, journal, orders, traded
from core.store.equity import Past
from core.store.journal import ACTIVITY, Line
from core.store.orders import Only
from core.store.snapshot import snapshot
from core.store.traded import Asked, Traded, Worth

Answer = TypeVar("Answer")
PATIENCE: Final = 3  # seconds
AT_ONCE: Final = 2  # searches: each may keep a processor busy
TURN: Final = 1  # second to wait for one's turn: with the search itself less than a window waits for an answer
A_WHILE: Final = 50_000  # steps of SQLite's between two looks at the watch, some hundredths of a second
_CLOSING_SECONDS: Final = 10
_ORDERS: Final = "Look for a whole order id, or choose Open."
_FILLS: Final = "Choose one name."
_AGAIN: Final = "Ask again in a moment."
_PERFORMANCE: Final = "Choose a shorter period."
_JOURNAL: Final = "Choose a kind, or look for a whole order id."


class Archive:
    """Runs on the thread of whoever asks; each look has a connection of its own and sees one moment."""

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self._path = path
        self._patience = patience
        self._searches = BoundedSemaphore(AT_ONCE)
        self._books = Lock()
        self._read = equity.Read()  # under that lock
        self._looks = Condition()
        self._looking = 0
        self._closed = False

    def orders(
        self, statuses: Iterable[Status], before: str, limit: int, find: str = "", only: Only | None = None
    ) -> list[Order]:
        """Newest first, below an id; empty = from the top."""
        return self._find(find, _ORDERS, lambda files: orders.page(files, statuses, before, limit, find, only))

    def journal(
        self, before: int, limit: int, find: str = "", kind: str = "", tag: str = ""
    ) -> tuple[list[Line], dict[int, list[Line]], dict[str, str]]:
        """Rows newest first, what people wrote about them, and the symbols of their orders."""

        def read(files: sqlite3.Connection) -> tuple[list[Line], dict[int, list[Line]], dict[str, str]]:
            lines = journal.page(files, before, limit, find, kind, tag)
            notes = journal.notes_about(files, [line.seq for line in lines])
            return lines, notes, orders.symbols(files, {line.order_id for line in lines if line.order_id})

        return self._find(find or tag, _JOURNAL, read)

    def activities(self, instrument_id: str, limit: int) -> list[Line]:
        """The newest rows that tell of what moved in one instrument without a trade."""
        return self._look(
            _JOURNAL, lambda files: journal.page(files, 0, limit, f'"instrument_id":"{instrument_id}"', ACTIVITY)
        )

    def since(self, seq: int, kinds: Collection[str], limit: int = -1) -> tuple[list[Line], dict[str, Order]]:
        """Rows of these kinds that came after one of them, oldest first, and the orders they are about."""

        def read(files: sqlite3.Connection) -> tuple[list[Line], dict[str, Order]]:
            lines = journal.since(files, seq, kinds, limit)
            found = {i: orders.one(files, i) for i in {line.order_id for line in lines if line.order_id}}
            return lines, {i: order for i, order in found.items() if order is not None}

        return self._look(_JOURNAL, read)

    def row(self, seq: int) -> tuple[Line, list[Line]] | None:
        """One row of the journal, and what people wrote about it."""

        def read(files: sqlite3.Connection) -> tuple[Line, list[Line]] | None:
            line = journal.one(files, seq)
            return (line, journal.notes_about(files, [seq]).get(seq, [])) if line else None

        return self._look(_JOURNAL, read)

    def kinds(self) -> list[str]:
        return self._look(_JOURNAL, journal.kinds)

    def tags(self) -> list[str]:
        return self._look(_JOURNAL, journal.tags)

    def story(self, order_id: str) -> tuple[Order, list[Line], list[Fill]] | None:
        """An order with its rows and executions, oldest first."""

        def read(files: sqlite3.Connection) -> tuple[Order, list[Line], list[Fill]] | None:
            order = orders.one(files, order_id)
            if order is None:
                return None
            return order, journal.of_order(files, order_id), fills.of_client(files, order.client_id)

        return self._look(_ORDERS, read)

    def sealed(self, order_id: str) -> list[tuple[Line, int | None, bytes]]:
        """An order's rows, oldest first, each with what it is about and the seal before it."""
        return self._look(_JOURNAL, lambda files: journal.sealed_of_order(files, order_id))

    def traded(self, after: int, limit: int) -> tuple[list[Traded], frozenset[tuple[str, str]]]:
        """Fills of every account after a row, oldest first; and what was taken back, up to now."""
        return self._look(_AGAIN, lambda files: (traded.after(files, after, limit), traded.taken_back(files)))

    def fills(self, account_id: str, before: int, limit: int, **only: str) -> list[Traded]:
        """Of one account, newest first, below a row; 0 = from the top."""
        narrow = any(only.values())
        return self._find(
            "fills" if narrow else "", _FILLS, lambda files: traded.page(files, account_id, before, limit, **only)
        )

    def traded_of(self, account_ids: Collection[str], instrument_id: str, since: datetime, most: int) -> list[Fill]:
        """What these accounts traded of one name since a market time, oldest first; of each account the newest."""

        def read(files: sqlite3.Connection) -> list[Fill]:
            found = (fills.of_instrument(files, account, instrument_id, since, most) for account in account_ids)
            return sorted((fill for each in found for fill in each), key=lambda fill: fill.at)

        return self._look(_FILLS, read)

    def runs(self) -> tuple[dict[str, Asked], dict[str, list[Worth]]]:
        """By account: how its orders ended, and what it was worth as each session began."""
        return self._look(_AGAIN, lambda files: (traded.asked(files), traded.worths(files)))

    def equity(self, account_id: str, currency: str, since: datetime | None = None) -> Past:
        """One account's equity points, and everything booked since the last of them; or since a moment."""
        if not self._books.acquire(timeout=self._patience):
            raise BadInput("Nothing was looked up: the books are being read for another window. Try again in a moment.")
        try:
            return self._look(_PERFORMANCE, lambda f: equity.past(f, account_id, currency, since, read=self._read))
        finally:
            self._books.release()

    def first_steps(self, known: frozenset[str]) -> frozenset[str]:
        """Those that were done, but for the ones known to be."""
        return self._look(_AGAIN, lambda files: first_steps.done(files, known))

    def close(self) -> None:
        """What is being looked up ends now."""
        with self._looks:
            self._closed = True
            self._looks.wait_for(lambda: not self._looking, _CLOSING_SECONDS)

    def _find(self, find: str, narrower: str, read: Callable[[sqlite3.Connection], Answer]) -> Answer:
        if not find:
            return self._look(narrower, read)
        if not self._searches.acquire(timeout=TURN):
            raise BadInput("Nothing was looked up: other searches are still under way. Try again in a moment.")
        try:
            return self._look(narrower, read)
        finally:
            self._searches.release()

    def _look(self, narrower: str, read: Callable[[sqlite3.Connection], Answer]) -> Answer:
        until = stopwatch() + self._patience
        try:
            with self._counted(), snapshot(self._path) as files:
                files.set_progress_handler(lambda: self._closed or stopwatch() > until, A_WHILE)
                return read(files)
        except sqlite3.Error as error:
            if error.sqlite_errorname != "SQLITE_INTERRUPT":
                raise StoreError(
                    f"The history could not be read: {error}. Nothing was changed: have the doctor look at the database."
                ) from error
            if self._closed:
                raise _closing() from error
            raise BadInput(
                f"The search did not get through the history in {self._patience:g} s and was ended. {narrower}"
            ) from error

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._looks:
            if self._closed:
                raise _closing()
            self._looking += 1
        try:
            yield
        finally:
            with self._looks:
                self._looking -= 1
                self._looks.notify_all()


def _closing() -> DeskUnreachable:
    return DeskUnreachable("The desk is closing. Nothing was looked up: start it and look again.")
