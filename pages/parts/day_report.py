"""A day as a page to print: one file without anything from elsewhere; and where one is chosen and taken away."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from html import escape
from typing import Final

import streamlit as st

from core.channel.facets.reports import DayAccount, DayFill, DayReport
from core.domain.errors import DeskError
from core.domain.money import ZERO
from pages.parts.desk import desk
from pages.parts.download import download
from pages.parts.grid import Cell, Head, table_html
from pages.parts.look import KINDS, LIGHT
from pages.parts.marks import section
from pages.parts.printed import STYLE
from pages.parts.used import in_order, limit_words, written
from pages.parts.words import (
    MISSING,
    SIDES,
    change,
    clock,
    day,
    decimals,
    moment,
    money,
    percent,
    plural,
    price,
    quantity,
)

NOW: Final = "The day so far"
ACCOUNTS: Final = (
    Head("Account", form="l"),
    Head("Value"),
    Head("Day", "Value now − value as the day began; deposits and withdrawals are no change."),
    Head("Day, %", "The same, of the value as the day began."),
    Head("Cash"),
    Head("Buying power", "Cash not needed for what is short nor held back for open orders."),
)
FILLS: Final = (
    Head("Time, ET", form="l"),
    Head("Account", form="l"),
    Head("Side", form="l"),
    Head("Symbol", form="l"),
    Head("Quantity"),
    Head("Price"),
    Head("Value"),
    Head("Fee"),
    Head("Against the middle", "Price against the middle of bid and ask as it traded; positive is worse for you."),
    Head("bps", "The same in hundredths of a percent of what traded."),
)
ORDERS: Final = (
    Head("Order", form="l"),
    Head("Account", form="l"),
    Head("State", form="l"),
    Head("Filled"),
    Head("Limit"),
    Head("Stop"),
)
NEEDS: Final = (Head("What", form="l"), Head("Why, and what stays safe", form="l"))
LIMITS: Final = (
    Head("Account", form="l"),
    Head("Limit", form="l"),
    Head("Used"),
    Head("Of"),
    Head("", form="l"),
)
STATES: Final = {"calm": "", "near": "Near", "over": "Over"}


def printable(told: DayReport) -> str:
    """Which money it is about stands first, as everywhere."""
    word, _, words = KINDS[told.kind]
    title = f"Daily report, {day(told.day)}"
    names = {account.account_id: account.name for account in told.accounts}
    blocks = [
        ("Accounts", _table(ACCOUNTS, map(_account, told.accounts), "No account.")),
        ("Trades", _table(FILLS, (_fill(fill, names) for fill in told.fills), "Nothing traded.") + _sums(told)),
        ("Open orders", _table(ORDERS, _orders(told, names), "No order is open.")),
        ("Needs you", _table(NEEDS, ([Cell(need.title), Cell(need.detail)] for need in told.needs), "Nothing.")),
        ("Limits used", _table(LIMITS, _limits(told), "Nothing is measured.")),
    ]
    body = "".join(f"<h2>{escape(head)}</h2>{block}" for head, block in blocks)
    note = f"<p class='note'>{escape(told.note)}</p>" if told.note else ""
    mode = f"<p style='border-left:6px solid {LIGHT[told.kind]};padding-left:10px'><b>{word}</b> · {words}, workspace {escape(told.workspace)}</p>"
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{word} · {escape(title)}, {escape(told.workspace)}"
        f"</title><style>{STYLE}</style>{mode}<h1>{escape(title)}</h1>{note}"
        f"<p>As of {escape(moment(told.as_of))} ET, market time. {escape(told.trading)}.</p>{body}"
        f"<h2>How the numbers are worked out</h2>{_formulas()}</html>"
    )


def offer() -> None:
    """One day's file: those that were kept after the close, or the day as it stands."""
    section("Daily report", "a page to print; each day's is kept after the close")
    try:
        kept = desk().reports.days()
    except DeskError:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Day",
            [None, *kept],
            format_func=lambda one: NOW if one is None else f"{one:%a} {day(one)}",
            key="report_day",
            width=220,
        )
        name = f"{chosen:%Y-%m-%d}" if chosen else "so-far"
        download(
            "Report to print", lambda: _made(chosen), f"report-{name}.html", "text/html", key=f"report:{chosen or ''}"
        )
    if not kept:
        st.caption("None was kept yet: the first one is after the close of a day the desk was open.")


def _made(chosen: date | None) -> str:
    return printable(desk().reports.of(chosen))


# parts ---------------------------------------------------------------------------------------------------------------


def _table(heads: Sequence[Head], lines: Iterable[Sequence[Cell]], nothing: str) -> str:
    found = list(lines)
    return table_html(heads, found) if found else f"<p>{escape(nothing)}</p>"


def _account(account: DayAccount) -> list[Cell]:
    return [
        Cell(f"{account.name}, {account.currency}"),
        Cell(money(account.value)),
        Cell(change(account.change) if account.change is not None else MISSING),
        Cell(percent(account.share)),
        Cell(money(account.cash)),
        Cell(money(account.buying_power)),
    ]


def _fill(fill: DayFill, names: dict[str, str]) -> list[Cell]:
    return [
        Cell(clock(fill.at)),
        Cell(names.get(fill.account_id, fill.account_id)),
        Cell(SIDES[fill.side]),
        Cell(fill.symbol),
        Cell(quantity(fill.quantity)),
        Cell(price(fill.price)),
        Cell(money(fill.value)),
        Cell(money(fill.fee)),
        Cell(money(fill.mid_cost, plus=True)),
        Cell(decimals(fill.mid_bps, plus=True, places=1)),
    ]


def _sums(told: DayReport) -> str:
    """Of each account by itself."""
    lines = []
    for account in told.accounts:
        mine = [fill for fill in told.fills if fill.account_id == account.account_id]
        if not mine:
            continue
        known = [fill.mid_cost for fill in mine if fill.mid_cost is not None]
        cost = f"{money(sum(known, ZERO), plus=True)} {account.currency} against the middle" if known else ""
        left_out = f"of {plural(len(mine) - len(known), 'fill')} it is not known" if len(known) < len(mine) else ""
        parts = [
            plural(len(mine), "fill"),
            f"{money(_sum(fill.value for fill in mine))} {account.currency} traded",
            f"fees {money(_sum(fill.fee for fill in mine))}",
            cost,
            left_out,
        ]
        lines.append(f"<p>{escape(account.name)}: {escape(', '.join(filter(None, parts)))}.</p>")
    if told.more_fills:
        lines.append("<p>Older fills of the day are left out; they stand on the Statement page.</p>")
    return "".join(lines)


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, ZERO)


def _orders(told: DayReport, names: dict[str, str]) -> Iterable[list[Cell]]:
    for order in told.orders:
        yield [
            Cell(order.words, order.id),
            Cell(names.get(order.account_id, order.account_id)),
            Cell(order.state),
            Cell(quantity(order.filled)),
            Cell(price(order.limit)),
            Cell(price(order.stop)),
        ]


def _limits(told: DayReport) -> Iterable[list[Cell]]:
    for account in told.accounts:
        for use in in_order(account.limits):
            used, most = written(use.used, use.unit), limit_words(use.limit, use.unit)
            yield [Cell(account.name), Cell(use.label), Cell(used), Cell(most), Cell(STATES[use.state])]


def _formulas() -> str:
    heads = [head for head in (*ACCOUNTS, *FILLS) if head.how]
    return table_html((Head("Number", form="l"), Head("How", form="l")), [[Cell(h.words), Cell(h.how)] for h in heads])
