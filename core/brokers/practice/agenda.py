"""What happens next that is worth stopping at: to an own order, to a name held, or to the market's day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from core.brokers.practice.books import Books
from core.brokers.practice.held import Held
from core.brokers.practice.timetable import Timetable
from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.instrument import Instrument
from core.domain.order import Status, TimeInForce
from core.market.sessions import CLOSE_CUTOFF, OPEN_CUTOFF, Hours

_INSTANT: Final = timedelta(microseconds=1)
_TURNS: Final = 5_000  # looked at before it stops somewhere on the way
_AUCTION: Final = {TimeInForce.OPEN: " at the opening price", TimeInForce.CLOSE: " at the closing price"}
_OF_A_COMPANY: Final = {
    EventKind.DIVIDEND: "goes without its dividend from here on",
    EventKind.SPLIT: "splits its shares",
    EventKind.CASH_MERGER: "is bought, and trades no more",
    EventKind.SYMBOL_CHANGE: "has a new symbol",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One thing, when it happens, and what it is in words."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """Looks ahead as far as the next edge of the market's day, which is never far."""

    timetable: Timetable
    events: Callable[[date, date, str | None], Sequence[CorporateEvent]]
    listed: Callable[[], Mapping[str, Instrument]]  # by id, as of now

    def next(self, now: datetime, books: Books, work: Callable[[datetime], None], held: Sequence[str]) -> Coming:
        """The earliest after a moment; at the same time, what happens to an own order is told.

        What becomes of the orders is rehearsed in books of its own: a queue may move for long before a share trades.
        """
        called = books.standing.called
        calls = () if called is None else (Coming(at=called.due, words="The margin call is due"),)
        edge = min((c for c in (*self._edges(now), *calls) if c.at > now), key=lambda c: c.at)
        names = dict.fromkeys([*held, *(order.instrument_id for order in books.open.values())])
        acts = list(self._corporate(now, edge.at, list(names)))
        first = min([*acts, *self._halts(now, edge.at, list(names)), edge], key=lambda c: c.at)
        until = first.at - _INSTANT if first in acts else first.at  # companies act before orders meet the market
        return self._rehearsed(now, until, books, work) or first

    def _edges(self, now: datetime) -> Iterator[Coming]:
        sessions = self.timetable.sessions
        today = sessions.day(now)
        for day in (today, sessions.next_day(today)):
            hours = sessions.hours(day)
            if hours is not None:
                yield from _of_day(hours)

    def _rehearsed(
        self, now: datetime, until: datetime, books: Books, work: Callable[[datetime], None]
    ) -> Coming | None:
        for _ in range(_TURNS):
            turns = (self.timetable.next_turn(order, now, until) for order in books.open.values())
            now = min((turn[0] for turn in turns if turn is not None), default=until)
            before = dict(books.open)
            work(now)
            for client_id, order in before.items():
                words = _became(order, books.find(client_id))
                if words:
                    return Coming(at=now, words=f"{self._symbol(order.instrument_id)}: {words}")
            if now >= until:
                return None
        return Coming(at=now, words="Your orders wait in their queues")

    def _corporate(self, now: datetime, until: datetime, names: Sequence[str]) -> Iterator[Coming]:
        """They act as the day's pre-market begins."""
        sessions = self.timetable.sessions
        for instrument_id in names:
            for event in self.events(sessions.day(now), sessions.day(until), instrument_id):
                hours = sessions.hours(event.effective)
                if hours is not None and now < hours.pre_at <= until:
                    words = f"{self._symbol(instrument_id)} {_OF_A_COMPANY[event.kind]}"
                    yield Coming(at=hours.pre_at, words=words)

    def _halts(self, now: datetime, until: datetime, names: Sequence[str]) -> Iterator[Coming]:
        for stretch in self.timetable.sessions.stretches(now, until):
            for instrument_id in names:
                symbol = self._symbol(instrument_id)
                for halt in self.timetable.tape.halts(instrument_id, stretch):
                    if halt.start == stretch.start:  # bought, and gone
                        continue
                    if now < halt.start <= until:
                        yield Coming(at=halt.start, words=halt.why if halt.market_wide else f"{symbol}: {halt.why}")
                    if now < halt.end <= until and halt.end < stretch.end:
                        yield Coming(at=halt.end, words=f"{symbol} trades again")

    def _symbol(self, instrument_id: str) -> str:
        known = self.listed().get(instrument_id)
        return known.symbol if known else instrument_id


def _of_day(hours: Hours) -> Iterator[Coming]:
    yield Coming(at=hours.opens_at - OPEN_CUTOFF, words="Opening auction begins")
    yield Coming(at=hours.opens_at, words="The session opens")
    yield Coming(at=hours.closes_at - CLOSE_CUTOFF, words="Closing auction begins")
    yield Coming(at=hours.closes_at, words="The session closes")


def _became(before: Held, after: Held | None) -> str:
    """What happened to an order in one turn, if it is worth stopping at."""
    if after is None or after is before:
        return ""
    if after.filled != before.filled and before.by_broker:
        return "the broker closes what the margin call needs"
    if after.filled != before.filled:
        where = _AUCTION.get(after.time_in_force, "")
        return f"your order fills{where}" if after.leaves == 0 else f"your order fills in part{where}"
    if after.triggered and not before.triggered:
        return "your stop is set off"
    if after.status is Status.CANCELED:
        return "your order is cancelled"
    return "the time of your order is over" if not after.open else ""
