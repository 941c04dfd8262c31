"""Going live: what there is to show for it, what is still to do, and the acts that lead there; nothing here sends an order."""

from typing import Final

import streamlit as st

from core.channel.facets.live import LiveView, ShownView
from core.channel.facets.practice import ENOUGH, WatchedDay
from core.domain.workspace import WorkspaceKind
from pages.parts import menu
from pages.parts.bars import Bar, bars
from pages.parts.desk import answer, ask, desk, folder
from pages.parts.download import download
from pages.parts.look import KINDS
from pages.parts.marks import banner, empty, figures, head, mini, rows, section
from pages.parts.to_do import to_do
from pages.parts.words import MISSING, moment, percent, plural, span
from pages.parts.words import day as day_words

SHOWN: Final = 30
HOW_DAYS: Final = "Sessions of which 80 % of the regular hours passed at 1× while the desk was open, without a mismatch; since the first."
HOW_ORDERS: Final = "Orders asked for while the session was watched at 1×, on the days that count; since the first."
HOW_STANDING: Final = "Differences from the broker's count that nobody has explained, now."
HERE: Final = {
    WorkspaceKind.PRACTICE: (
        "Here evidence is collected: days at 1× and orders on them. It is put into a file and taken on in the live "
        "workspace; nothing else passes from one to the other, and no order here is ever real."
    ),
    WorkspaceKind.PAPER: (
        "Here evidence is collected: days and orders on them, filled on paper. It is put into a file and taken on in the "
        "live workspace; nothing else passes from one to the other, and no order here is ever real."
    ),
    WorkspaceKind.LIVE: (
        "Here evidence is taken on from a practice or paper workspace. Until this workspace is taken live its account is "
        "only read. What another workspace shows stands by itself: two are never added up."
    ),
}


def opening(view: LiveView) -> None:
    best = view.shown[0] if view.shown else None
    standing = len(best.standing) if best else 0
    counted, orders = (best.counted, best.orders) if best else (0, 0)
    small = [
        (
            "Small first orders, traded",
            f"{view.small_traded} of {view.small_of}",
            "one share or 50 USD at most",
            "Orders that added risk and have traded, since this workspace was taken live.",
        )
    ]
    figures(
        [
            ("Days that count", f"{counted} of {view.days_needed}", _asked(view), HOW_DAYS),
            ("Orders on those days", f"{orders} of {view.orders_needed}", _asked(view), HOW_ORDERS),
            ("Mismatches not explained", str(standing) if best else MISSING, "none may be left", HOW_STANDING),
            *(small if view.kind is WorkspaceKind.LIVE else ()),
            (
                "Real orders",
                _state(view),
                f"since {moment(view.opened_at)} ET" if view.opened_at else "",
                "Whether this workspace sends orders with real money, now.",
            ),
        ]
    )
    bars(
        [
            Bar(
                label="Days that count",
                number=f"{counted} of {view.days_needed}",
                full=counted / view.days_needed,
                how=HOW_DAYS,
            ),
            Bar(
                label="Orders on those days",
                number=f"{orders} of {view.orders_needed}",
                full=orders / view.orders_needed,
                how=HOW_ORDERS,
            ),
        ]
    )


def _asked(view: LiveView) -> str:
    return "as usual" if not view.why_changed else f"usually {view.days_usual} and {view.orders_usual}"


def _state(view: LiveView) -> str:
    if view.kind is not WorkspaceKind.LIVE:
        return "Never here"
    return "Sent" if view.opened_at else "Not sent"


def days(shown: ShownView) -> None:
    of = "this workspace" if shown.made_at is None else f"{shown.workspace}, put into a file {moment(shown.made_at)} ET"
    section("Days", of)
    for words in shown.standing:
        banner("amber", "Not explained yet:", words)
    if not shown.days:
        empty("No session was watched at 1× yet.", "Let one pass at 1×, or by exchange hours, and it shows here.")
        return
    heads = (("Session", ""), ("Counts", "l wide"), ("Watched", "r"), ("Orders", "r"), ("Mismatches", "r"))
    mini("Days", heads, [_day(day) for day in shown.days[:SHOWN]])
    if len(shown.days) > SHOWN:
        st.caption(f"And {plural(len(shown.days) - SHOWN, 'older day')}; the sums are of all.")


def _day(day: WatchedDay) -> list[str]:
    share = percent(day.seconds / day.whole, plus=False, places=0) if day.whole else MISSING
    seen = f"{span(day.seconds)}, {share}"
    return [f"{day.day:%a} {day_words(day.day)}", why(day), seen, str(day.orders), str(day.mismatches)]


