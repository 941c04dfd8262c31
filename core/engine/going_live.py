"""What a live workspace asks for before it sends anything, and what it has been shown."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from core.channel.facets.live import LiveView, ShownView, ToDo
from core.channel.facets.practice import WatchedDay
from core.domain.errors import BadInput
from core.domain.live import DAYS, FEWEST, ORDERS, SMALL
from core.domain.workspace import WorkspaceKind
from core.engine.engine import Engine
from core.engine.exhibit import Day, Exhibit, read
from core.execution.live_ordering import LIFTED, OPENED

DEMAND: Final = "live.demand"
SHOWN: Final = "live.evidence:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Days that count and orders on them; never none of either, whatever is written down."""

    days: int = DAYS
    orders: int = ORDERS
    reason: str = ""

    def met(self, shown: ShownView) -> bool:
        return shown.counted >= self.days and shown.orders >= self.orders and not shown.standing


def demand(engine: Engine) -> Demand:
    """In force."""
    kept = engine.store.settings.get(DEMAND)
    return Demand(
        days=_at_least_one(kept.get("days", ""), DAYS),
        orders=_at_least_one(kept.get("orders", ""), ORDERS),
        reason=kept.get("reason", ""),
    )


def _at_least_one(written: str, usual: int) -> int:
    return max(int(written), FEWEST) if written.isdecimal() else usual


def own(engine: Engine) -> Exhibit:
    """What this workspace has to show, sealed."""
    row, seal = engine.store.journal.sealed
    return Exhibit(
        workspace_id=engine.workspace.id,
        workspace=engine.workspace.name,
        kind=engine.workspace.kind,
        made_at=engine.clock.now(),
        journal_row=row,
        journal_seal=seal,
        standing=engine.evidence.standing(),
        days=tuple(
            Day(day=day.day, seconds=day.seconds, orders=day.orders, mismatches=day.mismatches)
            for day in engine.evidence.days()
        ),
    ).sealed()


def taken_on(engine: Engine) -> dict[str, Exhibit]:
    """By the workspace each is of. One that was changed on the disk counts for nothing."""
    found: dict[str, Exhibit] = {}
    for row in engine.store.settings.starting(SHOWN).values():
        with suppress(BadInput):
            exhibit = read(row.get("text", ""), engine.sessions, engine.clock.now())
            found[exhibit.workspace_id] = exhibit
    return found


def view(engine: Engine) -> LiveView:
    """On the desk thread."""
    asked, live = demand(engine), engine.desk.pictures.live
    real = engine.workspace.kind is WorkspaceKind.LIVE
    opened, lifted = live.kept(OPENED), live.kept(LIFTED)
    shown = [_shown(engine, asked, one) for one in (taken_on(engine).values() if real else ())]
    if not real:
        shown = [replace(_shown(engine, asked, own(engine)), made_at=None)]
    shown.sort(key=lambda one: (one.enough, one.counted, one.orders), reverse=True)
    return LiveView(
        kind=engine.workspace.kind,
        days_needed=asked.days,
        orders_needed=asked.orders,
        days_usual=DAYS,
        orders_usual=ORDERS,
        why_changed=asked.reason,
        shown=tuple(shown),
        to_do=to_do(engine, asked, shown),
        opened_at=datetime.fromisoformat(opened["at"]) if opened else None,
        small_traded=min((live.small(one.id) for one in engine.store.accounts.all()), default=0) if real else 0,
        small_of=SMALL,
        small_lifted=lifted.get("reason", ""),
    )


def to_do(engine: Engine, asked: Demand, shown: Sequence[ShownView]) -> tuple[ToDo, ...]:
    """Everything that has to be so before a workspace is taken live; of another one, what it can show for it."""
    best = shown[0] if shown else None
    counted, orders = (best.counted, best.orders) if best else (0, 0)
    of_days = ToDo(words=f"{asked.days} days at 1× that count: {counted} so far", done=counted >= asked.days)
    of_orders = ToDo(words=f"{asked.orders} orders on those days: {orders} so far", done=orders >= asked.orders)
    explained = ToDo(words="No mismatch without an explanation", done=best is not None and not best.standing)
    if engine.workspace.kind is not WorkspaceKind.LIVE:
        return (of_days, of_orders, explained)
    here = engine.evidence.standing()
    return (
        ToDo(words="An evidence file of a practice or paper workspace, taken on here", done=best is not None),
        of_days,
        of_orders,
        explained,
        ToDo(words="No mismatch in this workspace without an explanation", done=not here),
        ToDo(words="The live account was read and agrees with the books", done=_compared(engine)),
        ToDo(words="A passphrase for this workspace", done=engine.door.locks),
    )


def _compared(engine: Engine) -> bool:
    accounts = {account.id for account in engine.store.accounts.all()}
    return bool(accounts) and all(
        connection.up and not connection.pin_problem and connection.reconciled.issuperset(connection.account_ids)
        for connection in engine.desk.connections
    )


def _shown(engine: Engine, asked: Demand, exhibit: Exhibit) -> ShownView:
    days: tuple[WatchedDay, ...] = exhibit.watched(engine.sessions)
    count = [day for day in days if day.counts]
    shown = ShownView(
        workspace=exhibit.workspace,
        kind=exhibit.kind,
        made_at=exhibit.made_at,
        days=tuple(sorted(days, key=lambda day: day.day, reverse=True)),
        counted=len(count),
        orders=sum(day.orders for day in count),
        standing=exhibit.standing,
        enough=False,
    )
    return replace(shown, enough=asked.met(shown))
