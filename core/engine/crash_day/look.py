"""Look at a crash day up to one moment: everything that is shown of it while it is on, and everything its report says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from core.channel.facets.crash_day import CrashReport, Happening, HeldBack, IndexDay, StillHeld, StillOpen, StopOutcome
from core.domain.errors import BadInput
from core.domain.instrument import Instrument
from core.domain.money import ZERO, value_of
from core.domain.order import IN_DOUBT, Order
from core.engine.crash_day.course import Course, course
from core.engine.crash_day.outcomes import STOPS, held_back, stop_outcomes
from core.engine.crash_day.story import KINDS, Story, told
from core.engine.crash_day.tape import Tape, tape
from core.engine.engine import Engine
from core.engine.words import STATE
from core.execution.titles import act
from core.market.sessions import Hours
from core.market.tape import Halt

INDEX: Final = "SPY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What is kept of a session; everything else follows."""

    account_id: str
    day: date
    row: int  # of the journal, when it began
    at: datetime  # market time


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """How the desk's books stand, at the moment of the look."""

    held: Mapping[str, Decimal]
    cash: Decimal
    currency: str
    names: Mapping[str, Instrument]  # by id
    orders: tuple[Order, ...]  # that are open


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One moment of it."""

    hours: Hours
    until: datetime
    story: Story
    course: Course
    index: IndexDay
    stops: tuple[StopOutcome, ...]
    held_back: tuple[HeldBack, ...]
    halts: tuple[Halt, ...]  # of the whole market, begun by then
    pauses: tuple[tuple[str, Halt], ...]  # of single names held or traded, likewise
    positions: tuple[StillHeld, ...]
    orders: tuple[StillOpen, ...]
    tapes: Mapping[str, Tape]
    symbols: Mapping[str, str]


def books(engine: Engine, account_id: str) -> Books:
    """On the desk thread."""
    account = engine.store.accounts.get(account_id)
    if account is None:
        raise BadInput(f"There is no account {account_id} here. Nothing was done.")
    return Books(
        held={i: position.quantity for i, position in engine.store.books.positions(account_id).items()},
        cash=engine.store.books.balance(account_id, "cash", account.currency),
        currency=account.currency,
        names={instrument.id: instrument for instrument in engine.store.catalogue.all()},
        orders=engine.store.orders.open(account_id),
    )


def look(engine: Engine, begun: Begun, known: Books, until: datetime, *, closed: bool) -> Look:
    """On any thread: the journal is read beside the desk."""
    hours = engine.sessions.hours(begun.day)
    if hours is None:
        raise BadInput(f"The exchange is closed on {begun.day}. No crash day is there to be told of.")
    until = min(until, hours.closes_at)
    lines, orders = engine.archive.since(begun.row, KINDS)
    story = told(lines, orders, begun.account_id, begun.at)
    market = engine.lines[0].market
    index = next(i for i, name in known.names.items() if name.symbol == INDEX)
    concerned = {
        index,
        *known.held,
        *(fill.instrument_id for fill, _ in story.fills),
        *(asked.order.instrument_id for _, asked in story.held_back),
    }
    tapes = {i: tape(market, i, hours, until) for i in sorted(concerned)}
    multipliers = {i: known.names[i].multiplier for i in concerned}
    went = course(known.held, known.cash, story, tapes, multipliers, begun.at, until, closed=closed)
    regular = hours.stretches[1]
    halts = {i: [h for h in market.halts(i, regular) if h.start <= until] for i in sorted(concerned)}
    mine = sorted(concerned - {index} | set(went.began_with) | set(went.ended_with))
    symbols = {i: known.names[i].symbol for i in concerned}
    return Look(
        hours=hours,
        until=until,
        story=story,
        course=went,
        index=_index(tapes[index], until),
        stops=stop_outcomes(story, went.began_with, tapes, market, until),
        held_back=tuple(held_back(story, tapes, until)),
        halts=tuple(halt for halt in halts[index] if halt.market_wide),
        pauses=tuple((symbols[i], halt) for i in mine for halt in halts[i] if not halt.market_wide),
        positions=tuple(_positions(went, tapes, known)),
        orders=tuple(_open(order) for order in known.orders),
        tapes=tapes,
        symbols=symbols,
    )


def report(
    begun: Begun, seen: Look, known: Books, happened: tuple[Happening, ...], certainty: str, note: str
) -> CrashReport:
    """What stays of it."""
    return CrashReport(
        id=f"{begun.day.isoformat()}-{begun.row}",  # an account that is begun again may see a day twice
        account_id=begun.account_id,
        day=begun.day,
        opens_at=seen.hours.opens_at,
        closes_at=seen.hours.closes_at,
        until=seen.until,
        early=seen.until < seen.hours.closes_at,
        currency=known.currency,
        before=seen.course.before,
        worst=seen.course.worst,
        worst_at=seen.course.worst_at,
        after=seen.course.after,
        index=seen.index,
        happened=happened,
        stops=seen.stops,
        held_back=seen.held_back,
        levels=tuple(Happening(at=at, words=words, serious=less) for at, words, less in seen.story.levels),
        positions=seen.positions,
        orders=seen.orders,
        certainty=certainty,
        note=note,
    )


def protected(known: Books) -> dict[str, Decimal]:
    """Shares of each name that an open stop would close."""
    found: dict[str, Decimal] = {}
    for order in known.orders:
        held = known.held.get(order.instrument_id, ZERO)
        if order.type in STOPS and held * order.side.sign < 0 and not order.cancel_asked:
            sum_so_far = found.get(order.instrument_id, ZERO) + max(order.leaves, ZERO)
            found[order.instrument_id] = min(sum_so_far, abs(held))
    return found


def _positions(went: Course, tapes: Mapping[str, Tape], known: Books) -> Iterator[StillHeld]:
    covered = protected(known)
    for instrument_id, quantity in sorted(went.ended_with.items(), key=lambda item: known.names[item[0]].symbol):
        price = tapes[instrument_id].last
        yield StillHeld(
            instrument_id=instrument_id,
            symbol=known.names[instrument_id].symbol,
            quantity=quantity,
            price=price,
            value=value_of(quantity, price, known.names[instrument_id].multiplier),
            covered=covered.get(instrument_id, ZERO),
        )


def _open(order: Order) -> StillOpen:
    price = order.stop or order.limit
    at = f", {order.type.value.replace('_', ' ')} {price.normalize():f}" if price is not None else ""
    words = f"{act(order)}{at}"
    return StillOpen(order_id=order.id, words=words, state=STATE[order.status], in_doubt=order.status in IN_DOUBT)


def _index(of_index: Tape, until: datetime) -> IndexDay:
    at_low = min(of_index.minutes, key=lambda m: m.low, default=None)
    low, low_at = (at_low.low, at_low.ends) if at_low else (of_index.last, until)
    if of_index.last < low:
        low, low_at = of_index.last, until
    return IndexDay(symbol=INDEX, before=of_index.before, low=low, low_at=low_at, last=of_index.last)
