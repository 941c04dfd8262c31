"""The acts of one position: close it, make it smaller, put a stop under it; each opens the order sheet, none sends."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import streamlit as st

from core.channel.facets.orders import Draft
from core.channel.facets.positions import PositionView
from pages.parts import form, menu, sheet
from pages.parts.desk import answer, ask, desk
from pages.parts.marks import mini, section
from pages.parts.table import unpick
from pages.parts.words import MISSING, plural, price, quantity

PARTS: Final = ("25%", "50%")


def protection(held: PositionView) -> None:
    """What would take it out of the market, and how much of it has a stop."""
    section("Stops", f"{quantity(held.covered)} of {quantity(abs(held.quantity))} shares covered")
    if held.exits:
        heads = (("Order", "quiet"), ("Shares", "r"), ("Stop, USD", "r"), ("Limit, USD", "r"))
        lines = [[e.order_id, quantity(e.quantity), price(e.stop), price(e.limit)] for e in held.exits]
        mini(exits_of(held.symbol), heads, lines)
    if held.free and held.covered:
        st.caption(f"{quantity(held.free)} shares have no order that would close them.")


def exits_of(symbol: str) -> str:
    return f"Open orders that would close {symbol}"


def acts(key: str, instrument_id: str, account_id: str) -> None:
    """Fields are named after the position: what was typed for one can never be sent for another."""
    held = desk().positions.one(instrument_id, account_id)
    answer("drawer")
    with st.container(horizontal=True):
        st.button("Close…", key="close_position", on_click=_close, args=(key, instrument_id, account_id, ""))
        st.button("Reduce on the ticket…", key="reduce_position", on_click=_on_ticket, args=(key, held))
    _reduce(key, held)
    _stop(key, held)
    if held.exits:
        st.caption(
            f"Closing first cancels the {plural(len(held.exits), 'order')} listed above, stops too. Reducing leaves as "
            "many shares of them as stay, stops before others; the sheet names what is changed and what is cancelled."
        )


def _reduce(key: str, held: PositionView) -> None:
    field = f"part:{held.account_id}:{held.instrument_id}"
    with st.container(horizontal=True, vertical_alignment="bottom", key="reduce_row"):
        st.text_input("Reduce by, shares or %", key=field, placeholder="40 or 25%", autocomplete="off", width=150)
        st.button("Reduce…", key="reduce_by", on_click=_typed_part, args=(key, held, field))
        for part in PARTS:
            where = (key, held.instrument_id, held.account_id, part)
            st.button(f"{part}…", key=f"reduce_{part.removesuffix('%')}", on_click=_close, args=where)


def _stop(key: str, held: PositionView) -> None:
    scope = f"{held.account_id}:{held.instrument_id}"
    above = "above" if held.quantity < 0 else "under"
    with st.container(horizontal=True, vertical_alignment="bottom", key="stop_row"):
        st.text_input("Stop at, USD", key=f"stop:{scope}", autocomplete="off", width=92)
        st.text_input(f"or % {above} {price(held.last)}", key=f"away:{scope}", autocomplete="off", width=116)
        st.text_input(
            "Shares",
            key=f"of:{scope}",
            autocomplete="off",
            width=76,
            placeholder=quantity(held.free) if held.free else MISSING,
            help="Empty: all that no open order would close yet.",
        )
        st.button("Stop…", key="stop_position", on_click=_typed_stop, args=(key, held, scope))


def _typed_part(key: str, held: PositionView, field: str) -> None:
    typed = (st.session_state[field] or "").strip()
    if not typed:
        st.session_state["said:drawer"] = (
            "How much to reduce by is empty. Nothing was sent: type shares or a percentage."
        )
        return
    _close(key, held.instrument_id, held.account_id, typed)


def _close(key: str, instrument_id: str, account_id: str, part: str) -> None:
    _review(key, lambda: desk().positions.closing_draft(instrument_id, account_id, part))


def _typed_stop(key: str, held: PositionView, scope: str) -> None:
    stop, away, shares = (st.session_state[f"{name}:{scope}"] or "" for name in ("stop", "away", "of"))
    _review(key, lambda: desk().positions.stop_draft(held.instrument_id, held.account_id, stop, away, shares))


def _review(key: str, made: Callable[[], Draft]) -> None:
    if ask("drawer", lambda: sheet.open_on(desk().orders.review(made()))):
        unpick(key)


def _on_ticket(key: str, held: PositionView) -> None:
    """For a limit, or another time it is good for."""
    if ask("drawer", lambda: form.fill(_without_size(held))):
        unpick(key)
        menu.go("ticket")


def _without_size(held: PositionView) -> Draft:
    return replace(desk().positions.closing_draft(held.instrument_id, held.account_id), quantity="")
