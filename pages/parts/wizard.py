"""The other way in: one question after the other. Every one can be left out, and is found again where the settings are."""

import secrets
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

import streamlit as st

from core.channel.facets.limits import LimitView
from core.channel.facets.lock import LockView
from core.channel.facets.runs import TermView
from core.channel.facets.welcome import WelcomeView
from core.domain.workspace import WorkspaceKind
from pages.parts import locked, menu, switch
from pages.parts.desk import answer, ask, desk, folder
from pages.parts.first_steps import PATIENCE
from pages.parts.limit_words import written
from pages.parts.marks import banner, mini, rows, section

STEP: Final = "step"  # in the address
KEPT: Final = {"cash": "starting_cash", "kind": "kind"}  # in the address → term of the account
KINDS: Final = {"margin": "Margin account", "cash": "Cash account"}
WORDS: Final = {
    "margin": "Credit up to a limit, and short sales. A loss can be larger than what was paid in; the exchange may close "
    "positions when a margin call is not met.",
    "cash": "No credit and no short sales: what you own is paid for. What a sale brings settles on the next trading day.",
}
_REQUEST: Final = "wizard_request"
_BEGUN: Final = "wizard_begun"


class Question(NamedTuple):
    """One step: what it is called, and what draws it."""

    title: str
    ask: Callable[[WelcomeView], None]


def step() -> int:
    """Which question is open, by the address; 0 = none."""
    asked = st.query_params.get(STEP, "")
    return int(asked) if asked.isdecimal() and 1 <= int(asked) <= len(QUESTIONS) else 0


def show(state: WelcomeView) -> None:
    number = step()
    question = QUESTIONS[number - 1]
    section(question.title, f"{number} of {len(QUESTIONS)}; each can be left out")
    question.ask(state)
    with st.container(horizontal=True):
        back = "Back" if number > 1 else "Back to Welcome"
        st.button(back, key="wizard_back", on_click=to, args=(number - 1,))
        if number < len(QUESTIONS):
            st.button("Next", key="wizard_next", on_click=to, args=(number + 1,))
            st.button("Leave the rest out", key="wizard_end", type="tertiary", on_click=to, args=(len(QUESTIONS),))


def to(number: int) -> None:
    if number:
        st.query_params[STEP] = str(number)
    else:
        st.query_params.pop(STEP, None)


def _passphrase(_state: WelcomeView) -> None:
    door = locked.door()
    _told(door)
    st.caption(
        "It is typed into a form of its own and never comes into this page. Nobody can bring it back: if it is lost, what "
        "it locks (signing keys, addresses of notifications, later the logins of brokers) is gone and has to be set up anew. "
        "Orders, books and journal are not encrypted with it and stay readable; your broker knows nothing of it. Write it "
        "down on paper, and keep the paper elsewhere."
    )


def _told(door: LockView | None) -> None:
    if door is not None and door.has_passphrase:
        st.html(
            "<div class='qd-empty'>This workspace has a passphrase.<small>It locks after half an hour.</small></div>"
        )
        return
    st.html(
        "<div class='qd-empty'>Without a passphrase whoever sits at this machine can trade here."
        "<small>For practice that may do; with real money it will not.</small></div>"
        "<a class='qd-side' href='/passphrase'>Choose a passphrase</a>"
    )


def _account(state: WelcomeView) -> None:
    run = desk().runs.all()[-1]
    if not _may_begin(state):
        return
    terms = {term.name: term for term in run.terms}
    cash, kind = terms["starting_cash"], terms["kind"]
    chosen = _chosen("kind", kind)
    st.session_state.setdefault("wizard_cash", _chosen("cash", cash))
    st.text_input(
        f"Cash to begin with, {cash.unit}", key="wizard_cash", autocomplete="off", help=f"{cash.bounds.capitalize()}.",
        on_change=_keep, args=("cash",), width=240,
    )  # fmt: skip
    st.session_state.setdefault("wizard_kind", chosen)
    st.radio(
        "Account", list(KINDS), format_func=KINDS.__getitem__, captions=list(WORDS.values()), key="wizard_kind",
        on_change=_keep, args=("kind",),
    )  # fmt: skip


def _chosen(name: str, term: TermView) -> str:
    asked = str(st.query_params.get(name, term.value))[:20]
    return asked if not term.choices or asked in term.choices else term.value


def _keep(name: str) -> None:
    st.query_params[name] = str(st.session_state[f"wizard_{name}"])


