"""What runs in the background, when next, and what was missed and waits for a decision."""

from typing import Final

import streamlit as st

from core.channel.facets.jobs import SlotView
from pages.parts.desk import answer, ask, desk, live
from pages.parts.marks import empty, head, mini, rows, section
from pages.parts.words import moment, plural

SHOWN: Final = 20


@live(every=2)
def clockwork() -> None:
    jobs = desk().jobs.all()
    if not jobs:
        empty("No jobs.", "What the desk does by itself shows here.")
        return
    heads = (
        ("Job", "strong"),
        ("How often", "quiet"),
        ("Next, ET", "r"),
        ("Last, ET", "r"),
        ("How it went", "l"),
        ("", "quiet wide"),
    )
    lines = [
        [job.title, job.every, moment(job.next_at), moment(job.last_at), job.last_outcome, job.last_words]
        for job in jobs
    ]
    mini("Jobs", heads, lines)
    st.caption("How often goes by the market's time, next and last by real time: a practice market may be hours apart.")


def decide(slot: SlotView) -> None:
    """A missed slot is not run late by itself: the person says so."""
    key = f"{slot.job}:{slot.slot}"
    with st.container(horizontal=True, vertical_alignment="center"):
        rows([(slot.words, f"was due {moment(slot.due_at)} ET", "")])
        st.button("Run it now", key=f"run:{key}", on_click=run, args=(slot,))
        st.button("Leave it", key=f"skip:{key}", on_click=skip, args=(slot,))


def keep_running() -> None:
    ask("jobs", lambda: desk().health.keep_running(st.session_state["keep_running"]))


def run(slot: SlotView) -> None:
    ask("jobs", lambda: desk().jobs.run_missed(slot.job, slot.slot))


def skip(slot: SlotView) -> None:
    ask("jobs", lambda: desk().jobs.skip_missed(slot.job, slot.slot))


head("Jobs")
answer("jobs")
missed = desk().jobs.missed()
if missed:
    section("Missed", f"{plural(len(missed), 'scheduled time')}, not run late by themselves; the oldest first")
for slot in missed[:SHOWN]:
    decide(slot)
clockwork()
kept = desk().health.state().keep_running
st.session_state["keep_running"] = kept
st.toggle("Keep this workspace running when the window is closed", key="keep_running", on_change=keep_running)
