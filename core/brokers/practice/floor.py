"""Where orders meet the market: every open order gets its turns, in the order of time."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Final

from core.brokers.practice.books import Books
from core.brokers.practice.corporate import Companies
from core.brokers.practice.credit import AccountTerms
from core.brokers.practice.held import Held, How, Seen, Trade
from core.brokers.practice.margin import need
from core.brokers.practice.matching import Meeting, Piece, after_arrival, cross, meet, set_off
from core.brokers.practice.reasons import of_book, of_cancel, of_expiry, of_gaps, of_quote, of_reopening, of_rest
from core.brokers.practice.rules import above_bid_only, halted_only_limits, unseen_only_limits
from core.brokers.practice.short_rule import ShortRule
from core.brokers.practice.timetable import AUCTIONS, Timetable, Turn, auction_of
from core.clock import Clock
from core.costs.carry import Carry
from core.costs.fees import SaleFees
from core.costs.impact import Impact
from core.domain.fill import Fill, Report, Told
from core.domain.money import ZERO
from core.domain.order import Order, OrderType, Side, Status, TimeInForce
from core.market.sessions import Stretch
from core.market.tape import MINUTE, Cross, Level, Moment, Overlay

CAP_SECONDS: Final = 300  # our share of the volume is capped over this stretch of time, always the last one


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How fills are made. The defaults are on the careful side."""

    latency: timedelta = timedelta(milliseconds=150)  # an order, a cancel: at least this, at most twice as long
    participation: Decimal = Decimal("0.10")  # our share of what everybody trades
    fees: SaleFees = field(default_factory=SaleFees)
    carry: Carry = field(default_factory=Carry)
    impact: Impact = field(default_factory=Impact)
    account: AccountTerms = field(default_factory=AccountTerms)

    @property
    def memory(self) -> timedelta:
        """Trades older than this no longer matter to others."""
        return max(timedelta(seconds=CAP_SECONDS), self.impact.memory + MINUTE)


