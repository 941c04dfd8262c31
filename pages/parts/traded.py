"""The fills of a run: narrowed, page by page, and to take away."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from core.channel.facets.statements import StatementView
from pages.parts import pager, story
from pages.parts.desk import desk
from pages.parts.download import download
from pages.parts.marks import empty, section
from pages.parts.printed import csv_of, fills_of, printable
from pages.parts.run import ARRIVAL, FAR, KINDS, MID, WAYS, signed
from pages.parts.table import Column, number, picked, show
from pages.parts.words import decimals, moment, price, quantity

FILLS: Final = "statement_fills"
COLUMNS: Final = {
    "at": Column(head="Time, ET", width=118, form="quiet", write=moment),
    "symbol": Column(head="Symbol", width=70, form="strong"),
    "side": Column(head="Side", width=56, of=lambda row: WAYS.get(row["side"], row["side"])),
    "type": Column(head="Type", width=84, of=lambda row: KINDS.get(row["type"], row["type"])),
    "quantity": number("Quantity", 76, quantity),
    "price": number("Price, USD", 84, price, how="What was paid or received a share."),
    "bid": number("Bid, USD", 84, price, how="The market's own when it filled, without what we took or pushed."),
    "ask": number("Ask, USD", 84, price, how="The market's own when it filled, without what we took or pushed."),
    "arrival": number(
        "Arrival mid, USD",
        112,
        lambda value: decimals(value, places=3),
        how="Mid of the quote the order saw when it was asked for.",
    ),
    "far_touch_cost": number("Far touch, USD", 106, signed, how=FAR),
    "mid_cost": number("Mid, USD", 84, signed, how=MID),
    "arrival_cost": number("Arrival, USD", 92, signed, how=ARRIVAL),
}


def filters(told: StatementView) -> dict[str, str]:
    """What the fills are narrowed to; empty = all."""
    names = {group.key: group.name for group in told.by_symbol}
    types = {group.key: KINDS.get(group.name, group.name) for group in told.by_type if group.key}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        only = {
            "instrument_id": _one_of("Name", dict(sorted(names.items(), key=lambda item: item[1])), told),
            "order_type": _one_of("Type", types, told),
            "side": _one_of("Side", WAYS, told),
        }
        downloads(told, only)
    return only


def _one_of(label: str, words: Mapping[str, str], told: StatementView) -> str:
    found = st.selectbox(
        label,
        ["", *words],
        format_func=lambda key: words.get(key, "All"),
        key=f"{FILLS}:{label}:{told.run.account_id}",
        on_change=pager.newest,
        args=(FILLS,),
        width=160,
    )
    return found or ""


def downloads(told: StatementView, only: dict[str, str]) -> None:
    run = told.run
    download(
        "Download fills",
        lambda: csv_of(run.account_id, only, told.note),
        f"fills-{run.account_id}.csv",
        "text/csv",
        key=f"{FILLS}:csv",
        hint="As narrowed here, all pages: exact numbers, times in UTC.",
    )
    download(
        "Download statement",
        lambda: printable(told, desk().statements.all()),
        f"statement-{run.account_id}.html",
        "text/html",
        key=f"{FILLS}:html",
        hint="A page to print, without the single fills.",
    )


def fills(told: StatementView) -> None:
    section("Fills", f"{told.note or 'Prices as told'} · each against the quote it met; “–” = not told")
    only = filters(told)
    before = int(pager.before(FILLS) or 0)
    found: list[dict[str, Any]] = desk().statements.fills(told.run.account_id, before, pager.PAGE, **only).to_pylist()
    pager.seen(FILLS, [str(row["seq"]) for row in found])
    if not found:
        empty("No fill fits.", "Choose All above, or go back to the newest.")
    else:
        show(
            found,
            COLUMNS,
            key=FILLS,
            ids="seq",
            name="Fills",
            most=12,
            mode="single-row",
            whole=lambda: fills_of(told.run.account_id, only),
        )
        st.caption("Select a fill to see its order.")
    pager.buttons(FILLS)
    orders = {str(row["seq"]): row["order_id"] for row in found}
    for order_id in filter(None, map(orders.get, picked(FILLS))):
        its_order(order_id)


def its_order(order_id: str) -> None:
    told = desk().orders.story(order_id)
    section(story.title(told.order), told.order.certainty)
    left, right = st.columns(2, gap="large")
    with left:
        story.facts(told)
    with right:
        story.fills(told)
