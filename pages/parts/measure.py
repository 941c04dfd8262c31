"""Figures that say, to whoever points at them or comes to them by keyboard, how they are worked out and from when on."""

from collections.abc import Iterable
from html import escape
from typing import Final

import streamlit as st

from core.channel.facets.performance import Measure, Unit
from pages.parts.marks import tone
from pages.parts.veil import veil
from pages.parts.words import MISSING, change, decimals, money, percent

SIGNED: Final = frozenset(
    {"return", "benchmark", "gain", "money_weighted", "drawdown", "best", "worst", "alpha", "expectancy"}
)
SIGNED_MONEY: Final = SIGNED | {"mean_win", "mean_loss"}


def written(measure: Measure) -> str:
    """The number as everywhere else; a dash where there is none."""
    if measure.unit is Unit.MONEY:
        return change(measure.exact) if measure.key in SIGNED_MONEY else money(measure.exact)
    if measure.estimate is None:
        return MISSING
    if measure.unit is Unit.SHARE:
        return percent(measure.estimate, plus=measure.key in SIGNED)
    if measure.unit is Unit.COUNT:
        return f"{measure.estimate:,.0f}"
    return f"{decimals(measure.estimate, places=1)} days" if measure.unit is Unit.DAYS else decimals(measure.estimate)


def figures(measures: Iterable[Measure], since: str, currency: str) -> None:
    """At the head of the page."""
    cells = "".join(
        f"<div class='{_tone(m)}'{_tip(m, since)}><span>{escape(_label(m, currency))}</span><b>{escape(written(m))}</b>"
        f"<small>{escape(veil(m.words))}</small></div>"
        for m in measures
    )
    st.html(f"<div class='qd-figures'>{cells}</div>")


def rows(measures: Iterable[Measure], since: str, currency: str) -> None:
    """One under the other. What several of them lack is said once, under them."""
    shown = tuple(measures)
    lacking = [m.words for m in shown if written(m) == MISSING and m.words]
    often = [words for words in dict.fromkeys(lacking) if lacking.count(words) > 1]
    lines = "".join(
        f"<div{_tip(m, since)}><dt>{escape(_label(m, currency))}</dt><dd class='{_tone(m)}'>{escape(written(m))}"
        + (f"<small>{escape(veil(m.words))}</small>" if m.words and m.words not in often else "")
        + "</dd></div>"
        for m in shown
    )
    st.html(f"<dl class='qd-rows'>{lines}</dl>")
    for words in often:
        st.caption(f"{MISSING} {words}.")


def _label(measure: Measure, currency: str) -> str:
    return f"{measure.label}, {currency}" if measure.unit is Unit.MONEY else measure.label


def _tone(measure: Measure) -> str:
    return tone(written(measure)) if measure.key in SIGNED_MONEY else ""


def _tip(measure: Measure, since: str) -> str:
    return f" tabindex='0' title='{escape(f'{measure.formula} {since}', quote=True)}'"
