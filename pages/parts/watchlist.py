"""A watch list: the names on it as the market stands, and changing what is on it."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import streamlit as st

from core.channel.facets.watchlists import WatchlistView
from pages.parts.desk import answer, ask, desk, live
from pages.parts.marks import empty
from pages.parts.table import Column, Row, number, picked, show
from pages.parts.words import age, percent, plural, price

KEY: Final = "watched"
ALL: Final = ""  # every name there is: nobody made this list, so nobody can change it


def _state(row: Row) -> str:
    return "Halted" if row["halted"] else "Stale" if row["stale"] else ""


def _thousands(shares: float) -> str:
    return f"{shares / 1000:,.0f}"


COLUMNS: Final = {
    "symbol": Column(head="Symbol", width=58, form="strong"),
    "last": number("Last, USD", 74, price),
    "change_share": number("Today", 64, percent, "signed", "Last price against the close before, of this session."),
    "spread_bps": number("Spread, bps", 80, lambda bps: f"{bps:.1f}", how="Ask less bid, of the price halfway, now."),
    "volume": number("Volume, k", 70, _thousands, how="Thousands of shares this session, to the last finished minute."),
    "age_seconds": number("Age", 46, age, "quiet", "Since the feed was last heard for this name."),
    "state": Column(head="State", width=60, form="quiet", of=_state),
}


def choose() -> str:
    """Which list; it stands in the address."""
    known = {ALL: "All names"} | {view.name: view.name for view in desk().watchlists.all()}
    asked = st.query_params.get("list", ALL)
    if st.session_state.get(f"{KEY}:list") not in known:
        st.session_state[f"{KEY}:list"] = asked if asked in known else ALL
    left, right = st.columns([1.6, 1], vertical_alignment="bottom", gap="small")
    with left:
        chosen: str = st.selectbox(
            "Watch list", list(known), format_func=known.__getitem__, key=f"{KEY}:list", label_visibility="collapsed"
        )
    if chosen:
        st.query_params["list"] = chosen
    else:
        st.query_params.pop("list", None)
    with right, st.popover("Change lists…", width="stretch"):
        _change(chosen)
    answer(KEY)
    return chosen


@live()
def table(chosen: str) -> None:
    rows: list[dict[str, Any]] = desk().watchlists.table(chosen).to_pylist()
    if not rows:
        return empty(f"{chosen} is empty.", "Add a name under “Change lists…”: its price shows here.")
    st.caption(f"{plural(len(rows), 'name')} · {rows[0]['note'] or 'quotes of the feed'}")
    return show(rows, COLUMNS, key=KEY, ids="symbol", name=chosen or "All names", most=11, mode="single-row")


def selected() -> str:
    """The symbol that was clicked last, once."""
    here = picked(KEY)[0] if picked(KEY) else ""
    if here == st.session_state.get(f"{KEY}:followed", ""):
        return ""
    st.session_state[f"{KEY}:followed"] = here
    return here


def _change(chosen: str) -> None:
    views = {view.name: view for view in desk().watchlists.all()}
    if chosen in views:
        _names(views[chosen])
        st.text_input("Its name", key=f"{KEY}:rename", placeholder=chosen, autocomplete="off")
        with st.container(horizontal=True):
            st.button("Rename list", key=f"{KEY}:do_rename", on_click=_rename, args=(chosen,))
            st.button(f"Remove list {chosen}", key=f"{KEY}:remove", on_click=_remove, args=(chosen,))
    st.text_input("New list", key=f"{KEY}:new", placeholder="Banks, or what you like", autocomplete="off")
    st.button("Make list", key=f"{KEY}:make", on_click=_make)


def _names(view: WatchlistView) -> None:
    """Each name with its three acts."""
    known = [name.symbol for name in desk().market.names()]
    free = [symbol for symbol in known if symbol not in view.symbols]
    st.selectbox(
        "Add a name", free, index=None, key=f"{KEY}:add", placeholder="NVDA", on_change=_add, args=(view.name,)
    )
    for place, symbol in enumerate(view.symbols):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(f"<b>{symbol}</b>", width=70)
            _act("Up", f"up:{symbol}", partial(desk().watchlists.move, view.name, symbol, -1), off=place == 0)
            last = place == len(view.symbols) - 1
            _act("Down", f"down:{symbol}", partial(desk().watchlists.move, view.name, symbol, 1), off=last)
            _act("Remove", f"drop:{symbol}", partial(desk().watchlists.drop, view.name, symbol), off=False)


def _act(words: str, key: str, act: Callable[[], object], *, off: bool) -> None:
    st.button(words, key=f"{KEY}:{key}", disabled=off, on_click=_do, args=(act,))


def _do(act: Callable[[], object]) -> None:
    ask(KEY, act)


def _make() -> None:
    name = st.session_state[f"{KEY}:new"]
    if ask(KEY, lambda: st.session_state.update({f"{KEY}:list": desk().watchlists.make(name).name})):
        st.session_state[f"{KEY}:new"] = ""


def _rename(chosen: str) -> None:
    to = st.session_state[f"{KEY}:rename"]
    if ask(KEY, lambda: st.session_state.update({f"{KEY}:list": desk().watchlists.rename(chosen, to).name})):
        st.session_state[f"{KEY}:rename"] = ""


def _remove(chosen: str) -> None:
    if ask(KEY, lambda: desk().watchlists.remove(chosen)):
        st.session_state[f"{KEY}:list"] = ALL


def _add(name: str) -> None:
    symbol = st.session_state[f"{KEY}:add"]
    if symbol and ask(KEY, lambda: desk().watchlists.add(name, symbol)):
        st.session_state[f"{KEY}:add"] = None
