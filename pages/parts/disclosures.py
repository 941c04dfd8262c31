"""The risk disclosures: the words, whether they were read here, and the button that says so."""

import streamlit as st

from core.channel.facets.welcome import WelcomeView
from core.domain.disclosures import DISCLOSURES, VERSION
from pages.parts import menu
from pages.parts.desk import answer, ask, desk
from pages.parts.marks import banner, section
from pages.parts.words import clock, day


def words() -> None:
    for title, text in DISCLOSURES:
        section(title)
        st.markdown(text, width=760)


def reading(state: WelcomeView) -> None:
    """Under the words: when they were read, or the button."""
    if state.read_version >= VERSION:
        at = f"{day(state.read_at)}, {clock(state.read_at)} ET, real time"
        st.caption(f"Version {state.read_version} was read and understood here on {at}. The journal keeps it.")
        return
    if state.read_version:
        st.caption(f"You have read version {state.read_version}. This is version {VERSION}.")
    st.button("I have read and understood this", type="primary", key="disclosures_read", on_click=_read)
    answer("disclosures")


def _read() -> None:
    ask("disclosures", lambda: desk().welcome.disclosures_read(VERSION))


def ask_for_them() -> None:
    """On the ticket of a workspace where more than practice money moves, until they were read."""
    if desk().welcome.state().read_version >= VERSION:
        return
    banner(
        "amber", "Read the risk disclosures before your first order here.", "Once; closing a position works without."
    )
    menu.link("risks", "Before you trade")
