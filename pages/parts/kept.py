"""The draft in the address: reloading the page or keeping a bookmark brings the ticket back as it was typed."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any, Final

import streamlit as st

from core.domain.errors import BadInput, DeskError, DeskUnreachable
from core.domain.order import OrderType, TimeInForce
from pages.parts import form, usual
from pages.parts.desk import desk

CHANGES, CLOSES = "changes", "closes"  # whose numbers these are: the order's, or the account's position
FIXED: Final = frozenset({"symbol", "side"})  # by the order or position itself
LONGEST: Final = 60  # characters of one part; an address is no place for more
_PARTS: Final[dict[str, tuple[str, Callable[[str], Any], Any]]] = {  # in the address → field, how it is read, default
    "symbol": ("t_symbol", str, ""),
    "side": ("t_side", lambda word: _one_of(word, form.SIDES), "buy"),
    "by": ("t_by", lambda word: _one_of(word, form.SIZES), "shares"),
    "quantity": ("t_size", str, ""),
    "out": ("t_out", str, ""),
    "type": ("t_type", OrderType, OrderType.MARKET),
    "limit": ("t_limit", str, ""),
    "stop": ("t_stop", str, ""),
    "good": ("t_good", TimeInForce, TimeInForce.DAY),
    "tag": ("t_tag", str, ""),
}


def read() -> None:
    """Once, when the window was opened: later the fields know better than an address that lags behind them."""
    if st.session_state.get("t_read"):
        return
    if form.symbol() or st.session_state.get("t_size"):
        st.session_state["t_read"] = True
        return
    try:
        begun = _start_again()
    except DeskUnreachable:
        return  # the frame says so; the draft comes back with the desk
    except DeskError as error:
        st.session_state["said:ticket"] = str(error)
        begun = False
    st.session_state["t_read"] = True
    if begun:
        _fill(_PARTS.keys() - FIXED if form.opened_for() else _PARTS.keys())


def write() -> None:
    """What is not as it is at first."""
    if not st.session_state.get("t_read"):
        return
    known = st.query_params.to_dict()
    others = {name: value for name, value in known.items() if name not in (*_PARTS, CHANGES, CLOSES)}
    wanted = others | _begun() | _typed()
    if wanted != known:
        st.query_params.from_dict(wanted)


def _fill(names: Collection[str]) -> None:
    for name in names:
        field, understood, _ = _PARTS[name]
        words = st.query_params.get(name, "")[:LONGEST].strip()
        if not words:
            continue
        try:
            st.session_state[field] = understood(words)
        except ValueError:
            continue  # an address that was cut short or made up: the field keeps its default


def _begun() -> dict[str, str]:
    """The order to change, or the account whose position in the name is made smaller."""
    start = form.opened_for()
    if start is None:
        return {}
    return {CHANGES: start.replaces} if start.replaces else {CLOSES: start.account_id}


def _start_again() -> bool:
    """As Orders or Positions would open the ticket. False when what it was to change or close is over: then no field is
    filled, because the same numbers would be a new order.
    """
    order_id, account_id = st.query_params.get(CHANGES, ""), st.query_params.get(CLOSES, "")
    if order_id:
        order = desk().orders.story(order_id).order
        if not order.may_replace:
            raise BadInput(f"Order {order.id} cannot be changed any more. Nothing was sent: look at Orders.")
        form.fill(form.change_of(order))
    elif account_id:
        wanted = st.query_params.get("symbol", "")
        for name in desk().market.names(wanted):
            if name.symbol == wanted:
                draft = desk().positions.closing_draft(name.instrument_id, account_id)
                form.fill(replace(draft, quantity=""))
                return True
        raise BadInput(f"{wanted[:20] or 'Nothing'} is no position that could be closed. Nothing was sent.")
    return True


def _typed() -> dict[str, str]:
    state = st.session_state
    begins = {name: default for name, (_, _, default) in _PARTS.items()}
    begins |= {"type": usual.known().type, "good": usual.known().time_in_force}
    found = {name: state.get(field) or begins[name] for name, (field, _, _) in _PARTS.items()}
    return {name: str(value)[:LONGEST] for name, value in found.items() if value != begins[name]}


def _one_of(word: str, known: dict[str, str]) -> str:
    if word not in known:
        raise ValueError(word)
    return word
