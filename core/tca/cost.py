"""What a fill cost against the market it met: positive is worse for whoever traded, negative is better."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from core.domain.fill import Fill
from core.domain.money import ZERO, rounded, value_of
from core.domain.order import Side

ONE: Final = Decimal(1)
POINTS: Final = Decimal(10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Against one price, of one fill or of many."""

    money: Decimal = ZERO
    base: Decimal = ZERO  # what traded, at that price: the basis points are of it
    fills: int = 0  # that could be measured

    @property
    def bps(self) -> Decimal | None:
        """Value-weighted; None = nothing was measured."""
        return self.money / self.base * POINTS if self.base else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Against all three prices, with what they are held against; fees are apart."""

    fills: int = 0
    value: Decimal = ZERO  # what traded, at the prices it traded at
    fees: Decimal = ZERO
    far_touch: Cost = Cost()
    mid: Cost = Cost()
    arrival: Cost = Cost()


def cost(side: Side, quantity: Decimal, price: Decimal, against: Decimal | None, multiplier: Decimal = ONE) -> Cost:
    """Against a price that may not be known."""
    if against is None:
        return Cost()
    worse = value_of(quantity, price - against, multiplier)
    return Cost(money=worse if side is Side.BUY else -worse, base=value_of(quantity, against, multiplier), fills=1)


def costs(fill: Fill, arrival: Decimal | None, multiplier: Decimal = ONE) -> Costs:
    """One fill; what its broker did not tell is left out."""
    side, quantity, price = fill.side, fill.quantity, fill.price
    far, middle = far_touch(fill), mid(fill)
    return Costs(
        fills=1,
        value=value_of(quantity, price, multiplier),
        fees=rounded(fill.fee),
        far_touch=cost(side, quantity, price, far, multiplier),
        mid=cost(side, quantity, price, middle, multiplier),
        arrival=cost(side, quantity, price, arrival, multiplier),
    )


def far_touch(fill: Fill) -> Decimal | None:
    """What an order that takes what is shown would have met."""
    if not told(fill):
        return None
    return fill.ask if fill.side is Side.BUY else fill.bid


def mid(fill: Fill) -> Decimal | None:
    """Halfway between bid and ask when it traded."""
    return (fill.bid + fill.ask) / 2 if told(fill) and fill.bid and fill.ask else None


def told(fill: Fill) -> bool:
    """The broker said which quote it met, and that quote had two sides."""
    return fill.bid is not None and fill.ask is not None and 0 < fill.bid <= fill.ask


def together(parts: Iterable[Costs]) -> Costs:
    """All of them: money and fills added up, basis points therefore weighted by value."""
    each = tuple(parts)
    return Costs(
        fills=sum(part.fills for part in each),
        value=sum((part.value for part in each), ZERO),
        fees=sum((part.fees for part in each), ZERO),
        far_touch=_sum([part.far_touch for part in each]),
        mid=_sum([part.mid for part in each]),
        arrival=_sum([part.arrival for part in each]),
    )


def _sum(each: list[Cost]) -> Cost:
    return Cost(
        money=sum((cost.money for cost in each), ZERO),
        base=sum((cost.base for cost in each), ZERO),
        fills=sum(cost.fills for cost in each),
    )
