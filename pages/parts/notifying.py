"""Notifications: how each way stands, what did not get through, how a way is set up, and what is told when."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.channel.facets.notices import (
    MONTHLY,
    WEEKDAYS,
    EventRule,
    FailureView,
    FieldView,
    NoticeRules,
    NoticesView,
    WayView,
)
from pages.parts.desk import answer, ask, desk, live
from pages.parts.marks import banner, empty, mini, section
from pages.parts.words import moment, plural

PACES: Final = {"now": "At once", "digest": "Once a day", "off": "Not told"}
UPDATES: Final = {day: f"Each {day.capitalize()}" for day in WEEKDAYS} | {MONTHLY: "Each month's end"}
ZONES: Final = {"market": "The market's clock, ET", "local": "This machine's clock"}


def notifying() -> None:
    """The whole of it; a page may show it alone or among other settings."""
    standing()
    state = desk().notices.state()
    section("Ways to reach you", "a message is sent by every way that is on, unless an event names its own")
    for way in (*state.ways, state.heartbeat):
        set_up(way)
    section("What is told, and when", "what is red is told at once, in quiet hours too, and again until it was seen")
    rules(state)


@live(every=2)
def standing() -> None:
    """How each way stands, failures first. Only looks."""
    state = desk().notices.state()
    on = [way for way in (*state.ways, state.heartbeat) if way.on]
    not_told(desk().notices.failures())
    if not on:
        empty(
            "Nobody is told anything while this window is closed.",
            "Switch a way on below, then send a test. Until then everything stands here and in the journal only.",
        )
        return
    heads = (("Way", "strong"), ("Waiting", "r"), ("Last told, ET", "r"), ("How it stands", "l quiet wide"))
    lines = [[way.title, str(way.waiting), moment(way.told_at), way.problem or way.why_not or "On"] for way in on]
    mini("Ways that are on", heads, lines)
    quiet = "Quiet hours now: only what is red is sent. " if state.quiet_now else ""
    st.caption(f"{quiet}The next daily message is due {moment(state.next_digest)} ET, real time.")


def not_told(failures: Sequence[FailureView]) -> None:
    if not failures:
        return
    banner(
        "amber",
        f"{plural(len(failures), 'message')} did not get through.",
        "What waits is tried again by itself; everything stands in the journal too.",
    )
    heads = (
        ("Way", "strong"),
        ("What was to be told", "wide"),
        ("Since, ET", "r"),
        ("Tries", "r"),
        ("Next try, ET", "r"),
        ("Why", "l quiet wide"),
    )
    lines = [[f.way, f.title, moment(f.since), str(f.tries), moment(f.next_at), f.problem] for f in failures]
    mini("Not told", heads, lines)


def set_up(way: WayView) -> None:
    """One way: what it needs, on or off, and a test."""
    with st.expander(f"{way.title}: {'on' if way.on else 'off'}", key=f"way:{way.name}"):
        st.caption(way.words)
        secret(way)
        if way.why_not:
            return
        shown = [field for field in way.fields if not field.secret or "127.0.0.1" in field.hint]
        left, right = st.columns(2)
        for number, field in enumerate(shown):
            typed(right if number % 2 else left, way.name, field)
        with st.container(horizontal=True):
            if way.on:
                st.button("Keep changes", key=f"keep:{way.name}", on_click=switch, args=(way, True))
                if way.name != "heartbeat":
                    st.button("Send a test", key=f"test:{way.name}", on_click=test, args=(way.name,))
                st.button("Switch off", key=f"off:{way.name}", on_click=switch, args=(way, False))
            else:
                st.button("Switch on", key=f"on:{way.name}", on_click=switch, args=(way, True))
            if way.waiting and way.problem:
                st.button("Let go of what waits", key=f"drop:{way.name}", on_click=drop, args=(way.name,))
        answer(f"way:{way.name}")


def secret(way: WayView) -> None:
    """What is typed into a plain form of its own, so that it never comes into this page."""
    asked = [field for field in way.fields if field.secret]
    if way.why_not:
        st.caption(f"Not usable now. {way.why_not}")
    if not asked:
        return
    names = " and ".join(field.label.lower() for field in asked)
    kept = any(field.kept and not field.value for field in asked)
    here = any("127.0.0.1" in field.hint for field in asked)
    first = "An address elsewhere is a secret: type it into the vault" if here else f"Type its {names} into the vault"
    words = f"Its {names} is in the vault: type another one" if kept else first
    st.html(f"<a class='qd-side' href='/notify'>{escape(words)}</a>")


def typed(place: DeltaGenerator, way: str, field: FieldView) -> None:
    key = f"way:{way}:{field.name}"
    st.session_state.setdefault(key, field.value)
    place.text_input(field.label, key=key, placeholder=field.hint, autocomplete="off")


def switch(way: WayView, on: bool) -> None:
    state = st.session_state
    fields = {f.name: state[key] for f in way.fields if (key := f"way:{way.name}:{f.name}") in state}
    ask(f"way:{way.name}", lambda: desk().notices.set_way(way.name, on, fields))


def test(way: str) -> None:
    ask(f"way:{way}", lambda: desk().notices.test(way))


def drop(way: str) -> None:
    ask(f"way:{way}", lambda: desk().notices.drop(way))


def rules(state: NoticesView) -> None:
    """Kept together when the person says so: half a choice is never in force."""
    kept = state.rules
    ways = {way.name: way.title for way in state.ways if way.on}
    for rule in kept.events:
        event(rule, ways)
    times(kept)
    st.button("Keep these rules", type="primary", key="keep_rules", on_click=keep, args=(kept, tuple(ways)))
    answer("rules")


def event(rule: EventRule, ways: dict[str, str]) -> None:
    words, pace, by = st.columns([2.2, 1, 1.6], vertical_alignment="center")
    words.markdown(f"**{rule.title}**  \n:small[{rule.words}]")
    pace.selectbox(
        f"{rule.title}: when",
        list(PACES),
        index=list(PACES).index(rule.pace),
        format_func=PACES.__getitem__,
        key=f"pace:{rule.event}",
        label_visibility="collapsed",
    )
    by.multiselect(
        f"{rule.title}: by which ways",
        list(ways),
        default=[way for way in rule.ways if way in ways],
        format_func=ways.__getitem__,
        key=f"by:{rule.event}",
        label_visibility="collapsed",
        placeholder="Every way that is on",
    )


def times(kept: NoticeRules) -> None:
    begins, ends, digest, zone, update = st.columns(5)
    begins.text_input("Quiet from", kept.quiet_from, key="quiet_from", placeholder="22:00", autocomplete="off")
    ends.text_input("Quiet until", kept.quiet_to, key="quiet_to", placeholder="07:00", autocomplete="off")
    digest.text_input("Daily message at", kept.digest_at, key="digest_at", placeholder="17:00", autocomplete="off")
    zone.selectbox(
        "These times are by", list(ZONES), index=list(ZONES).index(kept.zone), format_func=ZONES.__getitem__, key="zone"
    )
    update.selectbox(
        "Performance update",
        list(UPDATES),
        index=list(UPDATES).index(kept.update_on),
        format_func=UPDATES.__getitem__,
        key="update_on",
        help="After the close of that day; of a holiday, of the session before it. Under three sessions it says so.",
    )
    st.checkbox(
        "Say only how many of what happened: no symbol, no price, no amount leaves this machine",
        kept.discreet,
        key="discreet",
    )


def keep(before: NoticeRules, shown: tuple[str, ...]) -> None:
    """A way that is off now was not shown; what an event said about it stays."""
    state = st.session_state
    events = tuple(
        replace(
            rule,
            pace=state[f"pace:{rule.event}"],
            ways=(*state[f"by:{rule.event}"], *(way for way in rule.ways if way not in shown)),
        )
        for rule in before.events
    )
    rules = NoticeRules(
        events=events,
        quiet_from=state["quiet_from"].strip(),
        quiet_to=state["quiet_to"].strip(),
        zone=state["zone"],
        digest_at=state["digest_at"].strip(),
        update_on=state["update_on"],
        discreet=state["discreet"],
    )
    ask("rules", lambda: desk().notices.set(rules))
