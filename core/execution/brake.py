"""Stop trading without trapping anybody: block new risk, cancel what adds risk, keep what protects, say what is left."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from core.domain.errors import DeskError, TradingStopped
from core.domain.money import ZERO
from core.domain.order import AT_BROKER, IN_DOUBT, WAITING, Order, Purpose
from core.domain.workspace import Level
from core.execution.desk import Desk
from core.risk.limits import WORKSPACE
from core.risk.trading_state import Restriction, TradingLevels, instrument_scope

PERSON: Final = "person"
FILE: Final = "file"


@dataclass(slots=True)
class Brake:
    """Belongs to the desk thread."""

    desk: Desk
    stop_file: Callable[[], bool]  # is there a stop file
    _unwritten: bool = False  # what is in force is not on the disk yet
    _owed: set[tuple[str, bool, str]] = field(default_factory=set)  # what was asked back and is not on the disk
    _began_stopped: bool = False  # and whether all was asked back before is not known

    @property
    def stopped(self) -> bool:
        """Read by the sending threads before each send."""
        return any(r.level is Level.STOPPED for r in self.desk.pictures.levels.at(WORKSPACE))

    def load(self) -> None:
        """The levels that were in force when the desk ended."""
        self.desk.pictures.levels = TradingLevels(
            tuple(
                Restriction(scope=scope, level=Level(level), reason=reason, since=since, by=by)
                for scope, level, by, reason, since in self.desk.store.settings.levels()
            )
        )
        self._began_stopped = self.stopped
        self.desk.before_send.append(self.look_at_file)
        self.desk.freeze = self.freeze

    def look_at_file(self) -> None:
        """Each second and before each send: a stop file stops trading like the button does, and traps nobody either."""
        if self.stop_file() and not self._by(FILE):
            self.stop("There is a stop file in the workspace's folder", by=FILE)

    def stop(self, reason: str, *, by: str = PERSON, also_protective: bool = False) -> tuple[str, ...]:
        """Stopped from here on; the orders that add risk are asked back. Their ids."""
        try:
            self.restrict(WORKSPACE, Level.STOPPED, reason, by)
        finally:  # a full disk keeps nobody from cancelling
            asked = self.cancel_risk(by, also_protective=also_protective)
        return asked

    def cancel_risk(self, by: str, *, also_protective: bool = False, account_id: str = "") -> tuple[str, ...]:
        """Ask back every open order that adds risk. One that cannot be asked does not keep the others."""
        kept = set() if also_protective else self.protective()
        asked = [order for order in self.desk.store.orders.open(account_id) if order.id not in kept]
        fresh = [order for order in asked if not order.cancel_asked]  # the others are asked again by themselves
        try:
            self.desk.cancel_all(fresh, by)
        except DeskError:  # of one of them, or of the disk
            self._owed.add((by, also_protective, account_id))
            for order in fresh:
                self._cancel(order, by)
        else:
            for order in fresh:
                self.desk.alarms.clear(f"cancel:{order.id}")
        return tuple(order.id for order in asked)

    def _cancel(self, order: Order, by: str) -> None:
        try:
            self.desk.cancel(order.id, by)
        except DeskError as error:
            self.desk.alarms.set(f"cancel:{order.id}", "red", f"Order {order.id} could not be cancelled.", str(error))
        else:
            self.desk.alarms.clear(f"cancel:{order.id}")

    def resume(self, reason: str) -> None:
        """Trade again, unless a connection is not reconciled."""
        waiting = [c.name for c in self.desk.connections if not c.reconciled.issuperset(c.account_ids)]
        if waiting:
            raise TradingStopped(
                f"Trading was not resumed: {', '.join(waiting)} has not been compared with our books since it came back. "
                "Wait until it has, or look at its difference on the Positions page."
            )
        if self.stop_file():
            raise TradingStopped("Trading was not resumed: the stop file is still there. Remove it, then resume.")
        self._owed.clear()
        self._began_stopped = False
        for restriction in self.desk.pictures.levels.at(WORKSPACE):
            self.lift(WORKSPACE, restriction.by, reason)

    def freeze(self, order: Order) -> None:
        """A word about an order was wrong: what the broker does in that symbol is looked into before more is risked."""
        words = f"Order {order.id} was ended on your word, and the broker filled it all the same"
        scope = instrument_scope(order.account_id, order.instrument_id)
        self.restrict(scope, Level.CLOSING_ONLY, words, "attested")
        detail = f"It is booked. Only closing is allowed in {order.symbol}: compare with the broker, then unfreeze it."
        self.desk.alarms.keep(f"attested:{order.id}", "red", f"{words}.", detail)

    def restrict(self, scope: str, level: Level, reason: str, by: str) -> None:
        """One more restriction, on disk before it is in force."""
        wanted = Restriction(scope=scope, level=level, reason=reason, since=self.desk.clock.now(), by=by)
        before = self.desk.pictures.levels
        if any((r.scope, r.level, r.by) == (scope, level, by) for r in before.restrictions):
            return
        self._set(before.add(wanted), f"trading.{level.value}", reason, scope, by)

    def lift(self, scope: str, by: str, reason: str) -> None:
        """One less."""
        before = self.desk.pictures.levels
        after = before.remove(scope, by)
        if after != before:
            self._set(after, "trading.lifted", reason, scope, by)

    def protective(self) -> set[str]:
        """Ids of open orders that all together can only make positions smaller: what closes, then stops, then oldest first."""
        left: dict[tuple[str, str], Decimal] = {}
        taken: dict[str, Decimal] = {}  # by an order and its replacement together: one place in the market, held by two
        kept = set()
        orders = {order.id: order for order in self.desk.store.orders.open()}
        for order in sorted(orders.values(), key=lambda o: (o.purpose is not Purpose.CLOSE, o.stop is None, o.id)):
            if order.cancel_asked:
                continue  # on its way out: it protects nothing
            holding = (order.account_id, order.instrument_id)
            position = self.desk.store.books.position(*holding)
            if position is None or position.quantity * order.side.sign > 0 or order.purpose is Purpose.SHORT:
                continue
            place = order.replaces if order.replaces in orders else order.id
            more = max(order.leaves - taken.get(place, ZERO), ZERO)
            if more > left.setdefault(holding, abs(position.quantity)):
                continue
            kept.add(order.id)
            if order.purpose is Purpose.CLOSE and order.status in WAITING:
                continue  # it leaves only after what is in its way, such as the stop: that one protects until then
            taken[place] = taken.get(place, ZERO) + more
            left[holding] -= more
        return kept

    def left(self) -> tuple[list[Order], list[Order], list[Order]]:
        """Open orders that add risk at the broker, those in doubt, and those that protect."""
        orders = self.desk.store.orders.open()
        kept = self.protective()
        adding = [o for o in orders if o.status in AT_BROKER and o.id not in kept]
        doubt = [o for o in orders if o.status in IN_DOUBT]
        keeping = [o for o in orders if o.status in AT_BROKER and o.id in kept]
        return adding, doubt, keeping

    def _by(self, cause: str) -> bool:
        return any(r.by == cause for r in self.desk.pictures.levels.at(WORKSPACE))

    def _set(self, levels: TradingLevels, kind: str, reason: str, scope: str, by: str) -> None:
        desk, unit = self.desk, self.desk.store.unit
        desk.pictures.levels = _stricter(desk.pictures.levels, levels)  # a stop is in force before it is written down
        self._unwritten = True
        with nullcontext() if unit.active else unit:
            unit.if_it_fails(self._remember_to_write)
            desk.store.settings.set_levels(
                [(r.scope, r.level.value, r.by, r.reason, r.since) for r in levels.restrictions]
            )
            desk.store.journal.write(kind, reason or kind, {"scope": scope, "by": by}, who=by)
        desk.pictures.levels = levels
        self._unwritten = False

    def write_again(self) -> None:
        """What the disk would not take is written as soon as it does: a stop must outlive the next start too."""
        words = "Written down late: the disk would not take it before"
        if self._unwritten:
            self._set(self.desk.pictures.levels, "trading.written", words, WORKSPACE, "desk")
        if self._owed:
            with self.desk.store.unit:  # the disk is tried first: the broker was asked already
                self.desk.store.journal.write("orders.asked_back", words, who="desk")
            owed, self._owed = self._owed, set()
            for by, also_protective, account_id in owed:
                self.cancel_risk(by, also_protective=also_protective, account_id=account_id)
        if self._began_stopped and all(c.reconciled.issuperset(c.account_ids) for c in self.desk.connections):
            self._began_stopped = False  # only now is it known what is held, and so what protects
            self.cancel_risk("desk")

    def _remember_to_write(self) -> None:
        self._unwritten = True


def _stricter(before: TradingLevels, after: TradingLevels) -> TradingLevels:
    """Both, so that nothing is allowed that either forbids."""
    return TradingLevels(tuple(dict.fromkeys((*before.restrictions, *after.restrictions))))
