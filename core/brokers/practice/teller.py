"""Practice cash paid in and taken out, each request once."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from core.brokers.practice.books import Books
from core.brokers.practice.timetable import Timetable
from core.clock import Clock
from core.domain.errors import OrderRejected
from core.domain.money import MONEY_PLACES, ZERO, as_units
from core.domain.order import Side
from core.domain.reading import Activity
from core.domain.view import COLLAR

MOST: Final = Decimal(1_000_000_000)


class Teller:
    """Changes the books; writes nothing by itself."""

    def __init__(self, *, books: Books, timetable: Timetable, clock: Clock) -> None:
        self._books = books
        self._timetable = timetable
        self._clock = clock

    def deposit(self, value: Decimal, request: str, at: datetime) -> Activity:
        """Practice cash from nowhere. The same request is the same deposit for ever."""
        return self._moves("deposit", value, request, at)

    def withdraw(self, value: Decimal, request: str, at: datetime) -> Activity:
        """Only what nothing held, sold short or on order needs."""
        return self._moves("withdrawal", -value, request, at)

    def free(self, at: datetime) -> Decimal:
        """Cash not needed for shorts (their proceeds and once more their worth) nor for open orders."""
        shorts = {name: -quantity for name, (quantity, _) in self._books.till.positions.items() if quantity < 0}
        owed = sum((quantity * self._last(name, at) for name, quantity in shorts.items()), ZERO)
        return self._books.till.cash - 2 * owed - self._on_order(at)

    def _on_order(self, at: datetime) -> Decimal:
        """What open purchases may cost, and sales of what is not held may come to need."""
        needed, unsold = ZERO, {name: quantity for name, (quantity, _) in self._books.till.positions.items()}
        for order in self._books.open.values():
            price = order.limit or max(order.stop or ZERO, self._last(order.instrument_id, at)) * COLLAR
            wanted = order.leaves
            if order.side is Side.SELL:
                covered = min(max(unsold.get(order.instrument_id, ZERO), ZERO), wanted)
                unsold[order.instrument_id] = unsold.get(order.instrument_id, ZERO) - covered
                wanted -= covered
            needed += wanted * price
        return needed

    def _last(self, instrument_id: str, at: datetime) -> Decimal:
        return self._timetable.newest(instrument_id, at).last

    def _moves(self, kind: str, value: Decimal, request: str, at: datetime) -> Activity:
        activity_id = f"{kind}-{request}-{self._books.standing.born}"
        known = self._books.activity(activity_id)
        if known is not None:
            if known.value != value:
                raise OrderRejected(f"This {kind} was already made over {abs(known.value):f}. Nothing was moved.")
            return known
        self._check(kind, value, at)
        note = "Practice cash paid in." if value > 0 else "Practice cash taken out."
        activity = Activity(id=activity_id, kind=kind, currency="USD", value=value, at=at, note=note)
        self._books.happened(activity, self._clock.now())
        return activity

    def _check(self, kind: str, value: Decimal, at: datetime) -> None:
        if not value.is_finite() or not 0 < (value if kind == "deposit" else -value) <= MOST:
            raise OrderRejected(
                f"A {kind} is more than nothing and at most {MOST:,f} USD. Nothing was moved: choose another amount."
            )
        try:
            as_units(value, MONEY_PLACES)
        except ValueError as error:
            raise OrderRejected(f"{error}. Nothing was moved: write fewer decimals.") from error
        if value < 0 and self.free(at) + value < 0:
            raise OrderRejected(
                f"Only {max(self.free(at), ZERO):.2f} USD can be taken out: the rest is needed for what is sold short or "
                "on order. Nothing was moved: take out less, or close something first."
            )