def why(day: WatchedDay) -> str:
    """Whether it counts, and what is missing."""
    if day.counts:
        return "Yes"
    if day.mismatches:
        return f"No: {day.mismatches} mismatch{'es' * (day.mismatches != 1)}"
    if not day.whole:
        return "No: the exchange was closed"
    return f"No: {span(max(ENOUGH * day.whole - day.seconds, 60))} at 1× missing"


# acts ----------------------------------------------------------------------------------------------------------------


def put_into_a_file() -> None:
    section("Show it to a live workspace", "a file, sealed: changed by hand it is refused")
    download(
        "Evidence file",
        desk().live.evidence,
        f"evidence-{folder().name}.json",
        "application/json",
        key="evidence",
        hint="The days and orders above, and nothing of money. Making it is written into the journal.",
    )
    if folder().kind is WorkspaceKind.PRACTICE:
        menu.link("practice", "Practice: its time and its days")


def take_on() -> None:
    section("Take on evidence", "the file a practice or paper workspace makes on this page")
    found = st.file_uploader("Evidence file", type=["json"], key="evidence_file")
    text = found.getvalue().decode(errors="replace") if found else ""
    st.button("Take it on", key="take_on", disabled=not text, on_click=_take_on, args=(text,))
    answer("take_on")


def _take_on(text: str) -> None:
    ask("take_on", lambda: desk().live.take_on(text))


def ask_for(view: LiveView) -> None:
    section("What is asked for", f"usually {view.days_usual} days and {view.orders_usual} orders; never none")
    if view.why_changed:
        rows(
            [("Asked for now", f"{view.days_needed} days, {view.orders_needed} orders", f"because: {view.why_changed}")]
        )
    with st.popover("Ask for something else…"):
        asked_days = st.text_input("Days that count", str(view.days_needed), key="demand_days", autocomplete="off")
        orders = st.text_input("Orders on those days", str(view.orders_needed), key="demand_orders", autocomplete="off")
        reason = st.text_input("Why", key="demand_reason", live=True)
        st.caption("The reason is kept in the journal.")
        st.button(
            "Ask for this",
            key="demand",
            disabled=not reason.strip(),
            on_click=_demand,
            args=(asked_days, orders, reason),
        )
        answer("demand")


def _demand(asked_days: str, orders: str, reason: str) -> None:
    ask("demand", lambda: desk().live.demand(asked_days, orders, reason))


def go_live(view: LiveView) -> None:
    section("Take it live", "the word LIVE and the passphrase, on a page of their own")
    if view.opened_at:
        banner(
            "blue", "This workspace is live:", f"orders are real since {moment(view.opened_at)} ET. Stop trading works."
        )
        return
    missing = [step for step in view.to_do if not step.done]
    if missing:
        empty("Not yet.", f"What is to be done above comes first: {len(missing)} of {len(view.to_do)} are open.")
        return
    st.html("<a class='qd-side' href='/golive'>Take this workspace live…</a>")


def first_orders(view: LiveView) -> None:
    section("First orders", "one share or 50 USD at most, whichever is more")
    if view.small_lifted:
        rows([("Lifted", "They may be larger", f"because: {view.small_lifted}")])
        return
    traded = f"{view.small_traded} of {view.small_of} have traded"
    bars([Bar(label="Small orders", number=traded, full=view.small_traded / view.small_of)])
    if view.small_traded >= view.small_of:
        st.caption("From now on only the ordinary limits apply.")
        return
    with st.popover("Let them be larger…"):
        reason = st.text_input("Why", key="lift_reason", live=True)
        st.caption("The reason is kept in the journal. The ordinary limits stay.")
        st.button("Let them be larger", key="lift", disabled=not reason.strip(), on_click=_lift, args=(reason,))
        answer("lift")


def _lift(reason: str) -> None:
    ask("lift", lambda: desk().live.lift_small(reason))


head("Going live")
state = desk().live.state()
st.caption(f"This is a {KINDS[state.kind][0].lower()} workspace. {HERE[state.kind]}")
opening(state)
left, right = st.columns(2, gap="large")
with left:
    section("What is to be done", "before a live workspace sends anything")
    to_do(state.to_do)
    if state.kind is WorkspaceKind.LIVE:
        go_live(state)
        take_on()
        ask_for(state)
        first_orders(state)
    else:
        put_into_a_file()
with right:
    if not state.shown:
        section("Days", "nothing was taken on")
        empty("No evidence yet.", "Open this page in a practice or paper workspace and put its evidence into a file.")
    for one in state.shown:
        days(one)
