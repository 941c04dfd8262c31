"""The pages there are, and how one leads to another."""

from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_FOLDER: Final = Path(__file__).resolve().parents[1]
MENU: Final = {
    "ticket": "Ticket",
    "orders": "Orders",
    "positions": "Positions",
    "journal": "Journal",
    "limits": "Limits",
    "jobs": "Jobs",
}


def page(name: str) -> StreamlitPage:
    # no icon: Streamlit would fetch its picture from the internet for the browser's tab
    return st.Page(_FOLDER / f"{name}.py", title=MENU[name], icon="", url_path=name, default=name == "ticket")


def link(name: str, words: str) -> None:
    st.page_link(page(name), label=words)


def go(name: str) -> None:
    """From a callback: the frame opens that page in the run that follows."""
    st.session_state["go"] = name


def follow() -> None:
    """Open the page a callback asked for."""
    if name := st.session_state.pop("go", None):
        st.switch_page(page(name))
