"""The draft in the address: reloading the page or keeping a bookmark brings the ticket back as it was typed."""

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from core.domain.order import OrderType, TimeInForce
from pages.parts import form

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
}


def read() -> None:
    """Once, when the window was opened: later the fields know better than an address that lags behind them."""
    if st.session_state.get("t_read"):
        return
    st.session_state["t_read"] = True
    if form.symbol() or st.session_state.get("t_size"):
        return
    for name, (field, understood, _) in _PARTS.items():
        words = st.query_params.get(name, "")[:LONGEST].strip()
        if not words:
            continue
        try:
            st.session_state[field] = understood(words)
        except ValueError:
            continue  # an address that was cut short or made up: the field keeps its default
    form.settle()


def write() -> None:
    """What is not as it is at first. Who changes an order, or closes a position, came from there."""
    shown = {} if form.opened_for() else _typed()
    known = st.query_params.to_dict()
    wanted = {name: value for name, value in known.items() if name not in _PARTS} | shown
    if wanted != known:
        st.query_params.from_dict(wanted)


def _typed() -> dict[str, str]:
    state = st.session_state
    found = {name: state.get(field) or default for name, (field, _, default) in _PARTS.items()}
    return {name: str(value)[:LONGEST] for name, value in found.items() if value != _PARTS[name][2]}


def _one_of(word: str, known: dict[str, str]) -> str:
    if word not in known:
        raise ValueError(word)
    return word
