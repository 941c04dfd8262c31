"""Everything that happened, each row chained to the one before it, so that an edit shows."""

import re
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import msgspec

from core.clock import Clock, MarketClock
from core.store.brief import brief
from core.store.columns import from_micros, to_micros
from core.store.unit import Unit

_INSERT: Final = "INSERT INTO journal (seq, recorded_at, market_at, kind, who, order_id, about, title, body, hash) VALUES (?,?,?,?,?,?,?,?,?,?)"
_COLUMNS: Final = "seq, recorded_at, market_at, kind, who, order_id, title, body, hash"
_CHAINED: Final = "seq, recorded_at, market_at, kind, who, order_id, about, title, body, hash"
_KINDS: Final = (
    "WITH RECURSIVE known(kind) AS (SELECT min(kind) FROM journal UNION ALL "
    "SELECT (SELECT min(kind) FROM journal WHERE kind > known.kind) FROM known WHERE kind IS NOT NULL) "
    "SELECT kind FROM known WHERE kind IS NOT NULL"
)
NOTE: Final = "note"  # the kind of a person's remark on a row
_TAGGED: Final = (  # a note is a row, too
    f"SELECT n.about AS about, each.value AS tag FROM journal n, json_each(n.body, '$.tags') each WHERE n.kind='{NOTE}'"
)
SEALED: Final = (
    f"SELECT {_COLUMNS}, about, (SELECT b.hash FROM journal b WHERE b.seq = journal.seq - 1) "
    "FROM journal WHERE order_id=? ORDER BY seq"
)
ACTIVITY: Final = "activity"  # the kind of a row about what moved without a trade
_BEYOND: Final = 2**62
_WHOLE_ID: Final = re.compile(r"\d{8}-\d{6,}")
_encode: Final[Callable[[object], bytes]] = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row."""

    seq: int
    recorded_at: datetime
    market_at: datetime
    kind: str
    who: str
    order_id: str
    title: str
    body: str
    hash: bytes


class Journal:
    """Append only."""

    def __init__(self, connection: sqlite3.Connection, unit: Unit, clock: Clock, market_clock: MarketClock) -> None:
        self._connection = connection
        self._unit = unit
        self._now = clock.now
        self._market_now = market_clock.now
        last = connection.execute("SELECT seq, hash, kind FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
        self._seq: int = last[0] if last else 0
        self._head: bytes = last[1] if last else b""
        self.newest_kind: str = last[2] if last else ""

    def write(
        self,
        kind: str,
        title: str,
        body: object = None,
        *,
        order_id: str = "",
        who: str = "desk",
        about: int | None = None,
    ) -> int:
        """Add a row inside the open unit."""
        seq, head, before = self._seq, self._head, self.newest_kind
        self._unit.if_it_fails(lambda: self._rewind(seq, head, before))
        text = _encode(brief(body)).decode()
        recorded, market = to_micros(self._now()), to_micros(self._market_now())
        self._head = link(head, seq + 1, recorded, market, kind, who, order_id, about, title, text)
        self._seq, self.newest_kind = seq + 1, kind
        self._connection.execute(
            _INSERT, (seq + 1, recorded, market, kind, who, order_id, about, title, text, self._head)
        )
        return seq + 1

    def now(self) -> datetime:
        """The real time rows are stamped with."""
        return self._now()

    @property
    def sealed(self) -> tuple[int, str]:
        """The last row, and its seal over everything up to it; inside a unit with what is being written."""
        return self._seq, self._head.hex()

    @property
    def newest(self) -> int:
        """The number of the last row; 0 = there is none."""
        return self._seq

    def of_kinds(self, *kinds: str) -> list[Line]:
        """Rows of these kinds, oldest first."""
        sql = f"SELECT {_COLUMNS} FROM journal WHERE kind IN ({','.join('?' * len(kinds))}) ORDER BY seq"
        return [_line(row) for row in self._connection.execute(sql, kinds)]

    def _rewind(self, seq: int, head: bytes, kind: str) -> None:
        if seq < self._seq:
            self._seq, self._head, self.newest_kind = seq, head, kind


def one(connection: sqlite3.Connection, seq: int) -> Line | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM journal WHERE seq=?", (seq,)).fetchone()
    return _line(row) if row else None


def of_order(connection: sqlite3.Connection, order_id: str) -> list[Line]:
    """An order's rows, oldest first."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM journal WHERE order_id=? ORDER BY seq", (order_id,))
    return [_line(row) for row in rows]


