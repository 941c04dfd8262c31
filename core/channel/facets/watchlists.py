"""Names a person watches, in lists of their own."""

from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchlistView:
    """One list."""

    name: str
    symbols: tuple[str, ...]  # as they are called now, in order


class Watchlists(Protocol):
    """Kept in the workspace."""

    def all(self) -> tuple[WatchlistView, ...]:
        """In the order they were made."""
        ...

    def make(self, name: str) -> WatchlistView:
        """An empty one."""
        ...

    def rename(self, name: str, to: str) -> WatchlistView:
        """The names on it stay."""
        ...

    def remove(self, name: str) -> None:
        """The list; nothing else is touched."""
        ...

    def add(self, name: str, symbol: str) -> WatchlistView:
        """At its end; one that is on it stays where it is."""
        ...

    def drop(self, name: str, symbol: str) -> WatchlistView:
        """Off the list."""
        ...

    def move(self, name: str, symbol: str, places: int) -> WatchlistView:
        """Up (less than 0) or down so many places, to the end at most."""
        ...

    def table(self, name: str = "") -> pa.Table:
        """One list as the market stands, in its order; empty = every name there is.

        Columns: instrument_id, symbol, name, last, change, change_share, spread, spread_bps, volume, age_seconds, stale,
        halted, note.
        """
        ...
