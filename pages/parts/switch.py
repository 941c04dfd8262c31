"""The invented market's own switches: its pace, and what goes wrong on purpose. Practice workspaces only."""

from typing import Final, Literal

import streamlit as st

from core.channel.facets.health import SIGNED_OUT, HealthView
from core.channel.facets.practice import Fault, PracticeView
from pages.parts.desk import answer, ask, desk
from pages.parts.menu import go

FAULTS: Final = {
    Fault.STREAM_SILENT: "The stream says nothing",
    Fault.DELAYED: "Answers come late",
    Fault.ERROR_AFTER_ACCEPT: "504 after accepting",
    Fault.REPLY_LOST: "The reply is lost",
    Fault.REQUEST_LOST: "The request is lost",
    Fault.REJECT: "Refuses every order",
    Fault.NO_LOOK_UP: "Cannot look orders up",
    Fault.DOWN: "Cannot be reached",
    Fault.DOWN_HOUR: "Down for an hour",
    Fault.HALF_OPEN: "Half-open line",
    Fault.LOGIN_EXPIRED: "The login has expired",
}
PACES: Final = {0: "Pause", 1: "1×", 10: "10×", 60: "60×"}


def popover(health: HealthView) -> None:
    """What is needed at any page; the rest stands on its own. It asks nothing: the desk may be gone by now."""
    with st.popover("Practice market", icon=":material/tune:"):
        paces(health.own_time, health.pace, "frame")
        answer("frame")
        st.button("Open Practice", key="frame:practice", on_click=go, args=("practice",))


def signed_out(health: HealthView) -> None:
    """The way back, on every page."""
    if any(line.state == SIGNED_OUT for line in health.connections):
        st.button("Sign in again", key="frame:sign_in", type="primary", on_click=sign_in, args=("frame",))


def paces(own_time: bool, current: float, where: str) -> None:
    """The pace that is on wears ink."""
    for pace, words in PACES.items():
        on = own_time and current == pace
        _button(words, on, f"{where}:pace:{pace}", where, own_time=True, pace=pace)
    _button("Exchange hours", not own_time, f"{where}:hours", where, own_time=False, pace=1)


def pace_words(state: PracticeView) -> str:
    if not state.own_time:
        return "Exchange hours"
    return "Paused" if not state.pace else f"{state.pace}×"


def fault(which: Fault, on: bool) -> None:
    ask("faults", lambda: desk().practice.fault(which, on))


def sign_in(where: str) -> None:
    ask(where, lambda: desk().practice.fault(Fault.LOGIN_EXPIRED, on=False))


def _button(words: str, on: bool, key: str, where: str, *, own_time: bool, pace: int) -> None:
    kind: Literal["primary", "secondary"] = "primary" if on else "secondary"
    st.button(words, key=key, type=kind, on_click=_set, args=(where, own_time, pace))


def _set(where: str, own_time: bool, pace: int) -> None:
    ask(where, lambda: desk().practice.time(own_time, pace))
