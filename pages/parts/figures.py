"""What an order would be and do, as rows: the same words beside the form and on its sheet."""

from core.channel.facets.orders import Estimate
from pages.parts.words import MISSING, age, money, percent, price, quantity

Row = tuple[str, str, str]
CURRENCY = "USD"


def value(order: Estimate) -> Row:
    return "Order value", f"{money(order.value)} {CURRENCY}", order.sized


def spread(order: Estimate) -> Row:
    if order.quote is None or not order.quote.usable:
        return "Spread", MISSING, "no price to buy and to sell at now"
    width = money(order.quote.ask - order.quote.bid, places=2 if order.quote.bid >= 1 else 4)
    return "Spread", f"{width} · {money(order.spread_bps, places=1)} bps", _quoted(order)


def volume(order: Estimate) -> Row:
    if order.day_share is None:
        return "Of a usual day's volume", MISSING, "what is usual for it is not known"
    share = percent(order.day_share, plus=False) if order.day_share >= 0.0001 else "under 0.01%"
    return "Of a usual day's volume", share, f"of {quantity(order.usual_volume)} shares, mean of 20 sessions"


def cost(order: Estimate) -> Row:
    impact = "impact not known" if order.cost_impact is None else f"impact {money(order.cost_impact)}"
    parts = f"our estimate: spread {money(order.cost_spread)}, {impact}, fees {money(order.cost_fees)}"
    bps = "" if order.cost_bps is None else f"{money(order.cost_bps, places=1)} bps · "
    return "Expected cost", f"{bps}{money(order.cost_expected)} {CURRENCY}", parts


def power(order: Estimate) -> Row:
    return "Buying power", f"{money(order.buying_power_before)} → {money(order.buying_power_after)}", ""


def weight(order: Estimate, symbol: str) -> Row:
    limit = f", limit {order.weight_limit}" if order.weight_limit else ""
    before, after = percent(order.weight_before, plus=False), percent(order.weight_after, plus=False)
    shares = f"{quantity(order.held_before)} → {quantity(order.held_after)} shares"
    return f"{symbol} in this account", shares, f"{before} → {after} of the account{limit}"


def settled(order: Estimate) -> list[Row]:
    """Of cash accounts only: elsewhere it decides nothing."""
    if order.settled_cash is None:
        return []
    return [
        (
            "Settled cash",
            f"{money(order.settled_cash)} {CURRENCY}",
            "what you sold today settles on the next trading day",
        )
    ]


def opposite(order: Estimate) -> Row:
    return (
        "Your orders on the other side",
        str(len(order.opposite)) if order.opposite else "None",
        "; ".join(order.opposite),
    )


def feed(order: Estimate) -> Row:
    return "Prices", order.feed_note or "Consolidated", f"{age(order.quote_age_seconds)} old"


def _quoted(order: Estimate) -> str:
    return f"{price(order.quote.bid)} / {price(order.quote.ask)}" if order.quote else ""
