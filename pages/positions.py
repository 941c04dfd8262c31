"""What is held, what it is worth and how sure that is; and the way out of each position."""

from typing import Any, Final

import streamlit as st

from pages.parts import freeze, menu, opening, sheet
from pages.parts.desk import desk, live
from pages.parts.drawer import drawer
from pages.parts.marks import empty, figures, head
from pages.parts.table import Column, number, picked, show
from pages.parts.words import change, clock, day, money, percent, plural, price, quantity

KEY: Final = "positions"
COLUMNS: Final = {
    "symbol": Column(head="Symbol", width=70, form="strong"),
    "name": Column(head="Name", width=128, form="quiet"),
    "sector": Column(head="Sector", width=128, form="quiet"),
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
    for account in desk().positions.accounts():
        st.caption(f"As of {day(account.as_of)}, {clock(account.as_of)} ET · {account.name} · {account.certainty}")
        figures(
            [
                (f"Value, {account.currency}", money(account.value), "positions and cash"),
                (f"Invested, {account.currency}", money(account.invested), ""),
                (f"Cash, {account.currency}", money(account.cash), f"{money(account.reserved)} held back for orders"),
                (f"Today, {account.currency}", change(account.today), percent(account.today_share)),
                (f"Unrealised, {account.currency}", change(account.unrealised), ""),
                (f"Realised, {account.currency}", change(account.realised), "since the account began"),
            ]
        )


@live()
def table() -> None:
    rows: list[dict[str, Any]] = desk().positions.table().to_pylist()
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
table()
held = desk().positions.table().num_rows
if held:
    st.caption(f"{plural(held, 'position')}. Select one for its lots, and to close or reduce it.")
if "review" in st.session_state:
    sheet.show()
elif picked(KEY):
    drawer(KEY, picked(KEY)[0])
