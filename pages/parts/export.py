"""A table as a file for a spreadsheet: what is shown, as it is filtered, numbers as numbers. Every table that is drawn leaves its own here."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import streamlit as st

from core.channel.facets.health import HealthView
from core.domain.workspace import WorkspaceKind
from pages.parts.download import download
from pages.parts.words import MISSING, plain

Cell = str | int | float | Decimal | date | datetime | None
Made = Callable[[], Iterable[Sequence[Cell]]]
MOST: Final = 100_000  # rows of one file
_KEPT: Final = "csv:tables"
_SHELF: Final = "csv:shelf"
_NUMBER: Final = re.compile(r"[+−-]?\d[\d,]*(?:\.\d+)?%?(?: [↑↓])?")
_NOT_IN_A_NAME: Final = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its heads, and its lines as they are when the file is asked for."""

    heads: tuple[str, ...]
    lines: Made


def begin() -> None:
    """At the head of a run: no table has been drawn yet."""
    st.session_state[_KEPT] = {}
    st.session_state[_SHELF] = ()


def keep(name: str, heads: Iterable[str], lines: Made) -> None:
    """By the parts that draw tables, so that no page can forget it. Drawn again, it is the newer one."""
    if _KEPT in st.session_state:
        st.session_state[_KEPT][name] = _marked(Sheet(tuple(heads), lines))


def _marked(sheet: Sheet) -> Sheet:
    """What the prices are stands in every line, so that it stays beside them wherever the lines are copied to."""
    note = _note()
    if not note:
        return sheet
    return Sheet((*sheet.heads, "prices"), lambda: ((*line, note) for line in sheet.lines()))


def _note() -> str:
    """Of a feed whose prices are not the market's own; empty for all others."""
    health: HealthView | None = st.session_state.get("seen")
    if health is None:
        return ""
    return health.feed_note if health.kind is WorkspaceKind.PRACTICE or "INVENTED" in health.feed_note else ""


def written(cell: str) -> Cell:
    """What stands in a table, as a spreadsheet reads it: digits without thousands, a true minus as its own."""
    if cell == MISSING:
        return None
    if not _NUMBER.fullmatch(cell):
        return cell
    digits = cell.rstrip(" ↑↓").replace(",", "").replace("−", "-").lstrip("+")
    return Decimal(digits) if not digits.endswith("%") else Decimal(digits[:-1]) / 100


def changed() -> bool:
    """Another table has come since the shelf was drawn."""
    drawn: tuple[str, ...] = st.session_state.get(_SHELF, ())
    return tuple(st.session_state.get(_KEPT, ())) != drawn


def shelf(*only: str, where: str = "page") -> None:
    """One entry for each table of the page, outside of what is drawn again and again, so that a click is never lost."""
    tables: dict[str, Sheet] = st.session_state.get(_KEPT, {})
    names = [name for name in only or tables if name in tables]
    if not only:
        st.session_state[_SHELF] = tuple(tables)
    if names:
        with st.popover("Tables as CSV", key=f"csv_{where}"):
            for name in names:
                _entry(name, tables, where)


def _entry(name: str, tables: dict[str, Sheet], where: str) -> None:
    """The newest of that name when it is asked for: what ticks goes on ticking after the button was drawn."""

    def made() -> str:
        return text(tables[name].heads, tables[name].lines())

    file = _NOT_IN_A_NAME.sub("-", name.lower()).strip("-")
    download(name, made, f"{file}.csv", "text/csv", key=f"csv:{where}:{name}")


def button(words: str, name: str, heads: Sequence[str], lines: Iterable[Sequence[Cell]], key: str) -> None:
    """Outside of what is drawn again and again, so that a click is never lost."""
    kept = list(lines)
    sheet = _marked(Sheet(tuple(heads), lambda: kept))
    file = text(sheet.heads, sheet.lines())
    download(words, lambda: file, f"{name}.csv", "text/csv", key=key)


def text(heads: Sequence[str], lines: Iterable[Sequence[Cell]]) -> str:
    """Words that a spreadsheet would take for a formula are quoted; nothing is rounded."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(map(plain, heads))
    rows.writerows([_cell(cell) for cell in line] for line in lines)
    return out.getvalue()


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    return plain(cell) if isinstance(cell, str) else cell.isoformat() if isinstance(cell, date) else str(cell)
