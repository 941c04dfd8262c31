"""The invented market's own switches: its time, and what goes wrong on purpose. Practice workspaces only."""

from typing import Final

import streamlit as st

from core.channel.facets.practice import Fault
from pages.parts.desk import answer, ask, desk

HOURS: Final = {False: "Exchange hours", True: "Own time, always open"}
FAULTS: Final = {
    Fault.STREAM_SILENT: "The stream says nothing",
    Fault.DELAYED: "Answers come late",
    Fault.ERROR_AFTER_ACCEPT: "Accepts, then answers 504",
    Fault.REPLY_LOST: "The reply is lost",
    Fault.REQUEST_LOST: "The request is lost",
    Fault.REJECT: "Refuses every order",
    Fault.NO_LOOK_UP: "Cannot look orders up",
    Fault.DOWN: "Cannot be reached",
}


def popover() -> None:
    with st.popover("Practice market", icon=":material/tune:"):
        state = desk().practice.state()
        # the key holds what is set, so that a change made in another window shows here too
        own, pace = f"own_time:{state.own_time}", f"pace:{state.pace}"
        st.radio(
            "Market time",
            HOURS,
            index=int(state.own_time),
            format_func=HOURS.__getitem__,
            key=own,
            on_change=_hours,
            args=(own, state.pace),
        )
        st.radio(
            "Pace",
            (1, 60),
            index=int(state.pace == 60),
            format_func="{}×".format,
            key=pace,
            on_change=_pace,
            args=(pace,),
            horizontal=True,
            disabled=not state.own_time,
        )
        st.caption("Market time never goes back.")
        for fault, words in FAULTS.items():
            on = fault in state.faults
            key = f"fault:{fault}:{on}"
            st.toggle(words, value=on, key=key, on_change=_fault, args=(fault, not on))
        answer("practice")


def _hours(key: str, pace: int) -> None:
    own = st.session_state[key]
    ask("practice", lambda: desk().practice.time(own, pace if own else 1))


def _pace(key: str) -> None:
    pace = st.session_state[key]
    ask("practice", lambda: desk().practice.time(True, pace))


def _fault(fault: Fault, on: bool) -> None:
    ask("practice", lambda: desk().practice.fault(fault, on))
