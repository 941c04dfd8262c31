"""What is at work in the market: long, short, both together, and by sector."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import streamlit as st

from pages.parts.bars import Bar, bars
from pages.parts.marks import empty, section
from pages.parts.words import money, percent, plural

MOST: Final = 6  # sectors, then the rest in one line
UNKNOWN: Final = "Sector not known"
ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """None = something held has no price, so no sum is true."""

    long: Decimal
    short: Decimal
    sectors: tuple[tuple[str, Decimal], ...]  # long and short together, the largest first
    unpriced: int

    @property
    def gross(self) -> Decimal | None:
        return None if self.unpriced else self.long + self.short

    @property
    def net(self) -> Decimal | None:
        return None if self.unpriced else self.long - self.short


def exposure(rows: Iterable[Mapping[str, Any]]) -> Exposure:
    """Of positions as the desk tells them."""
    long = short = ZERO
    unpriced = 0
    sectors: dict[str, Decimal] = {}
    for row in rows:
        value: Decimal | None = row["value"]
        if value is None:
            unpriced += 1
            continue
        long, short = (long + value, short) if value > 0 else (long, short - value)
        sector = row["sector"] or UNKNOWN
        sectors[sector] = sectors.get(sector, ZERO) + abs(value)
    in_order = sorted(sectors.items(), key=lambda item: (-item[1], item[0]))
    return Exposure(long=long, short=short, sectors=tuple(in_order), unpriced=unpriced)


def show(rows: Sequence[Mapping[str, Any]], value: Decimal | None, currency: str) -> None:
    section("Exposure", "of the account's value")
    if not rows:
        empty("Nothing is held.", "What you hold shows here by sector, long and short together.")
        return
    found = exposure(rows)
    if found.unpriced:
        st.caption(
            f"{plural(found.unpriced, 'position')} without a price: no sum is shown, because it would not be true."
        )
        return
    if value is None or value <= 0:
        return
    summed = (
        (
            "Gross",
            found.gross,
            f"Long {money(found.long)} + short {money(found.short)} {currency}, of the account's value.",
        ),
        (
            "Net",
            found.net,
            f"Long {money(found.long)} − short {money(found.short)} {currency}, of the account's value.",
        ),
    )
    first, rest = found.sectors[:MOST], found.sectors[MOST:]
    parts = [(sector, worth, "Long and short together, of the account's value.") for sector, worth in first]
    if rest:
        worth = sum((one for _, one in rest), ZERO)
        parts.append((f"{plural(len(rest), 'more sector')}", worth, ", ".join(sector for sector, _ in rest)))
    bars(_bar(label, worth, value, currency, how) for label, worth, how in (*summed, *parts) if worth is not None)


def _bar(label: str, worth: Decimal, value: Decimal, currency: str, how: str) -> Bar:
    share = worth / value
    return Bar(
        label=label,
        number=percent(share, plus=False, places=1),
        full=float(abs(share)),
        how=f"{money(worth)} {currency}. {how}",
    )
