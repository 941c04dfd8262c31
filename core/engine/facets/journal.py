"""The journal, as the engine answers for it."""

from dataclasses import dataclass
from typing import Any, Final

import msgspec
import pyarrow as pa

from core.channel.facets.journal import EntryView
from core.domain.errors import BadInput
from core.engine.desk_thread import Urgency
from core.engine.engine import Engine
from core.engine.facets.tables import MOMENT, TEXT, WHOLE, table
from core.store.journal import Line

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
NOTE: Final = "note"
MOST_ROWS: Final = 1000
LAST_ROW: Final = 2**62


@dataclass(slots=True)
class JournalFacet:
    """A note is a row like any other, and points at the row it is about."""

    engine: Engine

    def table(self, before: int = 0, limit: int = 200, find: str = "", kind: str = "") -> pa.Table:
        most, before = max(1, min(limit, MOST_ROWS)), max(0, min(before, LAST_ROW))

        def look() -> pa.Table:
            lines = self.engine.store.journal.page(before, most, find.strip(), kind)
            return table(COLUMNS, [self._row(line) for line in lines])

        return self.engine.thread.ask(look)

    def one(self, seq: int) -> EntryView:
        def look() -> EntryView:
            line = self._line(seq)
            tags, notes = self._remarks(seq)
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

        return self.engine.thread.ask(look)

    def note(self, seq: int, words: str, tags: tuple[str, ...] = ()) -> None:
        clean = tuple(tag.strip()[:40] for tag in tags if tag.strip())
        if not words.strip() and not clean:
            raise BadInput("No note was added: type some words or a tag.")

        def act() -> None:
            line = self._line(seq)
            with self.engine.store.unit:
                body = {"about": seq, "words": words.strip()[:4000], "tags": clean}
                title = words.strip()[:200] or ", ".join(clean)
                self.engine.store.journal.write(NOTE, title, body, order_id=line.order_id, who="person", about=seq)

        self.engine.thread.ask(act, Urgency.COMMAND)

    def kinds(self) -> tuple[str, ...]:
        return self.engine.thread.ask(lambda: tuple(self.engine.store.journal.kinds()))

    def _line(self, seq: int) -> Line:
        line = self.engine.store.journal.one(min(seq, LAST_ROW))
        if line is None:
            raise BadInput(f"The journal has no row {seq}. Nothing was done: look at the newest page.")
        return line

    def _row(self, line: Line) -> tuple[Any, ...]:
        tags, notes = self._remarks(line.seq)
        order = self.engine.store.orders.get(line.order_id) if line.order_id else None
        return (
            line.seq,
            line.recorded_at,
            line.market_at,
            line.kind,
            line.who,
            line.order_id,
            order.symbol if order else "",
            line.title,
            ", ".join(tags),
            len(notes),
        )

    def _remarks(self, seq: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        tags: dict[str, None] = {}
        notes: list[str] = []
        for line in self.engine.store.journal.notes_about(seq):
            body = msgspec.json.decode(line.body)
            tags.update(dict.fromkeys(body["tags"]))
            if body["words"]:
                notes.append(body["words"])
        return tuple(tags), tuple(notes)
