"""Things to be done, each with whether it is."""

from collections.abc import Iterable
from html import escape

import streamlit as st

from core.channel.facets.live import ToDo


def to_do(steps: Iterable[ToDo]) -> None:
    lines = "".join(
        f"<li class='{'ok' if step.done else 'warn'}'><i aria-hidden='true'>{'✓' if step.done else '!'}</i>"
        f"<span>{escape(step.words)}</span><em>{'Done' if step.done else 'To do'}</em></li>"
        for step in steps
    )
    st.html(f"<ul class='qd-checks'>{lines}</ul>")
