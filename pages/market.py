"""What does the market do? Names on watch lists, one of them as a chart with what is ours on it, and alerts."""

from html import escape
from typing import Any, Final

import streamlit as st

from core.channel.facets.charts import FRAMES
from pages.parts import account, alerts, form, halt, ladder, lines, menu, sheet, watchlist
from pages.parts.chart import Wanted, candles
from pages.parts.desk import desk, live
from pages.parts.marks import banner, empty, head, mini, section, tone
from pages.parts.words import MISSING, age, change, moment, percent, price, quantity

STUDIES: Final = {"averages": "Averages", "bands": "Bands", "vwap": "VWAP", "rsi": "RSI", "macd": "MACD"}
FRAME_WORDS: Final = {"1m": "1 min", "5m": "5 min", "15m": "15 min", "1h": "1 hour", "1d": "1 day", "1w": "1 week"}
BARS: Final = {"1m": 390, "5m": 234, "15m": 208, "1h": 175, "1d": 250, "1w": 78}
LEGEND: Final = {
    "averages": "Average of 20 {average_20}, of 50 (dashed) {average_50}",
    "bands": "Bands (20 bars, 2 deviations) {lower} to {upper}",
    "vwap": "VWAP of the session (dotted) {vwap}",
    "rsi": "RSI 14 {rsi}",
    "macd": "MACD 12, 26 {macd}, signal 9 (dashed) {signal}",
}
HAPPENED: Final = 8


def name_shown() -> str:
    """From the table where one was clicked, else from the address."""
    if clicked := watchlist.selected():
        st.query_params["symbol"] = clicked
    return st.query_params.get("symbol", "").strip().upper()


def frame_shown() -> str:
    if "market:frame" not in st.session_state:
        asked = st.query_params.get("frame", "1m")
        st.session_state["market:frame"] = asked if asked in FRAMES else "1m"
    chosen = st.segmented_control(
        "Time frame",
        list(FRAMES),
        format_func=FRAME_WORDS.__getitem__,
        required=True,
        key="market:frame",
        label_visibility="collapsed",
    )
    st.query_params["frame"] = chosen or "1m"
    return chosen or "1m"


@live()
def quote(symbol: str) -> None:
    now = desk().market.quote(symbol)
    last, before = now.quote.last, now.previous_close
    moved = change(last - before) if before else ""
    share = percent((last - before) / before) if before else ""
    words = f"{age(now.age_seconds)} old{', stale' if now.stale else ''} · {now.note}"
    st.html(
        f"<div class='qd-quote'><b>{escape(symbol)} {price(last)}</b><span class='{tone(moved)}'>{moved} {share}</span>"
        f"<span>bid <strong>{price(now.quote.bid)}</strong> × {quantity(now.quote.bid_size)} · ask "
        f"<strong>{price(now.quote.ask)}</strong> × {quantity(now.quote.ask_size)}</span>"
        f"<span class='{'warn' if now.stale else ''}'>{escape(words)}</span></div>"
    )
    halt.say(symbol, now.quote)


@live(every=5)
def chart(symbol: str, frame: str, studies: tuple[str, ...]) -> None:
    bars = desk().charts.bars(symbol, frame, BARS[frame])
    if not bars.num_rows:
        return empty("No bar is finished yet.", "The chart starts with the first one.")
    marks = desk().charts.marks(symbol, bars.column("at")[0].as_py(), account.chosen())
    st.session_state["market:marks"] = marks.marks
    if {line.order_id for line in marks.lines} != st.session_state["market:working"]:
        st.rerun()
    waiting = tuple(
        (f"Alert {price(a.price)}", float(a.price)) for a in desk().alerts.all(symbol) if a.price and a.waits
    )
    legend(bars.slice(bars.num_rows - 1).to_pylist()[0], studies)
    height = 400 + 70 * len({"rsi", "macd"} & set(studies))
    candles(symbol, bars, Wanted(frame=frame, studies=studies, marks=marks, alerts=waiting, height=height))
    return None


def legend(last: dict[str, Any], studies: tuple[str, ...]) -> None:
    """In words, each with its last number."""
    numbers = {column: _number(value) for column, value in last.items() if column != "at"}
    found = [LEGEND[name].format(**numbers) for name in studies]
    adjusted = "Adjusted: splits and dividends since are taken out of older prices. Ctrl and wheel zoom."
    st.caption(" · ".join([*found, adjusted]))


def _number(value: float | None) -> str:
    return MISSING if value is None else price(value)


@live(every=5)
def happened() -> None:
    """The marks of the chart in words, the newest first."""
    marks = st.session_state.get("market:marks", ())
    section("On this chart", "market time, ET")
    if not marks:
        return empty("Nothing happened in this time.", "Your trades, halts, splits and dividends show here.")
    newest = marks[::-1][:HAPPENED]
    mini("What happened", (("Time, ET", "quiet"), ("What", "wide")), [[moment(m.at), m.words] for m in newest])
    return None


def to_ticket(symbol: str) -> None:
    form.clear()
    st.session_state["t_symbol"] = symbol
    menu.go("ticket")


def one(symbol: str) -> None:
    """The chosen name, from top to bottom."""
    quote(symbol)
    with st.container(horizontal=True, vertical_alignment="center"):
        frame = frame_shown()
        chosen = st.pills(
            "Indicators",
            list(STUDIES),
            format_func=STUDIES.__getitem__,
            selection_mode="multi",
            key="market:studies",
            persist_state="session",
            label_visibility="collapsed",
        )
        st.button(f"Order {symbol}…", key="market:order", on_click=to_ticket, args=(symbol,))
    working = desk().charts.marks(symbol, desk().market.hours().now, account.chosen()).lines
    st.session_state["market:working"] = {line.order_id for line in working}
    chart(symbol, frame, tuple(chosen))
    lines.show(working)
    book, told = st.columns(2, gap="large")
    with book:
        ladder.show(symbol)
    with told:
        happened()


head("Market")
sheet.top()
listed, shown = st.columns([1.2, 1.45], gap="medium")
with listed, st.container(key="market_list"):
    here = watchlist.choose()
    watchlist.table(here)
symbol_shown = name_shown()
known = {view.symbol for view in desk().market.names()}
with shown, st.container(key="market_one"):
    if symbol_shown in known:
        one(symbol_shown)
    elif symbol_shown:
        banner("amber", f"{symbol_shown[:20]} is not a name traded here.", "Choose one on the left.")
    else:
        empty("No name chosen.", "Select one in the list: its chart shows here, with your orders and trades on it.")
with listed:
    if symbol_shown in known:
        alerts.show(symbol_shown)
sheet.show()
