"""Everything a check may know about an account at one moment: computed once per order, never asked for again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from core.domain.account import Account
from core.domain.capability import Capabilities
from core.domain.instrument import Instrument
from core.domain.lot import Position
from core.domain.money import ZERO
from core.domain.order import IN_DOUBT, Order, OrderType, Side
from core.domain.quote import Quote, Session
from core.domain.workspace import Level

COLLAR: Final = Decimal("1.03")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentIntent:
    """What a person asked for a moment ago (real time), to notice a slip of the hand."""

    at: datetime
    instrument_id: str
    side: Side
    quantity: Decimal
    limit: Decimal | None
    counts: bool  # towards the send rate: cancels and reductions do not


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """One account, one instrument about to be ordered, one moment."""

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
    confirmed: bool = True  # this instrument's position agrees with the broker's
    reconciled: bool = True  # trading has opened: this connection was reconciled
    pinned: bool = True  # account number, host, kind and machine are the pinned ones
    pin_problem: str = ""
    clock_skew: timedelta | None = timedelta(0)  # between us and the broker; None = not known
    restricted: frozenset[str] = frozenset()  # instrument ids the user will not trade
    account_blocked: str = ""  # the broker's own words, when it blocks the account
    intents_last_minute: int = 0
    intents_today: int = 0
    recent: tuple[RecentIntent, ...] = ()
    from_person: bool = True
    slice_of_plan: bool = False

    def quantity(self, instrument_id: str) -> Decimal:
        """Held now: negative when short."""
        position = self.positions.get(instrument_id)
        return position.quantity if position else ZERO

    def open_quantity(self, instrument_id: str, side: Side, besides: Order | None = None) -> Decimal:
        """What our open orders on one side may still trade. An order and the one it replaces are never both counted."""
        skip = {besides.id, besides.replaces} if besides else set()
        mine = [o for o in self.open_orders if o.instrument_id == instrument_id and o.side is side and o.id not in skip]
        replaced = {o.replaces: o.leaves for o in mine if o.replaces}
        total = ZERO
        for order in mine:
            if order.id in replaced:
                total += max(order.leaves - replaced[order.id], ZERO)
            else:
                total += max(order.leaves, ZERO)
        return total

    def quantity_after(self, order: Order) -> Decimal:
        """Held if this order and every open order on its side filled."""
        pending = self.open_quantity(order.instrument_id, order.side, besides=order)
        return self.quantity(order.instrument_id) + order.side.sign * (pending + order.leaves)

    def reduces(self, order: Order) -> bool:
        """Only makes a confirmed position smaller, even if every open order on its side filled too."""
        held = self.quantity(order.instrument_id)
        if not held or (held > 0) is (order.side is Side.BUY):
            return False
        pending = self.open_quantity(order.instrument_id, order.side, besides=order)
        return self.confirmed and order.leaves + pending <= abs(held)

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

    def in_doubt(self, instrument_id: str, side: Side) -> tuple[Order, ...]:
        """Orders of this instrument and side that may or may not be at the broker."""
        return tuple(
            o for o in self.open_orders if o.instrument_id == instrument_id and o.side is side and o.status in IN_DOUBT
        )
