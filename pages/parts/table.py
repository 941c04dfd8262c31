"""A big table: numbers stay numbers for sorting, words are written our way, and a row is known by its id, not its place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Any, Final, Literal
from zlib import crc32

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler
from streamlit.elements.lib.column_types import ColumnConfig

from pages.parts.look import palette
from pages.parts.words import plain

ROW: Final = 32
WIDE, NARROW, EDGES = 7.5, 4.0, 18  # pixels a digit and a point take, and what is left free beside them
Cell = Decimal | float | int | str | datetime | None
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its head, how a value is written, and how it looks."""

    head: str
    width: int
    write: Callable[[Any], str] = str
    form: str = ""  # quiet, strong or signed
    right: bool = False
    help: str = ""  # how its numbers are worked out
    of: Callable[[Row], Cell] | None = None  # how to make the value; None = the field of that name


def number(head: str, width: int, write: Callable[[Any], str], form: str = "", how: str = "") -> Column:
    return Column(head=head, width=width, write=write, form=form, right=True, help=how)


def show(
    rows: Sequence[Row],
    columns: Mapping[str, Column],
    *,
    key: str,
    ids: str,
    name: str,
    most: int,
    mode: Literal["single-row", "multi-row"],
) -> None:
    """Draw it. When the set of rows changes, the table starts anew and keeps the selection by id: a click can never
    land on another row than the one that was seen.
    """
    if st.session_state.pop(f"{key}:clicked", False):
        st.rerun()  # what was clicked concerns the whole page: drawn once, not twice
    shown = [str(row[ids]) for row in rows]
    chosen = [place for place, row_id in enumerate(shown) if row_id in picked(key)]
    this = f"{key}:{crc32('|'.join(shown).encode()):x}:{st.session_state.get(f'{key}:again', 0)}"
    values = {field: [_value(row, field, column) for row in rows] for field, column in columns.items()}
    st.dataframe(
        _styled(values, columns),
        column_config={field: _config(column, values[field]) for field, column in columns.items()},
        hide_index=True,
        row_height=ROW,
        height=ROW * (min(len(shown), most) + 1) + 2,
        placeholder="–",
        key=this,
        alt=name,
        on_select=lambda: _pick(key, this, shown),
        selection_mode=mode,
        selection_default={"selection": {"rows": chosen}},
    )


def picked(key: str) -> tuple[str, ...]:
    """The ids that are selected."""
    ids: tuple[str, ...] = st.session_state.get(f"{key}:picked", ())
    return ids


def unpick(key: str) -> None:
    """Select nothing, on the screen too."""
    st.session_state[f"{key}:picked"] = ()
    st.session_state[f"{key}:again"] = st.session_state.get(f"{key}:again", 0) + 1


def _pick(key: str, this: str, shown: Sequence[str]) -> None:
    places = st.session_state[this].selection.rows
    st.session_state[f"{key}:picked"] = tuple(shown[place] for place in places)
    st.session_state[f"{key}:clicked"] = True


def _config(column: Column, values: Sequence[Cell]) -> ColumnConfig:
    width = _wide_enough(column, values) if column.right else column.width
    side: Literal["left", "right"] = "right" if column.right else "left"
    return st.column_config.Column(column.head, width=width, alignment=side, help=column.help or None)


def _wide_enough(column: Column, values: Sequence[Cell]) -> int:
    """A number is never cut off: without its first digits it would be another number."""
    texts = {column.write(value) for value in values if value is not None}
    longest = max((sum(NARROW if sign in ",. " else WIDE for sign in text) for text in texts), default=0)
    return max(column.width, ceil(longest) + EDGES)


def _styled(values: Mapping[str, Sequence[Cell]], columns: Mapping[str, Column]) -> Styler:
    frame = pd.DataFrame(values)
    styler = frame.style.format({field: column.write for field, column in columns.items()}, na_rep="–")
    colours = palette()
    fixed = {"quiet": f"color: {colours['muted']}", "strong": "font-weight: 600"}
    for field, column in columns.items():
        if column.form == "signed":
            styler = styler.map(lambda value: _tint(value, colours), subset=[field])
        elif column.form:
            styler = styler.map(lambda _, rule=fixed[column.form]: rule, subset=[field])
    return styler


def _value(row: Row, field: str, column: Column) -> Cell:
    """The canvas sorts floats; exact numbers stay in the desk."""
    value: Cell = column.of(row) if column.of else row[field]
    if isinstance(value, Decimal):
        return float(value)
    return plain(value) if isinstance(value, str) else value


def _tint(value: object, colours: Mapping[str, str]) -> str:
    sign = (
        "gain"
        if isinstance(value, float) and value > 0
        else "loss"
        if isinstance(value, float) and value < 0
        else "muted"
    )
    return f"color: {colours[sign]}"
