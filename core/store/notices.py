"""What is to be told to a person, by which way; kept until it was told, or given up in plain sight."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from core.store.columns import from_micros, to_micros

WAITING: Final = "waiting"
SENDING: Final = "sending"
TOLD: Final = "told"
GIVEN_UP: Final = "given_up"
DROPPED: Final = "dropped"
_COLUMNS: Final = (
    "way, row, event, weight, run, title, detail, at, made_at, state, again, told, tries, next_at, ended_at, problem"
)
_INSERT: Final = (
    f"INSERT INTO notice ({_COLUMNS}) VALUES ({','.join('?' * 16)}) ON CONFLICT (way, row) DO NOTHING"  # told once
)
_UPDATE: Final = (
    "UPDATE notice SET made_at=?, state=?, again=?, told=?, tries=?, next_at=?, ended_at=?, problem=? WHERE seq=?"
)
_SELECT: Final = f"SELECT seq, {_COLUMNS} FROM notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to tell by one way."""

    seq: int = 0  # given when it is kept
    way: str
    row: int | None  # of the journal
    event: str
    weight: str
    run: str
    title: str
    detail: str
    at: datetime
    made_at: datetime
    state: str = WAITING
    again: bool = False  # it may have been told before
    told: int = 0  # times it was
    tries: int = 0  # since it was last told
    next_at: datetime | None = None
    ended_at: datetime | None = None
    problem: str = ""


class Notices:
    """On the desk thread, so each step is short: a row of the journal is kept once for each way."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, notices: Sequence[Notice]) -> None:
        """Those that are not there yet."""
        self._connection.executemany(_INSERT, [_row(notice) for notice in notices])

    def save(self, notices: Sequence[Notice]) -> None:
        """How they stand now."""
        self._connection.executemany(
            _UPDATE,
            [
                (
                    to_micros(n.made_at),
                    n.state,
                    n.again,
                    n.told,
                    n.tries,
                    _at(n.next_at),
                    _at(n.ended_at),
                    n.problem,
                    n.seq,
                )
                for n in notices
            ],
        )

    def waiting(self, way: str, limit: int) -> list[Notice]:
        """The oldest first."""
        return self._read("WHERE way=? AND state=? ORDER BY seq LIMIT ?", way, WAITING, limit)

    def due(self, way: str, now: datetime, limit: int) -> list[Notice]:
        """What waits no longer for its time, what is loud first, then the oldest."""
        rest = "WHERE way=? AND state=? AND (next_at IS NULL OR next_at<=?) ORDER BY weight != 'red', seq LIMIT ?"
        return self._read(rest, way, WAITING, to_micros(now), limit)

    def count(self, way: str) -> int:
        """How many wait."""
        sql = "SELECT count(*) FROM notice WHERE way=? AND state IN (?, ?)"
        count: int = self._connection.execute(sql, (way, WAITING, SENDING)).fetchone()[0]
        return count

    def interrupted(self) -> None:
        """What was being sent when the desk ended: it may have arrived, so it is sent again and says so."""
        self._connection.execute("UPDATE notice SET state=?, again=1, next_at=NULL WHERE state=?", (WAITING, SENDING))

    def of_rows(self, rows: Sequence[int]) -> list[Notice]:
        """What was kept about these rows of the journal."""
        return self._read(f"WHERE row IN ({','.join('?' * len(rows))})", *rows)

    def last(self, way: str) -> Notice | None:
        """The one that was told last."""
        found = self._read("WHERE way=? AND state=? ORDER BY ended_at DESC LIMIT 1", way, TOLD)
        return found[0] if found else None

    def failed(self, limit: int) -> list[Notice]:
        """What did not get through, newest first."""
        return self._read("WHERE problem != '' AND state != ? ORDER BY seq DESC LIMIT ?", TOLD, limit)

    def drop(self, way: str, problem: str, now: datetime, *, keep: int = 0) -> int:
        """Let go of what waits there, but for the newest; what is loud stays when some are kept."""
        loud = "AND weight != 'red'" if keep else ""
        gone = f"SELECT seq FROM notice WHERE way=? AND state=? {loud} ORDER BY seq DESC LIMIT -1 OFFSET ?"
        return self._connection.execute(
            f"UPDATE notice SET state=?, problem=?, ended_at=?, next_at=NULL WHERE seq IN ({gone})",
            (DROPPED, problem, to_micros(now), way, WAITING, keep),
        ).rowcount

    def forget_before(self, at: datetime) -> None:
        """What ended long ago."""
        self._connection.execute("DELETE FROM notice WHERE ended_at < ? AND state != ?", (to_micros(at), WAITING))

    def _read(self, rest: str, *given: Any) -> list[Notice]:
        return [_notice(row) for row in self._connection.execute(f"{_SELECT} {rest}", given)]


def _row(n: Notice) -> tuple[Any, ...]:
    times = (to_micros(n.at), to_micros(n.made_at))
    ends = (_at(n.next_at), _at(n.ended_at))
    return (
        *(n.way, n.row, n.event, n.weight, n.run, n.title, n.detail, *times),
        *(n.state, n.again, n.told, n.tries, *ends, n.problem),
    )


def _notice(row: Sequence[Any]) -> Notice:
    return Notice(
        seq=row[0],
        way=row[1],
        row=row[2],
        event=row[3],
        weight=row[4],
        run=row[5],
        title=row[6],
        detail=row[7],
        at=from_micros(row[8]),
        made_at=from_micros(row[9]),
        state=row[10],
        again=bool(row[11]),
        told=row[12],
        tries=row[13],
        next_at=None if row[14] is None else from_micros(row[14]),
        ended_at=None if row[15] is None else from_micros(row[15]),
        problem=row[16],
    )


def _at(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)
