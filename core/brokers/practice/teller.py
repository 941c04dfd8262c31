"""Practice cash paid in and taken out, each request once."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from core.brokers.practice.books import Books
from core.brokers.practice.credit import Credit
from core.brokers.practice.held import Held
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

    def __init__(self, *, books: Books, credit: Credit, timetable: Timetable, clock: Clock) -> None:
        self._books = books
        self._credit = credit
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
        return self._credit.spare(self._on_order(at), at)

    def _on_order(self, at: datetime) -> Decimal:
        """What open purchases may cost, and sales of what is not held may come to need."""
        needed, left = ZERO, {name: quantity for name, (quantity, _) in self._books.till.positions.items()}
        for order in self._books.open.values():
            last = self._last(order.instrument_id, at)
            held = -order.side.sign * left.get(order.instrument_id, ZERO)
            closes = min(max(held, ZERO), order.leaves)
            left[order.instrument_id] = left.get(order.instrument_id, ZERO) + order.side.sign * closes
            opens, price = order.leaves - closes, self._at_most(order, last)
            needed += opens * price
            if order.side is Side.BUY:
                needed += closes * max(price - 2 * last, ZERO)  # twice its worth is kept for what it buys back
        return needed

    def _at_most(self, order: Held, last: Decimal) -> Decimal:
        """What a share of it may cost; a sale trades at the market where that is better than its limit."""
        if order.limit is None:
            return max(order.stop or ZERO, last) * COLLAR
        return order.limit if order.side is Side.BUY else max(order.limit, last)

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
                "on order, or has not settled. Nothing was moved: take out less, or close something first."
            )
