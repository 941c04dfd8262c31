"""The real desk, store, gate and books over a disk, a market and a wire of ours."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy.util import LRUCache

from core.clock import Clock, MarketClock
from core.domain.capability import Capabilities
from core.domain.fill import Report
from core.domain.workspace import Workspace, WorkspaceKind
from core.engine.engine import Engine
from core.execution.activities import Activities
from core.execution.alarms import Alarms
from core.execution.booker import Booker
from core.execution.brake import Brake
from core.execution.connection import Connection
from core.execution.desk import Desk
from core.execution.errand import AccountReading
from core.execution.minder import Minder
from core.execution.picture import Hours, Pictures, Prices
from core.execution.reconciler import Reconciler
from core.execution.successors import Successors
from core.execution.wire import Wire
from core.ledger.lot_methods.fifo import Fifo
from core.ledger.opening import opening
from core.risk.gate import Gate
from core.risk.limits import Limits
from core.store.accounts import Kept, Mark
from core.store.database import Database
from core.store.store import Store
from tests.fakes.broker import ACCOUNT, FakeBroker
from tests.fakes.clock import FakeClock
from tests.fakes.disk import FaultyConnection, new_disk
from tests.fakes.market import SHARES, FakeHours

CASH = Decimal(100_000)
MACHINE = "m1"
_COMPILED: LRUCache[Any, Any] = LRUCache(500)


@dataclass(kw_only=True)
class House:
    """One process worth of desk: everything in it is lost when the process dies."""

    store: Store
    desk: Desk
    connection: Connection
    alarms: Alarms
    pictures: Pictures
    brake: Brake
    reconciler: Reconciler
    minder: Minder
    unheard: deque[Report | AccountReading] = field(default_factory=deque)

    hear: ClassVar[Any] = Engine.hear  # what the disk would not take is kept: the engine's own way
    hear_again: ClassVar[Any] = Engine.hear_again
    _take: ClassVar[Any] = Engine._take


def build(
    disk: FaultyConnection | Database,
    clock: Clock,
    market_clock: MarketClock,
    prices: Prices,
    hours: Hours,
    wire: Wire,
    capabilities: Capabilities,
    limits: Limits | None = None,
    stop_file: Callable[[], bool] = lambda: False,
) -> House:
    """Start a desk on what is on the disk."""
    database = disk if isinstance(disk, Database) else Database(disk)
    database.engine._compiled_cache = _COMPILED  # a new process every few events: the ORM need not think anew each time
    store = Store(database, clock, market_clock)
    alarms = Alarms(store.journal, store.unit)
    connection = Connection(name="fake", broker="fake", capabilities=capabilities, wire=wire, account_ids=(ACCOUNT,))
    pictures = Pictures(
        store=store,
        clock=clock,
        market_clock=market_clock,
        hours=hours,
        prices=prices,
        connection_of=lambda _: connection,
    )
    desk = Desk(
        store=store,
        gate=Gate(limits or Limits()),
        pictures=pictures,
        booker=Booker(store=store, clock=clock, alarms=alarms, method=Fifo()),
        alarms=alarms,
        connections=(connection,),
        clock=clock,
        market_clock=market_clock,
        machine=MACHINE,
    )
    brake = Brake(desk, stop_file)
    brake.load()
    reconciler = Reconciler(desk, brake, Activities(desk, brake), Successors(desk))
    minder = Minder(desk, brake, reconciler)
    minder.start()
    return House(
        store=store,
        desk=desk,
        connection=connection,
        alarms=alarms,
        pictures=pictures,
        brake=brake,
        reconciler=reconciler,
        minder=minder,
    )


@cache
def _founded() -> bytes:
    """A workspace with one account, three instruments and its opening entry, as an image to start every day from."""
    clock = FakeClock()
    disk = new_disk()
    store = Store(Database(disk), clock, clock)
    broker = FakeBroker(clock=clock, market_clock=clock)
    with store.unit:
        store.accounts.found(
            Workspace(id="w", name="stand-in", kind=WorkspaceKind.PRACTICE, machine=MACHINE), clock.now()
        )
        store.accounts.connect(
            Kept(name="fake", broker="fake", settings="{}", number="000111", host="stand-in", kind="practice")
        )
        store.accounts.add(broker.account())
        for instrument in SHARES.values():
            store.catalogue.add(instrument)
        entry = store.books.next_entry_id()
        store.books.book(opening((), {"USD": CASH}, account_id=ACCOUNT, entry_id=entry, at=clock.now()))
        store.accounts.set_mark(
            Mark(
                account_id=ACCOUNT,
                day=FakeHours().day(clock.now()),
                equity=CASH,
                peak=CASH,
                transfers=Decimal(0),
            )
        )
    image = disk.serialize()
    store.database.close()
    return image


def founded_disk() -> FaultyConnection:
    """A fresh copy of that workspace in memory."""
    return new_disk(_founded())


def founded_file(folder: Path) -> Path:
    """A fresh copy of it in a file."""
    path = folder / "desk.sqlite3"
    path.write_bytes(_founded())
    return path
