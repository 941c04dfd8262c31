"""What the practice exchange knows: in memory for speed, on the disk before anybody is told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from core.brokers.practice.called import Called
from core.brokers.practice.held import Held, Trade
from core.brokers.practice.owed import Owed
from core.brokers.practice.records import Records, Saved, Standing
from core.brokers.practice.till import Till
from core.domain.chosen import Script
from core.domain.errors import BadInput
from core.domain.fill import Report
from core.domain.reading import Activity


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What a new exchange begins with."""

    seed: int
    born: str
    starting_cash: Decimal
    at: datetime
    days: Script = ()  # chosen before it began


class Books:
    """Open orders, cash, positions and dividends owed, and what has changed since the last commit."""

    def __init__(self, records: Records, founding: Founding) -> None:
        self._records = records
        self.standing = records.begin(
            Standing(seed=founding.seed, born=founding.born, cash=founding.starting_cash, worked=founding.at),
            founding.days,
        )
        if self.standing.seed != founding.seed:
            raise BadInput(
                f"This practice exchange was begun with seed {self.standing.seed}, not {founding.seed}. "
                "It was not opened: set the seed back, or begin a new exchange."
            )
        self.till = Till(self.standing.cash, records.positions())
        self.open = {held.client_id: held for held in records.open_orders()}
        self.owed = {owed.event.id: owed for owed in records.owed()}
        self._changed: dict[str, Held] = {}
        self._traded: list[tuple[Trade, datetime]] = []
        self._happened: dict[str, tuple[Activity, datetime]] = {}
        self._owes: dict[str, Owed] = {}
        self._called_anew = False
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

    def trades_from(self, at: datetime) -> Sequence[Trade]:
        """Trades from a moment of market time on, those not on the disk yet included."""
        return [*self._records.trades_from(at), *(trade for trade, _ in self._traded if trade.fill.at >= at)]

    def happened(self, activity: Activity, recorded_at: datetime) -> None:
        """Count what moved without a trade, once."""
        if self.activity(activity.id) is not None:
            return
        self.till.move(activity)
        self._happened[activity.id] = (activity, recorded_at)

    def owe(self, owed: Owed) -> None:
        """Keep a dividend until it is paid."""
        self._owes[owed.event.id] = owed
        if owed.paid:
            self.owed.pop(owed.event.id, None)
        else:
            self.owed[owed.event.id] = owed

    def call(self, called: Called | None) -> None:
        """The margin call that stands from now on; None = none."""
        if called != self.standing.called:
            self.standing = replace(self.standing, called=called)
            self._called_anew = True

    def activity(self, activity_id: str) -> Activity | None:
        """What has happened under this id."""
        known = self._happened.get(activity_id)
        return known[0] if known else self._records.activity(activity_id)

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
        if self._unsaved or self._happened or self._owes or self._called_anew:
            self.commit()

    def commit(self) -> None:
        """On the disk when this returns."""
        self.standing = replace(self.standing, cash=self.till.cash)
        names = {trade.fill.instrument_id for trade, _ in self._traded}
        names |= {a.instrument_id for a, _ in self._happened.values() if a.instrument_id is not None and a.quantity}
        saved = Saved(
            standing=self.standing,
            held=tuple(self._changed.values()),
            trades=tuple(self._traded),
            moved={name: self.till.positions[name] for name in names},
            activities=tuple(self._happened.values()),
            owed=tuple(self._owes.values()),
        )
        self._records.save(saved)
        self._news += self._unsaved
        self._changed, self._traded, self._happened, self._owes, self._unsaved = {}, [], {}, {}, []
        self._called_anew = False

    def news(self) -> tuple[Report, ...]:
        """What was not told yet; it is told once."""
        news, self._news = tuple(self._news), []
        return news

    def close(self) -> None:
        """Let go of the file."""
        self._records.close()
