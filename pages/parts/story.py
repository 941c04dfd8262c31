"""One order, all of it: what was asked, what the broker said, what traded, what the checks saw."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

import streamlit as st

from core.channel.facets.orders import OrderStory, OrderView, Step
from core.domain.order import Origin
from core.domain.verdict import Outcome
from pages.parts.marks import checks, mini, rows, section, timeline
from pages.parts.veil import veil
from pages.parts.words import GOOD_FOR, MISSING, SIDES, TYPES, clock, money, plural, price, quantity


def title(order: OrderView) -> str:
    """Buy 40 NVDA at limit 182.50"""
    at = [
        f"{word} {price(value)}" for word, value in (("stop", order.stop), ("limit", order.limit)) if value is not None
    ]
    return f"{SIDES[order.side]} {quantity(order.quantity)} {order.symbol} at {', '.join(at) or 'market'}"


def facts(told: OrderStory) -> None:
    order = told.order
    shape = f"{TYPES[order.type]}, {GOOD_FOR[order.time_in_force].lower()}"
    if order.extended_hours:
        shape += ", also outside regular hours"
    paid = f"at {price(order.average_price)} on average" if order.average_price is not None else ""
    rows(
        [
            ("State", order.words, order.reason),
            ("Kind", shape, f"takes the place of {order.replaces}" if order.replaces else ""),
            ("Filled", f"{quantity(order.filled)} of {quantity(order.quantity)}", paid),
            ("Buying power held back", f"{money(order.reserved)} USD", ""),
            *([("Strategy tag", order.strategy, "")] if order.strategy else []),
            ("Order", order.id, _asked_by(order.origin)),
            ("At the broker", order.broker_order_id or MISSING, f"our mark there: {order.client_id}"),
        ]
    )


def _asked_by(origin: Origin) -> str:
    return "made by the broker" if origin is Origin.ADJUSTED else f"asked by {origin.value.replace('_', ' ')}"


def fills(told: OrderStory) -> None:
    if not told.fills:
        return
    section("Fills", "market time, ET")
    heads = (("Time, ET", "quiet"), ("Quantity", "r"), ("Price, USD", "r"), ("Fee, USD", "r"), ("Met", "l quiet wide"))
    lines = [[clock(f.at), quantity(f.quantity), price(f.price), money(f.fee), f.note] for f in told.fills]
    mini("Fills", heads, lines)


def why(sentences: Sequence[str]) -> None:
    """Each fill's price, and why the rest has not traded, as the practice exchange tells it."""
    if sentences:
        section("Why this price?", "the practice exchange")
        st.html("".join(f"<p class='qd-why'>{escape(veil(sentence))}</p>" for sentence in sentences))


def seen_by_checks(told: OrderStory) -> None:
    look = [verdict for verdict in told.verdicts if verdict.outcome is not Outcome.PASS]
    passed = len(told.verdicts) - len(look)
    section("Checks", f"{passed} passed" + (f", {plural(len(look), 'remark')}" if look else ""))
    checks(told.verdicts)


def line(told: OrderStory) -> None:
    section("Time line", "real time, ET")
    timeline(_lines(together(told.steps)))


def together(steps: Sequence[Step]) -> list[tuple[Step, Step, int]]:
    """First and last of each run of equal steps, and how many there were: the tenth equal answer is not news."""
    runs = (list(equal) for _, equal in groupby(steps, key=lambda step: (step.kind, step.title, step.detail)))
    return [(run[0], run[-1], len(run)) for run in runs]


def _lines(runs: Iterable[tuple[Step, Step, int]]) -> Iterator[tuple[str, str, str, str]]:
    for first, last, count in runs:
        detail = "" if first.detail in first.title else first.detail
        again = f"{count} times, last at {clock(last.at, fine=True)}" if count > 1 else ""
        yield (
            "warn" if first.doubtful else "",
            clock(first.at, fine=True),
            first.title,
            " · ".join(filter(None, (detail, again))),
        )
