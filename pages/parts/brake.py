"""Stop trading, at once and from every page; and the way back, with a reason."""

from typing import Final

import streamlit as st

from core.channel.facets.health import HealthView
from core.domain.errors import DeskError, DeskUnreachable, StoreError
from core.domain.workspace import Level
from pages.parts.desk import answer, ask, desk, folder
from pages.parts.marks import banner
from pages.parts.mode import mode_line

_PATIENCE: Final = 2.0  # seconds; an engine that takes longer to stop gets the stop file
SHORTCUT: Final = "Ctrl+Shift+X"
FRAMES_OWN: Final = ("palette", "help")  # what is in the state while the palette or the shortcuts are open


def buttons(health: HealthView | None, *, may_resume: bool = True) -> None:
    if health and health.level is not Level.ACTIVE and may_resume:
        st.button("Resume…", key="resume", on_click=_open)
    st.button(
        ":red[Stop trading]",
        icon=":material/front_hand:",
        key="stop",
        on_click=stop,
        shortcut=SHORTCUT,
        help=f"At once: blocks new risk and cancels orders that add risk. Protective stops stay. Shortcut: {SHORTCUT}",
    )


def stop() -> None:
    """In a callback."""
    try:
        desk(_PATIENCE).trading.stop("Stop trading was pressed in the window")
    except DeskUnreachable:
        _leave_stop_file()
    except DeskError as error:
        st.session_state["said:brake"] = str(error)
    else:
        st.session_state.pop("said:brake", None)  # an older note about a silent desk is no longer true


def _leave_stop_file() -> None:
    """The engine looks for this file before each send: it stops even one that cannot be asked."""
    file = folder().stop_file
    try:
        file.touch(mode=0o600)
    except OSError as error:
        words = f"Trading was not stopped. The desk does not answer and {file} cannot be written: {error.strerror}. "
        st.session_state["said:brake"] = words + "Cancel at the broker."
    else:
        words = "The desk does not answer, so it was left a note to stop. It stops before it sends anything again. "
        st.session_state["said:brake"] = words + "What is at the broker now stays there: look at the broker's own site."


def _open() -> None:
    st.session_state["resuming"] = True


def _close() -> None:
    st.session_state.pop("resuming", None)


def resuming() -> bool:
    return bool(st.session_state.get("resuming"))


def asking() -> bool:
    """One dialog at a time: is one of the frame's own open?"""
    return resuming() or any(key in st.session_state for key in FRAMES_OWN)


def show() -> None:
    answer("brake")
    if resuming():
        _resume_dialog()


@st.dialog("Resume trading", on_dismiss=_close)
def _resume_dialog() -> None:
    if not resuming():
        st.rerun()
    mode_line()
    note = " The stop file in the workspace's folder is taken away." if folder().stop_file.exists() else ""
    banner("grey", "New orders can be sent again.", f"Cancelled orders do not come back.{note}")
    reason = st.text_input("Why trading may go on", key="resume_reason", live=True)
    answer("resume")
    st.button("Resume trading", key="resume_now", type="primary", disabled=not reason, on_click=_resume)


def _resume() -> None:
    if ask("resume", _trade_again):
        _close()
        st.session_state.pop("said:brake", None)


def _trade_again() -> None:
    """A stop file would stop it again at once, so it goes first."""
    file = folder().stop_file
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        words = f"{file} cannot be removed: {error.strerror}. Trading stays stopped: remove it by hand, then resume."
        raise StoreError(words) from error
    desk().trading.resume(st.session_state["resume_reason"])
