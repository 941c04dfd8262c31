"""What is typed into the ticket: kept while the person looks at other pages or the desk is away, never parsed here."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.channel.facets.orders import Draft, OrderView
from core.channel.facets.ticket import Choices
from core.domain.errors import DeskError
from core.domain.order import OrderType, Purpose, Side
from pages.parts import account, offers, usual
from pages.parts.desk import desk
from pages.parts.words import GOOD_FOR, TYPES

SIDES: Final = {"buy": "Buy", "sell": "Sell", "short": "Sell short"}
SIZES: Final = {"shares": "Shares", "money": "USD", "share": "% of account", "risk": "Risk"}
LABELS: Final = {
    "shares": "Quantity, shares",
    "money": "Value, USD",
    "share": "Part of the account, %",
    "risk": "Risk at most, USD",
}
WAYS_TO_CHANGE: Final = ("shares", "money")  # an order that is there already keeps its own measure
LIVE: Final = "300ms"  # after the last key: then the reality check follows
WITH_LIMIT: Final = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT})
WITH_STOP: Final = frozenset({OrderType.STOP, OrderType.STOP_LIMIT})
TYPED: Final = ("t_size", "t_limit", "t_stop", "t_out")


def symbol() -> str:
    """The name chosen, or what was typed in its place."""
    return (st.session_state.get("t_symbol") or "").strip()


def settle() -> None:
    """Before the field is drawn: a ticker in small letters, or a part of a name that fits one only, is that one."""
    typed, known = symbol(), names()
    if not typed or typed in known:
        return
    fits = [typed.upper()] if typed.upper() in known else _fitting(typed.casefold(), known)
    if len(fits) == 1:
        st.session_state["t_symbol"] = fits[0]


def _fitting(part: str, names: Mapping[str, str]) -> list[str]:
    return [known for known, words in names.items() if part in words.casefold()]


def sized() -> bool:
    """Whether everything the size needs has been typed."""
    state = st.session_state
    needed = ("t_size", "t_out") if state.get("t_by") == "risk" else ("t_size",)
    return all((state.get(field) or "").strip() for field in needed)


def opened_for() -> Draft | None:
    """The order to change or the position to make smaller that this ticket was opened for."""
    start: Draft | None = st.session_state.get("t_from")
    return start


def draft() -> Draft:
    """Everything as typed; the engine reads the numbers."""
    state, start = st.session_state, opened_for()
    kind: OrderType = state["t_type"]
    by, size = state["t_by"], state["t_size"]
    return Draft(
        account_id=start.account_id if start else account.chosen(),
        symbol=symbol(),
        side=Side.BUY if state["t_side"] == "buy" else Side.SELL,
        type=kind,
        quantity=size if by == "shares" else "",
        notional=size if by == "money" else "",
        share=size if by == "share" else "",
        risk=size if by == "risk" else "",
        risk_stop=state.get("t_out", "") if by == "risk" else "",
        limit=state.get("t_limit", "") if kind in WITH_LIMIT else "",
        stop=state.get("t_stop", "") if kind in WITH_STOP else "",
        time_in_force=state["t_good"],
        extended_hours=state["t_extended"],
        wait_for_open=state["t_wait"],
        purpose=start.purpose if start else Purpose.SHORT if state["t_side"] == "short" else Purpose.TRADE,
        replaces=start.replaces if start else "",
        strategy=state["t_tag"] or "",
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
        t_by="money" if start.notional else "share" if start.share else "risk" if start.risk else "shares",
        t_size=start.notional or start.share or start.risk or start.quantity,
        t_out=start.risk_stop,
        t_limit=start.limit,
        t_stop=start.stop,
        t_good=start.time_in_force,
        t_extended=start.extended_hours,
        t_wait=start.wait_for_open,
        t_tag=start.strategy or None,
    )


def begin(start: Draft) -> None:
    """In a callback: a new order, of which no more than this is known."""
    fill(start)
    del st.session_state["t_from"]


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
        strategy=order.strategy,
    )


def _typed(value: Decimal | None) -> str:
    """As a person would type it, to the last digit."""
    return "" if value is None else f"{value.normalize():f}"


def clear() -> None:
    """In a callback: the sizes, prices and tag of an order that was sent are gone; the name stays."""
    st.session_state.pop("t_from", None)
    st.session_state["t_tag"] = None
    for key in TYPED:
        st.session_state[key] = ""


def fields() -> None:
    """The fields themselves. They stay when the desk is away: names once read are remembered."""
    fixed = opened_for() is not None
    account.choose("ticket", disabled=fixed)
    offered = offers.read(account.chosen())
    usual.begin(offered)
    known = names()
    st.selectbox(
        "Symbol or name",
        list(known),
        index=None,
        format_func=lambda name: known.get(name, name),
        key="t_symbol",
        on_change=settle,
        placeholder="NVDA, or a part of the name",
        accept_new_options=True,
        persist_state="session",
        disabled=fixed,
    )
    _choice("Side", offers.allowed(SIDES, {"short": offered.short}, "t_side"), "t_side", disabled=fixed)
    _choice("Size by", {by: SIZES[by] for by in WAYS_TO_CHANGE} if fixed else SIZES, "t_by")
    with st.container(key="ticket_numbers"):
        _numbers(offered)
    st.checkbox(
        "Before and after regular hours too",
        key="t_extended",
        persist_state="session",
        disabled=bool(offered.extended_hours),
        help=offered.extended_hours or None,
    )
    st.checkbox("Market closed: keep it here until it opens", key="t_wait", persist_state="session")
    st.selectbox(
        "Strategy tag",
        offers.tags(offered, "t_tag"),
        index=None,
        key="t_tag",
        placeholder="none",
        accept_new_options=True,
        persist_state="session",
        help="A word of your own, such as dip or breakout: Performance shows what each brought. What closes a position "
        "counts for the tag of the order that opened it.",
    )
    usual.say(offered)
    offers.say(offered)


def _numbers(offered: Choices) -> None:
    """What is typed, and beside it how; Enter in any of the numbers reviews."""
    by = st.session_state["t_by"]
    left, right = st.columns(2, gap="small")
    _number(left, LABELS[by], "t_size")
    if by == "risk":
        _number(right, "Out at a stop of, USD", "t_out")
        st.caption("That stop is not sent with it: place it when this has filled. A gap can cost more than the risk.")
    left, right = st.columns(2, gap="small")
    types = offers.allowed(TYPES, offered.types, "t_type")
    kind = left.selectbox("Order type", types, format_func=TYPES.__getitem__, key="t_type", persist_state="session")
    times = offers.allowed(GOOD_FOR, offered.times, "t_good")
    right.selectbox("Good for", times, format_func=GOOD_FOR.__getitem__, key="t_good", persist_state="session")
    if kind in WITH_LIMIT or kind in WITH_STOP:
        left, right = st.columns(2, gap="small")
        if kind in WITH_STOP:
            _number(left, "Stop, USD", "t_stop")
        if kind in WITH_LIMIT:
            _number(right if kind in WITH_STOP else left, "Limit, USD", "t_limit")


def _number(place: DeltaGenerator, label: str, key: str) -> None:
    """Read by the engine, never here."""
    place.text_input(label, key=key, persist_state="session", autocomplete="off", live=LIVE)


def _choice(label: str, words: Mapping[str, str], key: str, *, disabled: bool = False) -> None:
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


def names() -> dict[str, str]:
    """All that can be ordered, by symbol; those last read while the desk is away."""
    try:
        found = {view.symbol: f"{view.symbol} · {view.name} · {view.listing}" for view in desk().market.names()}
    except DeskError:
        found = st.session_state.get("names", {})
    st.session_state["names"] = found
    return found
