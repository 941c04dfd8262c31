"""Book what moved at the broker without a trade: each once, with everything it does to books and names in one commit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from core.domain.corporate_event import EventKind
from core.domain.entry import Booking
from core.domain.instrument import Instrument
from core.domain.money import ZERO
from core.domain.order import WAITING, Order
from core.domain.reading import Activity
from core.domain.workspace import Level
from core.execution.brake import Brake
from core.execution.desk import Desk
from core.ledger.activity import moved
from core.ledger.corporate_actions import CORPORATE_ACTIONS
from core.ledger.late import applied
from core.risk.trading_state import instrument_scope
from core.store.journal import ACTIVITY

BY: Final = "corporate event"


@dataclass(slots=True)
class Activities:
    """Belongs to the desk thread."""

    desk: Desk
    brake: Brake
    _unfit: dict[str, dict[str, Activity]] = field(default_factory=dict)  # account → those our books cannot follow yet

    def __post_init__(self) -> None:
        self.desk.taken_away = self._say_taken_away

    def take(self, account_id: str, activity: Activity, along: Callable[[], object] = lambda: None) -> None:
        """A repeat is harmless. What does not fit our books freezes its symbol, and is tried again with each reading.
        What goes along with it is in the same commit.
        """
        store = self.desk.store
        if store.books.entry_at(f"activity:{account_id}:{activity.id}") is not None:
            self._unfit.get(account_id, {}).pop(activity.id, None)
            return
        instrument = store.catalogue.get(activity.instrument_id or "")
        with store.unit:
            booking = self._booking(account_id, activity, instrument)
            if booking is not None:
                self._book(activity, booking, instrument)
                along()
        if booking is None and instrument is not None:
            self._freeze(account_id, activity, instrument)
        elif instrument is not None:
            self._followed(account_id, activity, instrument)

    def unfit(self, account_id: str) -> Iterable[Activity]:
        """What is still to be booked."""
        return self._unfit.get(account_id, {}).values()

    def settle_by_hand(self, account_id: str, instrument: Instrument, words: str) -> None:
        """A person took the broker's number: of what it did not explain only the cash is left to book. In a unit."""
        store, now = self.desk.store, self.desk.market_clock.now()
        for activity in [a for a in self.unfit(account_id) if a.instrument_id == instrument.id]:
            entry = moved(activity, account_id=account_id, entry_id=store.books.next_entry_id())
            self._book(activity, Booking(entry=entry, lots=(), moves=()), instrument)
        for event in self.desk.pictures.unsettled(account_id, instrument.id):
            told = Activity(id=event.id, kind=event.kind, currency=instrument.currency, value=ZERO, at=now, event=event)
            entry = moved(told, account_id=account_id, entry_id=store.books.next_entry_id(), words=words)
            self._book(told, Booking(entry=replace(entry, postings=()), lots=(), moves=()), instrument)

    def drop_overtaken(self, account_id: str) -> None:
        """What waits here and was asked for in shares of before a split is dropped: it would mean something else."""
        pictures, now = self.desk.pictures, self.desk.market_clock.now()
        for order in self.desk.store.orders.open(account_id):
            if order.status not in WAITING or order.at is None:
                continue
            for event in pictures.prices.events(order.instrument_id):
                begins = pictures.hours.begins(event.effective)
                if event.kind is EventKind.SPLIT and order.at < begins <= now:
                    words = f"{order.symbol} has split since it was asked for: place it again in the new shares"
                    self.desk.abandon(order.id, words)
                    title = f"Order {order.id} ({order.symbol}) was dropped before it was sent."
                    self.desk.alarms.keep(f"overtaken:{order.id}", "amber", title, f"{words}.")
                    break

    # parts -----------------------------------------------------------------------------------------------------------

    def _say_taken_away(self, order: Order) -> None:
        """A split ends the orders of before, protective stops too: that must not go unseen."""
        events = self.desk.pictures.prices.events(order.instrument_id)
        if not any(event.kind in (EventKind.SPLIT, EventKind.CASH_MERGER) for event in events):
            return
        title = f"The broker cancelled order {order.id}, {order.side} {order.leaves.normalize():f} {order.symbol}."
        detail = f"{order.reason}. It protects nothing any more." if order.stop is not None else f"{order.reason}."
        self.desk.alarms.keep(f"taken_away:{order.id}", "amber", title, detail.replace("..", "."))

    def _booking(self, account_id: str, activity: Activity, instrument: Instrument | None) -> Booking | None:
        books = self.desk.store.books
        entry_id = books.next_entry_id()
        if instrument is None or activity.kind not in CORPORATE_ACTIONS:
            return Booking(entry=moved(activity, account_id=account_id, entry_id=entry_id), lots=(), moves=())
        return applied(
            CORPORATE_ACTIONS[activity.kind](),
            activity,
            self.desk.booker.past(account_id, instrument.id),
            books.lots(account_id, instrument.id),
            account_id=account_id,
            instrument=instrument,
            entry_id=entry_id,
            method=self.desk.booker.method,
        )

    def _book(self, activity: Activity, booking: Booking, instrument: Instrument | None) -> None:
        store, event = self.desk.store, activity.event
        store.books.book(booking)
        title = _title(activity, booking.entry.note)
        symbol = instrument.symbol if instrument else ""
        store.journal.write(
            ACTIVITY, title, {"symbol": symbol, "activity": activity, "entry": booking.entry}, who="broker"
        )
        if instrument is not None and event is not None and event.symbol and event.symbol != instrument.symbol:
            store.catalogue.change(replace(instrument, symbol=event.symbol), event.effective)
        if instrument is not None and event is not None and event.kind is EventKind.CASH_MERGER:
            store.catalogue.change(gone(instrument, f"It was bought on {event.effective}"), event.effective)

    def _freeze(self, account_id: str, activity: Activity, instrument: Instrument) -> None:
        self._unfit.setdefault(account_id, {})[activity.id] = activity
        held = self.desk.store.books.position(account_id, instrument.id)
        words = (
            f"{instrument.symbol}: the broker tells of a {_words(activity.kind).lower()} that changed its count by "
            f"{activity.quantity:f}, which does not fit the {held.quantity if held else 0:f} in our books"
        )
        scope = instrument_scope(account_id, instrument.id)
        self.brake.restrict(scope, Level.CLOSING_ONLY, words, BY)
        detail = "A trade may be missing here: it is compared again with each reading. If it stays, compare the lists."
        self.desk.alarms.set(f"{BY}:{scope}", "red", f"{words}.", detail)

    def _followed(self, account_id: str, activity: Activity, instrument: Instrument) -> None:
        unfit = self._unfit.get(account_id, {})
        unfit.pop(activity.id, None)
        if activity.quantity:
            self.desk.pictures.forget(instrument.id)
        if not any(other.instrument_id == instrument.id for other in unfit.values()):
            self.release(account_id, instrument.id, "Our books have followed")

    def release(self, account_id: str, instrument_id: str, words: str) -> None:
        """Nothing about it is left to follow."""
        scope = instrument_scope(account_id, instrument_id)
        self._unfit[account_id] = {
            i: other for i, other in self._unfit.get(account_id, {}).items() if other.instrument_id != instrument_id
        }
        self.brake.lift(scope, BY, words)
        self.desk.alarms.clear(f"{BY}:{scope}")


def gone(instrument: Instrument, why: str) -> Instrument:
    """It trades no more."""
    return replace(instrument, tradable=False, not_traded=why)


def _title(activity: Activity, note: str) -> str:
    """What companies do is told whole by its note; of other money the note says why, and not how much."""
    if note and (activity.kind in CORPORATE_ACTIONS or not activity.value):
        return note
    way = "came" if activity.value > 0 else "went"
    return f"{_words(activity.kind)}: {abs(activity.value):,.2f} {activity.currency} {way}. {note}".rstrip()


def _words(kind: str) -> str:
    """Borrow fee."""
    return kind.replace("_", " ").capitalize()
