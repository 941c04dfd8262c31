"""One position: its price, what protects it, its lots, and the ways out of it."""

from html import escape

import streamlit as st

from core.channel.facets.positions import PositionView
from pages.parts import brake, export, halt, ways_out
from pages.parts.desk import desk, live
from pages.parts.marks import banner, mini, rows, section
from pages.parts.mode import mode_line
from pages.parts.table import picked, unpick
from pages.parts.words import age, change, day, money, percent, plural, price, quantity

LOTS, HAPPENED = "Lots", "Dividends, splits, fees"


def drawer(key: str, instrument_id: str, account_id: str) -> None:
    if brake.asking():
        return
    name = desk().positions.one(instrument_id, account_id).symbol
    st.dialog(name, width="small", position="right", on_dismiss=lambda: unpick(key))(_inside)(
        key, name, instrument_id, account_id
    )


def _inside(key: str, name: str, instrument_id: str, account_id: str) -> None:
    if instrument_id not in picked(key):
        st.rerun()
    mode_line()
    _look(instrument_id, account_id)
    ways_out.acts(key, instrument_id, account_id)
    _more(instrument_id, account_id)
    export.shelf(LOTS, HAPPENED, ways_out.exits_of(name), where="drawer")


@live()
def _look(instrument_id: str, account_id: str) -> None:
    held = desk().positions.one(instrument_id, account_id)
    now = desk().market.quote(held.symbol)
    st.html(
        f"<div class='qd-quote'><b>{price(held.last)}</b>"
        f"<span>{escape(held.name)} · {age(now.age_seconds)} old · {escape(now.note)}</span></div>"
    )
    halt.say(held.symbol, now.quote)
    if held.frozen:
        banner("amber", "Only closing is allowed.", held.frozen)
    rows(
        [
            (
                "Quantity",
                f"{quantity(held.quantity)} {'share' if abs(held.quantity) == 1 else 'shares'}",
                held.certainty,
            ),
            ("Value", f"{money(held.value)} USD", f"{percent(held.weight, plus=False)} of the account"),
            ("Cost", f"{money(held.cost)} USD", f"{price(held.cost / held.quantity)} a share"),
            ("Open orders", plural(held.open_orders, "order") if held.open_orders else "none", ""),
        ]
    )
    rows([("Unrealised, USD", change(held.unrealised), ""), ("Today, USD", change(held.today), "")], signed=True)
    ways_out.protection(held)


@live()
def _more(instrument_id: str, account_id: str) -> None:
    """Below the acts: there may be many."""
    held = desk().positions.one(instrument_id, account_id)
    _lots(held)
    if held.happened:
        section(HAPPENED, "newest first")
        heads = (("Day", "quiet"), ("What happened", "wide"))
        mini(HAPPENED, heads, [[day(h.at), h.words] for h in held.happened])


def _lots(held: PositionView) -> None:
    section(LOTS, "first in, first out")
    heads = (("Opened", ""), ("Quantity", "r"), ("Cost, USD", "r"), ("Gain, USD", "r signed"))
    lines = [[day(lot.opened_at), quantity(lot.quantity), price(lot.cost_each), change(lot.gain)] for lot in held.lots]
    mini(LOTS, heads, lines, {"Gain, USD": "Quantity × (last price − cost of one), since it was bought."})
