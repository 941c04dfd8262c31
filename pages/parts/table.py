"""A big table: numbers stay numbers for sorting, words are written our way, and a row is known by its id, not its place."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from math import ceil
from typing import Any, Final, Literal
from zlib import crc32

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from pages.parts import export
from pages.parts.display import hidden
from pages.parts.look import palette
from pages.parts.painted import Rule, cell, painted
from pages.parts.veil import COVER, veil
from pages.parts.words import EASTERN, plain

ROW: Final = 32
SURE: Final = ("Confirmed by the broker", "Told by the broker")
WIDE, NARROW, LETTER, EDGES = 7.5, 4.0, 6.6, 18  # pixels a digit, a point, a letter take, and what is left free beside
NONE: Final = "–"
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
    whole: bool = False  # grows with its words, which are never cut off
    filed: bool = False  # stands in the file alone, for which there is no room on the screen
    named: bool = False  # names and nothing else: no amount to cover in it
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
    whole: Callable[[], Iterable[Row]] | None = None,
) -> None:
    """Draw it; whole: all of its rows, as they are filtered, where only a page of them is drawn. When the set of rows changes, the table starts anew and keeps the selection by id: a click can never
    land on another row than the one that was seen.
    """
    if st.session_state.pop(f"{key}:clicked", False):
        st.rerun()  # what was clicked concerns the whole page: drawn once, not twice
    told = columns
    heads = [column.head for column in told.values()]
    export.keep(name, heads, lambda: _exact(islice(whole(), export.MOST) if whole else rows, told))
    columns = {field: column for field, column in told.items() if not column.filed}
    shown = [str(row[ids]) for row in rows]
    selected = picked(key)
    chosen = [place for place, row_id in enumerate(shown) if row_id in selected]
    this = f"{key}:{crc32('|'.join(shown).encode()):x}:{st.session_state.get(f'{key}:again', 0)}"
    values = {field: _values(rows, field, column) for field, column in columns.items()}
    texts = {field: [_written(column, value) for value in values[field]] for field, column in columns.items()}
    st.dataframe(
        painted(values, texts, _rules(values, columns), f"{crc32(this.encode()):x}"),
        column_config={field: _config(column, texts[field]) for field, column in columns.items()},
        hide_index=True,
        row_height=ROW,
        height=ROW * (min(len(shown), most) + 1) + 2,
        placeholder=NONE,
        key=this,
        alt=name,
        on_select=lambda: _pick(key, this, shown),
        selection_mode=mode,
        selection_default={"selection": {"rows": chosen}},
    )


def _exact(rows: Iterable[Row], columns: Mapping[str, Column]) -> Iterator[list[Cell]]:
    """For a file: numbers and times as they are, words as they are written."""
    for row in rows:
        yield [_taken(column, column.of(row) if column.of else row[field]) for field, column in columns.items()]


def _taken(column: Column, value: Cell) -> Cell:
    if isinstance(value, datetime):
        return value.astimezone(EASTERN)  # as its head says
    return column.write(value) if isinstance(value, str) else value


def once(words: Iterable[str]) -> str:
    """What is the same in every row is said once, and leaves the room to what differs; empty = it differs."""
    found = set(words)
    if len(found) > 1 and all(one.startswith(SURE) for one in found):
        return "Each confirmed or told by the broker"
    return found.pop() if len(found) == 1 else ""


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


def _config(column: Column, texts: Sequence[str]) -> ColumnConfig:
    width = _wide_enough(column, texts) if column.right or column.whole else column.width
    side: Literal["left", "right"] = "right" if column.right else "left"
    return st.column_config.Column(column.head, width=width, alignment=side, help=column.help or None)


def _wide_enough(column: Column, texts: Sequence[str]) -> int:
    """A number is never cut off: without its first digits it would be another number. Nor is a name where it says so."""
    longest = max((_pixels(column, text) for text in set(texts)), default=0)
    return max(column.width, ceil(longest) + EDGES)


def _pixels(column: Column, text: str) -> float:
    if not column.right:
        return LETTER * len(text)
    points = sum(map(text.count, ",. "))
    return WIDE * (len(text) - points) + NARROW * points


def _rules(values: Mapping[str, Sequence[Cell]], columns: Mapping[str, Column]) -> dict[Rule, list[str]]:
    """Which cells are quiet, strong, or coloured by their sign."""
    colours = palette()
    fixed = {"quiet": ("color", colours["muted"]), "strong": ("font-weight", "600")}
    found: dict[Rule, list[str]] = {}
    for place, (field, column) in enumerate(columns.items()):
        for row, value in enumerate(values[field]):
            rule = ("color", colours[_sign(value)]) if column.form == "signed" else fixed.get(column.form)
            if rule:
                found.setdefault(rule, []).append(cell(row, place))
    return found


def _sign(value: Cell) -> str:
    if not isinstance(value, float) or not value:
        return "muted"
    return "gain" if value > 0 else "loss" if value < 0 else "muted"


def _written(column: Column, value: Any) -> str:
    return NONE if value is None else COVER if value == COVER else column.write(value)


def _values(rows: Sequence[Row], field: str, column: Column) -> list[Cell]:
    """While amounts are hidden their column has none: a table can be copied and taken away."""
    values = [_value(row, field, column) for row in rows]
    if not hidden():
        return values
    if column.right:
        covered = column.write(1) == COVER
        return [COVER if covered and value is not None else value for value in values]
    return [veil(value) if isinstance(value, str) and not column.named else value for value in values]


def _value(row: Row, field: str, column: Column) -> Cell:
    """The canvas sorts floats; exact numbers stay in the desk."""
    value: Cell = column.of(row) if column.of else row[field]
    if isinstance(value, Decimal):
        return float(value)
    return plain(value) if isinstance(value, str) else value
