"""Whether one name or one sector has outgrown its share of the account."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from core.domain.money import ZERO
from core.risk.checks.base import Unit, limit_words, shown
from core.risk.monitors.base import Gauge, Monitor, Sight, State


@dataclass(frozen=True)
class Concentration(Monitor):
    """The largest name and the largest sector, and whatever else a person should look at. Diversified funds are neither."""

    key: ClassVar[str] = "share"
    title: ClassVar[str] = "Share of the account"
    check: ClassVar[str] = "R21"

    def gauges(self, sight: Sight) -> Iterable[Gauge]:
        if sight.equity is None or sight.equity <= 0:
            return
        names: dict[str, Decimal] = {}
        sectors: dict[str, Decimal] = {}
        for instrument_id, value in sight.values.items():
            instrument = sight.instruments.get(instrument_id)
            if value is None or instrument is None or instrument.diversified:
                continue
            names[instrument.symbol] = abs(value) / sight.equity
            if instrument.sector is not None:
                sectors[instrument.sector] = sectors.get(instrument.sector, ZERO) + abs(value) / sight.equity
        yield from _largest(names, "Largest share", sight, "block_above", "warn_above")
        yield from _largest(sectors, "Largest sector", sight, "sector_block_above", "sector_warn_above")


def _largest(shares: dict[str, Decimal], label: str, sight: Sight, block: str, warn: str) -> Iterator[Gauge]:
    limit, near = sight.limit("R21", block), sight.limit("R21", warn)
    in_order = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    for place, (name, share) in enumerate(in_order):
        gauge = Gauge(
            label=f"{label}, {name}",
            used=share,
            limit=limit,
            near=near,
            unit=Unit.SHARE,
            reached=False,
            of=name,
            near_title=f"{name} has grown to a large share of the account.",
            over_title=f"{name} has outgrown its limit.",
            detail=f"{shown(share, Unit.SHARE)} of the account; you want to be told from {limit_words(near, Unit.SHARE)}, and "
            f"your limit is {limit_words(limit, Unit.SHARE)}. More of it is refused above that: sell some, or change the "
            "limit.",
        )
        if place and gauge.state is State.CALM:
            return
        yield gauge
