"""What is typed into the ticket: kept while the person looks at other pages or the desk is away, never parsed here."""

from decimal import Decimal
from typing import Final

import streamlit as st

from core.channel.facets.orders import Draft, OrderView
from core.domain.errors import DeskError
from core.domain.order import OrderType, Purpose, Side
from pages.parts import account
from pages.parts.desk import desk
from pages.parts.words import GOOD_FOR, TYPES

SIDES: Final = {"buy": "Buy", "sell": "Sell", "short": "Sell short"}
SIZES: Final = {"shares": "Shares", "money": "USD"}
WITH_LIMIT: Final = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT})
WITH_STOP: Final = frozenset({OrderType.STOP, OrderType.STOP_LIMIT})
TYPED: Final = ("t_size", "t_limit", "t_stop")


def symbol() -> str:
    """The name chosen, or what was typed in its place."""
    return (st.session_state.get("t_symbol") or "").strip()


def opened_for() -> Draft | None:
    """The order to change or the position to make smaller that this ticket was opened for."""
    start: Draft | None = st.session_state.get("t_from")
    return start


def draft() -> Draft:
    """Everything as typed; the engine reads the numbers."""
    state, start = st.session_state, opened_for()
    kind: OrderType = state["t_type"]
    by_money = state["t_by"] == "money"
    return Draft(
        account_id=start.account_id if start else account.chosen(),
        symbol=symbol(),
        side=Side.BUY if state["t_side"] == "buy" else Side.SELL,
        type=kind,
        quantity="" if by_money else state["t_size"],
        notional=state["t_size"] if by_money else "",
        limit=state.get("t_limit", "") if kind in WITH_LIMIT else "",
        stop=state.get("t_stop", "") if kind in WITH_STOP else "",
        time_in_force=state["t_good"],
        extended_hours=state["t_extended"],
        wait_for_open=state["t_wait"],
        purpose=start.purpose if start else Purpose.SHORT if state["t_side"] == "short" else Purpose.TRADE,
        replaces=start.replaces if start else "",
    )


def fill(start: Draft) -> None:
    """In a callback: put a draft into the fields, for the person to finish."""
    if start.account_id:
        st.session_state[account.KEY] = start.account_id
    st.session_state.update(
        t_from=start,
        t_symbol=start.symbol,
        t_side="short" if start.purpose is Purpose.SHORT else start.side.value,
        t_type=start.type,
        t_by="money" if start.notional else "shares",
        t_size=start.notional or start.quantity,
        t_limit=start.limit,
        t_stop=start.stop,
        t_good=start.time_in_force,
        t_extended=start.extended_hours,
        t_wait=start.wait_for_open,
    )


def restore(reviewed: Draft) -> None:
    """After a reload the fields are empty: put back what the open review was made from."""
    if symbol():
        return
    fill(reviewed)
    if reviewed.purpose is not Purpose.CLOSE and not reviewed.replaces:
        del st.session_state["t_from"]


def change_of(order: OrderView) -> Draft:
    """The order as it stands, to be changed."""
    return Draft(
        account_id=order.account_id,
        symbol=order.symbol,
        side=order.side,
        type=order.type,
        quantity=_typed(order.quantity),
        limit=_typed(order.limit),
        stop=_typed(order.stop),
        time_in_force=order.time_in_force,
        extended_hours=order.extended_hours,
        purpose=order.purpose,
        replaces=order.id,
    )


def _typed(value: Decimal | None) -> str:
    """As a person would type it, to the last digit."""
    return "" if value is None else f"{value.normalize():f}"


def clear() -> None:
    """In a callback: the sizes and prices of an order that was sent are gone; the name stays."""
    st.session_state.pop("t_from", None)
    for key in TYPED:
        st.session_state[key] = ""


def fields() -> None:
    """The fields themselves. They stay when the desk is away: names once read are remembered."""
    fixed = opened_for() is not None
    account.choose("ticket", disabled=fixed)
    names = _names()
    st.selectbox(
        "Symbol or name",
        list(names),
        index=None,
        format_func=lambda name: names.get(name, name),
        key="t_symbol",
        placeholder="NVDA, or a part of the name",
        accept_new_options=True,
        persist_state="session",
        disabled=fixed,
    )
    _choice("Side", SIDES, "t_side", disabled=fixed)
    left, right = st.columns(2, gap="small")
    with left:
        _choice("Size by", SIZES, "t_by")
    with right:
        label = "Value, USD" if st.session_state["t_by"] == "money" else "Quantity, shares"
        st.text_input(label, key="t_size", persist_state="session", autocomplete="off")
    left, right = st.columns(2, gap="small")
    with left:
        kind = st.selectbox("Order type", TYPES, format_func=TYPES.__getitem__, key="t_type", persist_state="session")
    with right:
        st.selectbox("Good for", GOOD_FOR, format_func=GOOD_FOR.__getitem__, key="t_good", persist_state="session")
    if kind in WITH_LIMIT or kind in WITH_STOP:
        left, right = st.columns(2, gap="small")
        if kind in WITH_STOP:
            left.text_input("Stop, USD", key="t_stop", persist_state="session", autocomplete="off")
        if kind in WITH_LIMIT:
            place = right if kind in WITH_STOP else left
            place.text_input("Limit, USD", key="t_limit", persist_state="session", autocomplete="off")
    st.checkbox("Before and after regular hours too", key="t_extended", persist_state="session")
    st.checkbox("Market closed: keep it here until it opens", key="t_wait", persist_state="session")


def _choice(label: str, words: dict[str, str], key: str, *, disabled: bool = False) -> None:
    st.segmented_control(
        label,
        list(words),
        format_func=words.__getitem__,
        default=None if key in st.session_state else next(iter(words)),
        required=True,
        key=key,
        persist_state="session",
        disabled=disabled,
        width="stretch",
    )


def _names() -> dict[str, str]:
    try:
        found = {view.symbol: f"{view.symbol} · {view.name} · {view.listing}" for view in desk().market.names()}
    except DeskError:
        found = st.session_state.get("names", {})
    st.session_state["names"] = found
    return found
