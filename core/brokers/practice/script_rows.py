"""How the script lies in the exchange's file: chosen days, what begins in the middle of one, and the bad day."""

import sqlite3
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from core.brokers.practice.bad_day import BadDay
from core.domain.chosen import Chosen, Kind, Script

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS chosen (
    day TEXT NOT NULL, kind TEXT NOT NULL, instrument_id TEXT NOT NULL, PRIMARY KEY (day, kind, instrument_id)
) STRICT;
CREATE TABLE IF NOT EXISTS sudden (
    at INTEGER NOT NULL, day TEXT NOT NULL, kind TEXT NOT NULL, instrument_id TEXT NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (at, kind, instrument_id)
) STRICT;
CREATE TABLE IF NOT EXISTS bad_day (one INTEGER PRIMARY KEY CHECK (one = 1), content TEXT NOT NULL) STRICT;
"""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_bad_day: Final = msgspec.json.Decoder(BadDay).decode


def in_order(script: Script) -> Script:
    """The one order in which a script is kept and compared."""
    return tuple(sorted(script, key=lambda c: (c.day, c.kind, c.instrument_id or "", c.at or _EPOCH)))


def read_bad_day(db: sqlite3.Connection) -> BadDay | None:
    """The last one that was begun, unless it was ended."""
    row = db.execute("SELECT content FROM bad_day").fetchone()
    return None if row is None else _bad_day(row[0])


def read(db: sqlite3.Connection) -> Script:
    """ValueError: what stands there cannot be read."""
    days = [
        Chosen(day=date.fromisoformat(day), kind=Kind(kind), instrument_id=name or None)
        for day, kind, name in db.execute("SELECT day, kind, instrument_id FROM chosen")
    ]
    sudden = [
        Chosen(day=date.fromisoformat(day), kind=Kind(kind), instrument_id=name, at=_EPOCH + at * _SECOND, size=size)
        for at, day, kind, name, size in db.execute("SELECT at, day, kind, instrument_id, size FROM sudden")
    ]
    return in_order((*days, *sudden))


def write(db: sqlite3.Connection, script: Script, bad_day: BadDay | None) -> None:
    """These and no others, inside a transaction."""
    db.execute("DELETE FROM bad_day")
    if bad_day is not None:
        db.execute("INSERT INTO bad_day VALUES (1, ?)", (msgspec.json.encode(bad_day).decode(),))
    db.execute("DELETE FROM chosen")
    db.execute("DELETE FROM sudden")
    for c in script:
        if c.at is None:
            db.execute("INSERT INTO chosen VALUES (?, ?, ?)", (c.day.isoformat(), c.kind, c.instrument_id or ""))
        else:
            row = ((c.at - _EPOCH) // _SECOND, c.day.isoformat(), c.kind, c.instrument_id, c.size)
            db.execute("INSERT INTO sudden VALUES (?, ?, ?, ?, ?)", row)
