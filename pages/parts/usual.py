"""What an empty ticket begins with: as a person set it for this workspace, or the plainest order where it cannot."""

import streamlit as st

from core.channel.facets.settings import TicketDefaults
from core.channel.facets.ticket import Choices
from core.domain.errors import DeskError
from core.domain.order import OrderType, TimeInForce
from pages.parts.desk import desk
from pages.parts.words import GOOD_FOR, TYPES

_PLAIN = TicketDefaults()


def read() -> TicketDefaults:
    """As the engine says; while it is away, as it said last."""
    try:
        st.session_state["usual"] = desk().settings.state().ticket
    except DeskError:
        st.session_state.setdefault("usual", _PLAIN)
    found: TicketDefaults = st.session_state["usual"]
    return found


def known() -> TicketDefaults:
    """As it was read last in this window."""
    found: TicketDefaults = st.session_state.get("usual", _PLAIN)
    return found


def begin(offered: Choices) -> None:
    """Before the fields are drawn for the first time; what was typed or came with the address stays."""
    usual = read()
    st.session_state.setdefault("t_type", _type(usual, offered))
    st.session_state.setdefault("t_good", _good(usual, offered))


def say(offered: Choices) -> None:
    """Where this account does not take what was set."""
    usual = known()
    no = [TYPES[usual.type].lower()] if _type(usual, offered) is not usual.type else []
    no += [GOOD_FOR[usual.time_in_force].lower()] if _good(usual, offered) is not usual.time_in_force else []
    if no:
        plain = f"{TYPES[_type(usual, offered)].lower()}, {GOOD_FOR[_good(usual, offered)].lower()}"
        st.caption(f"Your usual order ({' and '.join(no)}) is not taken by this account: a new one begins as {plain}.")


def _type(usual: TicketDefaults, offered: Choices) -> OrderType:
    return _PLAIN.type if offered.types.get(usual.type) else usual.type


def _good(usual: TicketDefaults, offered: Choices) -> TimeInForce:
    return _PLAIN.time_in_force if offered.times.get(usual.time_in_force) else usual.time_in_force
