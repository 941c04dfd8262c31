"""Settings for trading and for the screen: what stands now, and what an empty ticket begins with."""

from typing import Final

import streamlit as st

from core.channel.facets.settings import TicketDefaults
from pages.parts import account, display, menu, offers
from pages.parts.desk import answer, ask, desk
from pages.parts.marks import rows, section
from pages.parts.words import GOOD_FOR, TYPES, plural

ANY: Final = "Each time, with several accounts"


def trading() -> None:
    section("Limits", "the numbers every order is checked against")
    limits = desk().limits.all()
    changed = [limit for limit in limits if limit.value != limit.default]
    words = ", ".join(f"{limit.check} {limit.title}" for limit in changed[:4])
    rows([("Not at their default", plural(len(changed), "limit"), words), ("In all", plural(len(limits), "limit"), "")])
    menu.link("limits", "Limits and ready-made sets of them")
    section("A new ticket begins with", "kept in this workspace; the ticket shows it and takes anything else")
    now, names = desk().settings.state().ticket, account.names()
    offered = offers.read(now.account_id if now.account_id in names else account.chosen())
    state = st.session_state  # at first as it is kept; what the person chose stays while they look at it
    state.setdefault("set_account", now.account_id if now.account_id in names else "")
    state.setdefault("set_type", now.type)
    state.setdefault("set_good", now.time_in_force)
    several = len(names) > 1
    *who, kind, good = st.columns([1] * (2 + several))
    if several:
        who[0].selectbox("Account", ["", *names], format_func=lambda one: names.get(one, ANY), key="set_account")
    types = offers.allowed(TYPES, offered.types, "set_type")
    kind.selectbox("Order type", types, format_func=TYPES.__getitem__, key="set_type")
    times = offers.allowed(GOOD_FOR, offered.times, "set_good")
    good.selectbox("Good for", times, format_func=GOOD_FOR.__getitem__, key="set_good")
    st.button("Keep for new tickets", type="primary", key="set_ticket", on_click=_keep)
    answer("set_ticket")
    stands = f"{TYPES[now.type]}, {GOOD_FOR[now.time_in_force].lower()}"
    st.caption(f"Kept now: {stands}{f', {names[now.account_id]}' if now.account_id in names else ''}.")


def _keep() -> None:
    state = st.session_state
    chosen = TicketDefaults(
        account_id=state.get("set_account", ""), type=state["set_type"], time_in_force=state["set_good"]
    )
    empty = not (state.get("t_size") or state.get("t_from"))
    if ask("set_ticket", lambda: desk().settings.set_ticket(chosen)) and empty:
        state.pop("t_type", None)  # a ticket nobody has begun takes it up
        state.pop("t_good", None)


def screen() -> None:
    section("Colours and amounts", "of this browser; the address keeps them, so a bookmark does too")
    st.session_state["set_pair"] = display.pair()
    st.radio(
        "Gain and loss in", list(display.PAIRS), format_func=display.PAIRS.__getitem__, key="set_pair", on_change=_paint
    )
    st.session_state["set_hide"] = display.hidden()
    st.toggle("Hide amounts", key="set_hide", on_change=_hide, help="Percentages stay. So does what you type.")
    rows(
        [
            ("Light or dark", "As your system", "Change it there, or for the browser."),
            ("Times", "New York, ET", "The exchange's own. Heads of columns and the frame name it."),
        ]
    )


def _paint() -> None:
    display.paint(st.session_state["set_pair"])


def _hide() -> None:
    display.hide(st.session_state["set_hide"])
