"""What a closing order that did not go, or did not fill, leaves behind: told in red, until something guards the position again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.domain.money import ZERO
from core.domain.order import AT_BROKER, LIVE, WAITING, Order, Status
from core.execution.desk import Desk
from core.execution.way import covered, reduction_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What was told, and of what."""

    close: Order
    beside: set[str]  # orders that stood beside it then, and what they are changed into: they are no news
    doubt: bool  # it waits for the end of a change in doubt


@dataclass(slots=True)
class Unclosed:
    """Belongs to the desk thread."""

    desk: Desk
    _left: dict[str, Left] = field(default_factory=dict)  # by the close
    _made_room: set[str] = field(default_factory=set)  # reductions for which a stop was made smaller
    _looked: bool = False  # since the start

    def say(self, order: Order, why: str, end: str = "was not sent", *, doubt: bool = False) -> None:
        """A close that did not go leaves a position, and perhaps no stop behind it."""
        orders, held = self.desk.store.orders.open(order.account_id), self._held(order)
        stopped = covered(orders, order)
        beside = {one.id for one in orders if one.id != order.id}
        self._left[order.id] = Left(close=order, beside=beside, doubt=doubt)
        guarded = (
            f"{_stops(stopped, held)} Close it again, or place a stop for the rest."
            if stopped
            else "If a stop was in its way, it has been cancelled. Close it again, or place a stop."
        )
        self.desk.alarms.keep(
            f"unclosed:{order.id}",
            "red",
            f"{order.symbol} was not {'reduced' if order.leaves < held else 'closed'}: order {order.id} {end}.",
            f"{why} {guarded}".lstrip(),
        )

    def ended(self, order: Order) -> None:
        """The broker refused it, or ended it before it was filled; a person who cancelled it knows."""
        if self._held(order) and not order.cancel_asked:
            self.say(order, order.reason, f"is {order.status.value}")

    def doubt(self, order: Order) -> None:
        """A stop that may or may not have become smaller keeps its reduction here."""
        new = self._doubtful(order)
        if new is not None:
            why = (
                f"The broker has not confirmed that stop {new.replaces} is changed into {new.id}. It is asked, and then"
            )
            can = self.desk.connection_of(order.account_id).capabilities
            alone = can.look_up  # it proves that what is not there never comes
            otherwise = "cancel the stop to let it go without" if alone else "or cancel both and close it again"
            self.say(order, f"{why} the order goes by itself; {otherwise}.", doubt=True)

    def look(self, orders: Sequence[Order]) -> None:
        """Each tick. orders: all that are open."""
        for left in list(self._left.values()):
            left.beside.update(order.id for order in orders if order.replaces in left.beside)
            if self._guarded(left, orders) or (left.doubt and self._doubtful(left.close) is None):
                del self._left[left.close.id]
                self.desk.alarms.clear(f"unclosed:{left.close.id}")
        states = {order.id for order in orders}
        if not self._looked:  # one may have ended just before the desk did
            self._looked = True
            found = {order_id for order in orders if (order_id := self._reduction_of(order))}
            self._made_room |= {order_id for order_id in found if order_id in states or not self._told_before(order_id)}
        for order in [self.desk.order(order_id) for order_id in self._made_room - states]:
            self._made_room.discard(order.id)
            self._over(order)
        self._made_room |= {order_id for order in orders if (order_id := reduction_of(order)) in states}

    def _guarded(self, left: Left, orders: Sequence[Order]) -> bool:
        held = self._held(left.close)
        return covered(orders, left.close) >= held or any(_closes_too(left, order) for order in orders)

    def _doubtful(self, close: Order) -> Order | None:
        """The change it waits for, as long as it waits."""
        now = self.desk.order(close.id)
        return self.desk.way_of(now).doubt if now.status in WAITING else None

    def _reduction_of(self, stop: Order) -> str:
        """For whose sake it, or one it took the place of since, was made smaller."""
        order: Order | None = stop
        while order is not None and not reduction_of(order):
            order = self.desk.store.orders.get(order.replaces) if order.replaces else None
        return reduction_of(order) if order is not None else ""

    def _told_before(self, order_id: str) -> bool:
        return any(self.desk.alarms.told_before(f"{what}:{order_id}") for what in ("bare", "unclosed"))

    def _over(self, order: Order) -> None:
        """A reduction that ends before it filled leaves the stop that made room for it smaller than what is held."""
        later = self.desk.store.orders.successor(order.id)
        if order.status is Status.REPLACED and later is not None:
            self._made_room.add(later.id)
            return
        held, stopped = self._held(order), covered(self.desk.store.orders.open(order.account_id), order)
        if order.leaves > 0 and 0 < stopped < held and order.id not in self._left:
            title = f"{order.symbol}: order {order.id} ended with {order.leaves.normalize():f} not filled."
            words = f"{_stops(stopped, held)} Change it back, or place one for the rest."
            self.desk.alarms.keep(f"bare:{order.id}", "amber", title, words)

    def _held(self, order: Order) -> Decimal:
        position = self.desk.store.books.position(order.account_id, order.instrument_id)
        return abs(position.quantity) if position else ZERO


def _closes_too(left: Left, order: Order) -> bool:
    """It went after all, or another works by now that closes the position or guards it."""
    close = left.close
    if order.id == close.id:
        return order.status in LIVE
    same = (close.account_id, close.instrument_id, close.side) == (order.account_id, order.instrument_id, order.side)
    return same and order.id not in left.beside and order.status in AT_BROKER and not order.cancel_asked


def _stops(stopped: Decimal, held: Decimal) -> str:
    return f"Stops at the broker covered {stopped.normalize():f} of {held.normalize():f} shares at that moment."
