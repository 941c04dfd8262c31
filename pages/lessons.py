"""Short lessons on risk, each with an example worked out from the prices of this workspace's own market."""

from typing import Final

import streamlit as st

from pages.parts import menu
from pages.parts.desk import desk
from pages.parts.lessons import LESSONS, Days, Lesson
from pages.parts.marks import empty, head, section
from pages.parts.worked import NEEDED

DAYS: Final = 120
KEY: Final = "lesson"
PATIENCE: Final = 20.0  # seconds: half a year of prices may have to be worked out first


def choose() -> str:
    """Kept in the address, so that a lesson can be linked to."""
    asked = st.query_params.get(KEY, "")
    known = asked if asked in LESSONS else next(iter(LESSONS))
    chosen = st.segmented_control(
        "Lesson",
        list(LESSONS),
        format_func=lambda name: LESSONS[name].title,
        default=known,
        required=True,
        key=KEY,
        label_visibility="collapsed",
        on_change=_keep,
    )
    return str(chosen or known)


def _keep() -> None:
    st.query_params[KEY] = st.session_state[KEY]


def worked(lesson: Lesson) -> None:
    known = {name.symbol for name in desk().market.names()}
    symbol = next((name for name in lesson.names if name in known), "")
    days: Days = desk(PATIENCE).market.bars(symbol, "1d", DAYS).to_pylist() if symbol else ()
    section("Worked out", f"{symbol}, the last {len(days)} sessions here, adjusted" if days else "")
    if len(days) < NEEDED:
        empty("Too few days of prices here.", f"The example needs {NEEDED} sessions of {' or '.join(lesson.names)}.")
        return
    lesson.example(symbol, days)


head("Lessons")
lesson = LESSONS[choose()]
left, right = st.columns(2, gap="large")
with left:
    section(lesson.title)
    st.markdown(lesson.words)
    menu.link("risks", "Before you trade")
with right:
    worked(lesson)
