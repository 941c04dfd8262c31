"""The brokers of this workspace: how each stands, whom it is pinned to, and what it can do."""

from typing import Final

import streamlit as st

from core.channel.facets.connections import BrokerView
from core.channel.facets.health import SIGNED_OUT
from core.domain.workspace import WorkspaceKind
from pages.parts import frame, switch
from pages.parts.desk import answer, desk, live
from pages.parts.marks import banner, empty, head, mini, rows, section
from pages.parts.words import GOOD_FOR, MINUS, MISSING, TYPES, moment

HOURS: Final = {
    "regular": "✓",
    "extended": "✓ and outside regular hours",
    "opening": "✓ opening auction",
    "closing": "✓ closing auction",
    "": "–",
}
READABLE: Final = 920  # pixels: a value stands where its name can still be seen
STATES: Final = {"connected": "Connected", "down": "Down", "connecting": "Connecting", SIGNED_OUT: "Signed out"}


@live(every=2)
def standing() -> None:
    """How each stands now. Only looks."""
    known = desk().connections.all()
    if not known:
        empty("No broker is connected.", "The practice exchange connects by itself when the desk starts.")
    for one in known:
        _one(one)


def _one(one: BrokerView) -> None:
    section(one.name, one.words)
    if one.pin_problem:
        banner("red", "It is not the one this workspace belongs to.", f"{one.pin_problem} Nothing is sent to it.")
    elif one.state == SIGNED_OUT:
        banner("red", "You are not signed in any more.", "Orders there stay. Sign in again; then it is compared.")
    elif one.state != "connected":
        banner(
            "amber", "It does not answer.", f"{one.last_error} Orders there stay; it is asked again by itself.".strip()
        )
    compared = "compared with our books" if one.reconciled else "not compared with our books yet: only looking"
    rows(
        [
            ("State", STATES.get(one.state, one.state), compared),
            ("Down since, ET" if one.state in ("down", SIGNED_OUT) else "Connected since, ET", moment(one.since), ""),
            ("Last read, ET", moment(one.read_at), "open orders, trades, positions, cash"),
            ("Its clock against ours", _skew(one.skew_seconds), ""),
            (
                "Last error",
                one.last_error or "None since the start",
                moment(one.last_error_at) if one.last_error else "",
            ),
            ("Accounts", ", ".join(one.accounts) or MISSING, ""),
            (
                "Pinned to",
                one.pinned or "Nobody yet",
                "an order goes to this account, at this address, and nowhere else",
            ),
        ]
    )


def _skew(seconds: float | None) -> str:
    if seconds is None:
        return "Not known yet"
    sign = MINUS if seconds < 0 else "+"
    return "Less than 0.1 s" if abs(seconds) < 0.1 else f"{sign}{abs(seconds):.1f} s"


def abilities(one: BrokerView) -> None:
    """Its table, as the ticket and the checks obey it."""
    section(f"What {one.name} can do", "the ticket offers nothing else")
    times = list(GOOD_FOR)
    by = {(able.type, able.time_in_force): able.hours for able in one.able}
    heads = (("Order", "strong"), *((GOOD_FOR[time], "l") for time in times))
    mini("Orders", heads, [[TYPES[kind], *(HOURS[by.get((kind, time), "")] for time in times)] for kind in TYPES])
    rows(
        [
            ("Parts of a share", _yes(one.fractional), ""),
            ("Short sales", _yes(one.short), ""),
            ("Changing a working order", _yes(one.replace), ""),
            ("Finds an order by our own mark", _yes(one.look_up), "so an answer that was lost can be found again"),
            (
                "Refuses the same order twice",
                _yes(one.refuses_repeats),
                "so an order may be sent again without a double",
            ),
            ("Requests a minute", f"{one.requests_per_minute:,}", "some are kept for cancels"),
        ]
    )


def _yes(able: bool) -> str:
    return "Yes" if able else "No"


def sign_in() -> None:
    """Only where there is one to be signed in to."""
    if health is not None and health.kind is WorkspaceKind.PRACTICE:
        if any(line.state == SIGNED_OUT for line in health.connections):
            st.button(
                "Sign in again", key="connect:sign_in", type="primary", on_click=switch.sign_in, args=("connect",)
            )
        answer("connect")


head("Connect")
health = frame.standing()
with st.container(width=READABLE):
    standing()
    sign_in()
    for broker in desk().connections.all():
        abilities(broker)
st.caption("Other brokers cannot be connected yet. Each comes with a form of its own that asks for what it needs.")
