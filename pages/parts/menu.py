"""The pages there are, and how one leads to another."""

from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_FOLDER: Final = Path(__file__).resolve().parents[1]
MENU: Final = {
    "ticket": ("Ticket", ":material/edit_square:"),
    "orders": ("Orders", ":material/receipt_long:"),
    "positions": ("Positions", ":material/table_rows:"),
    "journal": ("Journal", ":material/menu_book:"),
    "limits": ("Limits", ":material/straighten:"),
    "jobs": ("Jobs", ":material/schedule:"),
}


def page(name: str) -> StreamlitPage:
    title, icon = MENU[name]
    return st.Page(_FOLDER / f"{name}.py", title=title, icon=icon, url_path=name, default=name == "ticket")


def link(name: str, words: str) -> None:
    st.page_link(page(name), label=words)


def go(name: str) -> None:
    """From a callback: the frame opens that page in the run that follows."""
    st.session_state["go"] = name


def follow() -> None:
    """Open the page a callback asked for."""
    if name := st.session_state.pop("go", None):
        st.switch_page(page(name))
