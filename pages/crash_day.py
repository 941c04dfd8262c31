"""Survive a crash day: what will happen, a guide while it runs, and the report at its end."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import streamlit as st

from core.channel.facets.crash_day import CrashDayView, CrashReport, Stage, StillHeld
from core.channel.facets.orders import Draft
from core.domain.workspace import WorkspaceKind
from pages.parts import crash_report, sheet, switch
from pages.parts.basket import Basket
from pages.parts.desk import answer, ask, desk, live
from pages.parts.ending import Ended
from pages.parts.marks import banner, empty, figures, head, mini, section, timeline
from pages.parts.words import clock, money, percent, plural, price, quantity
from pages.parts.words import day as day_words

FAST: Final = 60
DISTANCES: Final = {
    Decimal("0.02"): "2 % below",
    Decimal("0.03"): "3 % below",
    Decimal("0.05"): "5 % below",
    Decimal("0.08"): "8 % below",
}
HELD: Final = (("Position", "strong"), ("Shares", "r"), ("Price", "r"), ("Value, USD", "r"), ("Under a stop", "r"))
BASKET: Final = Basket("basket", "Send {} orders", "Send 1 order")
HOW_WORST: Final = "The account's lowest value since the close before − its value at that close."
HOW_STOPS: Final = (
    "Your stops that have traded since this day began; what they saved: their price against the price now."
)
HOW_HELD: Final = "Orders of yours that a check has refused since this day began."
_DRAWN: Final = "crash_day:drawn"


def before_it(view: CrashDayView) -> None:
    """What will happen, and what is held now."""
    st.html(
        "<p class='qd-why'>The next session is made a crash: the market falls 7 to 12 %, and everything stops once for a quarter of "
        "an hour. It runs at 60×, so it takes about ten minutes, and time stands still where you may want to act. At the close a "
        "report says what stops and limits saved, what they cost, and what is still open.</p>"
    )
    half = f", a half-day: it closes at {clock(view.closes_at)[:5]}" if view.early_close else ""
    chosen = " It is chosen as a crash already." if view.chosen else ""
    st.caption(
        f"The session: {view.day:%A} {day_words(view.day)}{half}.{chosen} What lies between now and then is jumped over; "
        "every order has its turns on the way."
    )
    if view.why_not:
        first, _, rest = view.why_not.partition(". ")
        banner("amber", f"{first}.", rest)
    answer("crash_day")
    st.button("Begin the crash day", key="crash:begin", type="primary", disabled=bool(view.why_not), on_click=begin)


def held_now() -> None:
    section("Held now", "you live through it with this")
    held = desk().positions.table().to_pylist()
    if not held:
        empty(
            "Nothing is held.",
            "Begin: a sample portfolio can be bought at the opening, half of the account in six names.",
        )
        return
    heads = (("Position", "strong"), ("Shares", "r"), ("Price", "r"), ("Value, USD", "r"))
    mini("Held now", heads, [[r["symbol"], quantity(r["quantity"]), price(r["last"]), money(r["value"])] for r in held])
    stops()


def begin() -> None:
    BASKET.leave()
    st.session_state.pop("crash:report", None)
    ask("crash_day", _begin)


def end() -> None:
    BASKET.leave()
    ask("crash_day", _end)


def _begin() -> None:
    desk().crash_day.begin()


def _end() -> None:
    desk().crash_day.end()


def _sample() -> Sequence[Draft]:
    return desk().crash_day.sample()


def run() -> None:
    BASKET.leave()
    ask("crash_day", lambda: desk().practice.time(own_time=True, pace=FAST))


@live()
def now() -> None:
    """What is going on. When the page has to look different, it is drawn again."""
    view = desk().crash_day.state()
    if shape(view) != st.session_state.get(_DRAWN):
        st.rerun()
    index = view.index
    change = None if view.value is None or view.before is None else view.value - view.before
    down = None if view.worst is None or view.before is None else view.worst - view.before
    figures(
        [
            (
                "Market time, ET",
                clock(view.now),
                switch_words(view),
                "The practice exchange's own clock, in New York, now.",
            ),
            (
                index.symbol if index else "The market",
                percent(index.fell) if index else "Opens soon",
                f"lowest {percent(index.fell_most)}, {clock(index.low_at)}" if index else f"at {clock(view.opens_at)}",
                "Last price ÷ the close before − 1, now; lowest: the same at its lowest since.",
            ),
            (
                "Your day, USD",
                money(change, plus=True),
                f"value {money(view.value)}",
                "Value now − value at the close before.",
            ),
            (
                "At the worst, USD",
                money(down, plus=True),
                f"at {clock(view.worst_at)}" if down else "so far",
                HOW_WORST,
            ),
            ("Stops gone off", str(len(view.stops)), _saved(view), HOW_STOPS),
            ("Held back by limits", str(view.held_back), view.level or "all trading is allowed", HOW_HELD),
        ]
    )
    banner("blue", view.title, view.detail)


def _saved(view: CrashDayView) -> str:
    return (
        f"{money(sum(o.saved for o in view.stops), plus=True)} saved at the price now" if view.stops else "none so far"
    )


def switch_words(view: CrashDayView) -> str:
    return "exchange hours" if not view.own_time else f"{view.pace}×" if view.pace else "paused"


@live()
def story() -> None:
    section("What happened", "market time, ET")
    view = desk().crash_day.state()
    if not view.happened:
        empty("Nothing yet.", f"The market opens at {clock(view.opens_at)} ET.")
    timeline(("warn" if o.serious else "", clock(o.at), o.words, "") for o in reversed(view.happened))


@live()
def holdings() -> None:
    view = desk().crash_day.state()
    section("Held", plural(len(view.orders), "open order"))
    if not view.positions:
        empty("Nothing is held.", "What is bought shows here.")
    else:
        mini("Held", HELD, [_held(p) for p in view.positions])


def _held(p: StillHeld) -> list[str]:
    return [p.symbol, quantity(p.quantity), price(p.price), money(p.value), quantity(p.covered)]


def acts(view: CrashDayView) -> None:
    """What can be done now. Stop trading stands at the top of every page."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if view.may_sample:
            st.button("Look at the sample portfolio", key="crash:sample", on_click=offer_sample)
        if view.stage is Stage.BEFORE:
            st.button("Let the day run at 60×", key="crash:run", type="primary", on_click=run)
        elif view.stage is Stage.DURING:
            switch.paces(view.own_time, view.pace, "crash")
        words = "Leave it" if view.stage is Stage.BEFORE else "End it and report"
        st.button(words, key="crash:end", on_click=end)
    answer("crash")
    answer("crash_day")
    if any(p.covered < abs(p.quantity) for p in view.positions):
        stops()
    if view.positions:
        with st.container(horizontal=True):
            for position in view.positions:
                st.button(
                    f"Close {position.symbol}…",
                    key=f"crash:close:{position.symbol}",
                    on_click=close,
                    args=(position.instrument_id,),
                )
    BASKET.show()


