"""How an order meets one second of the market. Purchases and sales are mirror images: only side.sign tells them apart.

1. An order trades at the far touch of the quote it meets, never at the last price or the middle.
2. When more is wanted than is shown, it walks up the book behind it; what it took stays taken until the next second.
3. A limit order that cannot trade at once waits behind everything shown at its price, and trades at its own price once
   that queue is used up or the market comes through.
4. We trade at most the size shown plus a tenth (a setting) of what everybody traded in the last five minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal

from core.brokers.practice.held import Held, How
from core.domain.money import ZERO
from core.domain.order import Side, Status, TimeInForce
from core.market.tape import Level, Moment, book


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One price at which some of it traded, and why."""

    quantity: Decimal
    price: Decimal
    why: str
    how: How


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One order's turn in one second."""

    moment: Moment
    levels: Sequence[Level]  # of the other side's book: what is left of it, pushed away by what we took before
    push: Decimal = ZERO  # how far
    room: Decimal  # what we may still trade in these five minutes


def set_off(held: Held, moment: Moment, active_at: datetime) -> Held:
    """A stop becomes a market or a limit order once the last price has reached it, and then has its way to go."""
    trade = moment.towards(held.side.other)  # the one that was furthest its way
    if held.stop is None or not moment.known or held.side.sign * (trade - held.stop) < 0:
        return held
    reason = f"Stop {words(held.stop)} was set off by a trade at {words(trade)}."
    return replace(held, triggered=True, active_at=active_at, arrived=None, reason=reason)


def meet(held: Held, meeting: Meeting, mates: Decimal) -> tuple[Held, Sequence[Piece]]:
    """What trades now, and the order's place in the queue afterwards. mates: our own shares that wait at its price."""
    if held.limit is None or (held.ahead is None and _marketable(held, meeting)):
        return held, _take(held, meeting)
    if held.ahead is None:
        return replace(held, ahead=queue_seen(held, meeting.moment) + mates), ()
    return _wait(held, held.limit, held.ahead, meeting)


def cross(held: Held, moment: Moment, room: Decimal, why: str) -> Sequence[Piece]:
    """An auction: one price for all, nothing better for anybody. why: which auction it is."""
    if held.limit is not None and held.side.sign * (moment.last - held.limit) > 0:
        return ()
    quantity = _allowed(held.leaves, room)
    why = f"{why} {_met(moment)}"
    return (Piece(quantity=quantity, price=moment.last, why=why, how=How.CROSSED),) if quantity else ()


def queue_seen(held: Held, moment: Moment) -> Decimal:
    """Shares shown at its price when it joins; deeper than the book shows, as many as at the deepest level."""
    if held.limit is None or held.side.sign * (held.limit - moment.near(held.side)) > 0:
        return ZERO
    same_side = book(moment, held.side.other)
    reached = [level.size for level in same_side if held.side.sign * (level.price - held.limit) >= 0]
    return reached[-1] if reached else moment.near_size(held.side)  # a best price outside the bands is no level


def _marketable(held: Held, meeting: Meeting) -> bool:
    if held.limit is None:
        return False
    return held.side.sign * (meeting.moment.far(held.side) - held.limit) + meeting.push <= 0


def _take(held: Held, meeting: Meeting) -> Sequence[Piece]:
    """Walk the book, best price first, as far as limit and room allow."""
    wanted = _allowed(held.leaves, meeting.room)
    pieces = []
    for level in meeting.levels:
        if not wanted or (held.limit is not None and held.side.sign * (level.price - held.limit) > 0):
            break
        quantity = min(wanted, level.size)
        pieces.append(
            Piece(quantity=quantity, price=level.price, why=_why_taken(held.side, level, meeting), how=How.TOOK)
        )
        wanted -= quantity
    if held.time_in_force is TimeInForce.FOK and sum(piece.quantity for piece in pieces) < held.leaves:
        return ()
    return pieces


def _wait(held: Held, limit: Decimal, ahead: Decimal, meeting: Meeting) -> tuple[Held, Sequence[Piece]]:
    """Its turn in the queue. It trades at its own price, however far the market comes through."""
    moment = meeting.moment
    traded = moment.volume > 0
    at_last = held.side.sign * (moment.last - limit) + meeting.push
    if _marketable(held, meeting) or (
        traded and held.side.sign * (moment.towards(held.side) - limit) + meeting.push < 0
    ):
        price = _inside(held.side, limit, moment)
        why = f"Waited at {words(limit)}; the market came through. {_met(moment)}"
        return replace(held, ahead=ZERO), _given(held.leaves, price, meeting.room, why)
    if not traded or at_last > 0:
        return held, ()
    left = ahead - moment.volume
    why = (
        f"Waited at {words(limit)}; {shares(moment.volume)} traded there and used up the {shares(ahead)} before it. "
        f"{_met(moment)}"
    )
    return replace(held, ahead=max(left, ZERO)), _given(min(held.leaves, max(-left, ZERO)), limit, meeting.room, why)


def _inside(side: Side, limit: Decimal, moment: Moment) -> Decimal:
    """Its own price, or the band's where its own is beyond the band: nothing trades outside."""
    if moment.band is None:
        return limit
    low, high = moment.band
    return min(limit, high) if side is Side.BUY else max(limit, low)


def _given(quantity: Decimal, price: Decimal, room: Decimal, why: str) -> Sequence[Piece]:
    allowed = _allowed(quantity, room)
    return (Piece(quantity=allowed, price=price, why=why, how=How.WAITED),) if allowed else ()


def _allowed(wanted: Decimal, room: Decimal) -> Decimal:
    """All of it, or as many whole shares as there is room for."""
    return wanted if wanted <= room else max(room.to_integral_value(rounding=ROUND_FLOOR), ZERO)


def _why_taken(side: Side, level: Level, meeting: Meeting) -> str:
    touch = "ask" if side is Side.BUY else "bid"
    pushed = f" What we took before pushes it by {words(meeting.push)}." if meeting.push else ""
    if level.price == meeting.moment.far(side) + side.sign * meeting.push:
        return f"Met the {touch}.{pushed} {_met(meeting.moment)}"
    return (
        f"What was shown at the {touch} was used up; {shares(level.size)} stood at {words(level.price)}.{pushed} "
        f"{_met(meeting.moment)}"
    )


def _met(moment: Moment) -> str:
    bid, ask = f"{words(moment.bid)} × {shares(moment.bid_size)}", f"{words(moment.ask)} × {shares(moment.ask_size)}"
    depth = " Depth estimated." if moment.estimated else ""
    if not moment.standing:
        return f"No quote with two sides stood; last {words(moment.last)}.{depth}"
    return f"Quote {bid}, {ask}; last {words(moment.last)}.{depth}"


def words(price: Decimal) -> str:
    """A price as it is quoted: cents, and finer only where it is finer."""
    return f"{price:.2f}" if price == round(price, 2) else f"{price.normalize():f}"


def shares(quantity: Decimal) -> str:
    """A quantity without idle decimals."""
    return f"{quantity.normalize():f}"


def after_arrival(held: Held, at: datetime, halted: str = "") -> Held:
    """Orders that do not wait end with their first meeting. halted: in words why nothing trades."""
    if not held.open or held.time_in_force not in (TimeInForce.IOC, TimeInForce.FOK):
        return held
    what = "all of it" if held.time_in_force is TimeInForce.FOK else "the rest"
    if halted:
        return held.ended(Status.CANCELED, at, f"It could not wait. {halted}")
    return held.ended(Status.CANCELED, at, f"Not enough stood there for {what} at once.")
