"""Positions by sector: how much of the account, and what it has won or lost, open and closed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from pages.parts.exposure import UNKNOWN
from pages.parts.grid import Cell, Head, grid
from pages.parts.words import change, money, percent, plural

NONE: Final = ("", "Unknown")  # as the desk says it
ZERO: Final = Decimal(0)
HEADS: Final = (
    Head("Sector", form="strong"),
    Head("Value, USD", "Quantity × last price, added up. A short position counts below zero."),
    Head("Weight", "Value ÷ the account's value."),
    Head("Today, USD", "Since the last close, for what was held then; since its own price, for what was traded since."),
    Head("Unrealised, USD", "Value − cost of what is held, since it was bought."),
    Head("Realised, USD", "Sale value − cost of what was sold, since the account began; names sold out of count too."),
    Head("Total, USD", "Unrealised + realised. Dividends and interest are not in it."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorSum:
    """None = something in it has no price, so no sum is true."""

    name: str
    positions: int = 0
    value: Decimal | None = ZERO
    weight: Decimal | None = ZERO
    today: Decimal | None = ZERO
    unrealised: Decimal | None = ZERO
    realised: Decimal | None = ZERO

    @property
    def total(self) -> Decimal | None:
        return _plus(self.unrealised, self.realised)


def by_sector(
    rows: Iterable[Mapping[str, Any]], realised: Mapping[str, Decimal] | None, sector_of: Mapping[str, str]
) -> list[SectorSum]:
    """Largest first. realised: by symbol, of all that was ever held; None = it could not be told."""
    found: dict[str, SectorSum] = {}
    held = set()
    for row in rows:
        name = _name(row["sector"])
        held.add(row["symbol"])
        before = found.get(name) or SectorSum(name=name)
        mine = None if realised is None else realised.get(row["symbol"], ZERO)
        found[name] = SectorSum(
            name=name,
            positions=before.positions + 1,
            value=_plus(before.value, row["value"]),
            weight=_plus(before.weight, row["weight"]),
            today=_plus(before.today, row["today"]),
            unrealised=_plus(before.unrealised, row["unrealised"]),
            realised=_plus(before.realised, mine),
        )
    for symbol, gain in (realised or {}).items():
        if symbol not in held and gain:
            name = _name(sector_of.get(symbol, ""))
            before = found.get(name) or SectorSum(name=name)
            found[name] = replace(before, realised=_plus(before.realised, gain))
    return sorted(found.values(), key=lambda one: (-abs(one.value or ZERO), one.name))


def table(sums: Sequence[SectorSum]) -> None:
    grid("Positions by sector", HEADS, (_line(one) for one in sums))


def _line(one: SectorSum) -> list[Cell]:
    return [
        Cell(one.name, plural(one.positions, "position") if one.positions else "nothing held now"),
        Cell(money(one.value)),
        Cell(percent(one.weight, plus=False, places=1)),
        Cell(change(one.today), signed=True),
        Cell(change(one.unrealised), signed=True),
        Cell(change(one.realised), signed=True),
        Cell(change(one.total), signed=True),
    ]


def _name(sector: str | None) -> str:
    return UNKNOWN if not sector or sector in NONE else sector


def _plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other
