"""How did I do? The curve of an account without its deposits, what it was made of, and what it cost."""

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from core.channel.facets.performance import By, MonthView, PartView, Period, Summary
from core.domain.errors import DeskError
from pages.parts import account, day_report, export, growth, measure, menu, sample
from pages.parts.desk import desk, live
from pages.parts.ending import Ended
from pages.parts.marks import banner, empty, head, mini, section
from pages.parts.words import MISSING, change, clock, day, money, percent, plural

PERIODS: Final = {
    Period.MONTH: "1 month",
    Period.QUARTER: "3 months",
    Period.THIS_YEAR: "This year",
    Period.YEAR: "1 year",
    Period.ALL: "All",
    Period.OWN: "Without the sample",
}
SHOWN: Final = 12  # rows of a table that is only read
GAPS: Final = 5  # told in full
MONTHS: Final = ("month", "return", "benchmark", "gain", "flows", "deepest_fall", "sessions")
SYMBOLS: Final = ("symbol", "gain", "realised", "fees", "trades", "won")
CURVE: Final = ("at", "day", "value", "flow", "growth", "benchmark", "drawdown", "certainty", "words")


def period() -> Period:
    """Kept in the address, so that it can be shared and comes back."""
    asked = st.query_params.get("period", Period.ALL)
    offered = [one for one in PERIODS if one is not Period.OWN or account.sample(account.chosen())]
    known = Period(asked) if asked in offered else Period.ALL
    if "period" not in st.session_state:
        st.session_state["period"] = known
    chosen = st.segmented_control(
        "Period", offered, format_func=PERIODS.__getitem__, key="period", label_visibility="collapsed"
    )
    chosen = Period(chosen or known)
    if chosen is not Period.ALL:
        st.query_params["period"] = chosen.value
    else:
        st.query_params.pop("period", None)
    return chosen


def which() -> str:
    """The account, out of the address where nobody has chosen yet."""
    asked = st.query_params.get("account", "")
    if asked in account.names() and not st.session_state.get(account.KEY):
        st.session_state[account.KEY] = asked
    chosen = account.chosen()
    if chosen and len(account.names()) > 1:
        st.query_params["account"] = chosen
    return chosen


def since(told: Summary) -> str:
    return f"{day(told.begins)} to {day(told.ends)}." if told.begins else ""


@live(every=10)
def look(account_id: str, chosen: Period) -> None:
    """Everything that only looks; worked out beside the desk."""
    told = desk().performance.summary(account_id, chosen)
    if told.begins is None:
        empty(
            "Nothing to measure yet.",
            "After your first trade the curve begins here: one point for each close, and now.",
        )
        menu.link("ticket", "New order")
        return
    note = f" · {told.note}" if told.note else ""
    st.caption(
        f"{day(told.begins)}, {clock(told.begins)} to {day(told.ends)}, {clock(told.ends)} ET · {told.name} · "
        f"{plural(told.sessions, 'session')} measured from close to close{note}"
    )
    if chosen is not Period.OWN:
        sample.note(account_id)
    measure.figures(told.head, since(told), told.currency)
    if told.gaps:
        rest = f" And {len(told.gaps) - GAPS} more: they are in the curve's file." if len(told.gaps) > GAPS else ""
        banner("grey", f"{plural(len(told.gaps), 'thing')} could not be measured.", " ".join(told.gaps[:GAPS]) + rest)
    rows: list[dict[str, Any]] = desk().performance.curve(account_id, chosen).to_pylist()
    left, right = st.columns([2, 1], gap="large")
    with left:
        section("Growth without deposits", "a withdrawal is no loss, a deposit no gain")
        growth.curve(rows, told.benchmark, account.sample(account_id))
        growth.falls(rows)
        months(desk().performance.months(account_id, chosen), told.currency)
        section("By symbol", "with dividends, interest and fees: together all of the gain")
        parts("Symbol", desk().performance.parts(By.SYMBOL, account_id, chosen), told.currency)
        section("By strategy tag", "what was closed, by the tag of the order that opened it")
        parts("Tag", desk().performance.parts(By.STRATEGY, account_id, chosen), told.currency)
    with right:
        section("Trades", "point at a figure for its formula")
        measure.rows(told.trades, since(told), told.currency)
        section("Risk", f"from {plural(told.sessions, 'session')}")
        measure.rows(told.risk, since(told), told.currency)
        if told.against:
            section(f"Against {told.benchmark}")
            measure.rows(told.against, since(told), told.currency)
    if len(account.names()) > 1:
        section("By account", "never added up")
        parts("Account", desk().performance.parts(By.ACCOUNT, "", chosen), told.currency, returns=True)


