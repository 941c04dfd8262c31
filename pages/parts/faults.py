"""What goes wrong on purpose: one switch each, what happens to a name, and a bad day that plays most of it."""

from typing import Final

import streamlit as st

from core.channel.facets.practice import BadDay, Fault, PracticeView, Step, StepState
from pages.parts import switch
from pages.parts.desk import answer, ask, desk, live
from pages.parts.marks import empty, mini, section
from pages.parts.words import EASTERN
from pages.parts.words import day as day_words

OF_A_NAME: Final = {
    Fault.HALT: "Halt it for some minutes",
    Fault.PRICE_GAP: "Let its price jump",
    Fault.SPLIT: "Split it before the next session",
}
HALTS: Final = (5, 10, 30)
GAPS: Final = (-20, -10, -4, 4, 10, 20)
STATES: Final = {StepState.COMING: "Coming", StepState.ON: "On", StepState.OVER: "Over"}


def faults(state: PracticeView) -> None:
    section("Faults", "what goes wrong on purpose; they end with the engine")
    columns = st.columns(2)
    for place, (fault, words) in enumerate(switch.FAULTS.items()):
        on = fault in state.faults
        # the key holds what is set, so that a change made in another window shows here too
        columns[place % 2].toggle(
            words, value=on, key=f"fault:{fault}:{on}", on_change=switch.fault, args=(fault, not on)
        )
    if Fault.LOGIN_EXPIRED in state.faults:
        st.button("Sign in again", key="sign_in", type="primary", on_click=switch.sign_in, args=("faults",))
    answer("faults")
    st.caption(
        "A half-open line looks alive, and nothing comes through. The hour is one of market time. Without a login all is "
        "refused until you sign in again."
    )
    of_a_name(state)


def of_a_name(state: PracticeView) -> None:
    section("To a name", "from the next seconds on; it outlives the engine")
    held = tuple(dict.fromkeys(desk().positions.table().column("symbol").to_pylist()))
    others = (name.symbol for name in desk().market.names() if name.symbol not in held)
    left, middle, right = st.columns([1, 1.4, 0.8], vertical_alignment="bottom")
    name = left.selectbox("Name", (*held, *others), key="fault_name")
    what = middle.selectbox("What happens", list(OF_A_NAME), format_func=OF_A_NAME.__getitem__, key="fault_what")
    size = 0
    if what is Fault.HALT:
        size = right.selectbox("Minutes", HALTS, index=1, key="fault_minutes")
    if what is Fault.PRICE_GAP:
        size = right.selectbox("Percent", GAPS, index=1, format_func=_signed, key="fault_percent")
    st.button("Let it happen", key="happen", on_click=_happen, args=(what, name, size))
    answer("happen")
    st.caption(
        "A halt ends with an auction. A jump beyond the price bands stands at the band for 15 seconds, then the name is "
        "paused and opens again. Where a price has jumped to, it stays. A split shows under Chosen days."
    )
    if state.of_names:
        _steps("Halts and jumps of this session", state.of_names)


def bad_day(state: PracticeView) -> None:
    section("A bad day", "most of it, one after another, in market time")
    answer("bad_day")
    if state.bad_day is None:
        empty("No bad day is set.", "It takes the next whole session and is kept through a restart of the engine.")
        st.button("Play a bad day", key="bad_day:on", on_click=_bad_day, args=(True,))
        return
    timetable()
    with st.container(horizontal=True):
        st.button("End it now", key="bad_day:off", on_click=_bad_day, args=(False,))
        if state.bad_day.over:
            st.button("Play another", key="bad_day:on", on_click=_bad_day, args=(True,))


@live()
def timetable() -> None:
    """What is coming, on and over, as time passes."""
    found = desk().practice.state().bad_day
    if found is None:
        return
    st.caption(_where(found))
    _steps("The bad day", found.steps)


def _where(found: BadDay) -> str:
    if found.over:
        return f"{day_words(found.day)}: it is over. What the desk did meanwhile stands in the journal."
    on = [_words(step) for step in found.steps if step.state is StepState.ON]
    return f"{found.day:%a} {day_words(found.day)}. " + (f"On now: {', '.join(on)}." if on else "Nothing is on now.")


def _steps(label: str, steps: tuple[Step, ...]) -> None:
    heads = (("From, ET", ""), ("Until", ""), ("What", "wide"), ("", "strong"))
    mini(label, heads, [[_clock(step), _end(step), _words(step), STATES[step.state]] for step in steps])


def _words(step: Step) -> str:
    return step.words if step.symbol else switch.FAULTS.get(step.fault, step.words)


def _clock(step: Step) -> str:
    return f"{step.at.astimezone(EASTERN):%a %H:%M}"


def _end(step: Step) -> str:
    if step.until is None:
        return "Until sign-in"
    return "–" if step.until == step.at else f"{step.until.astimezone(EASTERN):%H:%M}"


def _signed(percent: int) -> str:
    return f"{percent:+d} %".replace("-", "−")


def _happen(what: Fault, name: str | None, size: int) -> None:
    ask("happen", lambda: desk().practice.fault(what, on=True, symbol=name or "", size=size))


def _bad_day(on: bool) -> None:
    ask("bad_day", lambda: desk().practice.fault(Fault.BAD_DAY, on=on))
