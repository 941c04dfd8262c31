"""What ran in the background, what is next, what was missed and waits for a decision, and what was raised."""

from typing import Any, Final

import streamlit as st

from core.channel.facets.jobs import JobView, SlotView
from pages.parts import day_report, menu
from pages.parts.desk import answer, ask, desk, live
from pages.parts.marks import empty, head, mini, rows, section
from pages.parts.words import moment, plural

SHOWN: Final = 20
LATER: Final = {15: "in 15 minutes", 60: "in an hour", 240: "in 4 hours", 720: "in 12 hours"}
RAISED: Final = {
    "alarm": "Raised",
    "alarm.kept": "Raised, until seen",
    "alarm.over": "Over",
    "alarm.seen": "Seen",
}
OUTCOMES: Final = {"done": "Done", "cut": "Cut short", "never": "Not run yet"}


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
        ("State", "l"),
        ("How it went", "quiet wide"),
    )
    lines = [
        [job.title, job.every, moment(job.next_at), moment(job.last_at), _outcome(job.last_outcome), _went(job)]
        for job in jobs
    ]
    mini("Jobs", heads, lines)
    st.caption("How often goes by the market's time, next and last by real time: a practice market may be hours apart.")


def _went(job: JobView) -> str:
    """Not the same twice."""
    return "" if job.last_words == _outcome(job.last_outcome) else job.last_words


def _outcome(word: str) -> str:
    return OUTCOMES.get(word, word.capitalize())


def decide(slot: SlotView) -> None:
    """A missed slot is not run late by itself: the person says so."""
    key = f"{slot.job}:{slot.slot}"
    planned = f", runs {moment(slot.planned_at)} ET" if slot.planned_at else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        rows([(slot.words, f"was due {moment(slot.due_at)} ET{planned}", "")])
        st.button("Run it now", key=f"run:{key}", on_click=run, args=(slot,))
        with st.popover("Plan it again…"):
            for minutes, words in LATER.items():
                st.button(f"Run it {words}", key=f"plan:{minutes}:{key}", on_click=plan, args=(slot, minutes))
        st.button("Leave it", key=f"skip:{key}", on_click=skip, args=(slot,))


def keep_running() -> None:
    ask("jobs", lambda: desk().health.keep_running(st.session_state["keep_running"]))


def run(slot: SlotView) -> None:
    ask("jobs", lambda: desk().jobs.run_missed(slot.job, slot.slot))


def plan(slot: SlotView, minutes: int) -> None:
    ask("jobs", lambda: desk().jobs.plan_again(slot.job, slot.slot, minutes))


def skip(slot: SlotView) -> None:
    ask("jobs", lambda: desk().jobs.skip_missed(slot.job, slot.slot))


@live(every=5)
def alarms() -> None:
    """From the journal, where nobody can change it."""
    section("What was raised", f"the newest {SHOWN} rows of the journal about it")
    found: list[dict[str, Any]] = []
    for kind in RAISED:
        found += desk().journal.table(0, SHOWN, "", kind).to_pylist()
    if not found:
        empty(
            "Nothing was raised yet.", "What a person should know is raised on every page, and stays to be read here."
        )
        return
    newest = sorted(found, key=lambda row: -row["seq"])[:SHOWN]
    heads = (("Time, ET", "quiet"), ("State", "l"), ("What", "wide"), ("Who", "quiet"))
    lines = [(moment(row["recorded_at"]), RAISED[row["kind"]], _what(row["title"]), row["who"]) for row in newest]
    mini("What was raised", heads, lines)
    menu.link("journal", "All of it in the Journal")


def _what(title: str) -> str:
    return title.removeprefix("Seen: ").removeprefix("Over: ")


head("Activity")
answer("jobs")
missed = desk().jobs.missed()
if missed:
    section("Missed", f"{plural(len(missed), 'scheduled time')}, not run late by themselves; the oldest first")
for slot in missed[:SHOWN]:
    decide(slot)
if len(missed) > SHOWN:
    st.caption(f"And {len(missed) - SHOWN} more, when these are decided.")
section("Jobs")
clockwork()
kept = desk().health.state().keep_running
st.session_state["keep_running"] = kept
st.toggle("Keep this workspace running when the window is closed", key="keep_running", on_change=keep_running)
alarms()
day_report.offer()
