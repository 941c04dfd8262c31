"""The real desk, store, gate and books with a broker that answers at once, for timing orders."""

import tempfile
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Final

from core.clock import Clock, MarketClock, SystemClock
from core.domain.account import Account, AccountKind, Regime, RegimeSpan, TaxKind
from core.domain.capability import Capabilities
from core.domain.corporate_event import CorporateEvent
from core.domain.fill import BrokerOrder, Fill, Report, Told
from core.domain.instrument import Instrument
from core.domain.order import Order, OrderType, Origin, Side, Status, TimeInForce
from core.domain.quote import Fall, Quote
from core.domain.workspace import Workspace, WorkspaceKind
from core.execution.alarms import Alarms
from core.execution.booker import Booker
from core.execution.brake import Brake
from core.execution.connection import Connection
from core.execution.desk import Desk
from core.execution.errand import Cancel, Errand, Replace, Submit
from core.execution.picture import Pictures
from core.ledger.lot_methods import LOT_METHODS
from core.ledger.opening import opening
from core.market.sessions import Sessions
from core.market.timeline import Timeline
from core.risk.gate import Gate
from core.risk.limits import Limits
from core.store.accounts import Kept, Mark
from core.store.database import Database
from core.store.store import Store

ACCOUNT: Final = "a1"
CASH: Final = Decimal(1_000_000)
SECTORS: Final = ("Technology", "Energy", "Health", "Utilities", "Industrials", "Materials", "Finance", "Consumer")
CENT: Final = Decimal("0.01")
CAPABILITIES: Final = Capabilities(
    order_types=frozenset(OrderType),
    times_in_force=frozenset(TimeInForce),
    refuses_repeats=True,
    look_up=True,
    replace=True,
    fractional=True,
    short=True,
    extended_hours=True,
    requests_per_minute=100_000_000,  # the broker's patience is not what is measured
    kept_for_cancels=60,
    settles_look_up_after=timedelta(seconds=10),
)


@dataclass(slots=True, kw_only=True)
class Tape:
    """Quotes that were made beforehand and arrive one by one, as from a feed."""

    clock: Clock
    market_clock: MarketClock
    newest: dict[str, Quote] = field(default_factory=dict)

    def tick(self, instrument_id: str, number: int) -> None:
        """A new quote for one name, a few cents from the last."""
        bid = Decimal(100) + CENT * (number % 7)
        self.newest[instrument_id] = Quote(
            instrument_id=instrument_id,
            bid=bid,
            ask=bid + CENT,
            bid_size=Decimal(10_000),
            ask_size=Decimal(10_000),
            last=bid,
            at=self.market_clock.now(),
            received=self.clock.now(),
            feed="bench",
        )

    def quote(self, instrument_id: str) -> Quote | None:
        return self.newest.get(instrument_id)

    def previous_close(self, instrument_id: str) -> Decimal | None:
        return Decimal(100)

    def closes(self, instrument_ids: Iterable[str]) -> dict[str, Decimal | None]:
        return dict.fromkeys(instrument_ids, Decimal(100))

    def fall(self, instrument_id: str) -> Fall | None:
        return Fall(low=Decimal(100), before=False)

    def events(self, instrument_id: str) -> tuple[CorporateEvent, ...]:
        return ()

    def eventful(self, _: Iterable[str]) -> dict[str, tuple[CorporateEvent, ...]]:
        return {}


@dataclass(slots=True)
class Counter:
    """A broker that takes an errand at once. What it has to say waits until it is asked."""

    handed: deque[Errand] = field(default_factory=deque)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def hand_over(self, errand: Errand) -> None:
        self.handed.append(errand)

    def acked(self, order: Order, clock: Clock) -> Report:
        """It has the order."""
        held = BrokerOrder(
            client_id=order.client_id,
            broker_order_id=f"b{next(self._numbers)}",
            instrument_id=order.instrument_id,
            side=order.side,
            quantity=order.quantity,
            filled=Decimal(0),
            status=Status.ACKED,
        )
        return Report(told=Told.ACKED, client_id=order.client_id, at=clock.now(), order=held)

    def filled(self, order: Order, price: Decimal, clock: Clock, market_clock: MarketClock) -> Report:
        """All of it traded."""
        fill = Fill(
            execution_id=f"x{next(self._numbers)}",
            account_id=order.account_id,
            instrument_id=order.instrument_id,
            client_id=order.client_id,
            side=order.side,
            quantity=order.quantity,
            price=price,
            at=market_clock.now(),
        )
        return Report(told=Told.FILLS, client_id=order.client_id, at=clock.now(), fills=(fill,))


