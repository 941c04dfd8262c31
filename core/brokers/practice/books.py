"""What the practice exchange knows: in memory for speed, on the disk before anybody is told."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from core.brokers.practice.held import Held, Trade
from core.brokers.practice.records import Records, Standing
from core.brokers.practice.till import Till
from core.domain.errors import BadInput
from core.domain.fill import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What a new exchange begins with."""

    seed: int
    born: str
    starting_cash: Decimal
    at: datetime


class Books:
    """Open orders, cash and positions, and what has changed since the last commit."""

    def __init__(self, records: Records, founding: Founding) -> None:
        self._records = records
        self.standing = records.begin(
            Standing(seed=founding.seed, born=founding.born, cash=founding.starting_cash, worked=founding.at)
        )
        if self.standing.seed != founding.seed:
            records.close()
            raise BadInput(
                f"This practice exchange was begun with seed {self.standing.seed}, not {founding.seed}. "
                "It was not opened: set the seed back, or begin a new exchange."
            )
        self.till = Till(self.standing.cash, records.positions())
        self.open = {held.client_id: held for held in records.open_orders()}
        self._changed: dict[str, Held] = {}
        self._traded: list[tuple[Trade, datetime]] = []
        self._unsaved: list[Report] = []
        self._news: list[Report] = []

    def find(self, client_id: str) -> Held | None:
        """The order with this client id, whatever became of it."""
        return self.open.get(client_id) or self._changed.get(client_id) or self._records.find(client_id)

    def put(self, held: Held) -> None:
        """How an order stands now."""
        self.standing = replace(self.standing, orders=max(self.standing.orders, held.sequence))
        self._changed[held.client_id] = held
        if held.open:
            self.open[held.client_id] = held
        else:
            self.open.pop(held.client_id, None)

    def trade(self, trade: Trade, recorded_at: datetime) -> None:
        """Count a trade."""
        self.standing = replace(self.standing, executions=trade.sequence)
        self.till.take(trade.fill)
        self._traded.append((trade, recorded_at))

    def rehearsal(self) -> "Books":
        """The same books in memory alone: what is done there leaves no trace here."""
        now = self.standing
        founding = Founding(seed=now.seed, born=now.born, starting_cash=now.cash, at=now.worked)
        other = Books(Records(":memory:"), founding)
        other.standing, other.open = now, dict(self.open)
        other.till = Till(self.till.cash, dict(self.till.positions))
        return other

    def tell(self, report: Report) -> None:
        """To be told, once it is on the disk."""
        self._unsaved.append(report)

    def worked(self, until: datetime) -> None:
        """Every order has had its turns up to here."""
        self.standing = replace(self.standing, worked=until)

    def commit_news(self) -> None:
        """Write if there is anything to tell. What only moved in a queue can be worked out again, and waits."""
        if self._unsaved:
            self.commit()

    def commit(self) -> None:
        """On the disk when this returns."""
        self.standing = replace(self.standing, cash=self.till.cash)
        names = {trade.fill.instrument_id for trade, _ in self._traded}
        moved = {name: self.till.positions[name] for name in names}
        self._records.save(self.standing, self._changed.values(), self._traded, moved)
        self._news += self._unsaved
        self._changed, self._traded, self._unsaved = {}, [], []

    def news(self) -> tuple[Report, ...]:
        """What was not told yet; it is told once."""
        news, self._news = tuple(self._news), []
        return news
