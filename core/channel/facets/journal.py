"""Everything that happened, in order, provably unedited."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One journal row in full."""

    seq: int
    recorded_at: datetime  # real
    market_at: datetime
    kind: str
    who: str
    order_id: str
    title: str
    body: str  # JSON, as stored
    hash: str
    tags: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRow:
    """One row with everything its seal covers."""

    seq: int
    recorded_at: datetime  # real
    market_at: datetime
    kind: str
    who: str
    order_id: str
    about: int | None  # the row a note is about
    title: str
    body: str  # JSON, as stored
    hash: str  # hex
    hash_before: str  # hex, of the row before this one in the whole journal; empty = there is none


class Journal(Protocol):
    """Reading and annotating; rows are never changed."""

    def table(self, before: int = 0, limit: int = 200, find: str = "", kind: str = "", tag: str = "") -> pa.Table:
        """Rows newest first. before: the last seq of the previous page, 0 = newest. Columns: seq, recorded_at, market_at,
        kind, who, order_id, symbol, title, tags, notes.
        """
        ...

    def one(self, seq: int) -> EntryView:
        """One row."""
        ...

    def note(self, seq: int, words: str, tags: tuple[str, ...] = ()) -> None:
        """Add a person's note and tags to a row (itself a row)."""
        ...

    def of_order(self, order_id: str) -> tuple[SealedRow, ...]:
        """Every row about one order, oldest first, with its seal and the one before."""
        ...

    def kinds(self) -> tuple[str, ...]:
        """Every kind of row there is so far."""
        ...

    def tags(self) -> tuple[str, ...]:
        """Every tag a person has used, by name."""
        ...
