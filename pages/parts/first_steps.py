"""The first steps: what they are called, where each is done, and how many are."""

import secrets
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.channel.facets.welcome import WelcomeView
from core.domain.workspace import WorkspaceKind
from pages.parts import menu
from pages.parts.desk import answer, ask, desk, folder, live
from pages.parts.marks import banner, section
from pages.parts.words import plural

PATIENCE: Final = 40.0  # seconds: the account that nobody used is compared and ended first
_REQUEST: Final = "first_run_request"  # one for all presses: they are one act
_BEGUN: Final = "practice_begun"


@dataclass(frozen=True, slots=True)
class Step:
    """What a person does, why, and on which page; a page of its own form is an address."""

    title: str
    words: str
    page: str = ""
    address: str = ""


STEPS: Final = {
    "quote": Step("Look at a quote", "Bid, ask, sizes and how old they are.", "market"),
    "order": Step("Place an order", "Type it, see what it would cost, review it, confirm it.", "ticket"),
    "why": Step("Read why it traded at its price", "Open a filled order: the exchange tells what it met.", "orders"),
    "stop": Step("Set a stop", "An order that sells once the price has fallen to a level of yours.", "positions"),
    "limits": Step("Look at your limits", "The numbers no order may pass.", "limits"),
    "passphrase": Step("Choose a passphrase", "Whoever does not know it cannot trade here.", address="/passphrase"),
    "plug": Step(
        "Rehearse pulling the plug", "The desk dies in the middle of an order, and finds it again.", "practice"
    ),
    "crash_day": Step("Live through a crash day", "One guided session, with a report afterwards.", "crash_day"),
}


def start_button(key: str) -> None:
    """Everything at its default. However often it is pressed, one run begins."""
    request = st.session_state.setdefault(_REQUEST, secrets.token_hex(8))
    st.button("Start practising", type="primary", key=key, on_click=_start, args=(request,))
    answer("start")
    if st.session_state.get(_BEGUN) == request:
        st.caption("Practice begins. The desk comes back within seconds.")


def _start(request: str) -> None:
    if ask("start", lambda: desk(PATIENCE).runs.begin({}, other_market=False, request=request, sample=True)):
        st.session_state[_BEGUN] = request


@live(every=3)
def checklist() -> None:
    """Ticked by what happened at the desk. Only looks."""
    state = desk().welcome.state()
    section("First steps", f"{count(state)}; ticked by what happened, not by a click here")
    for step in state.steps:
        known = STEPS[step.name]
        with st.container(horizontal=True, vertical_alignment="center", key=f"step_{step.name}", gap="small"):
            mark, spoken = ("✓", "Done") if step.done else ("○", "To do")
            st.html(
                f"<span role='img' class='qd-step {'done' if step.done else ''}' aria-label='{spoken}'>{mark}</span>",
                width=20,
            )
            with st.container(width=250):
                if known.page:
                    menu.link(known.page, known.title)
                else:
                    st.html(f"<a class='qd-side' href='{known.address}'>{known.title}</a>")
            st.caption(known.words)


def count(state: WelcomeView) -> str:
    return f"{sum(step.done for step in state.steps)} of {plural(len(state.steps), 'step')} done"


def offer(state: WelcomeView) -> None:
    """On the first page: the way in while nothing was done, then the next step, until the person hides it."""
    if state.fresh and folder().kind is WorkspaceKind.PRACTICE:
        banner(
            "blue", "Nobody has traded here yet.", "One button takes every default, with a sample portfolio to look at."
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            start_button("home_start")
            st.button("Read more first", key="home_wizard", on_click=menu.go, args=("welcome",))
        return
    todo = [STEPS[step.name] for step in state.steps if not step.done]
    if state.hidden or not todo:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="first_steps", gap="small"):
        st.caption(f"First steps: {count(state)}. Next: {todo[0].title.lower()}.")
        menu.link("welcome", "All first steps")
        st.button("Hide", key="hide_steps", type="tertiary", on_click=hide, args=(True,))


def hide(on: bool) -> None:
    ask("steps", lambda: desk().welcome.hide(on))
