"""The first page of a workspace nobody has used: one button that begins, or one question after the other; and what to try first."""

import streamlit as st

from core.channel.facets.welcome import WelcomeView
from core.domain.workspace import WorkspaceKind
from pages.parts import first_steps, menu, sample, wizard
from pages.parts.desk import answer, desk, folder, live
from pages.parts.ending import Ended
from pages.parts.marks import banner, empty, head, rows, section

DEFAULTS = (
    ("Cash", "100,000.00 USD", "Invented money on an invented market: its prices lead nowhere but here."),
    ("Account", "Margin", "Credit and short sales are possible, and limited. A cash account is one of the questions."),
    ("Portfolio", "A sample", "Two months of plain investing lie behind it. They are marked and count for nothing."),
    ("Hours", "Own time", "The market is open whenever you look, at night and on weekends too."),
    ("Limits", "The default set", "What one order, one name and one day may come to. Each can be changed."),
)


@live(every=1)
def wait() -> None:
    empty("The practice exchange is being met.", "It takes some seconds; this page comes by itself.")
    if desk().positions.accounts():
        st.rerun()


def begin() -> None:
    st.caption(
        "Nobody has traded here yet. Prices and money are invented; the exchange, its rules and the desk are not."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        first_steps.start_button("start_practising")
        st.button("Choose step by step", key="wizard", on_click=wizard.to, args=(1,))
    left, right = st.columns([1, 1], gap="large")
    with left:
        section("What Start practising takes", "every one can be changed later")
        rows(DEFAULTS)
    with right:
        more()


def begun(state: WelcomeView) -> None:
    if state.sample is not None:
        banner(
            "blue",
            "You are practising, with a sample portfolio.",
            f"{sample.words(state.sample)} was traded by the sample, not by you, and counts for nothing. Everything after "
            "it is yours.",
        )
    elif folder().kind is WorkspaceKind.PRACTICE:
        st.caption("You are practising. Another run, with a sample or without, begins on the page Practice.")
    with st.container(horizontal=True):
        st.button("New order", type="primary", key="to_ticket", on_click=menu.go, args=("ticket",))
        st.button("Open Home", key="to_home", on_click=menu.go, args=("home",))
        st.button("The first questions again", key="wizard", on_click=wizard.to, args=(1,))


def more() -> None:
    section("Good to know")
    with st.container(horizontal=True):
        menu.link("lessons", "Five short lessons on risk")
        menu.link("risks", "Before you trade: what can go wrong")
        menu.link("outside", "What leaves this machine")
        menu.link("limits", "Every limit, and what it is set to")


def steps(state: WelcomeView) -> None:
    first_steps.checklist()
    with st.container(horizontal=True, vertical_alignment="center"):
        words = "Show the steps on Home" if state.hidden else "Hide the steps on Home"
        st.button(words, key="steps_on_home", on_click=first_steps.hide, args=(not state.hidden,))
        answer("steps")


head("Welcome")
if not desk().positions.accounts():
    wait()
    raise Ended
shown = desk().welcome.state()
practice = folder().kind is WorkspaceKind.PRACTICE
if wizard.step():
    wizard.show(shown)
    raise Ended
if shown.fresh and practice:
    begin()
else:
    begun(shown)
steps(shown)
if not shown.fresh or not practice:
    more()
