"""Bars under words and numbers: how much of a limit is used, and what share each part has."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import streamlit as st


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One line. How full: 1 = all of it; more is drawn as all, less than nothing as nothing."""

    label: str
    number: str
    full: float
    state: str = ""  # near or over; empty = nothing to look at
    how: str = ""  # how its number is worked out

    def html(self) -> str:
        width = min(max(self.full, 0.0), 1.0) * 100
        spoken = {"near": "near its limit: ", "over": "over its limit: "}.get(self.state, "")
        title = f" title='{escape(self.how, quote=True)}' tabindex='0'" if self.how else ""
        return (
            f"<li class='{escape(self.state)}'{title}><span>{escape(self.label)}</span>"
            f"<b><span class='qd-sr'>{spoken}</span>{escape(self.number)}</b>"
            f"<i aria-hidden='true'><u style='width:{width:.1f}%'></u></i></li>"
        )


def bars(items: Iterable[Bar]) -> None:
    st.html(f"<ul class='qd-bars'>{''.join(bar.html() for bar in items)}</ul>")
