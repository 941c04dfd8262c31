"""The pages there are, and how one leads to another."""

from pathlib import Path
from typing import Final, Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.domain.workspace import WorkspaceKind

_FOLDER: Final = Path(__file__).resolve().parents[1]
MENU: Final = {
    "ticket": "Ticket",
    "orders": "Orders",
    "positions": "Positions",
    "statement": "Statement",
    "performance": "Performance",
    "journal": "Journal",
    "limits": "Limits",
    "jobs": "Jobs",
    "practice": "Practice",
    "crash_day": "Crash day",
}
FIRST: Final = "ticket"


def page(name: str, visibility: Literal["visible", "hidden"] = "visible") -> StreamlitPage:
    # no icon: Streamlit would fetch its picture from the internet for the browser's tab
    return st.Page(_FOLDER / f"{name}.py", title=MENU[name], icon="", url_path=name, visibility=visibility)


def pages(kind: WorkspaceKind) -> list[StreamlitPage]:
    """All there are; what only a practice workspace has stands in no other one's menu."""
    left_out = {"practice", "crash_day"} if kind is not WorkspaceKind.PRACTICE else set()
    return [front(), *(page(name, "hidden" if name in left_out else "visible") for name in MENU)]


def front() -> StreamlitPage:
    """Where the bare address leads. Streamlit takes a default page's own name away, so this is none of the menu's."""
    return st.Page(_nothing, title="Quarterdeck", icon="", default=True, visibility="hidden")


def _nothing() -> None:
    pass


def link(name: str, words: str) -> None:
    st.page_link(page(name), label=words)


def go(name: str) -> None:
    """From a callback: the frame opens that page in the run that follows."""
    st.session_state["go"] = name


def follow(here: StreamlitPage) -> None:
    """Open the page a callback asked for, or the first one; what stands in the address goes along."""
    if here.url_path == "":
        st.switch_page(page(FIRST), query_params=st.query_params.to_dict())
    if name := st.session_state.pop("go", None):
        st.switch_page(page(name))
