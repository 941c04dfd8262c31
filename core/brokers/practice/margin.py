"""How much an account lacks of what its positions need, and what would have to go: pure arithmetic."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from core.brokers.practice.credit import maintenance
from core.brokers.practice.till import Till
from core.domain.money import ZERO, rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What meets a call, one way or the other; nothing is needed while value is not above zero."""

    equity: Decimal
    gross: Decimal
    value: Decimal  # cash
    sales: Mapping[str, Decimal]  # shares by name, the largest requirement first; of shorts, to be bought back
    sale: Decimal  # their worth


def need(till: Till, price: Callable[[str], Decimal], night: Decimal | None) -> Need:
    """night: how many times the equity positions may come to; None = that is not asked."""
    held = [(i, quantity, price(i)) for i, (quantity, _) in till.positions.items() if quantity]
    equity = till.cash + sum((quantity * at for _, quantity, at in held), ZERO)
    gross = sum((abs(quantity) * at for _, quantity, at in held), ZERO)
    lacks = sum((maintenance(quantity, at) for _, quantity, at in held), ZERO) - equity
    over = gross - night * equity if night is not None else ZERO
    value = max(lacks, over / night if night else ZERO)
    sales, worth = dict[str, Decimal](), ZERO
    for instrument_id, quantity, at in sorted(held, key=lambda one: (-maintenance(one[1], one[2]), one[0])):
        if lacks <= 0 and over <= 0:
            break
        each = maintenance(quantity, at) / abs(quantity)
        wanted = max(lacks / each, over / at)
        sales[instrument_id] = going = min(wanted.to_integral_value(rounding=ROUND_CEILING), abs(quantity))
        lacks, over, worth = lacks - going * each, over - going * at, worth + going * at
    return Need(equity=rounded(equity), gross=gross, value=rounded(value), sales=sales, sale=rounded(worth))
