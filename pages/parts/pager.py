"""Turning pages by key: what is older starts after the last row that was seen, however much came in between."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages.parts.table import unpick

PAGE: Final = 200


def before(key: str) -> str:
    """Where this page starts; empty = at the newest."""
    stack: list[str] = st.session_state.get(f"{key}:pages", [])
    return stack[-1] if stack else ""


def seen(key: str, ids: Sequence[str]) -> None:
    """Remember where the next page would start; a page that is not full is the last."""
    st.session_state[f"{key}:next"] = ids[-1] if len(ids) == PAGE else ""


def newest(key: str) -> None:
    st.session_state[f"{key}:pages"] = []
    unpick(key)


def _older(key: str) -> None:
    st.session_state[f"{key}:pages"] = [*st.session_state.get(f"{key}:pages", []), st.session_state[f"{key}:next"]]
    unpick(key)


def _newer(key: str) -> None:
    st.session_state[f"{key}:pages"] = st.session_state[f"{key}:pages"][:-1]
    unpick(key)


def buttons(key: str) -> None:
    """Older, newer, newest: only those that lead somewhere."""
    more, back = st.session_state.get(f"{key}:next", ""), before(key)
    if not (more or back):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Older", key=f"{key}_older", on_click=_older, args=(key,), disabled=not more)
        st.button("Newer", key=f"{key}_newer", on_click=_newer, args=(key,), disabled=not back)
        st.button("Newest", key=f"{key}_newest", on_click=newest, args=(key,), disabled=not back)
        st.caption(f"{PAGE} rows a page")
