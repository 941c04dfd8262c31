"""Everything the desk keeps, behind one door: repositories that share one connection and one unit of work."""

import sqlite3

from core.clock import Clock, MarketClock
from core.store.accounts import Accounts
from core.store.books import Books
from core.store.catalogue import Catalogue
from core.store.database import Database
from core.store.fills import Fills
from core.store.jobs import JobRuns
from core.store.journal import Journal
from core.store.orders import Orders
from core.store.settings import Settings
from core.store.unit import Unit


class Store:
    """Built once per start from what is on disk. Write inside `with store.unit:`."""

    def __init__(self, database: Database, clock: Clock, market_clock: MarketClock) -> None:
        connection = database.connection
        self.database = database
        self.unit = Unit(connection, database.read_only)
        self.journal = Journal(connection, self.unit, clock, market_clock)
        self.orders = Orders(connection, self.unit)
        self.fills = Fills(connection)
        self.books = Books(connection, self.unit)
        self.catalogue = Catalogue(connection, database.engine, self.unit)
        self.accounts = Accounts(database.engine, self.unit)
        self.settings = Settings(database.engine)
        self.jobs = JobRuns(database.engine)

    @property
    def connection(self) -> sqlite3.Connection:
        return self.database.connection
