"""What a market did, second by second: what an exchange of our own needs to fill orders against."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Protocol

from core.costs.impact import Impact
from core.domain.order import Side
from core.market.sessions import Stretch

LEVELS: Final = 10
MINUTE: Final = timedelta(minutes=1)
_DEPTH: Final = (2, 3, 4, 5, 6, 6, 5, 5, 4, 3)  # halves of the size at the best price: a hump some way behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The market in one second: the quote that stood, and what traded."""

    bid: Decimal
    ask: Decimal
    bid_size: Decimal
    ask_size: Decimal
    last: Decimal
    volume: Decimal  # shares that changed hands in this second, at the last price
    tick: Decimal
    halted: str = ""  # in words why nothing trades; empty = it does
    band: tuple[Decimal, Decimal] | None = None  # between which prices it may trade
    low: Decimal | None = None  # the second's lowest trade; None = as the last one
    high: Decimal | None = None  # likewise
    known: bool = True  # the last price is a trade that was seen, and not before a gap
    unseen: bool = False  # nobody saw this second: halted says from when to when
    estimated: bool = False  # what stands behind the best prices is an estimate

    @property
    def standing(self) -> bool:
        """Both sides are there, neither crossed nor locked."""
        return 0 < self.bid < self.ask

    def towards(self, side: Side) -> Decimal:
        """The trade of this second that was best for a purchase (or sale)."""
        return (self.low if side is Side.BUY else self.high) or self.last

    def allows(self, price: Decimal) -> bool:
        """Inside the bands."""
        return self.band is None or self.band[0] <= price <= self.band[1]

    def far(self, side: Side) -> Decimal:
        """The price a purchase (or sale) meets at once."""
        return self.ask if side is Side.BUY else self.bid

    def far_size(self, side: Side) -> Decimal:
        """How much is shown there."""
        return self.ask_size if side is Side.BUY else self.bid_size

    def near(self, side: Side) -> Decimal:
        """The best price of those who wait on the same side."""
        return self.far(side.other)

    def near_size(self, side: Side) -> Decimal:
        """How much waits there."""
        return self.far_size(side.other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One price of the book and how much is shown there."""

    price: Decimal
    size: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Cross:
    """An auction's one price for all, and how much traded at it."""

    price: Decimal
    volume: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Indication:
    """What an auction to come looks like."""

    price: Decimal  # at which most would trade
    paired: Decimal  # shares that would
    imbalance: Decimal  # shares left over: purchases, or with a minus sales


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """No trading from a moment up to, not including, another."""

    start: datetime
    end: datetime
    why: str  # in words
    market_wide: bool
    reopening: Cross | None  # None = not in this session
    collars: tuple[tuple[Decimal, Decimal], ...] = ()  # between which it might open, every five minutes a wider one


def book(moment: Moment, side: Side) -> Sequence[Level]:
    """What a purchase (or sale) would walk through, best price first.

    Behind the best price each level is half a spread further away than the one before; the sizes grow for some levels
    and then thin out. Nothing outside the bands is there to trade with, and a halted name has no book.
    """
    if moment.halted or not moment.standing:
        return []
    half_ticks = (moment.ask - moment.bid) / moment.tick / 2
    step = side.sign * moment.tick * max(half_ticks.to_integral_value(), Decimal(1))
    best, shown = moment.far(side), moment.far_size(side)
    levels = [
        Level(price=best + k * step, size=(shown * depth / 2).to_integral_value()) for k, depth in enumerate(_DEPTH)
    ]
    finer = moment.tick < Decimal("0.01")
    levels = [v for v in levels if v.size > 0]
    return [v for v in levels if v.price > 0 and moment.allows(v.price) and not (finer and v.price > 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What to wait for: the market coming to a price from above, or from below."""

    price: Decimal
    down: bool  # from above: a trade at or below it; else from below: a trade at or above it
    quotes: bool  # a quote that far counts too


class Tape(Protocol):
    """A market that can be asked about any second, past or just passing."""

    def until(self, now: datetime) -> datetime:
        """How far it is known: nothing after this has been seen yet."""
        ...

    def moment(self, instrument_id: str, stretch: Stretch, second: int) -> Moment:
        """The market in that second of a stretch."""
        ...

    def first(self, instrument_id: str, stretch: Stretch, seconds: range, watch: Watch) -> int | None:
        """The first of these seconds in which it happens; None = in none of them."""
        ...

    def volume(self, instrument_id: str, stretch: Stretch, seconds: range) -> Decimal:
        """Shares that changed hands in these seconds, outside auctions."""
        ...

    def cross(self, instrument_id: str, stretch: Stretch, opening: bool) -> Cross:
        """The opening or the closing auction of a regular session, once its price is known."""
        ...

    def crossed_at(self, instrument_id: str, stretch: Stretch, opening: bool) -> datetime | None:
        """When that price was known; None = not yet."""
        ...

    def indication(self, instrument_id: str, at: datetime) -> Indication | None:
        """The auction that is being prepared at a moment; None = none is."""
        ...

    def halts(self, instrument_id: str, stretch: Stretch) -> Sequence[Halt]:
        """When nothing traded in that stretch, in order."""
        ...

    def gaps(self, instrument_id: str, start: datetime, end: datetime) -> Sequence[str]:
        """Spans between two moments that nobody saw, in words."""
        ...


class Overlay:
    """What our own orders did to the market: sizes shown are taken until a new second shows new ones, and the side they
    took from stands further away for longer. The other side does not follow: nobody sells into his own push.
    """

    def __init__(self, impact: Impact | None = None) -> None:
        self._impact = impact or Impact()
        self._taken: dict[tuple[str, Side], tuple[datetime, dict[Decimal, Decimal]]] = {}
        self._minutes: dict[tuple[str, Side], dict[datetime, Decimal]] = {}  # shares by the minute's end

    def take(self, instrument_id: str, side: Side, second: datetime, level: Level) -> None:
        """Our purchase (or sale) took this much of what stood at this price, our own push not counted."""
        at, taken = self._taken.get((instrument_id, side), (second, {}))
        taken = dict(taken) if at == second else {}
        taken[level.price] = taken.get(level.price, Decimal(0)) + level.size
        self._taken[instrument_id, side] = (second, taken)
        end = second.replace(second=0, microsecond=0) + MINUTE
        known = self._minutes.get((instrument_id, side), {})
        minutes = {m: shares for m, shares in known.items() if self._impact.left(second - m)}
        minutes[end] = minutes.get(end, Decimal(0)) + level.size
        self._minutes[instrument_id, side] = minutes

    def push(self, instrument_id: str, side: Side, at: datetime, moment: Moment) -> Decimal:
        """How much worse the price stands for our next purchase (or sale), in whole ticks."""
        minutes = self._minutes.get((instrument_id, side))
        if not minutes:
            return Decimal(0)
        left = sum(float(shares) * self._impact.left(at - end) for end, shares in minutes.items())
        pushed = self._impact.push(instrument_id, left) * float(moment.bid + moment.ask) / 2
        return round(pushed / float(moment.tick)) * moment.tick

    def calm(self, instrument_id: str, side: Side, second: datetime) -> bool:
        """We took nothing there that still matters."""
        minutes = self._minutes.get((instrument_id, side))
        if not minutes:
            return True
        return self.untouched(instrument_id, side, second) and not self._impact.left(second - max(minutes))

    def untouched(self, instrument_id: str, side: Side, second: datetime) -> bool:
        """Nothing of ours was taken in this second."""
        at = self._taken.get((instrument_id, side))
        return at is None or at[0] != second

    def left(self, instrument_id: str, side: Side, second: datetime, levels: Sequence[Level]) -> Sequence[Level]:
        """The levels with what is still there, emptied ones left out; our own push is not in their prices."""
        if self.untouched(instrument_id, side, second):
            return levels
        taken = self._taken[instrument_id, side][1]
        rest = (Level(price=v.price, size=v.size - taken.get(v.price, Decimal(0))) for v in levels)
        return [level for level in rest if level.size > 0]

    def best(self, instrument_id: str, side: Side, second: datetime, moment: Moment) -> Level:
        """The best price with anything left at it; the last level, emptied, when we took it all."""
        shown = Level(price=moment.far(side), size=moment.far_size(side))
        if self.calm(instrument_id, side, second):
            return shown
        levels = book(moment, side)
        if not levels:  # halted, or outside the bands: what stands there is shown, though nobody can have it
            return shown
        left = self.ladder(instrument_id, side, second, moment)
        return left[0] if left else Level(price=levels[-1].price, size=levels[-1].size * 0)

    def ladder(self, instrument_id: str, side: Side, second: datetime, moment: Moment) -> Sequence[Level]:
        """What a purchase (or sale) of ours meets: what is left, pushed away, inside the bands."""
        levels = self.left(instrument_id, side, second, book(moment, side))
        push = side.sign * self.push(instrument_id, side, second, moment)
        if not push:
            return levels
        pushed = (Level(price=level.price + push, size=level.size) for level in levels)
        return [level for level in pushed if level.price > 0 and moment.allows(level.price)]
