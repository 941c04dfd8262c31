"""Rows of the journal that say how it stood on a day, signed: up to the last of them no edit can hide."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from core.store.journal import Journal
from core.store.unit import Unit

SIGNED: Final = "journal.signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One row, with the seal of everything up to it, and who says so."""

    day: str
    seq: int
    hash: str  # hex
    public: str  # hex, of the key that signed
    signature: str  # hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is wrong, and up to where the journal is vouched for."""

    problems: tuple[str, ...]
    up_to: Head | None


def write_head(journal: Journal, unit: Unit, head: Head) -> None:
    """As a row of its own, so that it is part of what the next one vouches for."""
    with unit:
        journal.write(SIGNED, f"Signed up to row {head.seq}", head)


def signed_heads(connection: sqlite3.Connection) -> list[Head]:
    """As they stand in the journal, oldest first. A row that cannot be read is none."""
    rows = connection.execute("SELECT body FROM journal WHERE kind=? ORDER BY seq", (SIGNED,))
    return [head for (body,) in rows if (head := _read(body)) is not None]


def checked(
    connection: sqlite3.Connection, public: str, kept: Sequence[Head], holds: Callable[[Head], bool]
) -> Checked:
    """Every head that was signed with this key, those in the journal and those kept elsewhere, against the rows there are.

    One kept elsewhere notices what the journal's own cannot: that its end was cut off, and their rows with it.
    """
    problems, up_to = [], None
    for head in sorted((*signed_heads(connection), *kept), key=lambda head: head.seq):
        if head.public != public:
            continue  # of a vault that is not here any more: nothing here can tell whether it is true
        row = connection.execute("SELECT hash FROM journal WHERE seq=?", (head.seq,)).fetchone()
        if not holds(head):
            problems.append(f"the signature of {head.day} over row {head.seq} of the journal is not true")
        elif row is None:
            problems.append(f"row {head.seq} of the journal was there and signed on {head.day}, and is missing")
        elif row[0].hex() != head.hash:
            problems.append(f"row {head.seq} of the journal, or one before it, is not what was signed on {head.day}")
        else:
            up_to = head
    return Checked(problems=tuple(dict.fromkeys(problems)), up_to=up_to)


def _read(body: str) -> Head | None:
    try:
        return msgspec.json.decode(body, type=Head)
    except msgspec.MsgspecError:
        return None
