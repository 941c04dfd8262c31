"""What is held, what it is worth and how sure that is; and the way out of each position."""

from decimal import Decimal
from typing import Any, Final

import streamlit as st

from core.channel.facets.performance import By
from core.domain.errors import DeskError
from pages.parts import account, close_all, freeze, menu, opening, sample, sectors, sheet
from pages.parts.desk import desk, live
from pages.parts.drawer import drawer
from pages.parts.ending import Ended
from pages.parts.marks import empty, figures, head
from pages.parts.table import Column, number, once, picked, show
from pages.parts.words import change, clock, day, money, percent, plural, price, quantity

KEY: Final = "positions"
ANY: Final = "positions:any"
VIEW: Final = "positions_view"
VIEWS: Final = {"symbol": "By symbol", "sector": "By sector"}
HOW: Final = {
    "value": "Cash + what is held at its last prices, now.",
    "invested": "Quantity × last price, added up over all positions, now; short ones count below zero.",
    "cash": "In our books now. What open orders hold back is still in it.",
    "today": "Value now − value when this session began − what was paid in since. Percent: of the value when it began.",
    "unrealised": "Value of what is held − its cost, since it was bought.",
    "realised": "What was sold − its cost, since the account began; fees apart.",
}
HOW_EACH: Final = {
    "quantity": "In our books now; below zero when it was sold short.",
    "value": "Quantity × last price, now.",
    "today": "Last price against the close before for what was held then, against its own price for what was traded since.",
    "unrealised": "Value − cost, since it was bought.",
    "weight": "Value ÷ the account's value, now.",
    "last": "The last trade or, where there is none, the price halfway between bid and ask.",
    "cost": "What was paid for the lots held now, fees apart.",
}
COLUMNS: Final = {
    "symbol": Column(head="Symbol", width=62, form="strong"),
    "quantity": number("Quantity", 68, quantity, how=HOW_EACH["quantity"]),
    "value": number("Value, USD", 82, money, how=HOW_EACH["value"]),
    "today": number("Today, USD", 86, change, "signed", how=HOW_EACH["today"]),
    "unrealised": number("Unrealised, USD", 114, change, "signed", how=HOW_EACH["unrealised"]),
    "weight": number("Weight", 60, lambda share: percent(share, plus=False), how=HOW_EACH["weight"]),
    "last": number("Last, USD", 74, price, how=HOW_EACH["last"]),
    "cost": number("Cost, USD", 78, money, how=HOW_EACH["cost"]),
    "sector": Column(head="Sector", width=92, form="quiet", named=True, whole=True),
    "name": Column(head="Name", width=84, form="quiet", named=True),
}
CERTAINTY: Final = {
    "certainty": Column(head="Certainty", width=202, form="quiet", of=lambda row: row["frozen"] or row["certainty"])
}


@live()
def top() -> None:
    for summary in account.obeyed(desk().positions.accounts()):
        st.caption(f"As of {day(summary.as_of)}, {clock(summary.as_of)} ET · {summary.name} · {summary.certainty}")
        sample.note(summary.account_id)
        figures(
            [
                (f"Value, {summary.currency}", money(summary.value), "positions and cash", HOW["value"]),
                (f"Invested, {summary.currency}", money(summary.invested), "", HOW["invested"]),
                (
                    f"Cash, {summary.currency}",
                    money(summary.cash),
                    f"{money(summary.reserved)} held back for orders",
                    HOW["cash"],
                ),
                (f"Today, {summary.currency}", change(summary.today), percent(summary.today_share), HOW["today"]),
                (f"Unrealised, {summary.currency}", change(summary.unrealised), "", HOW["unrealised"]),
                (f"Realised, {summary.currency}", change(summary.realised), "since the account began", HOW["realised"]),
            ],
            neither=("Value", "Invested", "Cash"),
        )


@live()
def table(account_id: str) -> None:
    rows: list[dict[str, Any]] = desk().positions.table(account_id).to_pylist()
    if bool(rows) != st.session_state[ANY]:
        st.rerun()  # the acts on all of them come and go with the first and the last
    if rows:
        sure = once(row["frozen"] or row["certainty"] for row in rows)  # then the line above the figures says it
        columns = COLUMNS if sure else COLUMNS | CERTAINTY
        show(rows, columns, key=KEY, ids="instrument_id", name="Positions", most=16, mode="single-row")
        st.caption(f"{plural(len(rows), 'position')}. Select one to close or reduce it, for its stops and its lots.")
        return
    empty("No positions.", "What you buy shows here within a second of the fill.")
    menu.link("ticket", "New order")


@live()
def sectors_now(account_id: str, realised: dict[str, Decimal] | None) -> None:
    rows: list[dict[str, Any]] = desk().positions.table(account_id).to_pylist()
    sectors.table(sectors.by_sector(rows, realised, {name.symbol: name.sector for name in desk().market.names()}))


def realised_by_symbol(account_id: str) -> dict[str, Decimal] | None:
    """Looked up once, not each second: it goes through all that was ever traded."""
    try:
        return {part.label: part.realised for part in desk().performance.parts(By.SYMBOL, account_id)}
    except DeskError:
        return None


def view() -> str:
    """By symbol or by sector; in the address, so that it can be linked to."""
    if VIEW not in st.session_state:
        asked = st.query_params.get("view", "")
        st.session_state[VIEW] = asked if asked in VIEWS else "symbol"
    chosen = (
        st.segmented_control(
            "Positions by",
            list(VIEWS),
            format_func=VIEWS.__getitem__,
            required=True,
            key=VIEW,
            persist_state="session",
            label_visibility="collapsed",
        )
        or "symbol"
    )
    if chosen == "symbol":
        st.query_params.pop("view", None)
    else:
        st.query_params["view"] = chosen
    return chosen


head("Positions")
sheet.top()
opening.ask_about(desk().positions.opening())
top()
freeze.restrictions()
here = account.chosen()
if not here:
    empty("No account chosen.", "Choose one at the top: its positions show here.")
    raise Ended
held = desk().positions.table(here).column("instrument_id").to_pylist()
st.session_state[ANY] = bool(held)
if held and view() == "sector":
    sectors_now(here, realised_by_symbol(here))
else:
    table(here)
    if held:
        close_all.show(here)
if "review" in st.session_state:
    sheet.show()
elif picked(KEY) and picked(KEY)[0] in held:
    drawer(KEY, picked(KEY)[0], here)
