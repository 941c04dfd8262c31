"""Everything the desk keeps, behind one door: repositories that share one connection and one unit of work."""

import sqlite3
from typing import Final

import msgspec

from core.clock import Clock, MarketClock
from core.domain.errors import StoreError
from core.store.accounts import Accounts
from core.store.books import Books
from core.store.catalogue import Catalogue
from core.store.database import Database, unreadable
from core.store.equity import Equity
from core.store.fills import Fills
from core.store.jobs import JobRuns
from core.store.journal import Journal
from core.store.orders import Orders
from core.store.settings import Settings
from core.store.unit import Unit

_UNKNOWN: Final = (
    ValueError,
    LookupError,
    msgspec.MsgspecError,
)  # a kind of order, a state, a rule: read, but not known


class Store:
    """Built once per start from what is on disk. Write inside `with store.unit:`."""

    def __init__(self, database: Database, clock: Clock, market_clock: MarketClock) -> None:
        self.database = database
        self.unit = Unit(database.connection, database.read_only)
        try:
            self._read(clock, market_clock)
        except _UNKNOWN as error:
            if not database.read_only or database.path is None:
                raise
            raise StoreError(unreadable(database.path, f"it holds what this one does not know ({error})")) from error

    def _read(self, clock: Clock, market_clock: MarketClock) -> None:
        connection, engine = self.connection, self.database.engine
        self.journal = Journal(connection, self.unit, clock, market_clock)
        self.orders = Orders(connection, self.unit)
        self.fills = Fills(connection)
        self.books = Books(connection, self.unit)
        self.equity = Equity(connection)
        self.catalogue = Catalogue(connection, engine, self.unit)
        self.accounts = Accounts(engine, self.unit)
        self.settings = Settings(engine)
        self.jobs = JobRuns(engine)

    @property
    def connection(self) -> sqlite3.Connection:
        return self.database.connection
