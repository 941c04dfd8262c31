"""Draw the picture a check looks at: one account, one order, one moment."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, Protocol

from core.clock import Clock, MarketClock
from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.money import ZERO, rounded
from core.domain.order import Order, Origin, Purpose
from core.domain.quote import Fall, Quote, Session
from core.domain.view import AccountView, RecentIntent
from core.execution.connection import Connection
from core.execution.live_ordering import LiveOrdering
from core.risk.trading_state import TradingLevels, instrument_scope
from core.store.store import Store

PERSONS: Final = frozenset({Origin.TICKET, Origin.CHAT, Origin.COMMAND_LINE})
_A_WHILE: Final = timedelta(minutes=1)
ONE: Final = Decimal(1)


class Prices(Protocol):
    """Where quotes come from."""

    def quote(self, instrument_id: str) -> Quote | None:
        """The newest one, or None."""
        ...

    def previous_close(self, instrument_id: str) -> Decimal | None:
        """The last price of the session before this one."""
        ...

    def fall(self, instrument_id: str) -> Fall | None:
        """How low it traded today and whether it fell yesterday; None = not known."""
        ...

    def closes(self, instrument_ids: Iterable[str]) -> Mapping[str, Decimal | None]:
        """The same of many at once."""
        ...

    def events(self, instrument_id: str) -> Sequence[CorporateEvent]:
        """What the company does to it on this trading day."""
        ...

    def eventful(self, instrument_ids: Iterable[str]) -> Mapping[str, Sequence[CorporateEvent]]:
        """Those of many to which the company does anything on this trading day."""
        ...


class Hours(Protocol):
    """When the exchange is open."""

    def at(self, moment: datetime) -> Session: ...

    def day(self, moment: datetime) -> date: ...

    def previous_day(self, day: date) -> date: ...

    def begins(self, day: date) -> datetime: ...  # its pre-market: when what companies do takes effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What an account is worth at the prices known now; None = a held position has no price."""

    cash: Decimal
    equity: Decimal | None
    shorts: Decimal | None
    invested: Decimal | None


