"""When an order's next turn comes. Quiet stretches are skipped in one look, so years of market time cost little."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from core.brokers.practice.held import Held
from core.domain.order import Side, TimeInForce
from core.market.sessions import Part, Sessions, Stretch
from core.market.tape import Moment, Tape, Watch

AUCTIONS = frozenset({TimeInForce.OPEN, TimeInForce.CLOSE})
AUCTION_PATIENCE = timedelta(minutes=10)  # an official price that has not been told by then never will be
_INSTANT = timedelta(microseconds=1)


class Turn(IntEnum):
    """What happens to it; at the same moment a fill comes before a cancel, and a cancel before the end."""

    MEET = 0  # it meets the market
    CROSS = 1  # the opening or the closing price
    REOPEN = 2  # the one price with which a name trades again after a halt
    CANCEL = 3  # a request to cancel reaches the book
    EXPIRE = 4  # its time in force is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """The tape and the hours it trades in."""

    tape: Tape
    sessions: Sessions

    def newest(self, instrument_id: str, at: datetime) -> Moment:
        """The second a moment lies in; while nothing trades, the last one that traded."""
        stretch = self.sessions.stretch(at)
        if stretch is not None:
            return self.tape.moment(instrument_id, stretch, stretch.second(at))
        close = self.sessions.previous_close(at)
        stretch = next(s for s in self.sessions.stretches(close, at) if s.part is Part.POST)
        return self.tape.moment(instrument_id, stretch, stretch.seconds - 1)

    def next_turn(self, held: Held, after: datetime, until: datetime) -> tuple[datetime, Turn] | None:
        """The first thing that happens to it after a moment, up to and including another."""
        cancel, end = held.cancel_at, held.ends_at
        last = min(at for at in (until, cancel, end) if at is not None)
        if held.time_in_force in AUCTIONS:
            return self._auction(held, after, until)
        if (met := self._meets(held, after, last)) is not None:
            return met
        if cancel is not None and cancel <= until and (end is None or cancel <= end):
            return cancel, Turn.CANCEL
        return (end, Turn.EXPIRE) if end is not None and end <= until else None

    def _auction(self, held: Held, after: datetime, until: datetime) -> tuple[datetime, Turn] | None:
        """It trades when the auction's price is known, which may be later than the auction."""
        stretch = auction_of(held, self.sessions)
        opening, due = held.time_in_force is TimeInForce.OPEN, held.ends_at or stretch.end
        known = self.tape.crossed_at(held.instrument_id, stretch, opening) if due <= until else None
        over = max(due, after, known) if known else due + AUCTION_PATIENCE
        last = until if held.cancel_at is None else min(until, held.cancel_at)
        if held.arrived is None and known and over <= last:
            return over, Turn.CROSS
        if held.cancel_at is not None and held.cancel_at <= min(until, over):
            return held.cancel_at, Turn.CANCEL
        return (over, Turn.EXPIRE) if over <= until else None

    def _meets(self, held: Held, after: datetime, last: datetime) -> tuple[datetime, Turn] | None:
        for stretch in self.sessions.stretches(max(after, held.active_at), last + _INSTANT):
            if stretch.part is not Part.REGULAR and not held.extended_hours:
                continue
            if held.arrived != stretch.start:
                at = max(held.active_at, stretch.start, after)
                return (at, Turn.MEET) if at <= last else None
            turn = self._again(held, stretch, after, last)
            if turn is not None:
                return turn
        return None

    def _again(self, held: Held, stretch: Stretch, after: datetime, last: datetime) -> tuple[datetime, Turn] | None:
        """After its first meeting: while the name is halted there is none, and then its auction comes first."""
        start, stop = stretch.second(after) + 1, min(stretch.second(last) + 1, stretch.seconds)
        for halt in self.tape.halts(held.instrument_id, stretch):
            if halt.end <= after:
                continue
            second = self._look(held, stretch, range(start, min(stretch.second(halt.start), stop)))
            if second is not None:
                return stretch.at(second), Turn.MEET
            if halt.reopening is not None and halt.end <= last and not held.waits_for_stop:
                return halt.end, Turn.REOPEN
            start = max(start, stretch.second(halt.end))
        second = self._look(held, stretch, range(start, stop))
        return None if second is None else (stretch.at(second), Turn.MEET)

    def _look(self, held: Held, stretch: Stretch, seconds: range) -> int | None:
        if not seconds:
            return None
        buying = held.side is Side.BUY
        if held.waits_for_stop and held.stop is not None:
            watch = Watch(price=held.stop, down=not buying, quotes=False)
        elif held.limit is not None and held.ahead is not None:
            watch = Watch(price=held.limit, down=buying, quotes=True)
        else:
            return seconds.start
        return self.tape.first(held.instrument_id, stretch, seconds, watch)


def auction_of(held: Held, sessions: Sessions) -> Stretch:
    """The regular session whose opening or close an order is for."""
    if held.ends_at is None:
        raise AssertionError(f"{held.client_id} is for no auction")
    stretch = sessions.stretch(held.ends_at if held.time_in_force is TimeInForce.OPEN else held.ends_at - _INSTANT)
    if stretch is None:
        raise AssertionError(f"{held.client_id} is for an auction at {held.ends_at}, when nothing trades")
    return stretch
