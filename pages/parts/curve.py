"""The curve of an account without its deposits, for a period kept in the address."""

from typing import Any, Final

import streamlit as st

from core.channel.facets.performance import Period, Summary
from pages.parts import account, growth, menu
from pages.parts.desk import desk, live
from pages.parts.marks import empty, section

PERIODS: Final = {
    Period.MONTH: "1M",
    Period.QUARTER: "3M",
    Period.THIS_YEAR: "YTD",
    Period.YEAR: "1Y",
    Period.ALL: "All",
}
KEY: Final = "home_period"


def choose() -> Period:
    """Kept in the address, so that it can be shared and comes back."""
    section("Return without deposits", "a deposit is no gain, a withdrawal no loss")
    asked = st.query_params.get("period", "")
    known = Period(asked) if asked in {*PERIODS} else Period.ALL
    chosen = st.segmented_control(
        "Period",
        list(PERIODS),
        format_func=PERIODS.__getitem__,
        default=known,
        required=True,
        key=KEY,
        label_visibility="collapsed",
        on_change=_keep,
    )
    return Period(chosen or known)


def _keep() -> None:
    if (chosen := st.session_state[KEY]) == Period.ALL:
        st.query_params.pop("period", None)
    else:
        st.query_params["period"] = Period(chosen).value


@live(every=10)
def curve(account_id: str, period: Period) -> None:
    """Worked out beside the desk, so it may be asked for often."""
    told: Summary = desk().performance.summary(account_id, period)
    rows: list[dict[str, Any]] = desk().performance.curve(account_id, period).to_pylist()
    known = [row for row in rows if row["growth"] is not None]
    if len(known) < 2:
        empty("No curve yet.", "It begins with your first trade: one point for each close, and now.")
        menu.link("ticket", "New order")
        return
    growth.curve(rows, told.benchmark, account.sample(account_id))