@dataclass(slots=True, kw_only=True)
class Pictures:
    """Belongs to the desk thread."""

    store: Store
    clock: Clock
    market_clock: MarketClock
    hours: Hours
    prices: Prices
    connection_of: Callable[[str], Connection]
    levels: TradingLevels = field(default_factory=TradingLevels)
    restricted: frozenset[str] = frozenset()
    broker_quantities: dict[str, Decimal] = field(default_factory=dict)  # scope → quantity, where it differs from ours
    marks: dict[str, Decimal] = field(default_factory=dict)
    peaks: dict[str, Decimal] = field(default_factory=dict)
    compared_to: dict[str, datetime] = field(default_factory=dict)  # account → market time the broker was compared at
    heard_at: dict[str, datetime] = field(default_factory=dict)  # real time the feed was proved alive for it
    _marked_at: dict[str, datetime] = field(default_factory=dict)  # market time of each mark
    live: LiveOrdering = field(init=False)
    _recent: deque[tuple[str, RecentIntent]] = field(default_factory=deque)
    _today: dict[tuple[str, date], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.live = LiveOrdering(self.store)

    def draw(self, order: Order) -> AccountView:
        """Everything the checks may know about this order."""
        account = self.store.accounts.get(order.account_id)
        instrument = self.store.catalogue.get(order.instrument_id)
        if account is None or instrument is None:
            raise LookupError(f"order {order.id} names an account or instrument that is not there")
        quote = self.prices.quote(instrument.id)
        now, at = self.clock.now(), self.market_clock.now()  # after the quote, whose age is judged by it
        if quote is not None:
            self._mark(quote)
        positions = self.store.books.positions(account.id)
        open_orders = self.store.orders.open(account.id)
        concerned = {*positions, *(o.instrument_id for o in open_orders), instrument.id}
        prices = {i: price for i in concerned if (price := self.price(account.id, i)) is not None}
        worth = self.worth(account.id)
        connection = self.connection_of(account.id)
        scope = instrument_scope(account.id, instrument.id)
        level, reason = self.levels.strictest(account.id, instrument.id)
        start, peak = self.anchors(account.id, account.currency)
        theirs = self.broker_quantities.get(scope)
        short = order.purpose is Purpose.SHORT
        fall = self.prices.fall(instrument.id) if short else None
        return AccountView(
            kind=self.live.kind,
            live=self.live.terms(account.id),
            account=account,
            instrument=instrument,
            capabilities=connection.capabilities,
            quote=quote,
            session=self.hours.at(at),
            now=now,
            at=at,
            positions=positions,
            prices=prices,
            instruments={i: known for i in concerned if (known := self.store.catalogue.get(i)) is not None},
            open_orders=open_orders,
            cash=worth.cash,
            equity=worth.equity,
            day_start_equity=start,
            peak_equity=peak,
            buying_power=buying_power(worth, open_orders),
            level=level,
            level_reason=reason,
            confirmed=theirs is None,
            broker_quantity=theirs,
            reconciled=account.id in connection.reconciled,
            pinned=not connection.pin_problem,
            pin_problem=connection.pin_problem,
            clock_skew=connection.skew,
            restricted=self.restricted,
            intents_last_minute=self._last_minute(account.id, now),
            intents_today=self.asked_on_day(account.id, at),
            recent=tuple(intent for whose, intent in self._recent if whose == account.id),
            from_person=order.origin in PERSONS,
            previous_close=self.prices.previous_close(instrument.id),
            session_low=fall.low if fall else None,
            short_restricted=fall.before if fall else None if short else False,
            unsettled=self.unsettled(account.id, instrument.id),
        )

    def worth(self, account_id: str) -> Worth:
        """Cash, and everything held at its last price."""
        account = self.store.accounts.get(account_id)
        cash = self.store.books.balance(account_id, "cash", account.currency if account else "USD")
        longs = shorts = ZERO
        held = self.store.books.positions(account_id)
        eventful = self.prices.eventful(held)
        for instrument_id, position in held.items():
            price = self.price(account_id, instrument_id) if instrument_id in eventful else self.mark(instrument_id)
            instrument = self.store.catalogue.get(instrument_id)
            if price is None or instrument is None:
                return Worth(cash=cash, equity=None, shorts=None, invested=None)
            value = position.quantity * price * instrument.multiplier
            if value > 0:
                longs += value
            else:
                shorts -= value
        return Worth(cash=cash, equity=cash + longs - shorts, shorts=shorts, invested=longs - shorts)

    def mark(self, instrument_id: str) -> Decimal | None:
        """The last price known; asked for when there is none yet."""
        if instrument_id not in self.marks and (quote := self.prices.quote(instrument_id)) is not None:
            self._mark(quote)
        return self.marks.get(instrument_id)

    def price(self, account_id: str, instrument_id: str) -> Decimal | None:
        """The last price known of one share as this account's books count them: on a split's morning they may be behind."""
        mark = self.mark(instrument_id)
        if mark is None or not (splits := self.splits(instrument_id)):
            return mark
        if self._marked_at[instrument_id] < self.hours.begins(splits[0].effective):
            return mark
        return mark * self.ahead(account_id, instrument_id)

    def ahead(self, account_id: str, instrument_id: str) -> Decimal:
        """How many shares that trade now one share in this account's books has become; 1 once the books have followed."""
        ratio = ONE
        for event in self.splits(instrument_id):
            begun = self.hours.begins(event.effective) <= self.market_clock.now()
            if event.ratio and begun and not self.store.books.tells_of(account_id, event.id):
                ratio *= event.ratio
        return ratio

    def splits(self, instrument_id: str) -> Sequence[CorporateEvent]:
        """Of this trading day."""
        return [event for event in self.prices.events(instrument_id) if event.kind is EventKind.SPLIT]

    def unsettled(self, account_id: str, instrument_id: str) -> tuple[CorporateEvent, ...]:
        """Splits and new symbols of this trading day that this account's books have not followed yet."""
        return tuple(
            event
            for event in self.prices.events(instrument_id)
            if event.kind in (EventKind.SPLIT, EventKind.SYMBOL_CHANGE) and not self._followed(account_id, event)
        )

    def forget(self, instrument_id: str) -> None:
        """Its mark was the price of another number of shares."""
        self.marks.pop(instrument_id, None)

    def _followed(self, account_id: str, event: CorporateEvent) -> bool:
        """Booked; or nothing was held, and the broker was compared with our books since."""
        if self.store.books.tells_of(account_id, event.id):
            return True
        compared = self.compared_to.get(account_id)
        since = compared is not None and compared >= self.hours.begins(event.effective)
        return since and self.store.books.position(account_id, event.instrument_id) is None

    def _mark(self, quote: Quote) -> None:
        self.marks[quote.instrument_id] = quote.last
        self._marked_at[quote.instrument_id] = quote.at
        self.heard_at[quote.instrument_id] = quote.received

    def refresh(self) -> None:
        """New last prices for everything held or on order, and new highs of equity."""
        for account in self.store.accounts.all():
            held = self.store.books.positions(account.id)
            for instrument_id in {*held, *(o.instrument_id for o in self.store.orders.open(account.id))}:
                if (quote := self.prices.quote(instrument_id)) is not None:
                    self._mark(quote)
            equity = self.worth(account.id).equity
            if equity is not None:
                net = rounded(equity) - self.transfers(account.id, account.currency)
                self.peaks[account.id] = max(self.peaks.get(account.id, net), net)

    def transfers(self, account_id: str, currency: str) -> Decimal:
        """All deposits less withdrawals so far."""
        return -self.store.books.balance(account_id, "equity:transfers", currency)

    def anchors(self, account_id: str, currency: str) -> tuple[Decimal | None, Decimal | None]:
        """Equity when the session began and at its highest, as if today's deposits had been there all along."""
        mark = self.store.accounts.mark(account_id)
        if mark is None:
            return None, None
        since = self.transfers(account_id, currency)
        peak = max(mark.peak - mark.transfers, self.peaks.get(account_id, mark.peak - mark.transfers))
        return mark.equity - mark.transfers + since, peak + since

    def remember(self, order: Order, *, counts: bool) -> None:
        """A person asked for this just now. What a machine asks for is no slip of a hand, and there may be a lot of it."""
        if order.origin not in PERSONS:
            return
        intent = RecentIntent(
            at=self.clock.now(),
            instrument_id=order.instrument_id,
            side=order.side,
            quantity=order.quantity,
            limit=order.limit,
            stop=order.stop,
            counts=counts,
        )
        self._recent.append((order.account_id, intent))
        if counts and order.at is not None:
            key = (order.account_id, self.hours.day(order.at))
            self._today[key] = self._today.get(key, 0) + 1

    def _last_minute(self, account_id: str, now: datetime) -> int:
        while self._recent and now - self._recent[0][1].at >= _A_WHILE:
            self._recent.popleft()
        return sum(1 for whose, intent in self._recent if whose == account_id and intent.counts)

    def asked_on_day(self, account_id: str, at: datetime) -> int:
        """How many orders that count a person asked for on the trading day of that moment."""
        key = (account_id, self.hours.day(at))
        if key not in self._today:
            self._today[key] = self.store.orders.asked_on(account_id, key[1], PERSONS)
        return self._today[key]


def buying_power(worth: Worth, open_orders: tuple[Order, ...]) -> Decimal | None:
    """Cash not needed for shorts (their proceeds and once more their worth) nor held back for open orders."""
    if worth.shorts is None:
        return None
    return worth.cash - 2 * worth.shorts - held_back(open_orders)


def held_back(open_orders: tuple[Order, ...]) -> Decimal:
    """By every open order; an order and the one it replaces hold back the larger of the two, never both."""
    by_id = {order.id: order.reserved for order in open_orders}
    total = sum(by_id.values(), ZERO)
    for order in open_orders:
        if order.replaces in by_id:
            total -= min(by_id[order.replaces], order.reserved)
    return total
