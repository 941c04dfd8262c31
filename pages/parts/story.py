"""One order, all of it: what was asked, what the broker said, what traded, what the checks saw."""

from core.channel.facets.orders import OrderStory, OrderView
from core.domain.verdict import Outcome
from pages.parts.marks import checks, mini, rows, section, timeline
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
            ("Order", order.id, f"asked by {order.origin.value.replace('_', ' ')}"),
            ("At the broker", order.broker_order_id or MISSING, f"our mark there: {order.client_id}"),
        ]
    )


def fills(told: OrderStory) -> None:
    if not told.fills:
        return
    section("Fills", "market time, ET")
    heads = (("Time, ET", "quiet"), ("Quantity", "r"), ("Price, USD", "r"), ("Fee, USD", "r"), ("Met", "l quiet wide"))
    lines = [[clock(f.at), quantity(f.quantity), price(f.price), money(f.fee), f.note] for f in told.fills]
    mini("Fills", heads, lines)


def seen_by_checks(told: OrderStory) -> None:
    look = [verdict for verdict in told.verdicts if verdict.outcome is not Outcome.PASS]
    passed = len(told.verdicts) - len(look)
    section("Checks", f"{passed} passed" + (f", {plural(len(look), 'remark')}" if look else ""))
    checks(told.verdicts)


def line(told: OrderStory) -> None:
    section("Time line", "real time, ET")
    timeline(
        ("warn" if step.doubtful else "", clock(step.at, fine=True), step.title, step.detail) for step in told.steps
    )
