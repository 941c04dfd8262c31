"""What each account was worth at every close and every flow, worked out from its books and the market's own prices.

By market time, never by when somebody looked: a day that was jumped over, or that passed while the desk was off, is worked
out later and comes to the same. What is booked late for an earlier moment is worked out again from there on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from core.domain.account import Account
from core.domain.equity import Certainty, EquityPoint
from core.domain.errors import MarketDataError
from core.domain.money import rounded
from core.domain.quote import Bar
from core.engine.engine import Engine
from core.market.feeds.base import BarSize, Feed
from core.market.sessions import Sessions
from core.performance.holdings import Held, Then, from_outside, moments, value
from core.store import equity as kept
from core.store.equity import Mark, Past
from core.store.snapshot import snapshot

BENCHMARK: Final = "SPY"
_FIRST_LEVEL: Final = Decimal(100)
_LEVEL: Final = Decimal("0.000000001")
_A_MOMENT: Final = timedelta(seconds=1)
_TICK: Final = 4  # decimals of the finest price there is


@dataclass(frozen=True, slots=True)
class Prices:
    """What things cost at moments of the past; at a close, what they closed at."""

    feed: Feed
    sessions: Sessions

    def closes(self, instrument_id: str, first: date, last: date) -> dict[date, Bar]:
        """By day; a day without one is not there."""
        start, end = self.sessions.hours(first), self.sessions.hours(last)
        assert start is not None
        assert end is not None
        try:
            bars = self.feed.bars(instrument_id, BarSize.DAY, start.opens_at, end.closes_at + _A_MOMENT)
        except MarketDataError:
            return {}
        return {self.sessions.day(bar.at): bar for bar in bars}

    def at(self, instrument_id: str, moment: datetime) -> Decimal | None:
        """In the shares of that moment: the last full minute, or the close before."""
        bar = self.bar(instrument_id, moment)
        if bar is None:
            return None
        day = self.sessions.day(moment)
        if self.sessions.day(bar.at) != day and moment >= self.sessions.begins(day):
            try:
                return self.feed.previous_close(instrument_id, day)
            except MarketDataError:
                return None
        return exact(bar.close)

    def bar(self, instrument_id: str, moment: datetime) -> Bar | None:
        """The last full minute of the session that is on, else the last whole day."""
        sessions = self.sessions
        try:
            if sessions.is_open(moment):
                found = self.feed.bars(instrument_id, BarSize.MINUTE, sessions.previous_open(moment), moment)
                if found:
                    return found[-1]
            closed = sessions.previous_close(moment)
            opened = sessions.previous_open(closed - _A_MOMENT)
            found = self.feed.bars(instrument_id, BarSize.DAY, opened, closed + _A_MOMENT)
        except MarketDataError:
            return None
        return found[-1] if found else None


def exact(price: float) -> Decimal:
    """The crossing: a bar's price, which is an estimate of the past, as the price that was quoted."""
    return Decimal(str(round(price, _TICK)))


def catch_up(engine: Engine, account: Account) -> Past:
    """Every point there should be by now, on disk when it returns. On any thread but the desk's."""
    with engine.catching_up:  # two windows that ask at once must not both work it out
        return _caught_up(engine, account, engine.archive.equity(account.id, account.currency))


def catch_up_however_long(engine: Engine, account: Account) -> None:
    """The same where nobody waits: a long history is read for the first time, and gaps are tried again."""
    with engine.catching_up:
        with snapshot(engine.folder.database, engine.cut) as files:
            found = kept.past(files, account.id, account.currency, None, retry=True)
        _caught_up(engine, account, found)


def _caught_up(engine: Engine, account: Account, past: Past) -> Past:
    if engine.store.database.read_only:
        return past
    agreed = engine.thread.ask(lambda: _agreed(engine, account.id))
    past = _confirmed(engine, past, agreed)
    wanted = _wanted(engine, past)
    if not wanted:
        return past
    prices = Prices(engine.feed, engine.sessions)
    held = Held(cash=past.cash, quantities=dict(past.quantities))
    thens = moments(held, past.lines, wanted)
    points = _points(engine, account, thens, prices, agreed)
    points = _with_benchmark(engine, past, points, prices)
    marks = [_mark(past, point) for point in points]

    def write() -> None:
        with engine.store.unit:
            engine.store.equity.write(marks)

    engine.thread.ask(write)
    return replace(past, marks=(*past.marks, *marks))


def _confirmed(engine: Engine, past: Past, agreed: datetime | None) -> Past:
    """What was worked out before the broker was compared, and is now known to be so."""

    def sure(mark: Mark) -> bool:
        return mark.point.certainty is Certainty.OURS and agreed is not None and mark.point.at <= agreed

    if agreed is None or not any(sure(mark) for mark in past.marks):
        return past

    def write() -> None:
        with engine.store.unit:
            engine.store.equity.confirm(past.marks[0].point.account_id, agreed)

    engine.thread.ask(write)
    told = (replace(m, point=replace(m.point, certainty=Certainty.CONFIRMED)) if sure(m) else m for m in past.marks)
    return replace(past, marks=tuple(told))


def is_due(engine: Engine, account: Account) -> bool:
    """A session has closed since the newest point. On the desk thread: one look at the end of an index."""
    newest = engine.store.equity.newest(account.id)
    return newest is None or engine.sessions.previous_close(engine.timeline.now()) > newest


