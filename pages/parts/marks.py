"""Small pieces of screen: banners, key and value rows, checks, time lines, small tables. Every word is escaped."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

import streamlit as st

from core.domain.verdict import Outcome, Verdict
from pages.parts import export
from pages.parts.veil import veil
from pages.parts.words import MINUS

NO_HOWS: Final[Mapping[str, str]] = {}
MARKS: Final = {
    Outcome.PASS: ("ok", "✓", "Passed"),
    Outcome.WARN: ("warn", "!", "Look"),
    Outcome.BLOCK: ("stop", "×", "Blocked"),
    Outcome.NEEDS_DATA: ("stop", "?", "Cannot be checked"),
}


def tone(words: str) -> str:
    """Gain or loss, told from the sign that is written."""
    return "gain" if words.startswith("+") else "loss" if words.startswith(MINUS) else ""


def head(title: str) -> None:
    st.title(title, anchor=False)


def section(title: str, note: str = "") -> None:
    st.html(f"<div class='qd-sec'><h2>{escape(veil(title))}</h2><span>{escape(veil(note))}</span></div>")


def banner_html(weight: str, title: str, detail: str = "", also: str = "") -> str:
    """weight: red, amber, blue or grey. First what it means for the reader, then why and what stays safe."""
    more = f"<small>{escape(veil(also))}</small>" if also else ""
    role = "alert" if weight == "red" else "status"
    words = f"<b>{escape(veil(title))}</b> {escape(veil(detail))}"
    return f"<div class='qd-note {escape(weight)}' role='{role}'>{words}{more}</div>"


def banner(weight: str, title: str, detail: str = "") -> None:
    st.html(banner_html(weight, title, detail))


def needs(title: str, weight: str, state: str, note: str) -> None:
    """The head of what needs a person: what it is, its state as a badge of that weight, a quiet remark."""
    badge = f"<em class='{escape(weight)}'>{escape(state)}</em>"
    st.html(f"<div class='qd-card'><b>{escape(veil(title))}</b>{badge}<span>{escape(note)}</span></div>")


def empty(sentence: str, what_to_do: str) -> None:
    st.html(f"<div class='qd-empty'>{escape(sentence)}<small>{escape(what_to_do)}</small></div>")


def figures(items: Iterable[tuple[str, str, str, str]], neither: tuple[str, ...] = ()) -> None:
    """Label, number, remark, and how it is worked out over which time; coloured by the sign that is written, but for what
    is neither gain nor loss.
    """
    cells = "".join(
        f"<div class='{'' if label.startswith(neither) else tone(number)}' tabindex='0' title='{escape(how, quote=True)}'>"
        f"<span>{escape(label)}</span><b>{escape(number)}</b><small>{escape(veil(remark))}</small></div>"
        for label, number, remark, how in items
    )
    st.html(f"<div class='qd-figures'>{cells}</div>")


def rows(items: Iterable[tuple[str, str, str]], *, signed: bool = False) -> None:
    """Key, value and a quiet remark under it (may be empty)."""
    lines = "".join(
        f"<div><dt>{escape(key)}</dt><dd class='{tone(value) if signed else ''}'>{escape(value)}"
        + (f"<small>{escape(veil(remark))}</small>" if remark else "")
        + "</dd></div>"
        for key, value, remark in items
    )
    st.html(f"<dl class='qd-rows'>{lines}</dl>")


def checks(verdicts: Sequence[Verdict]) -> None:
    """Those to look at first, in full; the others short."""
    look = [verdict for verdict in verdicts if verdict.outcome is not Outcome.PASS]
    passed = [verdict for verdict in verdicts if verdict.outcome is Outcome.PASS]
    if look:
        st.html(f"<ul class='qd-checks'>{''.join(map(_check, look))}</ul>")
    if passed:
        st.html(f"<ul class='qd-checks short'>{''.join(map(_check, passed))}</ul>")


def _check(verdict: Verdict) -> str:
    style, mark, spoken = MARKS[verdict.outcome]
    seen = f"{verdict.inputs} of {verdict.limit}" if verdict.inputs and verdict.limit else verdict.inputs
    words = f"<small>{escape(veil(verdict.message))}</small>" if verdict.message else ""
    return (
        f"<li class='{style}'><i aria-hidden='true'>{mark}</i><span><b class='qd-sr'>{spoken}: </b>"
        f"{escape(verdict.title)}{words}</span><em>{escape(veil(seen))}</em></li>"
    )


def timeline(items: Iterable[tuple[str, str, str, str]]) -> None:
    """Mark (warn, open or nothing), time, what happened, a quiet remark."""
    lines = "".join(
        f"<li class='{mark}'><time>{escape(at)}</time><span>{escape(veil(title))}<small>{escape(veil(detail))}</small></span></li>"
        for mark, at, title, detail in items
    )
    st.html(f"<ol class='qd-time'>{lines}</ol>")


def mini(
    label: str,
    heads: Sequence[tuple[str, str]],
    lines: Iterable[Sequence[str]],
    hows: Mapping[str, str] = NO_HOWS,
) -> None:
    """A small table that is only read. Heads: words and a form, of l, r, quiet, strong, signed and wide. Hows: by head,
    how its numbers are worked out and over which time; a column of gains and losses has one.
    """
    lines = [list(line) for line in lines]
    export.keep(
        label, (words for words, _ in heads), lambda: ([export.written(cell) for cell in line] for line in lines)
    )
    top = "".join(_head(words, form, hows.get(words, "")) for words, form in heads)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td class='{form} {tone(cell) if 'signed' in form else ''}'>{escape(cell if 'r' in form.split() else veil(cell))}</td>"
            for cell, (_, form) in zip(line, heads, strict=True)
        )
        + "</tr>"
        for line in lines
    )
    st.html(
        f"<div class='qd-wide' tabindex='0' role='region' aria-label='{escape(label)}'>"
        f"<table class='qd-mini'><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _head(words: str, form: str, how: str) -> str:
    side = "r" if "r" in form.split() else "l"
    signed = " signed" if "signed" in form else ""
    title = f" title='{escape(how, quote=True)}'" if how else ""
    return f"<th scope='col' class='{side}{signed}'{title}>{escape(words)}</th>"
