"""Cash that does not agree: a small gap is noise, a lasting one warns, and one that outlives the next day blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from core.domain.money import ZERO
from core.domain.reading import BrokerCash

AT_LEAST: Final = Decimal(1)
SHARE: Final = Decimal("0.0001")  # one basis point of equity
APART: Final = timedelta(seconds=5)  # one reading may have caught a trade halfway


@dataclass(frozen=True, slots=True, kw_only=True)
class CashGap:
    """One currency in which the two disagree by more than noise."""

    currency: str
    ours: Decimal
    theirs: Decimal  # less what is not posted yet
    since: datetime  # real time it was first seen
    day: date | None = None  # market day it was seen twice; None = once so far
    blocks: bool = False

    @property
    def warns(self) -> bool:
        """Seen often enough to be told."""
        return self.day is not None

    @property
    def words(self) -> str:
        """What a person reads."""
        fact = f"Cash: the broker says {self.theirs:f} {self.currency}, our books say {self.ours:f}."
        if self.blocks:
            return (
                f"{fact} The next day's activities do not explain it, so only closing is allowed: find the missing fee, "
                "dividend or transfer in the broker's own statement and book it."
            )
        return f"{fact} If the next day's activities do not explain it, only closing will be allowed."

    def known_through(self, activities_in: date | None) -> "CashGap":
        """It blocks once every activity of a later day is in and it is still there."""
        if self.day is None or activities_in is None:
            return self
        return replace(self, blocks=activities_in > self.day)


def cash_gaps(
    before: Mapping[str, CashGap],
    ours: Mapping[str, Decimal],
    theirs: Sequence[BrokerCash],
    equity: Decimal | None,
    at: datetime,
    day: date,
) -> dict[str, CashGap]:
    """By currency, every gap above one unit and one basis point of equity."""
    told: dict[str, Decimal] = {}
    for row in theirs:
        told[row.currency] = told.get(row.currency, ZERO) + row.cash - row.pending
    limit = max(AT_LEAST, abs(equity) * SHARE) if equity is not None else AT_LEAST
    found: dict[str, CashGap] = {}
    for currency in sorted(told.keys() | ours.keys()):
        mine, other = ours.get(currency, ZERO), told.get(currency, ZERO)
        if abs(mine - other) <= limit:
            continue
        last = before.get(currency)
        gap = CashGap(currency=currency, ours=mine, theirs=other, since=last.since if last else at)
        if last:
            seen_twice = at - last.since >= APART
            gap = replace(gap, day=last.day or (day if seen_twice else None))
        found[currency] = gap
    return found
