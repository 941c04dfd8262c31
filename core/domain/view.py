"""Everything a check may know about an account at one moment: computed once per order, never asked for again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Final

from core.domain.account import Account
from core.domain.capability import Capabilities
from core.domain.corporate_event import CorporateEvent
from core.domain.instrument import Instrument
from core.domain.live import LiveTerms
from core.domain.lot import Position
from core.domain.money import ZERO
from core.domain.order import Order, OrderType, Side, Status
from core.domain.quote import Quote, Session
from core.domain.workspace import Level, WorkspaceKind

COLLAR: Final = Decimal("1.03")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentIntent:
    """What a person asked for a moment ago (real time), to notice a slip of the hand."""

    at: datetime
    instrument_id: str
    side: Side
    quantity: Decimal
    limit: Decimal | None
    stop: Decimal | None = None
    counts: bool  # towards the send rate: cancels and reductions do not


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """One account, one instrument about to be ordered, one moment."""

    kind: WorkspaceKind  # which money moves here
    account: Account
    instrument: Instrument
    capabilities: Capabilities
    quote: Quote | None
    session: Session
    now: datetime  # Clock: real
    at: datetime  # MarketClock
    positions: Mapping[str, Position]
    prices: Mapping[str, Decimal]  # of everything held or on order; missing = not known
    instruments: Mapping[str, Instrument]  # of everything held or on order
    open_orders: tuple[Order, ...]  # of this account, waiting and in doubt included
    cash: Decimal
    equity: Decimal | None  # None = a held position has no price
    day_start_equity: Decimal | None  # net of deposits and withdrawals since
    peak_equity: Decimal | None  # net of deposits and withdrawals
    buying_power: Decimal | None  # net of every open and in-doubt order
    level: Level  # the strictest that applies to this account and instrument
    level_reason: str = ""
    live: LiveTerms | None = None  # what may be sent of real money; None = nothing
    confirmed: bool = True  # this instrument's position agrees with the broker's
    reconciled: bool = True  # trading has opened: this connection was reconciled
    pinned: bool = True  # account number, host, kind and machine are the pinned ones
    pin_problem: str = ""
    clock_skew: timedelta | None = timedelta(0)  # between us and the broker; None = not known
    restricted: frozenset[str] = frozenset()  # instrument ids the user will not trade
    account_blocked: str = ""  # the broker's own words, when it blocks the account
    intents_last_minute: int = 0  # a person's, without this one
    intents_today: int = 0
    recent: tuple[RecentIntent, ...] = ()
    from_person: bool = True
    slice_of_plan: bool = False
    waits: bool = False  # asked to wait here for the next session: hours and prices are judged when it is sent
    broker_quantity: Decimal | None = None  # of this instrument, as the broker last said, where it differs from ours
    previous_close: Decimal | None = None  # of this instrument
    session_low: Decimal | None = None  # of this instrument, today
    short_restricted: bool | None = False  # yesterday's fall: sold short only above the bid; None = not known
    unsettled: tuple[
        CorporateEvent, ...
    ] = ()  # what this instrument's company does today, and our books do not show yet

    def __post_init__(self) -> None:
        known = (self.cash, self.equity, self.day_start_equity, self.peak_equity, self.buying_power)
        quoted = (self.quote.bid, self.quote.ask, self.quote.last) if self.quote else ()
        for number in chain(known, quoted, self.prices.values()):
            if number is not None and not number.is_finite():
                raise ValueError(f"{number} is not a number an order can be judged by")

    def quantity(self, instrument_id: str) -> Decimal:
        """Held now: negative when short."""
        position = self.positions.get(instrument_id)
        return position.quantity if position else ZERO

    def sure_quantity(self, instrument_id: str) -> Decimal:
        """Held for certain: where the broker says otherwise, only what both agree on."""
        held = self.quantity(instrument_id)
        if self.confirmed:
            return held
        theirs = self.broker_quantity
        if theirs is None or held * theirs <= 0:
            return ZERO
        return min(held, theirs, key=abs)

    def open_quantity(
        self, instrument_id: str, side: Side, besides: Order | None = None, *, in_doubt: bool = True
    ) -> Decimal:
        """What our open orders on one side may still trade. An order and those it replaces are never both counted."""
        mine = [o for o in self.open_orders if o.side is side and o.instrument_id == instrument_id]
        return _may_trade(mine, besides, in_doubt) if mine else ZERO

    def quantity_after(self, order: Order) -> Decimal:
        """Held if this order and every open order on its side filled."""
        pending = self.open_quantity(order.instrument_id, order.side, besides=order)
        return self.quantity(order.instrument_id) + order.side.sign * (pending + order.leaves)

    def reduces(self, order: Order) -> bool:
        """Only makes a confirmed position smaller, even if every open order on its side filled too.

        An order in doubt is not counted: it must not lock anyone in. What it may do is named by worst_case.
        """
        held = self.sure_quantity(order.instrument_id)
        if not held or (held > 0) is (order.side is Side.BUY):
            return False
        pending = self.open_quantity(order.instrument_id, order.side, besides=order, in_doubt=False)
        return order.leaves + pending <= abs(held)

    def lessens(self, order: Order) -> bool:
        """Takes a working order's place, and only makes it smaller."""
        return any(order.lessens(old) for old in self.open_orders if old.id == order.replaces)

    def worst_case(self, order: Order) -> str:
        """What may come of a reduction beside an order in doubt, in a sentence; empty when nothing is in doubt."""
        if not self.in_doubt(order.instrument_id, order.side, besides=order) or not self.reduces(order):
            return ""
        after = self.quantity_after(order)
        if after * self.quantity(order.instrument_id) < 0:
            end = f"{'short' if after < 0 else 'long'} {abs(after).normalize():f} {order.symbol}"
        else:
            end = f"with {abs(after).normalize():f} {order.symbol} left"
        return f"If the order the broker has not confirmed fills as well, you may end up {end}."

    def unowned(self, order: Order) -> Decimal:
        """How much of a sale is not held once every other open sale has filled: sold short."""
        if order.side is Side.BUY or self.reduces(order):
            return ZERO
        free = self.sure_quantity(order.instrument_id) - self.open_quantity(
            order.instrument_id, Side.SELL, besides=order
        )
        return order.leaves - min(max(free, ZERO), order.leaves)

    def buying_power_for(self, order: Order) -> Decimal | None:
        """Buying power, with what this order or the one it replaces holds back already."""
        if self.buying_power is None:
            return None
        return self.buying_power + sum(
            (o.reserved for o in self.open_orders if o.id in (order.id, order.replaces)), ZERO
        )

    def value_after(self, order: Order) -> Decimal | None:
        """Worth of this instrument if this order and every open order on its side filled; None = no price."""
        after = abs(self.quantity_after(order))
        added = min(order.leaves, after)
        price = self.price(order.instrument_id)
        paid = price if order.limit is None else order.limit
        if paid is None or (price is None and after != added):
            return None
        return (added * paid + (after - added) * (price or ZERO)) * self.instrument.multiplier

    def other_values(self, order: Order) -> dict[str, Decimal | None]:
        """Worth of every other instrument, at the most its open orders could make of it; None = no price."""
        most = {i: abs(p.quantity) for i, p in self.positions.items() if p.quantity}
        most.pop(order.instrument_id, None)
        pending: dict[tuple[str, Side], list[Order]] = {}
        for other in self.open_orders:
            if other.instrument_id != order.instrument_id:
                pending.setdefault((other.instrument_id, other.side), []).append(other)
        for (i, side), orders in pending.items():
            after = self.quantity(i) + side.sign * _may_trade(orders)
            most[i] = max(most.get(i, ZERO), abs(after))
        return {i: self._value(i, quantity) for i, quantity in most.items()}

    def _value(self, instrument_id: str, quantity: Decimal) -> Decimal | None:
        price = self.prices.get(instrument_id)
        instrument = self.instruments.get(instrument_id)
        return None if price is None or instrument is None else quantity * price * instrument.multiplier

    def price(self, instrument_id: str) -> Decimal | None:
        """The last price known, or None."""
        return self.prices.get(instrument_id)

    def worst_price(self, order: Order) -> Decimal | None:
        """The price per share this order is counted at: its limit, or the far touch with a 3 % collar."""
        if order.side is Side.BUY and order.limit is not None:
            return order.limit
        if self.quote is None or not self.quote.usable:
            return order.limit
        collar = self.quote.ask * COLLAR
        if order.side is Side.SELL:
            return max(order.limit or ZERO, collar)
        return max(order.stop or ZERO, collar) if order.type is OrderType.STOP else collar

    def in_doubt(self, instrument_id: str, side: Side, besides: Order | None = None) -> tuple[Order, ...]:
        """Orders of this instrument and side that may or may not be at the broker."""
        return tuple(
            o
            for o in self.open_orders
            if o.status is Status.UNKNOWN
            and o.side is side
            and o.instrument_id == instrument_id
            and (besides is None or o.id != besides.id)
        )


def _may_trade(orders: list[Order], besides: Order | None = None, in_doubt: bool = True) -> Decimal:
    """What orders of one instrument and side may still trade; of those that replace each other, the largest."""
    first = _first_of_chain(orders if besides is None else [*orders, besides])
    skip = first[besides.id] if besides else None
    most: dict[str, Decimal] = {}
    for order in orders:
        start = first[order.id]
        if start != skip and (in_doubt or order.status is not Status.UNKNOWN):
            most[start] = max(most.get(start, ZERO), order.leaves)
    return sum(most.values(), ZERO)


def _first_of_chain(orders: list[Order]) -> dict[str, str]:
    """Each order's oldest ancestor among these, followed along the orders they replace."""
    replaced = {o.id: o.replaces for o in orders}
    return {i: i if older not in replaced else _oldest(i, replaced) for i, older in replaced.items()}


def _oldest(order_id: str, replaced: dict[str, str | None]) -> str:
    for _ in replaced:  # as many steps as there are orders, so that damaged rows cannot lead in a circle for ever
        older = replaced[order_id]
        if older is None or older not in replaced:
            break
        order_id = older
    return order_id