def _wanted(engine: Engine, past: Past) -> list[datetime]:
    """Closes since the last point that holds, and moments at which something came or went."""
    now, sessions = engine.timeline.now(), engine.sessions
    outside = from_outside(past.lines)
    since = past.marks[-1].point.at if past.marks else None
    flows = {line.at for line in past.lines if line.entry_id in outside and (since is None or line.at > since)}
    flows = {at for at in flows if at <= now}
    start = since or _opened(past)
    if start is None:
        return []
    flows = {at for at in flows if at >= start}
    days = sessions.days(start.date() - timedelta(days=1), now.date() + timedelta(days=1))
    closes = {h.closes_at for day in days if (h := sessions.hours(day)) is not None and start < h.closes_at <= now}
    return sorted(flows | closes)


def _opened(past: Past) -> datetime | None:
    """Where the curve begins: when the account's books did, or where what was read of a long history does."""
    return min((line.at for line in past.lines), default=None)


def _points(
    engine: Engine, account: Account, thens: Sequence[Then], prices: Prices, agreed: datetime | None
) -> list[EquityPoint]:
    sessions = engine.sessions
    closing = {then.at: sessions.day(then.at - _A_MOMENT) for then in thens if _is_close(sessions, then.at)}
    names = {name for then in thens if then.at in closing for name, held in _all(then).items() if held}
    closes = {name: prices.closes(name, min(closing.values()), max(closing.values())) for name in names}
    known = {name: engine.store.catalogue.get(name) for then in thens for name in _all(then)}
    multipliers = {name: found.multiplier for name, found in known.items() if found is not None}
    points = []
    for then in thens:
        day = closing.get(then.at)
        costs: dict[str, Decimal | None] = {}
        for name, held in _all(then).items():
            if held and day is not None:
                bar = closes[name].get(day)
                costs[name] = None if bar is None else exact(bar.close)
            elif held:
                costs[name] = prices.at(name, then.at)
        worth, came = value(then.held, costs, multipliers), value(then.came, costs, multipliers)
        missing = sorted(name for name, price in costs.items() if price is None)
        symbols = ", ".join(found.symbol if (found := known[name]) else name for name in missing)
        sure = Certainty.CONFIRMED if agreed is not None and agreed >= then.at else Certainty.OURS
        points.append(
            EquityPoint(
                account_id=account.id,
                at=then.at,
                day=day or sessions.day(then.at),
                is_close=day is not None,
                value=None if worth is None else rounded(worth),
                cash=then.held.cash,
                flow=None if came is None else rounded(came),
                certainty=Certainty.UNKNOWN if worth is None else sure,
                words=f"There was no price for {symbols}." if missing else "",
            )
        )
    return points


def _all(then: Then) -> Mapping[str, Decimal]:
    """What was held before or came, by instrument."""
    names = {**then.came.quantities, **then.held.quantities}
    return {name: then.held.quantities.get(name) or then.came.quantities.get(name) or Decimal(0) for name in names}


def _is_close(sessions: Sessions, at: datetime) -> bool:
    return sessions.previous_close(at) == at


def _agreed(engine: Engine, account_id: str) -> datetime | None:
    """Until when the broker was seen to hold what our books say. On the desk thread."""
    if not any(account_id in connection.reconciled for connection in engine.desk.connections):
        return None
    return engine.desk.pictures.compared_to.get(account_id)


def benchmark_levels(
    engine: Engine, begins: datetime, ends: Sequence[datetime], prices: Prices, last: float | None = None
) -> list[float | None]:
    """What one of the benchmark, dividends put back into it, became since a moment. None = not known.

    last: its price at the last of the ends, where that is now.
    """
    found = engine.thread.ask(lambda: engine.store.catalogue.by_symbol(BENCHMARK))
    if found is None:
        return [None] * len(ends)
    bars = [prices.bar(found.id, at) for at in (begins, *ends)]
    if last is not None:
        bars[-1] = Bar(at=ends[-1], open=last, high=last, low=last, close=last, volume=0.0)
    known = [bar for bar in bars if bar is not None]
    try:
        compared = iter(engine.feed.adjusted(found.id, known))
    except MarketDataError:
        return [None] * len(ends)
    first, *levels = [None if bar is None else next(compared).close for bar in bars]
    return [None if not first or level is None else level / first for level in levels]


def benchmark_now(engine: Engine) -> float | None:
    """Its last price. On the desk thread."""
    found = engine.store.catalogue.by_symbol(BENCHMARK)
    last = None if found is None else engine.desk.pictures.prices.quote(found.id)
    return None if last is None else float(last.last)  # the crossing: levels are estimates


def _with_benchmark(engine: Engine, past: Past, points: Sequence[EquityPoint], prices: Prices) -> list[EquityPoint]:
    """On from the level of the last point that has one: later dividends must not change what was written down."""
    known = next((mark.point for mark in reversed(past.marks) if mark.point.benchmark is not None), None)
    begins, level = (points[0].at, _FIRST_LEVEL) if known is None else (known.at, known.benchmark or _FIRST_LEVEL)
    grown = benchmark_levels(engine, begins, [point.at for point in points], prices)
    return [
        replace(point, benchmark=None if one is None else (level * Decimal(str(one))).quantize(_LEVEL))
        for point, one in zip(points, grown, strict=True)
    ]


def _mark(past: Past, point: EquityPoint) -> Mark:
    """Where the books have to be read from for a later moment."""
    later = [line.seq for line in past.lines if line.at > point.at]
    moved = [move.seq for move in past.moves if move.at > point.at]
    return Mark(
        point=point,
        postings_from=min(later) - 1 if later else past.read_to,
        moves_from=min(moved) - 1 if moved else past.moves_to,
        read_to=past.read_to,
    )
