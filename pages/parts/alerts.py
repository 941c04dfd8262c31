"""Alerts: those there are, and making another one. They tell; they never trade."""

from typing import Final

import streamlit as st

from core.channel.facets.alerts import AlertDraft, AlertView
from core.domain.alert import OF_BARS, AlertKind, Way
from pages.parts.desk import answer, ask, desk, live
from pages.parts.marks import empty, section
from pages.parts.words import clock, day

KEY: Final = "alerts"
KINDS: Final = {
    AlertKind.PRICE: "Price",
    AlertKind.MOVE: "Move today, %",
    AlertKind.VOLUME: "Volume against usual",
    AlertKind.RSI: "RSI (14 bars)",
    AlertKind.AVERAGE: "Price crosses its average",
    AlertKind.MACD: "MACD crosses its signal",
}
LEVELS: Final = {
    AlertKind.PRICE: "Price, USD",
    AlertKind.MOVE: "Percent from the close before",
    AlertKind.VOLUME: "Times a usual day's volume",
    AlertKind.RSI: "RSI, 0 to 100",
    AlertKind.AVERAGE: "Average of how many bars",
}
WAYS: Final = {Way.ABOVE: "Up to it", Way.BELOW: "Down to it"}
BARS: Final = {"5m": "5 minutes", "15m": "15 minutes", "1h": "1 hour", "1d": "1 day"}
MOST: Final = 12  # of this name all of them, in a list of their own
LOW: Final = 520  # pixels


def show(symbol: str) -> None:
    """Of this name first; the others after it."""
    section("Alerts", "they tell, and never trade")
    with st.container(horizontal=True, vertical_alignment="center"), st.popover(f"New alert on {symbol}…"):
        _form(symbol)
    answer(KEY)
    known = sorted(desk().alerts.all(), key=lambda view: view.symbol != symbol)
    st.session_state[f"{KEY}:seen"] = _shape(tuple(known))
    _watch()
    if not known:
        return empty("No alerts.", "Make one: it tells on every page, once or each time, and stays in the journal.")
    here = sum(view.symbol == symbol for view in known)
    shown = known[: max(MOST, here)]
    with st.container(height=LOW if len(shown) > MOST else "content", border=False):
        for view in shown:
            _row(view)
    if len(known) > len(shown):
        st.caption(f"{len(known) - len(shown)} more: choose their name to see them.")
    return None


@live()
def _watch() -> None:
    """When one has told, the whole page shows it."""
    if _shape(desk().alerts.all()) != st.session_state.get(f"{KEY}:seen"):
        st.rerun()


def _shape(views: tuple[AlertView, ...]) -> frozenset[tuple[str, int]]:
    return frozenset((view.id, view.fires) for view in views)


def _row(view: AlertView) -> None:
    told = f", {day(view.fired_at)} {clock(view.fired_at)} ET" if view.fired_at else ""
    again = ", tells each time" if view.again and not view.fires else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"**{view.words}** · {view.state.lower()}{told}{again}", width="stretch")
        if not view.waits:
            st.button("Wait again", key=f"{KEY}:arm:{view.id}", on_click=_arm, args=(view.id,))
        st.button("Remove", key=f"{KEY}:remove:{view.id}", on_click=_remove, args=(view.id,))


def _form(symbol: str) -> None:
    kind = st.selectbox("Tell me of", list(KINDS), format_func=KINDS.__getitem__, key=f"{KEY}:kind")
    if kind is not AlertKind.VOLUME:
        st.segmented_control(
            "From which side",
            list(WAYS),
            format_func=WAYS.__getitem__,
            default=None if f"{KEY}:way" in st.session_state else Way.ABOVE,
            required=True,
            key=f"{KEY}:way",
        )
    if kind in LEVELS:
        st.text_input(LEVELS[kind], key=f"{KEY}:level", autocomplete="off")
    if kind in OF_BARS:
        st.selectbox("Bars of", list(BARS), format_func=BARS.__getitem__, key=f"{KEY}:frame")
    st.toggle("Tell again each time", key=f"{KEY}:again")
    st.caption("A price tells again after a whole minute on the other side; a move and a volume with each session.")
    st.button(f"Make alert on {symbol}", key=f"{KEY}:make", type="primary", on_click=_make, args=(symbol,))


def _make(symbol: str) -> None:
    state = st.session_state
    draft = AlertDraft(
        symbol=symbol,
        kind=state[f"{KEY}:kind"],
        way=state.get(f"{KEY}:way") or Way.ABOVE,
        level=state.get(f"{KEY}:level", ""),
        frame=state.get(f"{KEY}:frame") or "1d",
        again=state[f"{KEY}:again"],
    )
    if ask(KEY, lambda: desk().alerts.make(draft)):
        state[f"{KEY}:level"] = ""


def _remove(alert_id: str) -> None:
    ask(KEY, lambda: desk().alerts.remove(alert_id))


def _arm(alert_id: str) -> None:
    ask(KEY, lambda: desk().alerts.arm(alert_id))
