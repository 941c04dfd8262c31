"""The brokers, as the engine answers for them."""

from dataclasses import dataclass
from typing import Final

from core.channel.facets.connections import AbleView, BrokerView
from core.domain.capability import Capabilities
from core.domain.order import OrderType, TimeInForce
from core.domain.workspace import WorkspaceKind
from core.engine.engine import Engine
from core.engine.facets.health import state_of
from core.execution.connection import Connection

_AUCTIONS: Final = {TimeInForce.OPEN: "opening", TimeInForce.CLOSE: "closing"}
_IN_AUCTIONS: Final = frozenset({OrderType.MARKET, OrderType.LIMIT})
_WORDS: Final = {
    WorkspaceKind.PRACTICE: "The practice exchange: an invented market of our own, on this machine.",
    WorkspaceKind.PAPER: "The practice exchange on recorded prices: orders of ours, filled from what was heard then.",
}


@dataclass(slots=True)
class ConnectionsFacet:
    """From what the desk knows of each connection; nobody is asked anything."""

    engine: Engine

    def all(self) -> tuple[BrokerView, ...]:
        return self.engine.thread.ask(lambda: tuple(map(self._view, self.engine.desk.connections)))

    def _view(self, connection: Connection) -> BrokerView:
        can, kept = connection.capabilities, self.engine.store.accounts.connection(connection.name)
        read = [connection.read_at[a] for a in connection.account_ids if a in connection.read_at]
        pinned = (kept.number, f"at {kept.host}" if kept.host else None, kept.kind)
        return BrokerView(
            name=connection.name,
            broker=connection.broker,
            words=_WORDS.get(self.engine.workspace.kind, ""),
            state=state_of(connection),
            reconciled=connection.reconciled.issuperset(connection.account_ids),
            since=connection.up_since if connection.up else connection.down_since,
            read_at=min(read) if read else None,
            skew_seconds=None if connection.skew is None else connection.skew.total_seconds(),
            last_error=connection.last_error,
            last_error_at=connection.last_error_at,
            accounts=tuple(
                account.number for account in self.engine.store.accounts.all() if account.id in connection.account_ids
            ),
            pinned=", ".join(filter(None, pinned)),
            pin_problem=connection.pin_problem,
            able=able(can),
            fractional=can.fractional,
            short=can.short,
            replace=can.replace,
            look_up=can.look_up,
            refuses_repeats=can.refuses_repeats,
            requests_per_minute=can.requests_per_minute,
        )


def able(can: Capabilities) -> tuple[AbleView, ...]:
    """Every kind of order there is with every time it may be good for, and when it trades."""
    return tuple(
        AbleView(type=kind, time_in_force=time, hours=_hours(can, kind, time))
        for kind in OrderType
        for time in TimeInForce
    )


def _hours(can: Capabilities, kind: OrderType, time: TimeInForce) -> str:
    if kind not in can.order_types or time not in can.times_in_force:
        return ""
    if time in _AUCTIONS:
        return _AUCTIONS[time] if kind in _IN_AUCTIONS else ""
    return "extended" if can.extended_hours and (kind, time) == (OrderType.LIMIT, TimeInForce.DAY) else "regular"
