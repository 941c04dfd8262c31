"""The practice market: how its time passes, what the next days are like, what goes wrong on purpose, and the plug."""

from contextlib import suppress
from datetime import date
from typing import Final

import streamlit as st

from core.channel.facets.practice import ChosenDay, Jump, PracticeView, WatchedDay
from core.domain.chosen import OF_ONE_NAME, Kind
from core.domain.errors import DeskUnreachable
from core.domain.order import IN_DOUBT
from core.domain.workspace import WorkspaceKind
from pages.parts import again, faults, menu, story, switch
from pages.parts.cash import cash
from pages.parts.desk import answer, ask, desk, live
from pages.parts.ending import Ended
from pages.parts.marks import banner, empty, figures, head, mini, rows, section
from pages.parts.words import EASTERN, MISSING, clock, percent, plural, quantity, span
from pages.parts.words import day as day_words

KINDS: Final = {
    Kind.CALM: "Calm: small moves, narrow spreads",
    Kind.TREND: "Trend: a long way in one direction",
    Kind.CRASH: "Crash: −7 to −12 %, everything stops once",
    Kind.FLASH_CRASH: "Flash crash: down and back within minutes",
    Kind.THIN: "Thin: little volume, wide spreads",
    Kind.SPLIT: "Split of a name",
    Kind.EARNINGS_GAP: "Earnings gap of a name",
}
SHOWN: Final = 10
HOW: Final = (
    "The practice exchange's own clock, in New York, now.",
    "How many seconds of market time pass in a real one, now.",
    "What the exchange does at this market time, and what comes next.",
    "Market time at which the last jump ended; none since the start, or since time went on by itself.",
)
JUMPS: Final = {
    Jump.EVENT: "Next event",
    Jump.CLOSE: "Close",
    Jump.OPENING: "Next opening",
    Jump.HALF_DAY: "Half-day",
}


@live()
def time_now() -> None:
    state, hours = desk().practice.state(), desk().market.hours()
    doing, _, rest = hours.session.name.partition(", ")
    figures(
        [
            ("Market time, ET", clock(state.now), f"{state.now.astimezone(EASTERN):%A} {day_words(state.now)}", HOW[0]),
            ("Pace", switch.pace_words(state), state.words, HOW[1]),
            ("Session", doing, rest, HOW[2]),
            ("Stopped at", state.stopped_at or "–", "by the last jump" if state.stopped_at else "", HOW[3]),
        ]
    )


def pace(state: PracticeView) -> None:
    left, right = st.columns(2, gap="large")
    with left.container(horizontal=True, vertical_alignment="center"):
        switch.paces(state.own_time, state.pace, "practice")
    with right.container(horizontal=True, vertical_alignment="center"):
        for jump, words in JUMPS.items():
            to = f", {day_words(state.half_day)}" if jump is Jump.HALF_DAY and state.half_day else ""
            known = jump is not Jump.HALF_DAY or state.half_day is not None
            st.button(f"{words}{to}", key=f"jump:{jump}", disabled=not known, on_click=go_to, args=(jump,))
    st.caption(
        "Market time never goes back. A jump leaves nothing out: every order has its turns on the way. "
        "At an event and at the close it pauses."
    )


def go_to(jump: Jump) -> None:
    ask("practice", lambda: desk().practice.jump(jump))


def days(state: PracticeView) -> None:
    section("Chosen days", "sessions that have not begun")
    left, right = st.columns([1, 1.6])
    day = left.selectbox("Day", state.to_choose, format_func=lambda d: f"{d:%a %d %b}", key="chosen_day")
    kind = right.selectbox("What it is like", list(KINDS), format_func=KINDS.__getitem__, key="chosen_kind")
    of_one = kind in OF_ONE_NAME
    names = [name.symbol for name in desk().market.names()]
    left, right = st.columns([1, 1.6], vertical_alignment="bottom")
    name = left.selectbox(
        "Name",
        names,
        index=None,
        placeholder="Which" if of_one else "All names",
        key="chosen_name",
        disabled=not of_one,
    )
    right.button("Choose day", key="choose", on_click=choose, args=(day, kind, name if of_one and name else ""))
    answer("days")
    if not state.chosen:
        empty("No day is chosen.", "Days come as they come. One you choose shows here until it is over.")
    for chosen in state.chosen:
        one_day(chosen)


