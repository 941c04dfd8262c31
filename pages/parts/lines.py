"""Working orders of one name, each with a field for its price: what is typed there goes through the ordinary review."""

from dataclasses import replace
from typing import Final

import streamlit as st

from core.channel.facets.charts import WorkingLine
from pages.parts import form, sheet
from pages.parts.desk import answer, ask, desk
from pages.parts.marks import section
from pages.parts.words import price

WHERE: Final = "lines"


def show(lines: tuple[WorkingLine, ...]) -> None:
    """Nothing where nothing works."""
    if not lines:
        return
    section("Working here", "type another price, then review the change")
    answer(WHERE)
    for line in lines:
        key = f"{WHERE}:{line.order_id}:{line.words.rpartition(' ')[2]}"
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.text_input(
                f"{line.words}, at {price(line.price)} USD",
                key=key,
                placeholder=f"{line.price.normalize():f}",
                autocomplete="off",
                disabled=not line.may_replace,
                width=220,
            )
            st.button(
                "Review change…", key=f"{key}:review", disabled=not line.may_replace, on_click=_review, args=(line, key)
            )


def _review(line: WorkingLine, key: str) -> None:
    """The order as it stands now, at the price that was typed; the sheet asks before anything is sent."""
    typed = st.session_state[key].strip() or f"{line.price.normalize():f}"
    name = "stop" if line.words.endswith("stop") else "limit"

    def act() -> None:
        order = desk().orders.story(line.order_id).order
        draft = form.change_of(order)
        changed = replace(draft, stop=typed) if name == "stop" else replace(draft, limit=typed)
        sheet.open_on(desk().orders.review(changed))

    if ask(WHERE, act):
        st.session_state.pop("said:sheet", None)
