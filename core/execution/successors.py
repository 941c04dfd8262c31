"""Orders the broker put in the place of ours by itself, after a split or a dividend: taken on as ours, in their turn.

They are taken on with a reading alone, because only there the split stands beside them; the stream and the answers to
look-ups ask for one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, Decimal
from typing import Final

from core.domain.fill import BrokerOrder, Fill, Report, Told
from core.domain.money import PRICE_PLACES, ZERO
from core.domain.order import DONE, NEXT, Order, Origin, Status, adjusted_from
from core.execution.desk import Desk
from core.execution.errand import AccountReading, LookUp
from core.execution.titles import act

ADJUSTED: Final = "order.adjusted"


@dataclass(slots=True)
class Successors:
    """Belongs to the desk thread."""

    desk: Desk
    _found: dict[str, BrokerOrder] = field(default_factory=dict)  # looked up, not taken on yet
    _wanted: dict[str, Order] = field(default_factory=dict)  # client id → ours it descends from
    _nowhere: set[str] = field(default_factory=set)  # the broker, asked, knows none of that name

    def __post_init__(self) -> None:
        self.desk.in_turn = self._in_turn

    def rows(self, reading: AccountReading) -> tuple[BrokerOrder, ...]:
        """Every order the broker shows, those that had to be looked up included."""
        listed = {held.client_id for held in reading.orders.rows}
        looked_up = (held for client_id, held in self._found.items() if client_id not in listed)
        return (*reading.orders.rows, *(held for held in looked_up if self._is_of(held, reading.account_id)))

    def take_for(self, event_id: str, reading: AccountReading) -> None:
        """Take on what was made for a split. In its unit."""
        made = [h.client_id for h in self.rows(reading) if h.adjusted and h.adjusted.event_id == event_id]
        self._take({one for client_id in made for one in _line_of(client_id)}, reading)

    def take_all(self, reading: AccountReading) -> None:
        """Take on whatever is shown by now."""
        new = {h.client_id for h in self.rows(reading) if h.adjusted and not self._known(h.client_id)}
        if new:
            with self.desk.store.unit:
                self._take(new, reading)

    def missing(self, fill: Fill, reading: AccountReading) -> bool:
        """Whether it is of an order that cannot be taken on yet: then nothing of that name is taken out of turn."""
        ours = self.ours(fill.client_id)
        if ours is None or self._known(fill.client_id):
            return False
        with self.desk.store.unit:
            self._take(set(_line_of(fill.client_id)), reading)
        if self._known(fill.client_id) or fill.client_id in self._nowhere or not self._may_look_up(ours):
            return False
        self._wanted[fill.client_id] = ours
        return True

    def ours(self, client_id: str) -> Order | None:
        """Ours it descends from; None = it is nobody's we know."""
        for ancestor in _line_of(adjusted_from(client_id)):
            if (order := self.desk.store.orders.by_client(ancestor)) is not None:
                return order
        return None

    def ask(self, reading: AccountReading) -> None:
        """Look up what is on no list."""
        now = self.desk.clock.now()
        shown = {held.client_id for held in self.rows(reading)}
        self._found = {client_id: held for client_id, held in self._found.items() if not self._known(client_id)}
        for client_id, ours in list(self._wanted.items()):
            if self._known(client_id) or client_id in shown | self._nowhere:
                del self._wanted[client_id]
            elif ours.account_id == reading.account_id and self._may_look_up(ours):
                connection = self.desk.connection_of(ours.account_id)
                if connection.has_room(now, LookUp):
                    connection.hand_over(LookUp(order=ours.changed(client_id=client_id)), now)

    # parts -----------------------------------------------------------------------------------------------------------

    def _in_turn(self, report: Report) -> Report | None:
        """What tells of an order that has not been taken on waits for a reading; None = nothing of it is for now."""
        held = report.order
        successor = held.replaced_by if held is not None else None
        if successor and adjusted_from(successor) and not self._known(successor):
            order = self.desk.store.orders.by_client(report.client_id)
            if order is not None and order.status is not Status.REPLACED:
                self._wanted[successor] = order
                self.desk.wants_reading.add(order.account_id)
                return replace(report, told=Told.FILLS, order=None) if report.fills else None
        if not adjusted_from(report.client_id) or self._known(report.client_id) or report.client_id in self._nowhere:
            return report
        ours = self.ours(report.client_id)
        if ours is None:
            return report
        if report.told is Told.NOT_FOUND:
            self._nowhere.add(report.client_id)
        elif held is not None:
            self._found[report.client_id] = held
        if report.told is not Told.LOOK_UP_FAILED:
            self.desk.wants_reading.add(ours.account_id)
        return None

    def _take(self, client_ids: set[str], reading: AccountReading) -> None:
        """One after the other, each after the one it was made of."""
        shown = {held.client_id: held for held in self.rows(reading)}
        for client_id in sorted(client_ids, key=lambda one: (len(one), one)):  # ~9 before ~10
            held = shown.get(client_id)
            if held is None or held.adjusted is None or self._known(client_id):
                continue
            before = adjusted_from(client_id)
            ours = self.ours(client_id)
            if ours is None:
                continue
            if self._known(before) or before in self._nowhere or not self._may_look_up(ours):
                self._take_on(held, ours, reading)
            else:
                self._wanted[before] = ours

    def _take_on(self, held: BrokerOrder, old: Order, reading: AccountReading) -> None:
        desk, store = self.desk, self.desk.store
        new = self._made_of(old, held)
        store.orders.add(new)
        desk.booker.moved_at[new.account_id, new.instrument_id] = desk.clock.now()
        body = {"order": new, "reason": held.reason, "replaces": old.id}
        title = f"{act(new)}: the broker put it in the place of {old.id}"
        store.journal.write(ADJUSTED, title, body, order_id=new.id, who="broker")
        if new.cancel_asked and not old.cancel_asked:
            words = f"Order {old.id} ({old.symbol}) is {old.status} by our record, and the broker made {new.id} of it."
            desk.alarms.keep(f"alive:{new.id}", "red", words, "It is asked back. Look at the broker's site.")
            return
        if old.status is Status.SENDING:
            old = old.to(Status.ACKED, "")  # it was there: the broker has made another of it
            store.orders.save(old)
        if Status.REPLACED in NEXT[old.status]:
            over = old.to(Status.REPLACED, f"The broker put {new.id} in its place")
            store.orders.save(over)
            store.journal.write("order.replaced", over.reason, {"reason": held.reason}, order_id=old.id, who="broker")
            desk.looked_up(over, Report(told=Told.FOUND, client_id=old.client_id, at=reading.at))
        if new.quantity != old.leaves:
            title = f"The broker adjusted order {old.id}: it is {new.id} now, for {new.quantity.normalize():f} shares."
            desk.alarms.keep(f"adjusted:{new.id}", "blue", title, held.reason)

    def _made_of(self, old: Order, held: BrokerOrder) -> Order:
        """The person's purpose, and what follows from it, stays; quantity and prices are the broker's."""
        desk, now, terms = self.desk, self.desk.market_clock.now(), held.adjusted
        instrument = desk.store.catalogue.get(old.instrument_id)
        over = old.status in DONE and old.status is not Status.REPLACED
        new = old.changed(
            id=desk.store.orders.next_id(desk.pictures.hours.day(now)),
            intent_key=held.client_id,
            client_id=held.client_id,
            symbol=instrument.symbol if instrument else old.symbol,
            quantity=held.quantity,
            limit=terms.limit if terms else None,
            stop=terms.stop if terms else None,
            notional=None,
            origin=Origin.ADJUSTED,
            origin_id=terms.event_id if terms else "",
            replaces=old.id,
            carried=ZERO,
            doubted=False,
            cancel_asked=old.cancel_asked or over,
            status=Status.ACKED,
            filled=ZERO,
            filled_value=ZERO,
            broker_order_id=held.broker_order_id,
            reason=held.reason,
            at=now,
            sent_at=None,  # never by us
        )
        return new.changed(reserve_price=_reserve(old, new))

    def _may_look_up(self, order: Order) -> bool:
        return self.desk.connection_of(order.account_id).capabilities.look_up

    def _is_of(self, held: BrokerOrder, account_id: str) -> bool:
        ours = self.ours(held.client_id)
        return ours is not None and ours.account_id == account_id

    def _known(self, client_id: str) -> bool:
        return self.desk.store.orders.by_client(client_id) is not None


def _line_of(client_id: str) -> Iterable[str]:
    """It, and what it was made of, back to what a person asked for."""
    while client_id:
        yield client_id
        client_id = adjusted_from(client_id)


def _reserve(old: Order, new: Order) -> Decimal:
    """What is held back for a share follows the order's price."""
    before, after = old.limit or old.stop, new.limit or new.stop
    share = after / before if before and after else old.leaves / new.quantity
    return (old.reserve_price * share).quantize(Decimal(1).scaleb(-PRICE_PLACES), rounding=ROUND_CEILING)
