"""The journal, as the engine answers for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import pyarrow as pa

from core.channel.facets.journal import EntryView, SealedRow
from core.domain.errors import BadInput
from core.engine.desk_thread import Urgency
from core.engine.engine import Engine
from core.engine.facets.tables import MOMENT, TEXT, WHOLE, table
from core.store.journal import ACTIVITY, NOTE, Line

COLUMNS: Final = {
    "seq": WHOLE,
    "recorded_at": MOMENT,
    "market_at": MOMENT,
    "kind": TEXT,
    "who": TEXT,
    "order_id": TEXT,
    "symbol": TEXT,
    "title": TEXT,
    "tags": TEXT,
    "notes": WHOLE,
}
MOST_ROWS: Final = 1000
LAST_ROW: Final = 2**62


@dataclass(slots=True)
class JournalFacet:
    """Read from the archive, so that no search holds up an order. A note is a row like any other, and points at one."""

    engine: Engine

    def table(self, before: int = 0, limit: int = 200, find: str = "", kind: str = "", tag: str = "") -> pa.Table:
        most, before = max(1, min(limit, MOST_ROWS)), max(0, min(before, LAST_ROW))
        lines, notes, symbols = self.engine.archive.journal(before, most, find.strip(), kind, tag.strip())
        return table(COLUMNS, [_row(line, notes.get(line.seq, ()), symbols) for line in lines])

    def one(self, seq: int) -> EntryView:
        line, about = self._line(seq)
        tags, notes = _remarks(about)
        return EntryView(
            seq=line.seq,
            recorded_at=line.recorded_at,
            market_at=line.market_at,
            kind=line.kind,
            who=line.who,
            order_id=line.order_id,
            title=line.title,
            body=line.body,
            hash=line.hash.hex(),
            tags=tags,
            notes=notes,
        )

    def note(self, seq: int, words: str, tags: tuple[str, ...] = ()) -> None:
        clean = tuple(tag.strip()[:40] for tag in tags if tag.strip())
        if not words.strip() and not clean:
            raise BadInput("No note was added: type some words or a tag.")

        line, _ = self._line(seq)  # a row never changes

        def act() -> None:
            with self.engine.store.unit:
                body = {"about": seq, "words": words.strip()[:4000], "tags": clean}
                title = words.strip()[:200] or ", ".join(clean)
                self.engine.store.journal.write(NOTE, title, body, order_id=line.order_id, who="person", about=seq)

        self.engine.thread.ask(act, Urgency.COMMAND)

    def of_order(self, order_id: str) -> tuple[SealedRow, ...]:
        return tuple(
            SealedRow(
                seq=line.seq,
                recorded_at=line.recorded_at,
                market_at=line.market_at,
                kind=line.kind,
                who=line.who,
                order_id=line.order_id,
                about=about,
                title=line.title,
                body=line.body,
                hash=line.hash.hex(),
                hash_before=before.hex(),
            )
            for line, about, before in self.engine.archive.sealed(order_id)
        )

    def kinds(self) -> tuple[str, ...]:
        return tuple(self.engine.archive.kinds())

    def tags(self) -> tuple[str, ...]:
        return tuple(self.engine.archive.tags())

    def _line(self, seq: int) -> tuple[Line, list[Line]]:
        found = self.engine.archive.row(seq) if 0 < seq < LAST_ROW else None
        if found is None:
            raise BadInput(f"The journal has no row {seq}. Nothing was done: look at the newest page.")
        return found


def _row(line: Line, about: Sequence[Line], symbols: Mapping[str, str]) -> tuple[Any, ...]:
    tags, notes = _remarks(about)
    return (
        line.seq,
        line.recorded_at,
        line.market_at,
        line.kind,
        line.who,
        line.order_id,
        symbols.get(line.order_id) or _symbol(line),
        line.title,
        ", ".join(tags),
        len(notes),
    )


def _symbol(line: Line) -> str:
    """Of what moved without an order."""
    return str(msgspec.json.decode(line.body).get("symbol", "")) if line.kind == ACTIVITY else ""


def _remarks(about: Sequence[Line]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags and words of these notes."""
    tags: dict[str, None] = {}
    notes: list[str] = []
    for line in about:
        body = msgspec.json.decode(line.body)
        tags.update(dict.fromkeys(body["tags"]))
        if body["words"]:
            notes.append(body["words"])
    return tuple(tags), tuple(notes)
