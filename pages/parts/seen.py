"""What happened and stays on every page until the person says they have seen it; and, where asked, what it was."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.channel.facets.health import HealthView, Notice
from pages.parts.desk import answer, ask, desk
from pages.parts.marks import banner
from pages.parts.words import plural


def waiting(health: HealthView) -> tuple[Notice, ...]:
    """Notices that do not end by themselves."""
    return tuple(notice for notice in health.notices if notice.row)


def show(health: HealthView | None, beside: DeltaGenerator) -> None:
    """The button stands beside the banner that tells the worst of them."""
    notices = waiting(health) if health else ()
    if not notices:
        return
    answer("seen")
    with beside.popover(f"{plural(len(notices), 'notice')} to look at…"):
        for notice in notices:
            _one(notice)


def _one(notice: Notice) -> None:
    banner(notice.weight, notice.title, notice.detail)
    words = ""
    if notice.explain:
        words = st.text_input("What you found out about it", key=f"found:{notice.row}", live=True)
    st.button(
        "It was made elsewhere: do not stop for it again" if notice.explain else "I have seen it",
        key=f"seen:{notice.row}",
        disabled=notice.explain and not words,
        on_click=_seen,
        args=(notice.row, words),
    )


def _seen(row: int, words: str) -> None:
    ask("seen", lambda: desk().health.acknowledge(row, words))
