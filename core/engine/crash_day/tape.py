"""One name's crash day, as far as it has got: the close before, every minute, and the price it ended at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.domain.money import ZERO
from core.domain.quote import Bar
from core.market.invented.market import InventedMarket
from core.market.sessions import Hours

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """What traded in it."""

    ends: datetime
    low: Decimal
    high: Decimal
    close: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tape:
    """Belongs to one moment: nothing in it is later."""

    before: Decimal
    minutes: tuple[Minute, ...]
    last: Decimal  # at the close the closing auction's

    def low(self, since: datetime) -> Decimal:
        """The lowest price after a moment."""
        return min((m.low for m in self._after(since)), default=self.last)

    def high(self, since: datetime) -> Decimal:
        """The highest."""
        return max((m.high for m in self._after(since)), default=self.last)

    def _after(self, since: datetime) -> Iterator[Minute]:
        """Whole minutes: what traded earlier in the same one is none of it."""
        return (m for m in self.minutes if m.ends - _MINUTE >= since)


def tape(market: InventedMarket, instrument_id: str, hours: Hours, until: datetime) -> Tape:
    """Of a session, up to a moment of it."""
    bars = market.minutes(instrument_id, hours.day) if until > hours.opens_at else ()
    closed = until >= hours.closes_at
    last = (market.close(instrument_id, hours.day) if closed else None) or market.newest(instrument_id, until)[0].last
    return Tape(
        before=market.previous_close(instrument_id, hours.day) or ZERO,
        minutes=tuple(_minutes(bars, until)),
        last=last,
    )


def _minutes(bars: Sequence[Bar], until: datetime) -> Sequence[Minute]:
    return [
        Minute(ends=bar.at + _MINUTE, low=_price(bar.low), high=_price(bar.high), close=_price(bar.close))
        for bar in bars
        if bar.at + _MINUTE <= until
    ]


def _price(of_bar: float) -> Decimal:
    """A bar's prices are quoted ones, with four decimals at most."""
    return Decimal(str(round(of_bar, 4)))