def one_day(chosen: ChosenDay) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        remark = "has begun, and stays" if chosen.begun else ""
        what = KINDS[chosen.kind].partition(":")[0].removesuffix(" of a name")
        rows([(f"{chosen.day:%a} {day_words(chosen.day)}", f"{what} {chosen.symbol}".strip(), remark)])
        if not chosen.begun:
            key = f"unchoose:{chosen.day}:{chosen.kind}:{chosen.symbol}"
            st.button("Take away", key=key, on_click=unchoose, args=(chosen,))


def watched(state: PracticeView) -> None:
    section("Practice days that count", "time at 1×; faster or jumped over counts nothing")
    st.caption(
        "A session counts when at least 80 % of its regular hours were watched at 1× and no mismatch was found meanwhile. "
        "Starting again keeps what counts."
    )
    if not state.watched:
        empty("No session was watched at 1× yet.", "Let one pass at 1×, or by exchange hours, and it shows here.")
        return
    heads = (("Session", ""), ("Evidence", ""), ("Watched", "r"), ("Orders", "r"), ("Mismatches", "r"))
    mini("Practice days that count", heads, [_watched_day(day) for day in state.watched[:SHOWN]])


def _watched_day(day: WatchedDay) -> list[str]:
    share = percent(day.seconds / day.whole, plus=False, places=0) if day.whole else MISSING
    verdict = "Counts" if day.counts else "Does not count" if day.mismatches else "Does not count yet"
    name, seen = f"{day.day:%a} {day_words(day.day)}", f"{span(day.seconds)}, {share}"
    return [name, verdict, seen, str(day.orders), str(day.mismatches)]


def choose(day: date, kind: Kind, symbol: str) -> None:
    ask("days", lambda: desk().practice.choose(day, kind, symbol))


def unchoose(chosen: ChosenDay) -> None:
    ask("days", lambda: desk().practice.unchoose(chosen.day, chosen.kind, chosen.symbol))


def plug(state: PracticeView) -> None:
    section("Pull the plug", "the engine dies in the middle of an order")
    st.caption(
        "One share of KO is bought. As soon as the exchange has the order, and before its answer is heard, the engine is "
        "killed. Its supervisor starts it again, and the order is looked up, not sent twice."
    )
    st.button("Buy 1 KO and pull the plug", key="pull_plug", on_click=pull)
    answer("plug")
    if state.plugged:
        came_back(state.plugged)
        st.button("Open in Orders", key="plugged_in_orders", on_click=in_orders, args=(state.plugged,))


@live()
def came_back(order_id: str) -> None:
    told, there = desk().orders.story(order_id), desk().practice.state().plugged_there
    words = f"{story.title(told.order)}: {told.order.words.lower()}"
    if told.order.status in IN_DOUBT or there is None:
        banner("amber", "The engine was killed in the middle of this order.", f"{words}. It is being looked up now.")
    else:
        filled = f"{quantity(told.order.filled)} of {quantity(told.order.quantity)} filled"
        banner(
            "blue", f"It came back: the exchange holds exactly {plural(there, 'order')} of it.", f"{words}, {filled}."
        )
    story.line(told)


def pull() -> None:
    """The engine dies before it can answer: that it says nothing is what was asked for."""
    ask("plug", _pulled)


def _pulled() -> None:
    with suppress(DeskUnreachable):
        desk().practice.pull_plug()


def in_orders(order_id: str) -> None:
    st.session_state["orders:picked"] = (order_id,)
    st.session_state["orders_view"] = "all"
    menu.go("orders")


head("Practice")
if desk().health.state().kind is not WorkspaceKind.PRACTICE:
    empty("This is no practice workspace.", "Its market is the real one: nothing here can be set.")
    raise Ended
shown = desk().practice.state()
time_now()
pace(shown)
answer("practice")
to_come, now = st.columns(2, gap="large")
with to_come:
    days(shown)
    faults.bad_day(shown)
    cash()
    watched(shown)
with now:
    faults.faults(shown)
    plug(shown)
    menu.link("crash_day", "Survive a crash day")
again.runs()
again.show()
