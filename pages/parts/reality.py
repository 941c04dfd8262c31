"""The reality check beside the form: what the order would cost and change, while it is still being typed."""

from html import escape

import streamlit as st

from core.channel.facets.orders import Estimate
from core.domain.errors import BadInput
from core.domain.verdict import Outcome
from pages.parts import figures, form
from pages.parts.desk import desk, live
from pages.parts.marks import checks, rows, section


@live(every=2)
def show() -> None:
    """The engine's own figures, by the same rules as the review. Nothing is kept, nothing is sent."""
    if not form.symbol() or not form.sized():
        section("Reality check")
        st.html("<div class='qd-wait'>Choose a name and type a size: what it costs and changes shows here.</div>")
        return
    try:
        order = desk().ticket.estimate(form.draft())
    except BadInput as error:
        section("Reality check")
        said = str(error) == st.session_state.get("said:ticket")  # stands beside the button already
        words = "No figures until that is put right." if said else str(error)
        st.html(f"<div class='qd-wait' role='status'>{escape(words)}</div>")
        return
    section("Reality check", order.act)
    rows(_rows(order))
    look = [verdict for verdict in order.verdicts if verdict.outcome is not Outcome.PASS]
    if look:
        checks(look)
    else:
        st.html(f"<div class='qd-wait'>All {len(order.verdicts)} checks would pass now.</div>")


def _rows(order: Estimate) -> list[figures.Row]:
    return [
        figures.value(order),
        figures.cost(order),
        figures.spread(order),
        figures.volume(order),
        figures.power(order),
        *figures.settled(order),
        figures.weight(order, form.symbol()),
        figures.opposite(order),
        figures.feed(order),
    ]
