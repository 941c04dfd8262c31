"""What is held, what it is worth and how sure that is; and the way out of each position."""

from typing import Any, Final

import streamlit as st

from pages.parts import menu, opening, sheet
from pages.parts.desk import answer, ask, desk, live
from pages.parts.drawer import drawer
from pages.parts.marks import banner, empty, figures, head
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
    "weight": number("Weight", 64, lambda share: percent(share, plus=False, places=1)),
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


def differences() -> None:
    """Where the broker's count and ours differ, and nobody has said why yet."""
    for row in desk().positions.table().to_pylist():
        if not row["frozen"]:
            continue
        banner("amber", f"{row['symbol']}: only closing is allowed.", row["frozen"])
        where = f"difference:{row['instrument_id']}"
        answer(where)
        with st.popover(f"Take the broker's count of {row['symbol']}…"):
            words = st.text_input("Why the broker is right", key=f"{where}:words", live=True)
            st.text_input("What the shares new to us cost in all, USD; empty when there are none", key=f"{where}:paid")
            st.button(
                "Book the broker's count",
                key=f"{where}:book",
                disabled=not words,
                on_click=accept,
                args=(where, row["instrument_id"]),
            )


def accept(where: str, instrument_id: str) -> None:
    words, paid = st.session_state[f"{where}:words"], st.session_state[f"{where}:paid"]
    ask(where, lambda: desk().positions.accept_difference(instrument_id, words, paid=paid))


head("Positions")
sheet.top()
opening.ask_about(desk().positions.opening())
top()
differences()
table()
held = desk().positions.table().num_rows
if held:
    st.caption(f"{plural(held, 'position')}. Select one for its lots, and to close or reduce it.")
if "review" in st.session_state:
    sheet.show()
elif picked(KEY):
    drawer(KEY, picked(KEY)[0])
