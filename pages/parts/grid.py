"""A small table whose numbers say in a tooltip how they were worked out, and over which time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from pages.parts import export
from pages.parts.marks import tone


@dataclass(frozen=True, slots=True)
class Cell:
    """A number with a quiet remark under it."""

    words: str
    remark: str = ""
    how: str = ""
    signed: bool = False  # coloured as gain or loss; a cost is neither

    def html(self, form: str) -> str:
        small = f"<small>{escape(self.remark)}</small>" if self.remark else ""
        colour = tone(self.words) if self.signed else ""
        title = f" title='{escape(self.how)}'" if self.how else ""
        return f"<td class='{form} {colour}'{title}>{escape(self.words)}{small}</td>"


@dataclass(frozen=True, slots=True)
class Head:
    """A column: words, how its numbers are worked out, and its form, as a small table's."""

    words: str
    how: str = ""
    form: str = "r"

    def html(self) -> str:
        title = f" title='{escape(self.how)}'" if self.how else ""
        return f"<th scope='col' class='{'r' if self.form == 'r' else 'l'}'{title}>{escape(self.words)}</th>"


def figures(items: Iterable[tuple[str, Cell]]) -> None:
    """Label, number and remark, as at the head of other pages, with the same tooltips."""
    cells = "".join(
        f"<div class='{tone(cell.words) if cell.signed else ''}' tabindex='0' title='{escape(cell.how)}'><span>{escape(label)}</span>"
        f"<b>{escape(cell.words)}</b><small>{escape(cell.remark)}</small></div>"
        for label, cell in items
    )
    st.html(f"<div class='qd-figures'>{cells}</div>")


def table_html(heads: Sequence[Head], lines: Iterable[Sequence[Cell]], style: str = "qd-mini qd-grid") -> str:
    top = "".join(head.html() for head in heads)
    body = "".join(
        f"<tr>{''.join(cell.html(head.form) for cell, head in zip(line, heads, strict=True))}</tr>" for line in lines
    )
    return f"<table class='{style}'><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def grid(label: str, heads: Sequence[Head], lines: Iterable[Sequence[Cell]]) -> None:
    """Draw it; what is wider than the window is reached by scrolling the table alone."""
    lines = [list(line) for line in lines]
    noted = [any(line[place].remark for line in lines) for place in range(len(heads))]
    titles = [words for head, more in zip(heads, noted, strict=True) for words in _titles(head.words, more)]
    export.keep(label, titles, lambda: [_taken(line, noted) for line in lines])
    st.html(
        f"<div class='qd-wide' tabindex='0' role='region' aria-label='{escape(label)}'>{table_html(heads, lines)}</div>"
    )


def _titles(words: str, more: bool) -> list[str]:
    return [words, f"{words}, remark" if words else "Remark"] if more else [words]


def _taken(line: Sequence[Cell], noted: Sequence[bool]) -> list[export.Cell]:
    """For a file: remarks in columns of their own, so that numbers stay numbers."""
    cells = ((cell, more) for cell, more in zip(line, noted, strict=True))
    return [
        export.written(words)
        for cell, more in cells
        for words in ((cell.words, cell.remark) if more else (cell.words,))
    ]
