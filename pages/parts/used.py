"""The limits of an account as bars: what is used now, of what is allowed."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from core.channel.facets.limits import UseView
from pages.parts.bars import Bar
from pages.parts.words import money, percent, quantity

AMBER: Final = Decimal("0.8")
HOW: Final = {
    "R02": "What the largest open order may still cost, of what one order may be worth.",
    "R18": "Orders you have asked for since the trading day began; cancels and what only reduces are not counted.",
    "R20": "The day: value as it began − value now, of the value as it began. The fall: highest value − value now, of the "
    "highest. Deposits and withdrawals are taken out of both.",
    "R21": "Worth of the largest name, or sector, of the account's value. Broad funds are neither.",
    "R22": "Worth of all that is held, long and short together, of the account's value.",
}


def bar(use: UseView) -> Bar:
    """Amber from four fifths on, or where the person wants to be told; red where the limit is reached."""
    full = use.used / use.limit if use.limit > 0 else Decimal(0)
    state = use.state if use.state == "over" else "near" if use.state == "near" or full >= AMBER else ""
    return Bar(
        label=use.label,
        number=f"{written(use.used, use.unit)} of {limit_words(use.limit, use.unit)}",
        full=float(full),
        state=state,
        how=HOW.get(use.check, ""),
    )


def written(value: Decimal, unit: str) -> str:
    if unit == "share":
        return percent(value, plus=False)
    return money(value) if unit == "money" else quantity(value)


def limit_words(value: Decimal, unit: str) -> str:
    if unit == "share":
        return f"{quantity(value * 100)}%"
    return money(value) if unit == "money" else quantity(value)


def in_order(uses: Sequence[UseView]) -> list[UseView]:
    """What is looked at first stands first, the rest as always."""
    order = ("R20", "R21", "R22", "R02", "R18")
    return sorted(uses, key=lambda use: order.index(use.check) if use.check in order else len(order))
