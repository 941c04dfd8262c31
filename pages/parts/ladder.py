"""The book: ten prices on each side, with what is shown there and how much it comes to."""

from collections.abc import Sequence
from decimal import Decimal
from html import escape
from itertools import accumulate

import streamlit as st

from core.channel.facets.market import LadderView, Rung
from pages.parts import export, form
from pages.parts.desk import desk, live
from pages.parts.marks import section
from pages.parts.words import price, quantity

FILE = ("Side", "Price", "Shares")
_HEADS = ("Total", "Size", "Bid", "Ask", "Size", "Total")


@live()
def show(symbol: str = "") -> None:
    """Of this name, or of the one on the ticket."""
    book = desk().market.ladder(symbol or form.symbol())
    section("Book, shares", book.note)
    if not book.bids and not book.asks:
        st.html("<div class='qd-wait'>No book now: nothing trades, or this source shows only the best prices.</div>")
        return
    most = max(rung.size for rung in (*book.bids, *book.asks))
    bids, asks = _side(book.bids, most), _side(book.asks, most)
    lines = "".join(
        f"<tr>{total}{size}{at}{''.join(reversed(ask))}</tr>"
        for (total, size, at), ask in zip(_even(bids, asks), _even(asks, bids), strict=True)
    )
    export.keep("Book", FILE, lambda: _file(book))
    heads = "".join(f"<th scope='col'>{head}</th>" for head in _HEADS)
    st.html(
        "<div class='qd-wide' tabindex='0' role='region' aria-label='Book'>"
        f"<table class='qd-book'><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _file(book: LadderView) -> list[tuple[str, Decimal, Decimal]]:
    return [(side, rung.price, rung.size) for side, rungs in (("Bid", book.bids), ("Ask", book.asks)) for rung in rungs]


def _side(rungs: Sequence[Rung], most: Decimal) -> list[tuple[str, str, str]]:
    """Total, size and price of each rung, best price first."""
    totals = accumulate(rung.size for rung in rungs)
    return [
        (
            f"<td class='t'>{quantity(total)}</td>",
            f"<td class='s'><i style='width:{rung.size / most * 100:.0f}%'></i><span>{escape(quantity(rung.size))}</span></td>",
            f"<td class='p'>{price(rung.price)}</td>",
        )
        for rung, total in zip(rungs, totals, strict=True)
    ]


def _even(one: list[tuple[str, str, str]], other: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """As long as the longer of the two."""
    return one + [("<td></td>", "<td></td>", "<td></td>")] * (len(other) - len(one))
