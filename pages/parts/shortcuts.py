"""What the keyboard can do here, on a sheet of its own."""

from typing import Final

import streamlit as st

from pages.parts import brake
from pages.parts.marks import mini
from pages.parts.mode import mode_line

_OPEN: Final = "help"
KEYS: Final = (
    ("Ctrl+K or Cmd+K", "Go to a page, a name or an act", "everywhere, also while you type"),
    ("?", "This sheet", "where no field has the focus"),
    (brake.SHORTCUT, "Stop trading, at once", "everywhere"),
    ("Enter", "Review the order", "in a number of the ticket"),
    ("Ctrl+Enter", "Send the reviewed order", "on the order sheet"),
    ("Esc", "Back, nothing is sent", "on every sheet"),
    ("↑ ↓, Enter", "Choose, open", "in Go to and in every list"),
    ("Tab, Shift+Tab", "Next field, the one before", "everywhere"),
)


def buttons() -> None:
    """The way in by mouse, at the foot of the menu."""
    st.button("Shortcuts", icon=":material/keyboard:", key="help_open", type="tertiary", on_click=_show_it, help="?")


def _show_it() -> None:
    st.session_state[_OPEN] = True


def _close() -> None:
    st.session_state.pop(_OPEN, None)


def show() -> None:
    """At the end of every page."""
    if _OPEN in st.session_state and not brake.resuming():
        _sheet()


@st.dialog("Shortcuts", width="small", position="right", on_dismiss=_close)
def _sheet() -> None:
    if _OPEN not in st.session_state:
        st.rerun()
    mode_line()
    mini("Shortcuts", (("Keys", "strong"), ("What they do", "wide"), ("Where", "quiet wide")), KEYS)
