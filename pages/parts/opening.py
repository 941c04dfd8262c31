"""Holdings the first connection found: the person says what they cost and when they were bought; unknown stays unknown."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from html import escape

import streamlit as st

from core.channel.facets.positions import OpeningLine
from core.domain.money import typed_number
from pages.parts import account
from pages.parts.desk import answer, ask, desk
from pages.parts.display import hidden
from pages.parts.marks import banner
from pages.parts.words import EASTERN, quantity


def ask_about(lines: Sequence[OpeningLine]) -> None:
    if not lines:
        return
    banner(
        "blue", "These holdings were found at the broker.", "They are booked with what you know; leave the rest empty."
    )
    if hidden():
        st.caption("The form is not shown while amounts are hidden.")
        return
    with st.form("opening"):
        for line in lines:
            name, cost, bought = st.columns([1.4, 1, 1], vertical_alignment="center")
            what = " · ".join(filter(None, (line.symbol, quantity(line.quantity), account.name_of(line.account_id))))
            name.html(f"<div class='qd-act'><small>{escape(what)}</small></div>")
            known = "" if line.cost is None else f"{line.cost:f}"
            cost.text_input("Cost in all, USD", value=known, key=f"cost:{_of(line)}", placeholder="unknown")
            bought.date_input("Bought on", value=line.opened_at, key=f"bought:{_of(line)}")
        st.form_submit_button("Book these holdings", type="primary", on_click=_book, args=(tuple(lines),))
    answer("opening")


def _book(lines: tuple[OpeningLine, ...]) -> None:
    ask("opening", lambda: desk().positions.confirm_opening(tuple(map(_as_typed, lines))))


def _of(line: OpeningLine) -> str:
    return f"{line.account_id}:{line.instrument_id}"


def _as_typed(line: OpeningLine) -> OpeningLine:
    cost = st.session_state[f"cost:{_of(line)}"].strip()
    bought = st.session_state[f"bought:{_of(line)}"]
    return replace(
        line,
        cost=typed_number(cost, f"Cost of {line.symbol}") if cost else None,
        opened_at=datetime.combine(bought, time(16), EASTERN) if bought else None,
    )
