"""Practice cash, added and taken out: each press of a button one movement, however often it is pressed."""

import secrets
from collections.abc import Callable
from decimal import Decimal
from typing import Final

import streamlit as st

from core.domain.errors import OrderRejected
from core.domain.money import MONEY_PLACES, typed_number
from pages.parts.desk import answer, ask, desk
from pages.parts.marks import section
from pages.parts.words import money

_REQUEST: Final = "cash_request"
_DONE: Final = "cash_done"


def cash() -> None:
    section("Practice cash", "no gain and no loss")
    # in every key: a second press of what is no longer drawn asks for the same movement, never for another one
    request = st.session_state.setdefault(_REQUEST, _new())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Amount, USD", key=f"cash:{request}", autocomplete="off", width=200)
        st.button("Add", key=f"add:{request}", on_click=add, args=(request,))
        st.button("Withdraw", key=f"withdraw:{request}", on_click=withdraw, args=(request,))
    answer("cash")
    st.caption(
        st.session_state.get(_DONE)
        or "What nothing sold short and no open order needs can be taken out. Today's result and the limits on a loss leave it out."
    )


def add(request: str) -> None:
    _move(request, "added", lambda value: desk().practice.deposit(value, request))


def withdraw(request: str) -> None:
    _move(request, "taken out", lambda value: desk().practice.withdraw(value, request))


def _move(request: str, did: str, act: Callable[[Decimal], object]) -> None:
    """Done or refused, the next press is another movement; without an answer it asks for the same one again."""
    typed = str(st.session_state.get(f"cash:{request}", ""))
    st.session_state.pop(_DONE, None)

    def move() -> None:
        value = typed_number(typed, "Amount", MONEY_PLACES)
        try:
            act(value)
        except OrderRejected:
            st.session_state[f"cash:{_renew()}"] = typed
            raise
        st.session_state[_DONE] = f"{money(value)} USD {did}. It shows in the figures within seconds."
        _renew()

    ask("cash", move)


def _renew() -> str:
    st.session_state[_REQUEST] = _new()
    return str(st.session_state[_REQUEST])


def _new() -> str:
    return secrets.token_hex(8)
