"""Close all: the closing order of every position, looked at together and sent by one confirmed act."""

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from core.channel.facets.orders import Draft
from pages.parts.basket import Basket
from pages.parts.desk import desk
from pages.parts.marks import banner

BASKET: Final = Basket("close_all", "Close {} positions", "Close 1 position")


def show(account_id: str) -> None:
    """The way in, or what is looked at."""
    if st.session_state.get(BASKET.key):
        banner(
            "blue",
            "Every position is closed at market.",
            "Stops in the way are asked back first, and each closing order waits until the broker confirms that.",
        )
    BASKET.show()
    if not st.session_state.get(BASKET.key):
        st.button("Close all…", key="close_all", on_click=_offer, args=(account_id,))


def _offer(account_id: str) -> None:
    BASKET.offer(lambda: _drafts(account_id))


def _drafts(account_id: str) -> Sequence[Draft]:
    held: list[dict[str, Any]] = desk().positions.table(account_id).to_pylist()
    return [desk().positions.closing_draft(row["instrument_id"], row["account_id"]) for row in held]