@dataclass(slots=True, kw_only=True)
class House:
    """One desk and its broker."""

    store: Store
    desk: Desk
    brake: Brake
    tape: Tape
    counter: Counter
    clock: Clock
    market_clock: MarketClock
    names: tuple[Instrument, ...]
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def draft(self, name: Instrument, side: Side, limit: Decimal | None = None) -> Order:
        """Ten shares, asked for by a run."""
        return Order(
            id="",
            intent_key=f"run-1-leg-{next(self._numbers)}",
            client_id="",
            account_id=ACCOUNT,
            instrument_id=name.id,
            symbol=name.symbol,
            side=side,
            type=OrderType.MARKET if limit is None else OrderType.LIMIT,
            quantity=Decimal(10),
            limit=limit,
            origin=Origin.RUN,
            origin_id="run-1",
        )

    def trade(self, number: int, held: int = 0) -> None:
        """The number-th order, from its quote to its fill in the books: names in turn, each bought, then sold.

        The first `held` orders are purchases that are never sold.
        """
        name = self.names[number // 2 % len(self.names)]
        self.tape.tick(name.id, number)
        order = self.desk.place(self.draft(name, Side.SELL if number >= held and (number - held) % 2 else Side.BUY))
        self.counter.handed.clear()
        self.desk.hear(self.counter.acked(order, self.clock))
        quote = self.tape.newest[name.id]
        price = quote.ask if order.side is Side.BUY else quote.bid
        self.desk.hear(self.counter.filled(order, price, self.clock, self.market_clock))


def build(database: Database, names: int = 1, folder: Path | None = None) -> House:
    """A desk like the engine's, on a database without orders, after its first reconciliation."""
    clock, sessions = SystemClock(), Sessions()
    market_clock = Timeline.fresh(clock, sessions)
    store = Store(database, clock, market_clock)
    instruments = tuple(
        Instrument(
            id=f"i-{n:03}", symbol=f"N{n:03}", name=f"Name {n}", listing="XSIM", sector=SECTORS[n % len(SECTORS)]
        )
        for n in range(names)
    )
    _found(store, instruments, clock, market_clock, sessions)
    counter = Counter()
    connection = Connection(
        name="bench", broker="bench", capabilities=CAPABILITIES, wire=counter, account_ids=(ACCOUNT,), up=True
    )
    connection.skew = timedelta(0)
    connection.reconciled.add(ACCOUNT)
    tape = Tape(clock=clock, market_clock=market_clock)
    for number, instrument in enumerate(instruments):
        tape.tick(instrument.id, number)
    alarms = Alarms(store.journal, store.unit)
    pictures = Pictures(
        store=store,
        clock=clock,
        market_clock=market_clock,
        hours=sessions,
        prices=tape,
        connection_of=lambda _: connection,
    )
    desk = Desk(
        store=store,
        gate=Gate(Limits(store.settings.limits())),
        pictures=pictures,
        booker=Booker(store=store, clock=clock, alarms=alarms, method=LOT_METHODS["fifo"]()),
        alarms=alarms,
        connections=(connection,),
        clock=clock,
        market_clock=market_clock,
        machine="bench",
    )
    brake = Brake(desk, ((folder or Path(tempfile.gettempdir())) / "STOP").exists)
    brake.load()
    return House(
        store=store,
        desk=desk,
        brake=brake,
        tape=tape,
        counter=counter,
        clock=clock,
        market_clock=market_clock,
        names=instruments,
    )


def submitted(house: House) -> list[Order]:
    """What was handed to the broker and not yet answered."""
    orders = [
        errand.order if isinstance(errand, Submit | Cancel) else errand.new
        for errand in house.counter.handed
        if isinstance(errand, Submit | Cancel | Replace)
    ]
    house.counter.handed.clear()
    return orders


def _found(
    store: Store, instruments: tuple[Instrument, ...], clock: Clock, market_clock: MarketClock, sessions: Sessions
) -> None:
    account = Account(
        id=ACCOUNT,
        connection="bench",
        broker="bench",
        number="0001",
        name="Bench",
        kind=AccountKind.MARGIN,
        tax_kind=TaxKind.NONE,
        regimes=(RegimeSpan(regime=Regime.INTRADAY_MARGIN, valid_from=date(2026, 6, 4)),),
    )
    with store.unit:
        store.accounts.found(Workspace(id="w", name="bench", kind=WorkspaceKind.PRACTICE, machine="bench"), clock.now())
        kept = Kept(name="bench", broker="bench", settings="{}")
        store.accounts.connect(replace(kept, number="0001", host="bench", kind="practice"))
        store.accounts.add(account)
        for instrument in instruments:
            store.catalogue.add(instrument)
        entry_id = store.books.next_entry_id()
        store.books.book(opening((), {"USD": CASH}, account_id=ACCOUNT, entry_id=entry_id, at=market_clock.now()))
        store.accounts.set_mark(
            Mark(
                account_id=ACCOUNT,
                day=sessions.day(market_clock.now()),
                equity=CASH,
                peak=CASH,
                transfers=Decimal(0),
            )
        )
