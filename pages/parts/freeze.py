"""What may only be closed, why, and the ways to free it: take the broker's count, or lift it after looking into it."""

from typing import Final

import streamlit as st

from core.channel.facets.trading import LevelView
from pages.parts.desk import answer, ask, desk
from pages.parts.marks import banner
from pages.parts.words import moment

WHOLE_WORKSPACE: Final = "workspace"  # has its own way back, in the frame


def restrictions() -> None:
    for level in desk().trading.levels():
        if level.scope != WHOLE_WORKSPACE:
            _one(level)


def _one(level: LevelView) -> None:
    banner("amber", f"{level.label}: only closing is allowed.", f"{level.reason} Since {moment(level.since)} ET.")
    answer(level.scope)
    account_id, _, instrument_id = level.scope.partition("/")
    with st.container(horizontal=True):
        if instrument_id and level.by == "reconciliation":
            _take_count(level, account_id, instrument_id)
        with st.popover("Lift it…"):
            words = st.text_input("What you found out", key=f"{level.scope}:found", live=True)
            st.button(
                f"Trade {level.label} again",
                key=f"{level.scope}:lift",
                disabled=not words,
                on_click=_lift,
                args=(level.scope, words),
            )


def _take_count(level: LevelView, account_id: str, instrument_id: str) -> None:
    with st.popover(f"Take the broker's count of {level.label}…"):
        words = st.text_input("Why the broker is right", key=f"{level.scope}:words", live=True)
        paid = st.text_input(
            "What the shares new to us cost in all, USD; empty when there are none",
            key=f"{level.scope}:paid",
            live=True,
        )
        st.button(
            "Book the broker's count",
            key=f"{level.scope}:book",
            disabled=not words,
            on_click=_accept,
            args=(level.scope, account_id, instrument_id, words, paid),
        )


def _accept(scope: str, account_id: str, instrument_id: str, words: str, paid: str) -> None:
    ask(scope, lambda: desk().positions.accept_difference(instrument_id, words, account_id, paid))


def _lift(scope: str, words: str) -> None:
    ask(scope, lambda: desk().trading.unfreeze(scope, words))