class Floor:
    """Works market time off; what it did is in the books, not yet on the disk."""

    def __init__(
        self,
        *,
        books: Books,
        timetable: Timetable,
        companies: Companies,
        terms: Terms,
        clock: Clock,
        lately: Sequence[Trade],
    ) -> None:
        self.overlay: Final = Overlay(terms.impact)
        self._books = books
        self._timetable = timetable
        self._terms = terms
        self._clock = clock
        self._short_rule = ShortRule(tape=timetable.tape, sessions=timetable.sessions, companies=companies)
        self._traded: dict[str, list[tuple[datetime, Decimal]]] = {}  # by instrument, not older than the cap looks
        self._crossed: dict[str, tuple[datetime, Decimal]] = {}  # by instrument: in the auction at this moment
        for trade in lately:  # after a restart, what was taken is still taken
            self._remember(trade)

    def work(self, now: datetime) -> None:
        """From where it stopped the last time up to now."""
        before = self._books.standing.worked
        coming_up = (self._turn(held, before, now) for held in self._books.open.values())
        turns = [turn for turn in coming_up if turn is not None]
        heapq.heapify(turns)
        while turns:
            at, turn, _, client_id = heapq.heappop(turns)
            held = self._done(self._books.open[client_id], at, turn)
            if held.open and (coming := self._turn(held, at, now)):
                heapq.heappush(turns, coming)
        self._books.worked(now)

    def delay(self, what: str) -> timedelta:
        """The way to the book: by chance up to twice as long, the same for the same request."""
        chance = blake2b(f"{self._books.standing.seed} {what}".encode(), digest_size=2).digest()
        return self._terms.latency * (65536 + int.from_bytes(chance, "big")) // 65536

    def _trimmed(self, held: Held, at: datetime) -> Held:
        """Of what the broker sells for itself, no more goes than is needed as it comes to trade."""
        called = self._books.standing.called
        night = self._terms.account.overnight if called is not None and called.overnight else None
        lacks = need(self._books.till, lambda name: self.mark(name, at), night)
        quantity = lacks.sales.get(held.instrument_id, ZERO)
        if not quantity:
            return held.ended(Status.CANCELED, at, f"{held.reason} No more of it had to go.")
        return replace(held, quantity=held.filled + quantity)

    def _turn(self, held: Held, after: datetime, until: datetime) -> tuple[datetime, Turn, int, str] | None:
        turn = self._timetable.next_turn(held, after, until)
        return None if turn is None else (*turn, held.sequence, held.client_id)

    def _done(self, held: Held, at: datetime, turn: Turn) -> Held:
        if turn is Turn.CANCEL:
            held = held.ended(Status.CANCELED, at, "Cancelled on request.")
        elif turn is Turn.EXPIRE:
            held = held.ended(Status.EXPIRED, at, of_expiry(held))
        elif turn is Turn.CROSS:
            held = self._cross(held, at)
        else:
            held = self._trimmed(held, at) if held.by_broker else held
            if held.open:
                held = self._reopen(held, at) if turn is Turn.REOPEN else self._meet(held, at)
        self._books.put(held)
        if not held.open and held.status is not Status.FILLED:
            self._books.tell(self.found(held))
        return held

    def why_not(self, held: Held, at: datetime) -> tuple[str, ...]:
        """Why the rest of it has not traded, in sentences."""
        gaps = self._timetable.tape.gaps(held.instrument_id, held.active_at, held.ended_at or at)
        unseen = of_gaps(gaps)
        if held.status is Status.FILLED:
            return tuple(unseen)
        tape, stretch = self._timetable.tape, self._timetable.sessions.stretch(at)
        said = list(of_rest(held, at, self._timetable.sessions, tape.indication(held.instrument_id, at)))
        if held.time_in_force in AUCTIONS:
            unseen = []  # an auction's price comes when it comes
        if not said and stretch is not None:
            moment = tape.moment(held.instrument_id, stretch, stretch.second(at))
            said = [of_book(held, self._meeting(held, stretch, stretch.second(at), moment))]
            unseen = unseen[:-1] if moment.unseen else unseen  # the last one is told by what stands now
        return tuple(filter(None, (*unseen, of_cancel(held), *said)))

    def found(self, held: Held) -> Report:
        """How an order stands, for the stream."""
        return Report(told=Told.FOUND, client_id=held.client_id, at=self._clock.now(), order=held.view)

    def seen(self, instrument_id: str, at: datetime) -> Moment | None:
        """The market as it stands; None = nothing trades at this hour."""
        stretch = self._timetable.sessions.stretch(at)
        return None if stretch is None else self._timetable.tape.moment(instrument_id, stretch, stretch.second(at))

    def mark(self, instrument_id: str, at: datetime) -> Decimal:
        """The last price; while nothing trades, that of the last stretch that did."""
        return self._timetable.newest(instrument_id, at).last

    def refuses_halted(self, order: Order, at: datetime) -> str:
        """Why a market order does not go to a name that stands still, in words; empty = it does not stand still."""
        if order.type is not OrderType.MARKET or order.time_in_force in AUCTIONS:
            return ""
        moment = self.seen(order.instrument_id, at)
        if moment is None or not moment.halted:
            return ""
        return unseen_only_limits(moment.halted) if moment.unseen else halted_only_limits(order.symbol, moment.halted)

    def refuses_short(
        self, instrument_id: str, side: Side, quantity: Decimal, limit: Decimal | None, at: datetime
    ) -> str:
        """Why a sale of more than is held may not go now, in words; empty = it may."""
        stretch = self._timetable.sessions.stretch(at)
        if side is Side.BUY or quantity <= self._books.till.quantity(instrument_id) or stretch is None:
            return ""  # while nothing trades there is no bid: judged when it meets the market
        bid = self._timetable.tape.moment(instrument_id, stretch, stretch.second(at)).bid
        if (limit is not None and limit > bid) or not self._short_rule.holds(instrument_id, at):
            return ""
        return above_bid_only(bid)

    def _meet(self, held: Held, at: datetime) -> Held:
        stretch = self._stretch(at)
        second = stretch.second(at)
        moment = self._timetable.tape.moment(held.instrument_id, stretch, second)
        held = replace(held, arrived=stretch.start, ahead=held.ahead if held.arrived == stretch.start else None)
        if moment.halted:
            return after_arrival(held, at, moment.halted)
        if held.waits_for_stop:
            return set_off(held, moment, at + self.delay(f"stop {held.client_id}"))
        if not moment.standing:
            return after_arrival(held, at, of_quote(moment))
        if held.ahead is None and (
            why := self.refuses_short(held.instrument_id, held.side, held.leaves, held.limit, at)
        ):
            return held.ended(Status.CANCELED, at, f"{held.reason} Not sold: {why}".strip())
        meeting = self._meeting(held, stretch, second, moment)
        held, pieces = meet(held, meeting, self._mates(held))
        return after_arrival(self._trade(held, pieces, at, meeting), at)

    def _meeting(self, held: Held, stretch: Stretch, second: int, moment: Moment) -> Meeting:
        here = (held.instrument_id, held.side, stretch.at(second), moment)
        return Meeting(
            moment=moment,
            levels=self.overlay.ladder(*here),
            push=self.overlay.push(*here),
            room=self._room(held, stretch, second, moment),
        )

    def _cross(self, held: Held, at: datetime) -> Held:
        """The auction of the opening or the close: its price for all, and a share of its volume."""
        opening = held.time_in_force is TimeInForce.OPEN
        stretch = auction_of(held, self._timetable.sessions)
        tape = self._timetable.tape
        auction = tape.cross(held.instrument_id, stretch, opening)
        moment = tape.moment(held.instrument_id, stretch, 0 if opening else stretch.seconds - 1)
        why = f"The session's {'first' if opening else 'last'} price."
        return self._auctioned(replace(held, arrived=stretch.start), auction, moment, at, why)

    def _reopen(self, held: Held, at: datetime) -> Held:
        """Trading goes on after a halt with one price for all who wait by then, and a share of that auction."""
        stretch = self._stretch(at)
        tape = self._timetable.tape
        halt = next(h for h in tape.halts(held.instrument_id, stretch) if h.end == at)
        auction = halt.reopening
        moment = tape.moment(held.instrument_id, stretch, stretch.second(at))
        if auction is None:
            raise AssertionError(f"{held.instrument_id} did not open again at {at}")
        if held.ahead is None and (
            why := self.refuses_short(held.instrument_id, held.side, held.leaves, held.limit, at)
        ):
            return held.ended(Status.CANCELED, at, f"{held.reason} Not sold: {why}".strip())
        return self._auctioned(held, auction, moment, at, of_reopening(halt))

    def _auctioned(self, held: Held, auction: Cross, moment: Moment, at: datetime, why: str) -> Held:
        moment = replace(moment, last=auction.price)
        room = self._terms.participation * auction.volume - self._crossed_at(held.instrument_id, at)
        meeting = Meeting(moment=moment, levels=(), room=room)
        return self._trade(held, cross(held, moment, room, why), at, meeting)

    def _trade(self, held: Held, pieces: Sequence[Piece], at: datetime, meeting: Meeting) -> Held:
        fills = []
        for piece in pieces:
            sequence = self._books.standing.executions + 1
            fill = Fill(
                execution_id=f"{self._books.standing.born}-{sequence}",
                account_id=held.account_id,
                instrument_id=held.instrument_id,
                client_id=held.client_id,
                side=held.side,
                quantity=piece.quantity,
                price=piece.price,
                fee=self._terms.fees.fee(held.side, piece.quantity, piece.price),
                at=at,
                note=f"{held.reason} {piece.why}".strip(),
                bid=meeting.moment.bid,
                ask=meeting.moment.ask,
                liquidation=held.by_broker,
            )
            seen = Seen(ladder=tuple(meeting.levels), push=meeting.push, room=meeting.room)
            trade = Trade(fill=fill, sequence=sequence, moment=meeting.moment, how=piece.how, seen=seen)
            held = held.with_fill(piece.quantity, at)
            self._books.trade(trade, self._clock.now())
            self._remember(trade)
            fills.append(fill)
        if fills:
            told = Report(told=Told.FILLS, client_id=held.client_id, at=self._clock.now(), fills=tuple(fills))
            self._books.tell(told)
        return held

    def _room(self, held: Held, stretch: Stretch, second: int, moment: Moment) -> Decimal:
        first = max(second - CAP_SECONDS + 1, 0)
        volume = self._timetable.tape.volume(held.instrument_id, stretch, range(first, second + 1))
        since = stretch.at(first)
        ours = sum((quantity for at, quantity in self._traded.get(held.instrument_id, ()) if at >= since), ZERO)
        return moment.far_size(held.side) + self._terms.participation * volume - ours

    def _crossed_at(self, instrument_id: str, at: datetime) -> Decimal:
        then, quantity = self._crossed.get(instrument_id, (at, ZERO))
        return quantity if then == at else ZERO

    def _remember(self, trade: Trade) -> None:
        """What we took from the market stays taken: from the sizes shown, and from our share of the volume."""
        fill = trade.fill
        if trade.how is How.CROSSED:
            self._crossed[fill.instrument_id] = (fill.at, self._crossed_at(fill.instrument_id, fill.at) + fill.quantity)
            return
        since = fill.at - timedelta(seconds=CAP_SECONDS)
        recent = [(at, quantity) for at, quantity in self._traded.get(fill.instrument_id, ()) if at >= since]
        self._traded[fill.instrument_id] = [*recent, (fill.at, fill.quantity)]
        if trade.how is How.TOOK:
            stretch = self._stretch(fill.at)
            level = Level(price=fill.price - fill.side.sign * trade.seen.push, size=fill.quantity)
            self.overlay.take(fill.instrument_id, fill.side, stretch.at(stretch.second(fill.at)), level)

    def _mates(self, held: Held) -> Decimal:
        """Our own shares that already wait at its price."""
        mine = (held.instrument_id, held.side, held.limit)
        same = (o for o in self._books.open.values() if (o.instrument_id, o.side, o.limit) == mine)
        return sum((o.leaves for o in same if o.ahead is not None and o.client_id != held.client_id), ZERO)

    def _stretch(self, at: datetime) -> Stretch:
        stretch = self._timetable.sessions.stretch(at)
        if stretch is None:
            raise AssertionError(f"an order met the market at {at}, when nothing trades")
        return stretch
