"""What stands in a closing order's way: which orders may stay beside it, which stops are made smaller first, what is asked back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from core.domain.errors import OrderRefused
from core.domain.money import ZERO, floor_to
from core.domain.order import AT_BROKER, IN_DOUBT, WAITING, Order, Origin, Purpose, Status, TimeInForce
from core.domain.verdict import Consent
from core.execution.errand import Submit
from core.execution.picture import Pictures
from core.risk.limits import kinds
from core.risk.trading_state import instrument_scope
from core.store.store import Store

if TYPE_CHECKING:
    from core.execution.desk import Desk

TRIES: Final = 3  # of a change that never left this machine
AGAIN_AFTER: Final = timedelta(seconds=5)  # a broker that is gone is found so by then, and not stormed
KEEPS: Final = "keeps"
AGREED: Final = Consent(warnings=tuple(kinds()), worst_case_seen=True)  # the reduction's own sheet names each change
_CHANGEABLE: Final = frozenset({Status.ACKED, Status.PARTIAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Smaller:
    """A working stop, and what it is changed to."""

    old: Order
    quantity: Decimal  # the whole of it, as every order has it
    intent_key: str


@dataclass(slots=True, kw_only=True)
class Way:
    """Of one closing order, at one moment."""

    smaller: list[Smaller] = field(default_factory=list)
    cancels: list[Order] = field(default_factory=list)  # asked back, by now or from now on
    awaits: list[Order] = field(default_factory=list)  # on its way to the broker, or being changed: its end is awaited
    becomes: dict[str, Order | None] = field(default_factory=dict)  # when the way is clear; None = it is gone
    bare: Decimal = ZERO  # shares that stay and lose their stop

    @property
    def waits_for(self) -> tuple[Order, ...]:
        """An order in doubt is not: it may never show. What it may do is named by the view's worst case."""
        gone = (order for order in self.cancels if order.status is not Status.UNKNOWN)
        return (*gone, *(one.old for one in self.smaller), *self.awaits)

    @property
    def doubt(self) -> Order | None:
        """A change that is waited for, and may or may not have come."""
        return next((o for o in self.awaits if o.replaces and o.doubted and o.status in IN_DOUBT), None)

    def cleared(self, orders: Iterable[Order]) -> tuple[Order, ...]:
        """These orders as they will be."""
        after = (self.becomes.get(order.id, order) for order in orders)
        return tuple(order for order in after if order is not None)


def way_of(order: Order, store: Store, pictures: Pictures) -> Way:
    """Closing asks back what could close a second time. Reducing leaves room for what stays: stops first, the oldest first."""
    way = Way()
    others = [] if order.purpose is not Purpose.CLOSE or order.replaces else _same_side(order, store)
    if not others:
        return way
    free = _held_for_certain(order, store, pictures) - order.leaves
    if free <= 0:
        way.cancels += others
        way.becomes |= {other.id: None for other in others if other.status is not Status.UNKNOWN}
        return way
    room = free
    stopped = kept = ZERO  # shares with a stop, now and then
    for place in _places(others):
        if any(one.cancel_asked for one in place):
            _cancel(way, place)
            if not all(one.cancel_asked for one in place) and place[-1].stop is not None:
                stopped += _most(place)  # its change alone was cancelled, and it goes with it
            continue
        takes = _take(way, place, room, order, store, pictures)
        room -= takes
        if place[-1].stop is not None:
            stopped += _most(place)
            kept += takes
    if any(one.stop is not None and not one.cancel_asked for one in way.cancels):
        way.bare = max(min(free, stopped) - kept, ZERO)
    return way


def clear(desk: "Desk", order: Order) -> bool:
    """Have done what can be done now. True: nothing is left to wait for."""
    way = desk.way_of(order)
    later = next((other for other in way.cancels if _asked_later(other, order)), None)
    if later is not None:
        desk.abandon(order.id, f"Order {later.id} was asked for after it")
        return False
    for one in way.smaller:
        if not desk.connection_of(order.account_id).has_room(desk.clock.now(), Submit):
            break
        try:
            desk.replace(one.old.id, _less(one, order, desk.store), AGREED, way)
        except OrderRefused:  # the checks' own no is as final as the broker's
            _ask_back(desk, order, [one.old], one.quantity - one.old.carried - one.old.filled)
    _ask_back(desk, order, [other for other in way.cancels if not other.cancel_asked], way.bare)
    return not desk.way_of(order).waits_for


def covered(orders: Iterable[Order], order: Order) -> Decimal:
    """Shares of that order's position with a stop at the broker."""
    guards = [one for one in orders if _beside(one, order) and one.status in AT_BROKER | IN_DOUBT]
    places = [place for place in _places(guards) if place[0].status in AT_BROKER and place[-1].stop is not None]
    kept = (place for place in places if not any(one.cancel_asked for one in place))
    return sum((min(max(one.leaves, ZERO) for one in place) for place in kept), ZERO)


def reduction_of(order: Order) -> str:
    """The order for whose sake this stop was made smaller; empty = it was not."""
    words = order.intent_key.split(":")
    return words[1] if words[0] == KEEPS and len(words) == 4 else ""


# parts ---------------------------------------------------------------------------------------------------------------


def _beside(other: Order, order: Order) -> bool:
    return (
        other.id != order.id
        and other.account_id == order.account_id
        and other.instrument_id == order.instrument_id
        and other.side is order.side
    )


def _same_side(order: Order, store: Store) -> list[Order]:
    return [other for other in store.orders.open(order.account_id) if _beside(other, order)]


