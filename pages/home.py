"""How am I, and what needs me: the first page."""

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from core.channel.facets.positions import AccountSummary
from core.channel.facets.statements import ResultView
from core.domain.errors import BadInput
from pages.parts import account, attention, curve, exposure, first_steps, menu, sample, used
from pages.parts.bars import bars
from pages.parts.desk import desk, live
from pages.parts.ending import Ended
from pages.parts.grid import Cell, figures
from pages.parts.marks import empty, head, mini, section
from pages.parts.run import FALL, KINDS, WAYS, until, without_sample
from pages.parts.words import change, clock, day, moment, money, percent, price, quantity

FILLS: Final = 6
JOBS: Final = 5
HEADS: Final = (
    ("Time, ET", "quiet"),
    ("Symbol", "strong"),
    ("Side", "l"),
    ("Quantity", "r"),
    ("Price, USD", "r"),
    ("Value, USD", "r"),
    ("Type", "quiet"),
)


@live(every=2)
def top(account_id: str) -> None:
    """The figures of the account, each with how it is worked out."""
    for summary in desk().positions.accounts():
        if summary.account_id == account_id:
            st.caption(f"As of {day(summary.as_of)}, {clock(summary.as_of)} ET · {summary.name} · {summary.certainty}")
            sample.note(account_id)
            figures(_figures(summary, _result(account_id)))


def _result(account_id: str) -> ResultView | None:
    """None while it is still being added up."""
    try:
        results = desk().statements.all()
    except BadInput:
        return None
    return next((result for result in reversed(results) if result.account_id == account_id), None)


def _figures(summary: AccountSummary, result: ResultView | None) -> Sequence[tuple[str, Cell]]:
    currency, value = summary.currency, summary.value
    paid = result.start + result.transfers if result else None
    gain = result.profit if result else None
    share = None if gain is None or not paid or paid <= 0 else gain / paid
    invested = None if summary.invested is None or not value or value <= 0 else summary.invested / value
    held = f"{money(summary.reserved)} held back for orders" if summary.reserved else "nothing held back for orders"
    worst = None if result is None or result.fall_share is None else -result.fall_share
    fell = f"{money(result.fall)} {currency}, at openings" if result and result.fall else "none yet"
    period = f" {until(result)}." if result else ""
    return (
        (
            f"Account value, {currency}",
            Cell(money(value), "positions and cash", "Cash + what is held, at last prices."),
        ),
        (
            f"Today, {currency}",
            Cell(
                change(summary.today),
                percent(summary.today_share),
                "Value now − value as the trading day began; deposits and withdrawals are taken out.",
                signed=True,
            ),
        ),
        (
            f"Gain since the beginning, {currency}",
            Cell(
                change(gain),
                f"{percent(share)} of what was paid in" if share is not None else "",
                f"Value now − what was there at the beginning − what was paid in since + what was taken out.{period}",
                signed=True,
            ),
        ),
        (
            "Invested",
            Cell(
                percent(invested, plus=False, places=1),
                f"{money(summary.invested)} {currency}",
                "What is held at last prices, short positions taken off, of the account's value.",
            ),
        ),
        (f"Cash, {currency}", Cell(money(summary.cash), held, "As booked. What open orders may cost is held back.")),
        (
            "Deepest fall",
            Cell(
                percent(worst),
                f"{fell}{without_sample(summary.account_id)}",
                f"{FALL}{period}",
                signed=True,
            ),
        ),
    )


@live(every=2)
def needs() -> None:
    attention.show(desk().health.state())


@live(every=2)
def at_work(account_id: str) -> None:
    """Limits and exposure, side by side with what is held."""
    section("Limits", "used now, of what you allow")
    bars(map(used.bar, used.in_order(desk().limits.used(account_id))))
    menu.link("limits", "Change a limit")
    rows: list[dict[str, Any]] = desk().positions.table(account_id).to_pylist()
    summary = next((one for one in desk().positions.accounts() if one.account_id == account_id), None)
    exposure.show(rows, summary.value if summary else None, summary.currency if summary else "USD")


@live(every=2)
def fills(account_id: str) -> None:
    section("Recent fills", "the newest; New York time")
    found: list[dict[str, Any]] = desk().statements.fills(account_id, limit=FILLS).to_pylist()
    if not found:
        empty("Nothing has traded yet.", "Fills show here within a second.")
        menu.link("ticket", "New order")
        return
    lines = [
        (
            moment(row["at"]),
            row["symbol"],
            WAYS.get(row["side"], row["side"]),
            quantity(row["quantity"]),
            price(row["price"]),
            money(row["quantity"] * row["price"]),
            KINDS.get(row["type"], row["type"]),
        )
        for row in found
    ]
    mini("Recent fills", HEADS, lines)
    menu.link("statement", "All fills and what they cost")


@live(every=2)
def jobs() -> None:
    section("Next jobs", "real time, New York")
    coming = sorted((job for job in desk().jobs.all() if job.next_at), key=lambda job: (job.next_at, job.title))
    if not coming:
        empty("No job is due.", "None runs while market time stands still.")
    else:
        mini("Next jobs", (("Job", "wide"), ("Next", "r")), [(job.title, moment(job.next_at)) for job in coming[:JOBS]])
    menu.link("activity", "All jobs, and what was missed")


@live(every=1)
def wait() -> None:
    """Until there is an account; then the page comes by itself."""
    empty("No account yet.", "It shows here as soon as the broker has told of it, usually within seconds.")
    if desk().positions.accounts():
        st.rerun()


head("Home")
if not desk().positions.accounts():
    wait()
    needs()
    raise Ended
here = account.choose("home")
if not here:
    empty("No account chosen.", "Choose one above: accounts are never added up.")
    needs()
    raise Ended
first_steps.offer(desk().welcome.state())
top(here)
with st.container(key="home"):
    left, right = st.columns([2, 1], gap="large")
with right:  # first: what needs a person does not wait for a chart
    needs()
    at_work(here)
with left:
    curve.curve(here, curve.choose())
    fills(here)
    jobs()
