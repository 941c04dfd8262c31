"""The peer: Positions as a good Streamlit programmer writes it with stock parts, on the rows the desk shows.

Prices come from a table that another program keeps; cached where the numbers do not change, read anew where they do;
st.metric, st.dataframe with a Styler, plotly.express. ?live=page draws the whole page again each second, as pages did
before there were fragments; ?live=block keeps what is live in fragments; ?charts=no leaves the charts out.
"""

import os
import sqlite3
from collections.abc import Callable
from typing import Any

import pandas as pd
import plotly.express as px
import streamlit as st

FILE = os.environ["BENCH_STOCK"]
COLUMNS = {
    "symbol": "Symbol",
    "quantity": "Quantity",
    "value": "Value, USD",
    "today": "Today, USD",
    "unrealised": "Unrealised, USD",
    "weight": "Weight",
    "last": "Last, USD",
    "cost": "Cost, USD",
    "sector": "Sector",
    "name": "Name",
}
FORMATS: dict[Any, Any] = {
    "Quantity": "{:,.0f}",
    "Value, USD": "{:,.2f}",
    "Today, USD": "{:+,.2f}",
    "Unrealised, USD": "{:+,.2f}",
    "Weight": "{:.2%}",
    "Last, USD": "{:,.2f}",
    "Cost, USD": "{:,.2f}",
}


@st.cache_resource
def database() -> sqlite3.Connection:
    return sqlite3.connect(FILE, check_same_thread=False)


@st.cache_data
def curve() -> pd.DataFrame:
    return pd.read_sql("SELECT day, growth FROM curve ORDER BY day", database())


def positions() -> pd.DataFrame:
    found = pd.read_sql(
        "SELECT h.*, p.last, p.close FROM held h JOIN price p USING (symbol) ORDER BY symbol", database()
    )
    found["value"] = found["quantity"] * found["last"]
    found["today"] = found["quantity"] * (found["last"] - found["close"])
    found["unrealised"] = found["value"] - found["cost"]
    found["weight"] = found["value"] / (found["value"].sum() + CASH)
    return found


def colour(value: Any) -> str:
    return "color: green" if value > 0 else "color: red" if value < 0 else "color: gray"


def figures() -> None:
    found = positions()
    invested, today, gain = (found[name].sum() for name in ("value", "today", "unrealised"))
    numbers = {
        "Value, USD": (invested + CASH, None),
        "Invested, USD": (invested, None),
        "Cash, USD": (CASH, None),
        "Today, USD": (today, f"{today / (invested + CASH):.2%}"),
        "Unrealised, USD": (gain, None),
        "Realised, USD": (0.0, None),
    }
    for place, (label, (number, delta)) in zip(st.columns(len(numbers)), numbers.items(), strict=True):
        place.metric(label, f"{number:,.2f}", delta)


def table() -> None:
    shown = positions()[list(COLUMNS)].rename(columns=COLUMNS)
    styled = shown.style.format(FORMATS).map(colour, subset=["Today, USD", "Unrealised, USD"])
    st.dataframe(styled, hide_index=True, height=546, key="positions", on_select="rerun", selection_mode="single-row")


def charts() -> None:
    left, right = st.columns(2)
    grown = px.line(curve(), x="day", y="growth", title="Growth")
    left.plotly_chart(grown, key="growth")
    sectors = positions().groupby("sector", as_index=False)["value"].sum()
    right.plotly_chart(px.bar(sectors, x="sector", y="value", title="By sector"), key="sectors")


CASH = float(os.environ["BENCH_CASH"])
live = st.query_params.get("live", "")


def block(part: Callable[[], None]) -> Callable[[], None]:
    return st.fragment(run_every=1)(part) if live == "block" else part


st.set_page_config(page_title="Positions", layout="wide")
st.title("Positions")
st.button("Refresh", key="again")
block(figures)()
block(table)()
if st.query_params.get("charts") != "no":
    charts()
if live == "page":

    @st.fragment(run_every=1)
    def again() -> None:
        if st.session_state.get("drawn"):
            st.session_state["drawn"] = False
            st.rerun()
        st.session_state["drawn"] = True

    st.session_state["drawn"] = False
    again()