def _asked_later(other: Order, order: Order) -> bool:
    """Of two closes that both wait here, a person's last word counts, whichever has its turn first."""
    both_wait = order.status in WAITING and other.status in WAITING
    return both_wait and other.purpose is Purpose.CLOSE and other.id > order.id


def _held_for_certain(order: Order, store: Store, pictures: Pictures) -> Decimal:
    """Where the broker says otherwise, only what both agree on."""
    position = store.books.position(order.account_id, order.instrument_id)
    held = -order.side.sign * position.quantity if position else ZERO
    theirs = pictures.broker_quantities.get(instrument_scope(order.account_id, order.instrument_id))
    return held if theirs is None else min(held, max(-order.side.sign * theirs, ZERO))


def _places(orders: Iterable[Order]) -> list[list[Order]]:
    """An order and the one that replaces it hold one place in the market: the older comes first."""
    known = {order.id: order for order in orders}
    places: dict[str, list[Order]] = {}
    for order in sorted(known.values(), key=lambda o: o.id):
        places.setdefault(order.replaces if order.replaces in known else order.id, []).append(order)
    return sorted(places.values(), key=lambda p: (p[-1].stop is None, p[0].status in IN_DOUBT | WAITING, p[0].id))


def _most(place: list[Order]) -> Decimal:
    return max(*(one.leaves for one in place), ZERO)


def _take(way: Way, place: list[Order], room: Decimal, order: Order, store: Store, pictures: Pictures) -> Decimal:
    """How much of the room it keeps, and what is done so that it keeps no more."""
    if _most(place) <= room:
        return _most(place)
    last = place[-1]
    tries = _tries(order, last, store)
    on_its_way = len(place) > 1 or last.status is Status.SENDING
    if last.stop is not None and (on_its_way or _a_moment_ago(tries, pictures)):
        way.awaits += place
        way.becomes |= {one.id: None for one in place[:-1]}
        return _shrink(way, last, min(max(last.leaves, ZERO), room))
    leaves = _may_keep(last, room, store, pictures) if len(place) == 1 and _may_try(tries) else ZERO
    if leaves <= 0:
        _cancel(way, place)
        return ZERO
    intent_key = f"{KEEPS}:{order.id}:{last.id}:{len(tries)}"  # the same after a crash: one made before it is found
    way.smaller.append(Smaller(old=last, quantity=last.quantity - last.leaves + leaves, intent_key=intent_key))
    return _shrink(way, last, leaves)


def _cancel(way: Way, place: list[Order]) -> None:
    way.cancels += place
    way.becomes |= {one.id: None for one in place if one.status is not Status.UNKNOWN}


def _shrink(way: Way, last: Order, leaves: Decimal) -> Decimal:
    quantity = last.carried + last.filled + leaves
    way.becomes[last.id] = last.changed(quantity=quantity) if leaves > 0 else None
    return leaves


def _may_keep(stop: Order, room: Decimal, store: Store, pictures: Pictures) -> Decimal:
    """What it can be changed to have left; 0 = it cannot be changed."""
    instrument, can = store.catalogue.get(stop.instrument_id), pictures.connection_of(stop.account_id).capabilities
    if stop.stop is None or stop.status not in _CHANGEABLE or not can.replace or instrument is None:
        return ZERO
    parts = instrument.fractionable and can.fractional and stop.time_in_force is TimeInForce.DAY
    done = stop.carried + stop.filled
    return floor_to(done + room, Decimal(1).scaleb(-instrument.scale) if parts else instrument.lot) - done


def _tries(order: Order, stop: Order, store: Store) -> list[Order]:
    """To make this stop smaller for that order, so far."""
    found = (store.orders.by_intent(f"{KEEPS}:{order.id}:{stop.id}:{number}") for number in range(TRIES))
    return [one for one in found if one is not None]


def _may_try(tries: Sequence[Order]) -> bool:
    """Neither the broker's no nor a person's word is asked for twice."""
    return len(tries) < TRIES and all(one.status is Status.ABANDONED for one in tries)


def _a_moment_ago(tries: Sequence[Order], pictures: Pictures) -> bool:
    sent_at = tries[-1].sent_at if tries and _may_try(tries) else None
    return sent_at is not None and pictures.clock.now() - sent_at < AGAIN_AFTER


def _less(one: Smaller, order: Order, store: Store) -> Order:
    """The same stop, by the same person's wish. One the broker made of another is changed as that other would be."""
    meant: Order | None = one.old
    while meant is not None and meant.origin is Origin.ADJUSTED:
        meant = store.orders.get(meant.replaces) if meant.replaces else None
    return one.old.changed(
        id="",
        client_id="",
        intent_key=one.intent_key,
        quantity=one.quantity,
        notional=None,
        origin=meant.origin if meant else Origin.TICKET,
        origin_id=meant.origin_id if meant else "",
        replaces=None,
        carried=ZERO,
        doubted=False,
        cancel_asked=False,
        status=Status.DRAFT,
        filled=ZERO,
        filled_value=ZERO,
        broker_order_id=None,
        reason=f"Made smaller for order {order.id}",
        sent_at=None,
    )


def _ask_back(desk: "Desk", order: Order, others: Sequence[Order], bare: Decimal) -> None:
    """Shares that lose their stop by it are told before it is done: no crash comes in between."""
    if bare > 0:
        stops = ", ".join(other.id for other in others if other.stop is not None)
        title = f"{order.symbol}: {bare.normalize():f} shares that order {order.id} leaves lose their stop."
        words = f"It could not be made smaller, so {stops} is cancelled. Place a stop for what stays."
        desk.alarms.keep(f"bare:{order.id}", "amber", title, words)
    for other in others:
        desk.cancel(other.id, order.origin.value)
