"""What happens on a crash day, in plain sentences."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from core.channel.facets.crash_day import Happening, StopOutcome
from core.domain.fill import Fill
from core.domain.money import ZERO, value_of
from core.domain.order import Order, Side
from core.engine.crash_day.look import Look
from core.market.sessions import NEW_YORK
from core.market.tape import Halt

_FALLS: Final = (2, 4, 6, 8, 10, 12)  # per cent of the close before


def happened(seen: Look) -> tuple[Happening, ...]:
    """In order of time."""
    stops = {outcome.order_id for outcome in seen.stops}
    found = [
        *_index(seen),
        *(line for halt in seen.halts for line in _market_stop(halt, seen.until)),
        *(_pause(symbol, halt) for symbol, halt in seen.pauses),
        *(_stopped(outcome) for outcome in seen.stops),
        *(line for line in _traded(seen, stops)),
        *(
            Happening(at=wish.at, words=f"{wish.words} was held back by your limits: {_first(wish.why)}", serious=True)
            for wish in seen.held_back
        ),
        *(Happening(at=at, words=words, serious=less) for at, words, less in seen.story.levels if at <= seen.until),
    ]
    return tuple(sorted(found, key=lambda one: one.at))


def _index(seen: Look) -> Iterator[Happening]:
    before = seen.index.before
    falls = list(_FALLS)
    for minute in seen.tapes[_of(seen)].minutes:
        while falls and before and (minute.close / before - 1) * 100 <= -falls[0]:
            fall = falls.pop(0)
            yield Happening(at=minute.ends, words=f"{seen.index.symbol} is {fall} % below yesterday's close.")


def _of(seen: Look) -> str:
    return next(i for i, symbol in seen.symbols.items() if symbol == seen.index.symbol)


def _market_stop(halt: Halt, until: datetime) -> Iterator[Happening]:
    minutes = int((halt.end - halt.start).total_seconds() // 60)
    words = f"The market stops for {minutes} minutes at {clock(halt.start)}; orders wait."
    yield Happening(at=halt.start, words=words, serious=True)
    if halt.end <= until:
        yield Happening(at=halt.end, words="The market trades again: one price for all who waited.")


def _pause(symbol: str, halt: Halt) -> Happening:
    words = f"{symbol} is paused until {clock(halt.end)}: it moved too far within minutes."
    return Happening(at=halt.start, words=words, serious=True)


def _stopped(outcome: StopOutcome) -> Happening:
    sold = outcome.side is Side.SELL
    worse = outcome.slipped / outcome.quantity
    beside = (
        "at its stop price"
        if not worse
        else f"{abs(worse):.2f} {'below' if (worse > 0) is sold else 'above'} its stop price"
    )
    verb = "sold" if sold else "bought back"
    words = (
        f"Your stop in {outcome.symbol} {verb} {outcome.quantity.normalize():f} at {outcome.price:.2f}, "
        f"{beside}{f' {outcome.stop:.2f}' if worse else ''}."
    )
    return Happening(at=outcome.at, words=words, serious=True)


def _traded(seen: Look, stops: set[str]) -> Iterator[Happening]:
    """Every other order, told once with all of its fills."""
    by_order: dict[str, list[tuple[Fill, Order | None]]] = {}
    for fill, order in seen.story.fills:
        if fill.at <= seen.until and (order is None or order.id not in stops):
            by_order.setdefault(order.id if order else fill.execution_id, []).append((fill, order))
    for fills in by_order.values():
        quantity = sum((fill.quantity for fill, _ in fills), ZERO)
        price = sum((value_of(fill.quantity, fill.price) for fill, _ in fills), ZERO) / quantity
        first = fills[0][0]
        verb = "Bought" if first.side is Side.BUY else "Sold"
        symbol = seen.symbols[first.instrument_id]
        yield Happening(at=first.at, words=f"{verb} {quantity.normalize():f} {symbol} at {price:.2f}.")


def _first(why: str) -> str:
    """Without the repeated name of the order."""
    _, was_not_sent, rest = why.partition(" was not sent. ")
    return rest if was_not_sent else why


def clock(at: datetime) -> str:
    """Hours and minutes in New York."""
    return f"{at.astimezone(NEW_YORK):%H:%M}"