def offer_sample() -> None:
    BASKET.offer(_sample)


def stops() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        below = st.selectbox(
            "Stops, from the last price",
            list(DISTANCES),
            index=1,
            format_func=DISTANCES.__getitem__,
            key="crash:below",
            width=200,
        )
        st.button("Look at stops for all", key="crash:stops", on_click=offer_stops, args=(below,))


def offer_stops(below: Decimal) -> None:
    BASKET.offer(lambda: desk().crash_day.stops(below))


def close(instrument_id: str) -> None:
    BASKET.leave()
    ask("crash", lambda: sheet.open_on(desk().orders.review(desk().positions.closing_draft(instrument_id))))


def shape(view: CrashDayView) -> tuple[object, ...]:
    """What decides which buttons the page has."""
    bare = tuple(p.symbol for p in view.positions if p.covered < abs(p.quantity))
    held = tuple(p.symbol for p in view.positions)
    return view.stage, view.pace, view.own_time, view.may_sample, held, bare


def kept(reports: tuple[CrashReport, ...]) -> None:
    """Those that were, the newest first."""
    section("Reports", plural(len(reports), "crash day") if reports else "")
    if not reports:
        empty("There is no report yet.", "One is written at the close of each crash day, and stays.")
        return
    names = {report.id: crash_report.title(report) for report in reports}
    known = {report.id: report for report in reports}
    picked = reports[0].id
    if len(reports) > 1:
        picked = st.selectbox("Report", list(names), format_func=names.__getitem__, key="crash:report", width=360)
    crash_report.show(known.get(picked, reports[0]))


head("Crash day")
if desk().health.state().kind is not WorkspaceKind.PRACTICE:
    empty("This is no practice workspace.", "Its market is the real one: nobody chooses what it does.")
    raise Ended
sheet.top()
shown = desk().crash_day.state()
st.session_state[_DRAWN] = shape(shown)
if shown.stage is Stage.REST:
    before_it(shown)
    were = desk().crash_day.reports()
    if were:
        kept(were)
    held_now()
    BASKET.show()
    if not were:
        kept(were)
else:
    now()
    acts(shown)
    left, right = st.columns([1.2, 1], gap="large")
    with left:
        story()
    with right:
        holdings()
sheet.show()
