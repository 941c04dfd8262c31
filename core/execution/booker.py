"""Count a fill once, on its order, in the lots and in the books, inside one unit of work."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.clock import Clock
from core.domain.fill import Fill
from core.domain.money import value_of
from core.domain.order import Order, Origin, Status
from core.execution.alarms import Alarms
from core.ledger.booking import booked
from core.ledger.bust import busted
from core.ledger.lot_methods.base import LotMethod
from core.ledger.retelling import Past
from core.store.store import Store


@dataclass(slots=True, kw_only=True)
class Booker:
    """Belongs to the desk thread."""

    store: Store
    clock: Clock
    alarms: Alarms
    method: LotMethod
    moved_at: dict[tuple[str, str], datetime] = field(default_factory=dict)  # holding → real time it last moved
    _opened: dict[str, datetime] = field(default_factory=dict)  # account → market time its books begin
    proved_wrong: list[Order] = field(default_factory=list)  # ended on a person's word, and filled all the same

    def take(self, fill: Fill) -> bool:
        """False when it was known, or is not ours to keep: a repeat is harmless. Must be called inside a unit."""
        store = self.store
        instrument = store.catalogue.get(fill.instrument_id)
        if instrument is None:  # nothing this desk trades: the comparison with the broker tells of it
            return False
        if not self._begun(fill):  # it is part of the opening
            return False
        if not store.fills.add_if_new(fill):
            return False
        order = store.orders.by_client(fill.client_id) if fill.client_id else None
        value = value_of(fill.quantity, fill.price, instrument.multiplier)
        if fill.busts is None and store.fills.taken_back(fill.account_id, fill.execution_id):
            if order is not None:  # it never counts in the books, and it is gone from what may still trade
                self._count(order, fill, value)
            return False
        self.moved_at[fill.account_id, fill.instrument_id] = self.clock.now()
        lots = store.books.lots(fill.account_id, fill.instrument_id)
        entry_id = store.books.next_entry_id()
        if fill.busts is None:
            store.books.book(
                booked(fill, lots, entry_id=entry_id, method=self.method, multiplier=instrument.multiplier)
            )
        else:
            past = self.past(fill.account_id, fill.instrument_id)
            back = busted(fill, past, lots, entry_id=entry_id, method=self.method, multiplier=instrument.multiplier)
            if back is not None:
                store.books.book(back)
            words = (
                "no longer count. The books are right again." if back else "do not count; they were not in our books."
            )
            self.alarms.keep(
                f"bust:{fill.execution_id}",
                "amber",
                f"The broker took back a trade in {instrument.symbol}.",
                f"{fill.quantity.normalize():f} at {fill.price.normalize():f} {words}",
            )
        store.journal.write(
            "fill" if fill.busts is None else "fill.busted",
            _words(fill, instrument.symbol),
            {"fill": fill, "entry": entry_id},
            order_id=order.id if order else "",
            who="broker",
        )
        if order is not None and fill.busts is None:
            self._count(order, fill, value)
        if fill.liquidation:
            self._closed_by_broker(fill, instrument.symbol)
        return True

    def _begun(self, fill: Fill) -> bool:
        """Whether the account's books had begun when it traded."""
        opened = self._opened.get(fill.account_id) or self.store.books.entry_at(f"opening:{fill.account_id}")
        if opened is None:
            return False
        self._opened[fill.account_id] = opened
        return fill.at >= opened

    def _count(self, order: Order, fill: Fill, value: Decimal) -> None:
        if order.status is Status.ATTESTED:
            self.proved_wrong.append(order)
        order = order.with_fill(fill.quantity, value)
        self.store.orders.save(order)
        if order.leaves < 0:
            self._too_much(order)
        later = self.store.orders.successor(order.id)
        while later is not None and later.origin is not Origin.ADJUSTED:  # a replacement, and what replaced it in turn
            self.store.orders.save(later.changed(carried=later.carried + fill.quantity))
            later = self.store.orders.successor(later.id)

    def _too_much(self, order: Order) -> None:
        self.alarms.keep(
            f"overfill:{order.id}",
            "red",
            f"The broker filled more of order {order.id} than was asked for.",
            f"{order.symbol}: asked {order.quantity.normalize():f}, filled {order.filled.normalize():f}. "
            "All of it is booked. Call the broker.",
        )

    def _closed_by_broker(self, fill: Fill, symbol: str) -> None:
        did = "bought back" if fill.side.sign > 0 else "sold"
        self.alarms.keep(
            f"liquidation:{fill.account_id}/{fill.client_id or fill.execution_id}",
            "red",
            f"The broker {did} {symbol} by itself, because a margin call was not met.",
            "Your orders that stood in the way were cancelled, protective stops too. Each trade is in the journal.",
        )

    def past(self, account_id: str, instrument_id: str) -> list[Past]:
        """Everything booked on one holding."""
        of_it = self.store.fills.of_instrument(account_id, instrument_id)
        fills = {f"fill:{f.account_id}:{f.execution_id}": f for f in of_it}
        history = self.store.books.history(account_id, instrument_id)
        return [
            Past(entry_id=entry_id, at=at, fill=fills.get(source), moves=moves, action=source.startswith("activity:"))
            for entry_id, at, source, moves in history
        ]


def _words(fill: Fill, symbol: str) -> str:
    verb = "Taken back" if fill.busts else "Bought" if fill.side.sign > 0 else "Sold"
    why = " by the broker itself: a margin call was not met" if fill.liquidation else ""
    return f"{verb} {fill.quantity.normalize():f} {symbol} at {fill.price.normalize():f}{why}"