def hows(currency: str) -> dict[str, str]:
    """How the columns are worked out; each over its month, or over the period chosen above."""
    return {
        "Return": "Linked from close to close, so that what was paid in or out makes no difference; over that row's time.",
        "Benchmark": "The same of the benchmark, over that row's time.",
        f"Gain, {currency}": "Value at the end − value at the start − what was paid in, over that row's time.",
        f"Paid in or out, {currency}": "Deposits − withdrawals, over that row's time.",
        "Deepest fall": "Lowest close ÷ highest close before it − 1, within that row's time.",
        "Sessions": "Closes that were measured.",
        f"of it realised, {currency}": "What was sold − its cost, over the period chosen.",
        f"Fees, {currency}": "As charged, over the period chosen.",
        "Trades won": "Closed with a gain, of all that were closed in the period chosen.",
    }


def months(found: Sequence[MonthView], currency: str) -> None:
    section("By month", f"the newest {SHOWN}; all of them in the file" if len(found) > SHOWN else "")
    lines = [
        [
            f"{m.month:%b %Y}",
            percent(m.share),
            percent(m.benchmark),
            change(m.gain),
            money(m.flows, plus=True) if m.flows else MISSING,
            percent(m.deepest),
            str(m.sessions),
        ]
        for m in found[:SHOWN]
    ]
    heads = (
        ("Month", "strong"),
        ("Return", "r signed"),
        ("Benchmark", "r signed"),
        (f"Gain, {currency}", "r signed"),
        (f"Paid in or out, {currency}", "r"),
        ("Deepest fall", "r"),
        ("Sessions", "r"),
    )
    mini("By month", heads, lines, hows(currency))


def parts(what: str, found: Sequence[PartView], currency: str, *, returns: bool = False) -> None:
    if not found:
        empty("Nothing closed, nothing held.", "What you trade shows here.")
        return
    heads = [
        (what, "strong"),
        (f"Gain, {currency}", "r signed"),
        (f"of it realised, {currency}", "r"),
        (f"Fees, {currency}", "r"),
        ("Trades won", "r"),
    ]
    lines = [
        [
            p.label,
            change(p.gain),
            money(p.realised, plus=True),
            money(p.fees),
            f"{p.won} of {p.trades}" if p.trades else MISSING,
        ]
        for p in found
    ]
    if returns:
        heads.append(("Return", "r signed"))
        lines = [[*line, percent(p.share)] for line, p in zip(lines, found, strict=True)]
    with st.container(height=430 if len(found) > SHOWN else "content", border=False):
        mini(f"By {what.lower()}", heads, lines, hows(currency))


def files(account_id: str, chosen: Period) -> None:
    """The same numbers for a spreadsheet."""
    try:
        rows = desk().performance.curve(account_id, chosen).to_pylist()
        found = desk().performance.months(account_id, chosen)
        symbols = desk().performance.parts(By.SYMBOL, account_id, chosen)
    except DeskError:
        return
    if not rows:
        return
    by_month = ((m.month, m.share, m.benchmark, m.gain, m.flows, m.deepest, m.sessions) for m in found)
    by_symbol = ((p.label, p.gain, p.realised, p.fees, p.trades, p.won) for p in symbols)
    with st.container(horizontal=True):
        export.button("Curve as CSV", "curve", CURVE, ([row[name] for name in CURVE] for row in rows), "csv:curve")
        export.button("Months as CSV", "months", MONTHS, by_month, "csv:months")
        export.button("Symbols as CSV", "symbols", SYMBOLS, by_symbol, "csv:symbols")


head("Performance")
with st.container(horizontal=True, vertical_alignment="center"):
    here, span = which(), period()
if not here:
    empty("No account chosen.", "Choose one at the top: accounts are never added up.")
    raise Ended
look(here, span)
files(here, span)
day_report.offer()
