"""The desk with everything that belongs to it, joined in one place for engine, simulation and benchmarks alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.clock import Clock, MarketClock
from core.execution.activities import Activities
from core.execution.alarms import Alarms
from core.execution.booker import Booker
from core.execution.brake import Brake
from core.execution.connection import Connection
from core.execution.desk import Desk
from core.execution.minder import Minder
from core.execution.picture import Hours, Pictures, Prices
from core.execution.reconciler import Reconciler
from core.execution.successors import Successors
from core.ledger.lot_methods import LOT_METHODS
from core.risk.gate import Gate
from core.risk.limits import Limits
from core.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """All of it lives on the desk thread, and is lost together when the process dies."""

    desk: Desk
    brake: Brake
    reconciler: Reconciler
    minder: Minder


def assemble(
    *,
    store: Store,
    connections: Sequence[Connection],
    clock: Clock,
    market_clock: MarketClock,
    hours: Hours,
    prices: Prices,
    machine: str,
    stop_file: Callable[[], bool],
    limits: Limits | None = None,
) -> Parts:
    """Join them over what is on the disk. Nothing runs, nothing is written."""
    alarms = Alarms(store.journal, store.unit)
    pictures = Pictures(
        store=store,
        clock=clock,
        market_clock=market_clock,
        hours=hours,
        prices=prices,
        connection_of=lambda account_id: next(c for c in connections if account_id in c.account_ids),
    )
    desk = Desk(
        store=store,
        gate=Gate(limits or Limits(store.settings.limits())),
        pictures=pictures,
        booker=Booker(store=store, clock=clock, alarms=alarms, method=LOT_METHODS["fifo"]()),
        alarms=alarms,
        connections=connections,
        clock=clock,
        market_clock=market_clock,
        machine=machine,
    )
    brake = Brake(desk, stop_file)
    brake.load()
    reconciler = Reconciler(desk, brake, Activities(desk, brake), Successors(desk))
    return Parts(desk=desk, brake=brake, reconciler=reconciler, minder=Minder(desk, brake, reconciler))