def _may_begin(state: WelcomeView) -> bool:
    if state.fresh:
        return True
    banner("grey", "An account has begun here.", "Its terms are fixed while it lasts: another one begins on Practice.")
    if folder().kind is WorkspaceKind.PRACTICE:
        menu.link("practice", "Start again, on other terms")
    return False


def _limits(_state: WelcomeView) -> None:
    names = list(desk().limits.presets())
    asked = st.query_params.get("set", "")
    if "wizard_set" not in st.session_state:
        st.session_state["wizard_set"] = asked if asked in names else "stocks" if "stocks" in names else names[0]
    name = st.selectbox("Set of limits", names, key="wizard_set", on_change=_keep, args=("set",), width=240)
    now = {(limit.check, limit.setting): limit for limit in desk().limits.all()}
    then = desk().limits.preview(name)
    differ = [limit for limit in then if limit.value != now[limit.check, limit.setting].value]
    words = "as it is in force" if not differ else f"{len(differ)} of {len(then)} would change"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Use this set", key="wizard_use_set", disabled=not differ, on_click=_use, args=(name,))
        st.caption(f"“{name}”: {words}. Each number can be changed alone on the page Limits.")
    answer("wizard_set")
    with st.container(height=480, border=False):
        mini("Limits of this set", _HEADS, [_line(limit, now[limit.check, limit.setting]) for limit in then])


_HEADS: Final = (
    ("What it looks at", "strong"),
    ("Limit", "wide"),
    ("In this set", "r"),
    ("In force", "r quiet"),
    ("Default", "r quiet"),
)


def _line(limit: LimitView, now: LimitView) -> Sequence[str]:
    numbers = (written(one, limit.unit) for one in (limit.value, now.value, limit.default))
    return [limit.title, limit.label, *numbers]


def _use(name: str) -> None:
    """A second press finds the set in force, and writes nothing."""
    values = {(limit.check, limit.setting): limit.value for limit in desk().limits.all()}
    if all(values[limit.check, limit.setting] == limit.value for limit in desk().limits.preview(name)):
        return
    ask("wizard_set", lambda: desk().limits.use_preset(name, "Chosen among the first questions"))


def _hours(_state: WelcomeView) -> None:
    if folder().kind is not WorkspaceKind.PRACTICE:
        st.caption("This workspace follows the exchange's hours.")
        return
    state = desk().practice.state()
    rows(
        [
            ("Own time", "open whenever you look", "It passes inside sessions alone, at the pace you choose."),
            ("Exchange hours", "as in New York", "09:30 to 16:00 ET on trading days; at night nothing fills."),
        ]
    )
    with st.container(horizontal=True):
        switch.paces(state.own_time, state.pace, "wizard")
    answer("wizard")
    st.caption(f"Now: {state.words}. It can be switched at the top of every page.")


def _begin(state: WelcomeView) -> None:
    if not _may_begin(state):
        return
    terms = {term.name: term for term in desk().runs.all()[-1].terms}
    typed = {KEPT[name]: _chosen(name, terms[KEPT[name]]) for name in KEPT}
    rows(
        [
            ("Cash", f"{_shown(typed['starting_cash'])} USD", ""),
            ("Account", KINDS.get(typed["kind"], typed["kind"]), WORDS.get(typed["kind"], "")),
        ]
    )
    wanted = st.checkbox(
        "With a sample portfolio", value=True, key="wizard_sample",
        help="Two months of plain investing lie behind the account. They are marked, and count for nothing.",
    )  # fmt: skip
    request = st.session_state.setdefault(_REQUEST, secrets.token_hex(8))
    st.button("Begin", type="primary", key="wizard_begin", on_click=_start, args=(typed, wanted, request))
    answer("wizard_begin")
    if st.session_state.get(_BEGUN) == request:
        st.caption("Practice begins. The desk comes back within seconds.")


def _shown(cash: str) -> str:
    return f"{Decimal(cash):,.2f}" if cash.isdecimal() else cash


def _start(typed: dict[str, str], wanted: bool, request: str) -> None:
    if ask(
        "wizard_begin", lambda: desk(PATIENCE).runs.begin(typed, other_market=False, request=request, sample=wanted)
    ):
        st.session_state[_BEGUN] = request


QUESTIONS: Final = (
    Question("A passphrase", _passphrase),
    Question("The account", _account),
    Question("Limits", _limits),
    Question("Hours", _hours),
    Question("Begin", _begin),
)