def sealed_of_order(connection: sqlite3.Connection, order_id: str) -> list[tuple[Line, int | None, bytes]]:
    """The same with the row each is about, and the seal of the row before it in the whole journal."""
    rows = connection.execute(SEALED, (order_id,))
    return [(_line(row), about, before or b"") for *row, about, before in rows]


def since(connection: sqlite3.Connection, seq: int, kinds: Collection[str], limit: int = -1) -> list[Line]:
    """Rows of these kinds that came after one of them, oldest first; no more than so many."""
    sql = (
        f"SELECT {_COLUMNS} FROM journal WHERE seq > ? AND kind IN ({','.join('?' * len(kinds))}) ORDER BY seq LIMIT ?"
    )
    return [_line(row) for row in connection.execute(sql, (seq, *kinds, limit))]


def notes_about(connection: sqlite3.Connection, seqs: Collection[int]) -> dict[int, list[Line]]:
    """What people wrote about these rows, oldest first."""
    sql = f"SELECT about, {_COLUMNS} FROM journal WHERE about IN ({','.join('?' * len(seqs))}) ORDER BY seq"
    notes: dict[int, list[Line]] = {}
    for about, *row in connection.execute(sql, tuple(seqs)):
        notes.setdefault(about, []).append(_line(row))
    return notes


def page(
    connection: sqlite3.Connection, before: int, limit: int, find: str = "", kind: str = "", tag: str = ""
) -> list[Line]:
    """Newest first, starting below a row number; 0 = from the top. A whole order id finds that order's rows."""
    where, values = ["seq < ?"], [before or _BEYOND]
    more: list[str] = []
    if kind:
        where.append("kind = ?")
        more.append(kind)
    if tag:
        where.append(f"seq IN (SELECT about FROM ({_TAGGED}) WHERE tag = ?)")
        more.append(tag)
    if is_whole_id(find):
        where.append("order_id = ?")
        more.append(find)
    elif find:
        where.append("(title LIKE ? ESCAPE '\\' OR order_id LIKE ? ESCAPE '\\' OR body LIKE ? ESCAPE '\\')")
        more += [contains(find)] * 3
    sql = f"SELECT {_COLUMNS} FROM journal WHERE {' AND '.join(where)} ORDER BY seq DESC LIMIT ?"
    return [_line(row) for row in connection.execute(sql, (*values, *more, limit))]


def tags(connection: sqlite3.Connection) -> list[str]:
    """Every tag a person has used, by name."""
    return [row[0] for row in connection.execute(f"SELECT DISTINCT tag FROM ({_TAGGED}) ORDER BY tag")]


def kinds(connection: sqlite3.Connection) -> list[str]:
    """Every kind there is: from each to the next along the index, not through all of its rows."""
    return [row[0] for row in connection.execute(_KINDS)]


def link(
    head: bytes,
    seq: int,
    recorded: int,
    market: int,
    kind: str,
    who: str,
    order_id: str,
    about: int | None,
    title: str,
    body: str,
) -> bytes:
    """The hash of a row over everything in it and the hash before it. With lengths, so that no words can change places."""
    numbers = f"{seq} {recorded} {market} {about} {len(kind)} {len(who)} {len(order_id)} {len(title)} "
    return sha256(head + f"{numbers}{kind}{who}{order_id}{title}{body}".encode()).digest()


def broken_links(connection: sqlite3.Connection) -> Iterator[str]:
    """Every place where the chain does not hold, in words."""
    head, expected = b"", 1
    for row in connection.execute(f"SELECT {_CHAINED} FROM journal ORDER BY seq"):
        if row[0] != expected:
            yield f"rows {expected} to {row[0] - 1} are missing from the journal"
        if link(head, *row[:9]) != row[9]:
            yield f"row {row[0]} of the journal is not what was written"
        head, expected = row[9], row[0] + 1


def _line(row: Sequence[Any]) -> Line:
    return Line(
        seq=row[0],
        recorded_at=from_micros(row[1]),
        market_at=from_micros(row[2]),
        kind=row[3],
        who=row[4],
        order_id=row[5],
        title=row[6],
        body=row[7],
        hash=row[8],
    )


def is_whole_id(find: str) -> bool:
    """An order's own number, which is found by its index."""
    return _WHOLE_ID.fullmatch(find) is not None


def contains(find: str) -> str:
    """For LIKE … ESCAPE: the words as they are, anywhere."""
    escaped = find.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
