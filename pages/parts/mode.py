"""Which money moves here, at the head of every sheet and dialog: colour, icon, word and workspace, whatever lies under it."""

from html import escape

import streamlit as st

from core.channel.facets.health import HealthView
from pages.parts.desk import folder
from pages.parts.look import KINDS


def mode_line() -> None:
    """Also while the desk is away: a workspace is of one kind for life."""
    health: HealthView | None = st.session_state.get("seen")
    name, kind = (health.workspace, health.kind) if health else (folder().name, folder().kind)
    word, icon, words = KINDS[kind]
    st.html(
        f"<div class='qd-strip'><span class='ic' aria-hidden='true'>{icon}</span><b>{word}</b> · {words}, workspace "
        f"{escape(name)}</div>"
    )
