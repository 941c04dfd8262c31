"""What the account's broker takes: it can be chosen; the rest is named with the reason why not."""

from collections.abc import Mapping
from html import escape
from typing import Final, TypeVar

import streamlit as st

from core.channel.facets.ticket import Choices
from core.domain.errors import DeskError
from core.domain.order import OrderType, TimeInForce
from pages.parts.desk import desk
from pages.parts.words import GOOD_FOR, TYPES

K = TypeVar("K")
UNKNOWN: Final = Choices(  # while no account is chosen or the desk is away: the review says what does not go
    types=dict.fromkeys(OrderType, ""), times=dict.fromkeys(TimeInForce, ""), extended_hours="", short=""
)


def read(account_id: str) -> Choices:
    """As the engine says; while it is away, as it said last."""
    try:
        found = desk().ticket.choices(account_id)
    except DeskError:
        found = st.session_state.get("offers", UNKNOWN)
    st.session_state["offers"] = found
    return found


def allowed(words: Mapping[K, str], reasons: Mapping[K, str], key: str) -> dict[K, str]:
    """What can be chosen; what stands in the field already stays in it, for the checks to refuse."""
    return {each: name for each, name in words.items() if not reasons.get(each) or st.session_state.get(key) == each}


def tags(offered: Choices, key: str) -> list[str]:
    """Those of the newest orders, and what stands in the field already."""
    typed = st.session_state.get(key)
    return [*offered.tags, *([typed] if typed and typed not in offered.tags else [])]


def say(offered: Choices) -> None:
    """What cannot, and why; nothing when everything can."""
    no = [(TYPES[kind], why) for kind, why in offered.types.items() if why]
    no += [(GOOD_FOR[time], why) for time, why in offered.times.items() if why]
    no += [("Sell short", offered.short)] if offered.short else []
    if no:
        lines = "".join(f"<li aria-disabled='true'>{escape(name)}<small>{escape(why)}</small></li>" for name, why in no)
        st.html(f"<ul class='qd-off' aria-label='Not offered by this account'>{lines}</ul>")
