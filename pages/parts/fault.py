"""A fault of the window's own: one sentence where it happened. How it came about stands in the window's log, never on a page."""

import logging
import time
from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

from pages.parts.marks import banner

_TITLE: Final = "A fault in this window: a part of it is not shown."
_WORDS: Final = (
    "The desk works on, and orders and stops are not touched. If you just pressed a button, look under Orders and in the "
    "Journal whether it was done before you press it again. Then open the page anew; if it comes back, window.log in the "
    "folder of the workspaces says why."
)
_LOG: Final = logging.getLogger("quarterdeck.window")
_KEPT: Final = "quarterdeck_fault"
_SHOWN: Final = 30.0  # seconds


def told(_error: Exception) -> bool:
    """Streamlit asks this for whatever a page raised; True = it shows nothing of its own."""
    run = get_script_run_ctx(suppress_warning=True)
    if run is None or run.has_script_started or run.script_requests is None:
        banner("red", _TITLE, _WORDS)
    else:  # what a button does failed, before anything was drawn: the window would stay blank
        vars(run)[_KEPT] = True  # not session state, which would take a press that waits for the next run, and lose it
        run.script_requests.request_rerun(
            RerunData(  # without what the browser still had: it may have thrown it away as that run ended
                query_string=run.query_string,
                page_script_hash=run.page_script_hash,
                context_info=run.context_info,
            )
        )
    return True


def of_page(error: Exception) -> None:
    """Told where the page stands; the frame around it is drawn to its end."""
    _LOG.error("A fault of a page", exc_info=error)
    banner("red", _TITLE, _WORDS)


def show() -> None:
    """In the frame: what a button did failed. Said for a while: a run that nobody asked for may follow at once."""
    run = get_script_run_ctx(suppress_warning=True)
    if run is not None and vars(run).pop(_KEPT, False):
        st.session_state[_KEPT] = time.monotonic()
    if time.monotonic() - st.session_state.get(_KEPT, -_SHOWN) < _SHOWN:
        banner("red", "A fault in this window: what was pressed may not have been done.", _WORDS)
