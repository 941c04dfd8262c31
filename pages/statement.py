"""What a run earned and what trading cost in it, beside all other runs."""

from typing import Final

import streamlit as st

from core.channel.facets.statements import ResultView, StatementView
from core.domain.errors import BadInput
from pages.parts import account, menu, pager, sample
from pages.parts.desk import desk, live
from pages.parts.ending import Ended
from pages.parts.grid import Cell, Head, figures, grid
from pages.parts.marks import empty, head, section
from pages.parts.run import (
    COSTS,
    HEADS,
    compared,
    costs,
    earned,
    formulas,
    grouped,
    headline,
    left_out,
    period,
    title,
    until,
)
from pages.parts.traded import FILLS, fills

KEY: Final = "statement"
FIRST: Final = 12  # names shown at once


def chosen(runs: tuple[ResultView, ...]) -> ResultView:
    """From the address, else the account chosen in the frame, else the newest."""
    known = {run.account_id: run for run in runs}
    wanted = (st.query_params.get("run", ""), account.chosen())
    return next((known[one] for one in wanted if one in known), runs[-1])


def choose(runs: tuple[ResultView, ...], run: ResultView) -> None:
    st.selectbox(
        "Run",
        range(len(runs)),
        index=runs.index(run),
        format_func=lambda place: title(runs[place]),
        key=f"{KEY}:run:{run.account_id}",
        on_change=_keep,
        args=(runs, run.account_id),
        width=360,
    )


def _keep(runs: tuple[ResultView, ...], shown: str) -> None:
    st.query_params["run"] = runs[st.session_state[f"{KEY}:run:{shown}"]].account_id
    pager.newest(FILLS)


def look_at(told: StatementView) -> None:
    """Both halves: what the books say, and what the fills met."""
    run = told.run
    sample.note(run.account_id)
    figures(headline(run))
    left, right = st.columns([1, 2.1], gap="large")
    with left:
        section("What it earned", period(run))
        parts(run)
    with right:
        section("What trading cost", "positive is worse for you, negative is better; fees apart")
        grid("What trading cost", COSTS, grouped(told))
        missing = left_out(run.trading)
        if missing:
            st.caption(missing)


def parts(run: ResultView) -> None:
    lines = [
        [Cell(name, how=how), Cell(words, how=how, signed=name not in ("Start", "Paid in", "End"))]
        for name, words, how in earned(run)
    ]
    grid("What it earned", (Head("", form="quiet"), Head("USD")), lines)


def by_name(told: StatementView) -> None:
    section("By name", "what traded most first")
    first, rest = told.by_symbol[:FIRST], told.by_symbol[FIRST:]
    grid("Cost by name", COSTS, costs(told.run, first))
    if rest:
        with st.expander(f"{len(rest)} more, that traded less"):
            grid("Cost of the other names", COSTS, costs(told.run, rest))


@live(every=2)
def wait() -> None:
    """Asked again until all is added up: each question gets on with it."""
    desk().statements.all()
    st.rerun()


head("Statement")
try:
    runs = desk().statements.all()
except BadInput:
    wait()
    raise Ended from None
if not runs:
    empty("No run yet.", "A run begins with the account's first entry, some seconds after the first start.")
    raise Ended
run = chosen(runs)
told = desk().statements.of(run.account_id)
st.caption(" · ".join(filter(None, (told.note, title(run), until(run)))))
if len(runs) > 1:
    grid("Runs", HEADS, compared(runs))
    choose(runs, run)
else:
    st.caption("One run so far. After *Start again* on the page Practice, all runs stand here side by side.")
look_at(told)
if told.by_symbol:
    by_name(told)
    fills(told)
else:
    empty(
        "Nothing has traded in this run.",
        "What each fill cost against the market it met shows here after the first one.",
    )
    menu.link("ticket", "New order")
with st.expander("How each number is worked out"):
    formulas()
