"""What was held at moments of the past: from what is held now, everything booked since taken back again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import takewhile
from typing import Final

from core.domain.equity import Booked
from core.domain.money import ZERO

OUTSIDE: Final = "equity:"  # what comes from there, or goes there, was neither won nor lost


@dataclass(slots=True, kw_only=True)
class Held:
    """Cash and quantities by instrument."""

    cash: Decimal = ZERO
    quantities: dict[str, Decimal] = field(default_factory=dict)

    def add(self, line: Booked, sign: int) -> None:
        """With a line of the books, or with −1 without it."""
        if line.ledger_account == "cash":
            self.cash += sign * line.value
        elif line.ledger_account == "positions":
            self.quantities[line.unit] = self.quantities.get(line.unit, ZERO) + sign * line.quantity

    def copy(self) -> "Held":
        return Held(cash=self.cash, quantities={name: held for name, held in self.quantities.items() if held})

    @property
    def nothing(self) -> bool:
        return not self.cash and not any(self.quantities.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """One moment: what was held just before money moved at it, and what moved."""

    at: datetime
    held: Held
    came: Held


def from_outside(lines: Sequence[Booked]) -> set[str]:
    """Entries that brought or took something from outside. A trade never does, whatever else had to be put right with it."""
    return {
        line.entry_id
        for line in lines
        if line.ledger_account.startswith(OUTSIDE) and not line.source.startswith("fill:")
    }


def moments(now: Held, lines: Sequence[Booked], wanted: Sequence[datetime]) -> list[Then]:
    """In the order they are asked for, oldest first. The lines are all that were booked after the first of them."""
    outside = from_outside(lines)
    left = sorted(lines, key=lambda line: (line.at, line.seq))
    held, found = now.copy(), []
    for at in reversed(wanted):
        while left and left[-1].at > at:
            held.add(left.pop(), -1)
        came = Held()
        for line in takewhile(lambda line: line.at == at, reversed(left)):  # noqa: B023  used up at once
            if line.entry_id in outside:
                came.add(line, 1)
        found.append(Then(at=at, held=_without(held, came), came=came))
    return found[::-1]


def value(held: Held, prices: Mapping[str, Decimal | None], multipliers: Mapping[str, Decimal]) -> Decimal | None:
    """Cash and everything at its price; None = something has none."""
    total = held.cash
    for name, quantity in held.quantities.items():
        if not quantity:
            continue
        price = prices.get(name)
        if price is None:
            return None
        total += quantity * price * multipliers.get(name, Decimal(1))
    return total


def _without(held: Held, came: Held) -> Held:
    before = held.copy()
    before.cash -= came.cash
    for name, quantity in came.quantities.items():
        before.quantities[name] = before.quantities.get(name, ZERO) - quantity
    return before
