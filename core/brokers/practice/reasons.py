"""Why an order traded as it did, or has not traded: one sentence after the other, for a person."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from core.brokers.practice.held import Held, How, Trade
from core.brokers.practice.matching import Meeting, shares, words
from core.brokers.practice.timetable import AUCTION_PATIENCE, AUCTIONS
from core.domain.order import Side, TimeInForce
from core.market.sessions import NEW_YORK, Part, Sessions
from core.market.tape import MINUTE, Halt, Indication, Level, Moment

SHOWN: Final = 4  # levels of the book that are named


def of_trade(trade: Trade) -> str:
    """One fill with everything it depended on."""
    fill, seen = trade.fill, trade.seen
    said = f"{shares(fill.quantity)} at {words(fill.price)}, {_clock(fill.at)}: {fill.note}"
    if seen.ladder:
        offered = "on sale" if fill.side is Side.BUY else "asked for"
        said += f" Then {offered}: {_ladder(seen.ladder)}."
    if not seen.room:
        return said  # from before this was kept
    of = "of the auction's volume" if trade.how is How.CROSSED else "of the volume and what was shown"
    return f"{said} Our share {of} came to {shares(max(seen.room, Decimal(0)))}."


def of_rest(held: Held, now: datetime, sessions: Sessions, indication: Indication | None) -> Iterator[str]:
    """What can be said without looking at the book; nothing when that decides."""
    if held.ended_at is not None:
        replaced = f"Another order took its place: {held.replaced_by}." if held.replaced_by else ""
        yield f"{shares(held.leaves)} did not trade. {replaced or held.reason}"
        if held.ahead is not None:
            yield f"It waited at {words(held.limit or Decimal(0))}, {_behind(held.ahead)} when it ended."
        return
    if now < held.active_at:
        yield f"It is on its way: it reaches the book at {_clock(held.active_at)}."
        return
    if held.time_in_force in (TimeInForce.OPEN, TimeInForce.CLOSE) and held.ends_at is not None:
        auction = "opening" if held.time_in_force is TimeInForce.OPEN else "closing"
        if now >= held.ends_at:
            until = _clock(held.ends_at + AUCTION_PATIENCE)
            yield f"The {auction} auction was; its official price was not told yet. It is waited for until {until}."
            return
        yield f"It waits for the {auction} auction on {_day_clock(held.ends_at)}."
        if indication is not None:
            yield _indicated(indication)
        return
    stretch = sessions.stretch(now)
    if stretch is None or (stretch.part is not Part.REGULAR and not held.extended_hours):
        opens = sessions.next_open(now)
        yield f"It waits for regular hours, which begin on {_day_clock(opens)}: outside them it does not trade."


def of_reopening(halt: Halt) -> str:
    """Why it traded as its name opened again."""
    if not halt.collars:
        return "The auction after the halt."
    low, high = (words(price) for price in halt.collars[-1])
    waited = len(halt.collars) - 1
    longer = f"{5 * waited} minutes later than planned, " if waited else ""
    return f"The auction after the halt, {longer}inside its collar of {low} to {high}."


def of_cancel(held: Held) -> str:
    """A request that is on its way; empty when there is none."""
    if held.cancel_at is None or not held.open:
        return ""
    return f"A request to cancel reaches the book at {_clock(held.cancel_at)}; until then it may still trade."


def of_book(held: Held, meeting: Meeting) -> str:
    """Why it does not trade with what stands there now."""
    moment, far = meeting.moment, "ask" if held.side is Side.BUY else "bid"
    touch = moment.far(held.side) + held.side.sign * meeting.push
    pushed = f", {words(meeting.push)} of it pushed there by what we took before" if meeting.push else ""
    if still := _of_moment(held, moment):
        return still
    if held.waits_for_stop and held.stop is not None:
        beyond = "above" if held.side is Side.BUY else "below"
        return f"Its stop waits for a trade at {words(held.stop)} or {beyond}; the last was at {words(moment.last)}."
    if held.limit is not None and held.side.sign * (touch - held.limit) > 0:
        queue = "" if held.ahead is None else f" It waits {_behind(held.ahead)}."
        return f"The price has not come to its limit {words(held.limit)}: the {far} is {words(touch)}{pushed}.{queue}"
    if meeting.room < 1:
        return (
            "Our share of the volume is used up: what is shown and a part of what everybody traded in the last five "
            "minutes was taken already. It goes on as others trade."
        )
    if not meeting.levels and moment.band is not None and not moment.allows(touch):
        low, high = (words(price) for price in moment.band)
        return f"The {far} {words(touch)} stands outside the band {low} to {high}, where nobody may trade."
    return f"Not enough stood at the {far} {words(touch)}{pushed}; it goes on in the next second."


def _of_moment(held: Held, moment: Moment) -> str:
    """Why nobody trades; empty = somebody may."""
    if moment.unseen:
        return f"{moment.halted} Nothing fills in a second nobody saw; it waits for the next quote."
    if moment.halted:
        return f"Nothing trades: {moment.halted} It waits until the name opens again."
    waits = not moment.standing and not held.waits_for_stop  # a stop is set off by trades
    return f"{of_quote(moment)} It waits for the next one." if waits else ""


def of_quote(moment: Moment) -> str:
    """What is wrong with a quote that nothing fills from."""
    bid, ask = words(moment.bid), words(moment.ask)
    if not moment.bid or not moment.ask:
        return f"The quote had one side only (bid {bid}, ask {ask}), and nothing fills from it."
    wrong = "locked" if moment.bid == moment.ask else "crossed"
    return f"The quote was {wrong} (bid {bid}, ask {ask}), and nothing fills from it."


def of_gaps(gaps: Sequence[str]) -> list[str]:
    """Spans nobody saw while it was open, the newest ones named."""
    named = [f"{gap} Nothing fills in a second nobody saw." for gap in gaps[-SHOWN:]]
    more = len(gaps) - len(named)
    return [f"There were {more} earlier spans in which no quote was received.", *named] if more else named


def of_expiry(held: Held) -> str:
    """Why its time is over."""
    if held.time_in_force not in AUCTIONS or held.arrived is not None:
        return "Its time in force was over."
    auction = "opening" if held.time_in_force is TimeInForce.OPEN else "closing"
    return f"The official {auction} price was not told within {AUCTION_PATIENCE // MINUTE} minutes, so nothing traded."


def _behind(ahead: Decimal) -> str:
    return f"behind {shares(ahead)} shares that were there before it" if ahead else "first in the queue"


def _ladder(levels: Sequence[Level]) -> str:
    named = ", ".join(f"{shares(level.size)} at {words(level.price)}" for level in levels[:SHOWN])
    more = len(levels) - SHOWN
    return f"{named}, and {more} levels behind" if more > 0 else named


def _indicated(shown: Indication) -> str:
    over = f"{shares(abs(shown.imbalance))} more are {'asked for' if shown.imbalance > 0 else 'on sale'}"
    rest = f", and {over}" if shown.imbalance else ""
    return f"As it stands it would come to {words(shown.price)} for {shares(shown.paired)} shares{rest}."


def _clock(at: datetime) -> str:
    local = at.astimezone(NEW_YORK)
    return f"{local:%H:%M:%S}.{local.microsecond // 1000:03d} ET"


def _day_clock(at: datetime) -> str:
    return f"{at.astimezone(NEW_YORK):%d %b at %H:%M} ET"
