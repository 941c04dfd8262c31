"""What a reduction must leave behind: the stops that stood, as far as there is something left for them, and nothing sold twice."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from core.domain.fill import Fill
from core.domain.money import ZERO
from core.domain.order import Order, Purpose, Side, Status
from tests.fakes.broker import FakeBroker, Held
from tests.simulation.truth import rows, shares

SHARE = Decimal(1)  # a stop that lasts is for whole shares


@dataclass(kw_only=True)
class Reduced:
    """One reduction, and the shares that had a stop when it was asked for."""

    token: str
    name: str
    side: Side
    quantity: Decimal
    stopped: Decimal
    stays: Decimal  # of what was held by then, as far as this desk had heard
    heard: frozenset[str]  # trades that were booked by then


@dataclass(kw_only=True)
class Guarded:
    """Belongs to one day. A person's own act on a name, or the broker's, ends what is known about its stops."""

    disk: sqlite3.Connection
    broker: FakeBroker
    reduced: list[Reduced] = field(default_factory=list)
    moved: set[str] = field(default_factory=set)  # names that became fewer by themselves

    def asked(self, order: Order) -> None:
        """A reduction is about to be asked for."""
        self.forget(order.instrument_id)
        ours = {row["client_id"]: row for row in rows(self.disk, "SELECT * FROM orders")}
        known = [held for held in self._stops(order.instrument_id, order.side) if _works(ours, held)]
        self.reduced.append(
            Reduced(
                token=order.intent_key,
                name=order.instrument_id,
                side=order.side,
                quantity=order.quantity,
                stopped=sum((held.leaves for held in known), ZERO),
                stays=-order.side.sign * self._booked(order.instrument_id) - order.quantity,
                heard=frozenset(row["execution_id"] for row in rows(self.disk, "SELECT execution_id FROM fill")),
            )
        )

    def forget(self, name: str = "") -> None:
        """Its stops were moved, cancelled or sent back on somebody's own wish; of every name, if none is named."""
        self.reduced = [one for one in self.reduced if name and one.name != name]

    def traded_elsewhere(self, fill: Fill) -> None:
        """By somebody with the broker's own app."""
        self.forget(fill.instrument_id)
        before = self.broker.positions.get(fill.instrument_id, ZERO) - fill.side.sign * fill.quantity
        if before * fill.side.sign < 0:
            self.moved.add(fill.instrument_id)

    def gone(self, name: str) -> None:
        """Shares that are there no more: taken back, or split."""
        self.forget(name)
        self.moved.add(name)

    def bare(self) -> Iterator[str]:
        """At every instant: shares that lost their stop to a reduction, and nobody was told."""
        for one in self.reduced:
            row = next(iter(rows(self.disk, "SELECT * FROM orders WHERE intent_key=?", one.token)), None)
            there = self.broker.holding(row["client_id"]) if row else []
            to_come = one.quantity - sum((held.filled for held in there), ZERO)
            held = min(
                -one.side.sign * held for held in (self.broker.positions.get(one.name, ZERO), self._booked(one.name))
            )
            since = (fill for fill in self.broker.fills if fill.execution_id not in one.heard)
            fired = sum((fill.quantity for fill in since if self._of_a_stop(fill.client_id)), ZERO)
            wanted = min(one.stopped - fired, one.stays - fired, held - to_come)
            kept = sum((stop.leaves for stop in self._stops(one.name, one.side)), ZERO)
            if kept <= wanted - SHARE and not (row and self._told(row["id"])):
                yield f"{one.name}: {kept} have a stop, and {wanted} should beside {one.token}"

    def too_much(self, order: Order) -> Iterator[str]:
        """At the instant a broker accepts a close: with what works beside it, more than is held."""
        beside = [held for held in self.broker.working() if _same(held, order)]
        doubt = rows(  # a close may go beside one, and it may show a moment later
            self.disk,
            "SELECT id FROM orders WHERE instrument_id=? AND side=? AND (doubted OR status=?)",
            *(order.instrument_id, order.side, Status.ATTESTED),
        )
        if order.purpose is not Purpose.CLOSE or order.replaces or order.instrument_id in self.moved or doubt:
            return
        held = -order.side.sign * self.broker.positions.get(order.instrument_id, ZERO)
        works = order.leaves + sum((one.leaves for one in beside), ZERO)
        if works > held:
            yield f"{order.client_id} came: {works} may be sold of {held} {order.instrument_id}"

    def _stops(self, name: str, side: Side) -> list[Held]:
        working = [held for held in self.broker.working() if held.order.stop is not None]
        stay = (held for held in working if held.reason != "cancel requested")
        return [held for held in stay if (held.order.instrument_id, held.order.side) == (name, side)]

    def _booked(self, name: str) -> Decimal:
        """What is held as far as this desk has heard."""
        found = rows(self.disk, "SELECT quantity FROM position WHERE instrument_id=?", name)
        return shares(found[0]["quantity"]) if found else ZERO

    def _of_a_stop(self, client_id: str) -> bool:
        return any(held.order.stop is not None for held in self.broker.holding(client_id))

    def _told(self, order_id: str) -> bool:
        sql = "SELECT 1 FROM journal WHERE kind='alarm.kept' AND body LIKE ?"
        return bool(rows(self.disk, sql, f'%"bare:{order_id}"%'))


def _works(ours: dict[str, dict[str, object]], held: Held) -> bool:
    row = ours.get(held.order.client_id)
    return row is not None and row["status"] in (Status.ACKED, Status.PARTIAL) and not row["cancel_asked"]


def _same(held: Held, order: Order) -> bool:
    return (held.order.instrument_id, held.order.side) == (order.instrument_id, order.side)
