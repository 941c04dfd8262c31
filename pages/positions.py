"""What is held, what it is worth and how sure that is; and the way out of each position."""

from typing import Any, Final

import streamlit as st

from pages.parts import account, freeze, menu, opening, sheet
from pages.parts.desk import desk, live
from pages.parts.drawer import drawer
from pages.parts.marks import empty, figures, head
from pages.parts.table import Column, number, picked, show
from pages.parts.words import change, clock, day, money, percent, plural, price, quantity

KEY: Final = "positions"
COLUMNS: Final = {
    "symbol": Column(head="Symbol", width=70, form="strong"),
    "name": Column(head="Name", width=128, form="quiet", named=True),
    "sector": Column(head="Sector", width=128, form="quiet", named=True),
    "quantity": number("Quantity", 76, quantity),
    "cost": number("Cost, USD", 92, money),
    "last": number("Last, USD", 78, price),
    "value": number("Value, USD", 96, money),
    "weight": number("Weight", 64, lambda share: percent(share, plus=False)),
    "today": number("Today, USD", 100, change, "signed"),
    "unrealised": number("Unrealised, USD", 116, change, "signed"),
    "certainty": Column(head="Certainty", width=202, form="quiet", of=lambda row: row["frozen"] or row["certainty"]),
}


@live()
def top() -> None:
    for summary in desk().positions.accounts():
        st.caption(f"As of {day(summary.as_of)}, {clock(summary.as_of)} ET · {summary.name} · {summary.certainty}")
        figures(
            [
                (f"Value, {summary.currency}", money(summary.value), "positions and cash"),
                (f"Invested, {summary.currency}", money(summary.invested), ""),
                (f"Cash, {summary.currency}", money(summary.cash), f"{money(summary.reserved)} held back for orders"),
                (f"Today, {summary.currency}", change(summary.today), percent(summary.today_share)),
                (f"Unrealised, {summary.currency}", change(summary.unrealised), ""),
                (f"Realised, {summary.currency}", change(summary.realised), "since the account began"),
            ]
        )


@live()
def table(account_id: str) -> None:
    rows: list[dict[str, Any]] = desk().positions.table(account_id).to_pylist()
    if rows:
        show(rows, COLUMNS, key=KEY, ids="instrument_id", name="Positions", most=16, mode="single-row")
        return
    empty("No positions.", "What you buy shows here within a second of the fill.")
    menu.link("ticket", "New order")


head("Positions")
sheet.top()
opening.ask_about(desk().positions.opening())
top()
freeze.restrictions()
here = account.choose("positions")
if not here:
    empty("No account chosen.", "Choose one above: its positions show here.")
    st.stop()
table(here)
held = desk().positions.table(here).column("instrument_id").to_pylist()
if held:
    st.caption(f"{plural(len(held), 'position')}. Select one for its lots, and to close or reduce it.")
if "review" in st.session_state:
    sheet.show()
elif picked(KEY) and picked(KEY)[0] in held:
    drawer(KEY, picked(KEY)[0], here)
