"""What the practice account may do on credit, with money that has not settled, and with shares that are borrowed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Final

from core.brokers.practice.books import Books
from core.brokers.practice.held import Held, Trade
from core.brokers.practice.matching import shares
from core.costs.impact import Usual
from core.domain.account import AccountKind
from core.domain.money import ZERO, value_of
from core.domain.order import Order, Side, TimeInForce
from core.domain.view import COLLAR
from core.market.sessions import Sessions

LONG: Final = Decimal("0.25")  # maintenance, of the value
CHEAP: Final = Decimal(5)  # below it other rules hold for shorts
_LOT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTerms:
    """What the account was opened as."""

    kind: AccountKind = AccountKind.MARGIN
    overnight: Decimal = Decimal(2)  # positions, in times the equity: Reg T's 50 %
    intraday: Decimal = Decimal(4)  # in regular hours
    least_equity: Decimal = Decimal(2000)  # below it nothing goes on credit
    borrow: Decimal = Decimal("0.01")  # of a usual day's volume: what is lent of a name, more or less, day by day
    call_grace: timedelta = timedelta(hours=1)  # of regular hours, until a margin call must be met


def maintenance(quantity: Decimal, price: Decimal) -> Decimal:
    """The equity a position needs to be kept."""
    if quantity >= 0:
        return quantity * price * LONG
    each = max(Decimal("2.50"), price) if price < CHEAP else max(Decimal(5), price * Decimal("0.30"))
    return -quantity * each


def lent(seed: int, instrument_id: str, day: date, most: Decimal) -> Decimal:
    """How many shares are lent that day: between a fifth and nearly twice the usual, the same for all who ask."""
    chance = int.from_bytes(blake2b(f"{seed} lent {instrument_id} {day}".encode(), digest_size=2).digest(), "big")
    return most * (_LOT * 2 + chance * 16 * _LOT // 65536) // (10 * _LOT * _LOT) * _LOT


def unpaid(cash: Decimal, today: Iterable[Trade]) -> tuple[Decimal, dict[str, Decimal]]:
    """The settled part of the cash, and shares bought today with money that has not settled, by name.

    cash: now; sales of before today have settled.
    """
    fills = [trade.fill for trade in today]
    moved = sum((-f.side.sign * value_of(f.quantity, f.price) - f.fee for f in fills), ZERO)
    settled, found = cash - moved, dict[str, Decimal]()
    for fill in fills:
        if fill.side is Side.SELL:
            continue
        value = value_of(fill.quantity, fill.price)
        if value > settled:
            found[fill.instrument_id] = found.get(fill.instrument_id, ZERO) + fill.quantity
        settled = max(settled - value, ZERO)
    return settled, found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    """One name: what is held, and the most it may come to either way when open orders fill."""

    held: Decimal
    most: Decimal  # with its sign
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Judges an order as it comes in."""

    terms: AccountTerms
    books: Books
    sessions: Sessions
    mark: Callable[[str, datetime], Decimal]  # the last price
    trades_from: Callable[[datetime], Sequence[Trade]]
    usual: Mapping[str, Usual]

    def refuses(self, order: Order, now: datetime, old: Held | None) -> str:
        """Why not, in words with their numbers; empty = it may. An order that takes old's place stands in for it."""
        others = [o for o in self.books.open.values() if old is None or o.client_id != old.client_id]
        leaves = order.quantity - (old.carried + old.filled if old else ZERO)
        if self.terms.kind is AccountKind.CASH:
            return self._cash(order, leaves, now, others)
        if any(o.by_broker and o.instrument_id == order.instrument_id for o in others):
            return f"the broker is closing {order.symbol} to meet the margin call; it goes on when that is done."
        return self._borrowed(order, leaves, now, others) or self._margin(order, leaves, now, others)

    def spare(self, on_order: Decimal, now: datetime) -> Decimal:
        """The most that may be taken out, so that what is held, sold short and on order can stay."""
        cash = self.books.till.cash
        if self.terms.kind is AccountKind.CASH:
            return min(cash - on_order, self._settlement(now)[0])
        opened = list(self.books.open.values())
        wanted = {i for i, (quantity, _) in self.books.till.positions.items() if quantity}
        names = [self._name(i, now, opened) for i in wanted | {o.instrument_id for o in opened}]
        shorts = [name for name in names if name.held < 0]
        owed = sum((-n.held * n.price for n in shorts), ZERO)
        kept = sum((max(-n.held * n.price, maintenance(n.held, n.price)) for n in shorts), ZERO)
        if not shorts and all(n.most >= 0 for n in names):
            return cash - on_order
        equity = cash + sum((n.held * n.price for n in names), ZERO)
        return min(cash - owed - kept - on_order, equity - self.terms.least_equity)

    def _cash(self, order: Order, leaves: Decimal, now: datetime, others: Sequence[Held]) -> str:
        held = self.books.till.quantity(order.instrument_id)
        if order.side is Side.BUY:
            asked = sum((o.leaves * self._at_most(o, now) for o in others if o.side is Side.BUY), ZERO)
            needed, free = leaves * self._at_most(order, now), self.books.till.cash - asked
            short_of = f"it needs {needed:,.2f} USD and {free:,.2f} USD of this cash account's money is free."
            return short_of if needed > free else ""
        sales = sum((o.leaves for o in others if o.side is Side.SELL and o.instrument_id == order.instrument_id), ZERO)
        if leaves > held - sales:
            return f"a cash account sells only what it holds, and {shares(held - sales)} {order.symbol} are free."
        locked = self._settlement(now)[1].get(order.instrument_id, ZERO)
        if leaves <= held - sales - locked:
            return ""
        settles = self.sessions.settlement_day(self.sessions.day(now))
        return (
            f"{shares(locked)} {order.symbol} were bought today with money from sales that settle on {settles:%d %b}; "
            "selling them before is a good-faith violation. They may be sold from that day on."
        )

    def _settlement(self, now: datetime) -> tuple[Decimal, dict[str, Decimal]]:
        hours = self.sessions.hours(self.sessions.day(now))
        return unpaid(self.books.till.cash, [] if hours is None else self.trades_from(hours.pre_at))

    def _borrowed(self, order: Order, leaves: Decimal, now: datetime, others: Sequence[Held]) -> str:
        name = self._name(order.instrument_id, now, others)
        after = min(name.held, name.held - self._open(order.instrument_id, Side.SELL, others)) - leaves
        usual = self.usual.get(order.instrument_id)
        if order.side is Side.BUY or after >= 0 or usual is None:
            return ""
        day, most = self.sessions.day(now), self.terms.borrow * Decimal(usual.volume)
        there = lent(self.books.standing.seed, order.instrument_id, day, most)
        if -after <= there:
            return ""
        return (
            f"{shares(there)} {order.symbol} are lent on {day:%d %b}, and {shares(-after)} would be sold short with "
            "what is open already."
        )

    def _margin(self, order: Order, leaves: Decimal, now: datetime, others: Sequence[Held]) -> str:
        till = self.books.till
        wanted = {i for i, (quantity, _) in till.positions.items() if quantity} | {o.instrument_id for o in others}
        names = {i: self._name(i, now, others) for i in wanted | {order.instrument_id}}
        equity = till.cash + sum((n.held * n.price for n in names.values()), ZERO)
        mine = names.pop(order.instrument_id)
        after = mine.held + order.side.sign * (leaves + self._open(order.instrument_id, order.side, others))
        if after * mine.held >= 0 and abs(after) <= abs(mine.held):
            return ""  # it opens nothing
        if self.books.standing.called is not None:
            return "a margin call stands: until it is met, only what makes a position smaller is taken."
        if after < 0 and equity < self.terms.least_equity:
            return (
                f"nothing is sold short below an equity of {self.terms.least_equity:,.0f} USD; it is {equity:,.2f} USD."
            )
        added = max(abs(after) - abs(mine.most), ZERO)
        gross = sum((abs(n.most) * n.price for n in names.values()), abs(mine.most) * mine.price)
        price = self._price(order, now)
        kept = maintenance(after, mine.price) + sum((maintenance(n.most, n.price) for n in names.values()), ZERO)
        then = equity + order.side.sign * leaves * (mine.price - price)  # at the price it asks for
        return self._too_much(order, gross + added * price, equity, now) or self._too_thin(then, kept)

    def _too_much(self, order: Order, gross: Decimal, equity: Decimal, now: datetime) -> str:
        regular = self.sessions.is_open(now) and order.time_in_force is not TimeInForce.CLOSE
        times = self.terms.intraday if regular else self.terms.overnight
        when = "in regular hours" if regular else "outside regular hours and at the close"
        if equity < self.terms.least_equity:
            times, when = Decimal(1), f"below an equity of {self.terms.least_equity:,.0f} USD"
        if gross <= times * equity:
            return ""
        return (
            f"positions and open orders would come to {gross:,.2f} USD, and {when} at most {shares(times)} times the "
            f"equity of {equity:,.2f} USD is allowed, {times * equity:,.2f} USD."
        )

    def _too_thin(self, equity: Decimal, needed: Decimal) -> str:
        if needed <= equity:
            return ""
        return f"to be kept, what is held then needs an equity of {needed:,.2f} USD, and there are {equity:,.2f} USD."

    def _name(self, instrument_id: str, now: datetime, others: Sequence[Held]) -> _Name:
        held = self.books.till.quantity(instrument_id)
        long = held + self._open(instrument_id, Side.BUY, others)
        short = held - self._open(instrument_id, Side.SELL, others)
        return _Name(held=held, most=max(long, short, key=abs), price=self.mark(instrument_id, now))

    def _open(self, instrument_id: str, side: Side, others: Sequence[Held]) -> Decimal:
        return sum((o.leaves for o in others if o.instrument_id == instrument_id and o.side is side), ZERO)

    def _price(self, order: Order | Held, now: datetime) -> Decimal:
        """What a share of it may cost: its limit, or else its stop or the last price."""
        mark = self.mark(order.instrument_id, now)
        if order.limit is not None:
            return order.limit if order.side is Side.BUY else max(order.limit, mark)
        return max(order.stop or ZERO, mark)

    def _at_most(self, order: Order | Held, now: datetime) -> Decimal:
        """Without a limit it may cost a little more than the last price, and there is nobody who lends it."""
        return self._price(order, now) * (COLLAR if order.limit is None else 1)
