"""A table as a file for a spreadsheet: what is shown, as it is filtered, numbers as numbers."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

import streamlit as st

from pages.parts.words import plain

Cell = str | int | float | Decimal | date | datetime | None


def button(words: str, name: str, heads: Sequence[str], lines: Iterable[Sequence[Cell]], key: str) -> None:
    """Outside of what is drawn again and again, so that a click is never lost."""
    st.download_button(words, text(heads, lines), file_name=f"{name}.csv", mime="text/csv", key=key)


def text(heads: Sequence[str], lines: Iterable[Sequence[Cell]]) -> str:
    """Words that a spreadsheet would take for a formula are quoted; nothing is rounded."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(heads)
    rows.writerows([_cell(cell) for cell in line] for line in lines)
    return out.getvalue()


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    return plain(cell) if isinstance(cell, str) else cell.isoformat() if isinstance(cell, date) else str(cell)
