"""Runs: the terms of the practice account, the runs there were, and the sheet that ends one and begins another."""

import secrets
from datetime import datetime
from decimal import Decimal
from typing import Final

import streamlit as st

from core.channel.facets.runs import RunView, TermView
from pages.parts import brake
from pages.parts.desk import answer, ask, desk
from pages.parts.marks import banner, empty, mini, section
from pages.parts.mode import mode_line
from pages.parts.words import MISSING, change, clock, count, day, money, plural, quantity

PATIENCE: Final = 40.0  # seconds: open orders are cancelled first
KINDS: Final = {"margin": "Margin account", "cash": "Cash account"}
MARKETS: Final = {False: "The same market goes on", True: "Another market"}
_REQUEST: Final = "again"  # whoever has one has the sheet open
_BEGUN: Final = "again_begun"


HOWS: Final = {"Result, USD": "Value − began with − what was paid in since, from its beginning to now or to its end."}


def runs() -> None:
    known = desk().runs.all()
    section("Runs", "each is an account of its own; none is ever changed afterwards")
    if not known:
        empty("No run has begun.", "The first one begins when the desk has met its exchange.")
        return
    heads = (
        ("Run", "strong"),
        ("Begun, ET", ""),
        ("Ended, ET", ""),
        ("Began with, USD", "r"),
        ("Value, USD", "r"),
        ("Result, USD", "r signed"),
    )
    mini("Runs", heads, [_run(run) for run in reversed(known)], HOWS)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Start again…", key="start_again", on_click=_open)
        if st.session_state.get(_BEGUN) not in (None, *(run.name for run in known)):
            st.caption("Another run begins. The desk comes back within seconds.")
    terms(known[-1])


def terms(run: RunView) -> None:
    section(f"Terms of {run.name.lower()}", "fixed while it lasts, so that runs can be compared")
    heads = (("Term", ""), (run.name, "r strong"), ("Usual", "r"), ("Unit", "l quiet"), ("What it does", "wide quiet"))
    mini(
        "Terms",
        heads,
        [[t.title, _word(t.value, t.unit), _word(t.default, t.unit), t.unit or MISSING, t.phrase] for t in run.terms],
    )


def show() -> None:
    """At the end of a page: the sheet, when it is open."""
    if _REQUEST in st.session_state and not brake.asking():
        _sheet()


def _run(run: RunView) -> list[str]:
    ended = _at(run.ended_at) if run.ended_at else "In use"
    gained = None if run.value is None else run.value - run.starting_cash - run.added
    return [run.name, _at(run.begun_at), ended, money(run.starting_cash), money(run.value), change(gained)]


def _at(moment: datetime | None) -> str:
    return f"{day(moment)}, {clock(moment)}" if moment else "Unknown"


def _word(value: str, unit: str) -> str:
    if value in KINDS:
        return value.capitalize()
    return (quantity if unit == "USD" else count)(Decimal(value))


def _open() -> None:
    st.session_state[_REQUEST] = secrets.token_hex(8)
    st.session_state.pop("said:again", None)


def _close() -> None:
    st.session_state.pop(_REQUEST, None)


@st.dialog("Start again", width="small", position="right", on_dismiss=_close)
def _sheet() -> None:
    request = st.session_state.get(_REQUEST)
    if request is None:
        st.rerun()
        return
    mode_line()
    known, health = desk().runs.all(), desk().health.state()
    run, following = known[-1], f"run {len(known) + 1}"
    held = desk().positions.table().num_rows
    banner("amber", f"{run.name} ends.", f"{_ends(health.open_orders + health.in_doubt, held)} {_STAYS}")
    section(f"Terms of {following}", "they stay as they are until the next one")
    columns = st.columns(2)
    typed = {}
    for place, term in enumerate(run.terms):
        with columns[place % 2]:
            typed[term.name] = _field(term, request)
    other = st.radio(
        "Market",
        list(MARKETS),
        format_func=MARKETS.__getitem__,
        captions=["The same past and the same chosen days.", "Other prices, past ones too; no chosen days."],
        key=f"again:market:{request}",
    )
    sample = st.checkbox(
        "With a sample portfolio",
        key=f"again:sample:{request}",
        help="Two months of plain investing lie behind the account. They are marked, and count for nothing.",
    )
    with st.container(key="send"):
        answer("again")
        with st.container(horizontal=True):
            st.button("Back", key="again_back", on_click=_close)
            st.button(
                f"End {run.name.lower()} and begin {following}",
                key="begin",
                type="primary",
                on_click=_begin,
                args=(typed, bool(other), sample, request, following.capitalize()),
                width="stretch",
            )
        st.caption("Market time goes on from where it stands. The desk is away for some seconds.")


_STAYS: Final = "Its orders, fills and journal stay readable. Practice days that count stay."


def _ends(orders: int, held: int) -> str:
    """What happens to what is open."""
    cancelled = f"{plural(orders, 'open order')} will be cancelled" if orders else "No order is open"
    kept = (
        f"{plural(held, 'position')} held stay in the old run, at the value they have now"
        if held
        else "nothing is held"
    )
    return f"{cancelled}, and {kept}."


def _field(term: TermView, request: str) -> str:
    key = f"again:{term.name}:{request}"
    if term.choices:
        choices = list(term.choices)
        return str(
            st.selectbox(
                term.title, choices, choices.index(term.value), format_func=KINDS.__getitem__, key=key, help=term.phrase
            )
        )
    hint = f"{term.phrase} {term.bounds.capitalize()}; usually {term.default}."
    return st.text_input(f"{term.title}, {term.unit}", term.value, key=key, autocomplete="off", help=hint)


def _begin(shown: dict[str, str], other: bool, sample: bool, request: str, following: str) -> None:
    """A second press of a button that has done its work does nothing; without an answer it asks for the same run."""
    if st.session_state.get(_REQUEST) != request:
        return
    typed = {name: str(st.session_state.get(f"again:{name}:{request}", value)) for name, value in shown.items()}
    other = bool(st.session_state.get(f"again:market:{request}", other))
    sample = bool(st.session_state.get(f"again:sample:{request}", sample))
    if ask("again", lambda: desk(PATIENCE).runs.begin(typed, other, request, sample)):
        st.session_state[_BEGUN] = following
        _close()
