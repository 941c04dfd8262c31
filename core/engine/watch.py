"""Look at every limit again and again while the desk is open, and raise what a person should know before an order says so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from core.channel.facets.limits import UseView
from core.domain.account import Account
from core.domain.money import ZERO, rounded
from core.execution.connection import Connection
from core.execution.desk import Desk
from core.risk.checks.base import RiskCheck
from core.risk.limits import Limits
from core.risk.monitors import MONITORS
from core.risk.monitors.base import Gauge, Monitor, Sight

EVERY: Final = timedelta(seconds=1)
ENDS_AFTER: Final = timedelta(seconds=10)  # at the limit a number goes to and fro: one thing, told once


@dataclass(slots=True)
class Watch:
    """Belongs to the desk thread. `tick` may be called as often as one likes; what reads a disk tells it from outside."""

    desk: Desk
    free: int | None = None  # bytes
    _monitors: tuple[Monitor, ...] = field(default_factory=lambda: tuple(kind() for kind in MONITORS.values()))
    _looked_at: datetime | None = None
    _raised: dict[str, datetime] = field(default_factory=dict)  # alarm → when it was last so
    _limits: Limits | None = None  # that these checks are built from
    _checks: dict[str, Mapping[str, RiskCheck]] = field(default_factory=dict)

    def tick(self) -> None:
        now = self.desk.clock.now()
        if self._looked_at is not None and now - self._looked_at < EVERY:
            return
        self._looked_at = now
        for account in self.desk.store.accounts.all():
            sight = self._sight(account, now)
            for monitor, gauge in self._all(sight):
                if gauge.title:
                    self._tell(_key(monitor, gauge, account.id), gauge, now)
        for key in [key for key, at in self._raised.items() if now - at >= ENDS_AFTER]:
            del self._raised[key]
            self.desk.alarms.clear(key)

    def uses(self, account: Account) -> tuple[UseView, ...]:
        """How much of each limit of an account is used now."""
        sight = self._sight(account, self.desk.clock.now())
        return tuple(_view(monitor, gauge) for monitor, gauge in self._all(sight) if monitor.of_account)

    # parts -----------------------------------------------------------------------------------------------------------

    def _all(self, sight: Sight) -> Iterator[tuple[Monitor, Gauge]]:
        for monitor in self._monitors:
            for gauge in monitor.gauges(sight):
                yield monitor, gauge

    def _tell(self, key: str, gauge: Gauge, now: datetime) -> None:
        self._raised[key] = now
        self.desk.alarms.set(key, gauge.weight, gauge.title, gauge.detail)

    def _sight(self, account: Account, now: datetime) -> Sight:
        pictures, store, connection = self.desk.pictures, self.desk.store, self._connection(account.id)
        at = self.desk.market_clock.now()
        positions, orders = store.books.positions(account.id), store.orders.open(account.id)
        used = {*positions, *(order.instrument_id for order in orders)}
        instruments = {i: known for i in used if (known := store.catalogue.get(i)) is not None}
        prices = {i: pictures.price(account.id, i) for i in positions if i in instruments}
        equity = pictures.worth(account.id).equity
        start, peak = pictures.anchors(account.id, account.currency)
        return Sight(
            account_id=account.id,
            currency=account.currency,
            equity=None if equity is None else rounded(equity),
            start=start,
            peak=peak,
            values={
                i: None if (price := prices.get(i)) is None else p.quantity * price * instruments[i].multiplier
                for i, p in positions.items()
            },
            instruments=instruments,
            largest_order=max((order.reserved for order in orders), default=ZERO),
            asked_today=pictures.asked_on_day(account.id, at),
            market_open=pictures.hours.at(at).is_open,
            heard={i: max(now - pictures.heard_at[i], timedelta(0)) for i in used if i in pictures.heard_at},
            connection=connection.name if connection else "",
            skew=connection.skew if connection and connection.up else None,
            signed_in_for=connection.signed_in_until - now if connection and connection.signed_in_until else None,
            free=self.free,
            checks=self._checks_of(account.id),
        )

    def _connection(self, account_id: str) -> Connection | None:
        return next((c for c in self.desk.connections if account_id in c.account_ids), None)

    def _checks_of(self, account_id: str) -> Mapping[str, RiskCheck]:
        """Built anew only when somebody changed a limit."""
        limits = self.desk.gate.limits
        if limits is not self._limits:
            self._limits, self._checks = limits, {}
        if account_id not in self._checks:
            self._checks[account_id] = {check.code: check for check in limits.checks(account_id)}
        return self._checks[account_id]


def _key(monitor: Monitor, gauge: Gauge, account_id: str) -> str:
    of = [account_id] if monitor.of_account else []
    return ":".join([monitor.key, *of, *([gauge.of] if gauge.of else [])])


def _view(monitor: Monitor, gauge: Gauge) -> UseView:
    return UseView(
        check=monitor.check,
        label=gauge.label,
        used=gauge.used,
        limit=gauge.limit,
        near=gauge.near,
        unit=gauge.unit,
        state=gauge.state,
        title=monitor.title,
    )
