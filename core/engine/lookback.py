"""One account over one period: everything its performance is worked out from, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from core.channel.facets.performance import Period
from core.domain.account import Account
from core.domain.equity import Booked, Certainty, EquityPoint, Moved
from core.domain.errors import DeskUnreachable
from core.domain.instrument import Instrument
from core.domain.money import ZERO, rounded
from core.domain.sample import Sample
from core.engine.engine import Engine
from core.engine.equity import BENCHMARK, Prices, benchmark_levels, benchmark_now, catch_up, exact
from core.engine.sample import sample_of
from core.market.sessions import NEW_YORK
from core.performance.holdings import Held, from_outside, moments, value
from core.performance.parts import Part, by_holding
from core.performance.returns import Step, steps
from core.store.equity import Past

_TRIES: Final = 3
_LEVEL: Final = Decimal("0.000000001")
_UNEXPLAINED: Final = "equity:unexplained"
_MONTHS: Final = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookback:
    """Immutable: worked out beside the desk."""

    account: Account
    points: tuple[EquityPoint, ...]  # from where it begins, now included
    lines: tuple[Booked, ...]  # booked since
    moves: tuple[Moved, ...]
    now: Held
    prices: Mapping[str, Decimal | None]  # now
    instruments: Mapping[str, Instrument]
    ends: datetime
    has_benchmark: bool

    @property
    def steps(self) -> list[Step]:
        return steps(self.points)

    @property
    def begins(self) -> EquityPoint | None:
        return self.points[0] if self.points else None

    @property
    def flows(self) -> list[tuple[datetime, Decimal]]:
        """What came and went after the beginning."""
        return [(point.at, point.flow) for point in self.points[1:] if point.flow]

    @property
    def gaps(self) -> tuple[str, ...]:
        found = [f"{point.day:%d %b}: {point.words}".lstrip("0") for point in self.points if point.value is None]
        puzzle = sum((-line.value for line in self.lines if line.ledger_account == _UNEXPLAINED), ZERO)
        if puzzle:
            found.append(
                f"{puzzle:,.2f} {self.account.currency} moved that the broker did not explain: neither gain nor loss here."
            )
        return tuple(found)

    @property
    def multipliers(self) -> dict[str, Decimal]:
        return {name: instrument.multiplier for name, instrument in self.instruments.items()}

    @property
    def symbols(self) -> dict[str, str]:
        return {name: instrument.symbol for name, instrument in self.instruments.items()}


def looked_back(engine: Engine, account: Account, period: Period | datetime) -> Lookback:
    """On any thread but the desk's. Read again where something was booked in between: a deposit must not look like a gain."""
    sample = engine.thread.ask(lambda: sample_of(engine, account.id))
    for _ in range(_TRIES):
        catch_up(engine, account)
        now = engine.timeline.now()
        past = engine.archive.equity(account.id, account.currency, since(period, now, sample))
        if engine.store.database.read_only or not _outdated(past, now):
            return _made(engine, account, past, now)
    raise DeskUnreachable(
        "The books change faster than they can be read. Nothing was looked up: look again in a moment."
    )


def _outdated(past: Past, now: datetime) -> bool:
    """Something came or went that has no point, or belongs before one and was not there when it was worked out."""
    marks = (*past.marks, *past.after)
    if not marks:
        return False
    newest, outside = marks[-1], from_outside(past.lines)
    new = [line for line in past.lines if line.seq > newest.read_to and line.at <= now]
    return any(line.at <= newest.point.at or line.entry_id in outside for line in new)


def _made(engine: Engine, account: Account, past: Past, now: datetime) -> Lookback:
    held = Held(cash=past.cash, quantities=dict(past.quantities))
    names = {*held.quantities, *(m.instrument_id for m in past.moves), *_units(past.lines)}

    def ask() -> tuple[dict[str, Decimal | None], dict[str, Instrument]]:
        prices = {name: engine.desk.pictures.price(account.id, name) for name in held.quantities}
        catalogue = engine.store.catalogue
        return prices, {name: known for name in names if (known := catalogue.get(name)) is not None}

    prices, instruments = engine.thread.ask(ask)
    multipliers = {name: instrument.multiplier for name, instrument in instruments.items()}
    points = [*(mark.point for mark in past.marks[-1:]), *(mark.point for mark in past.after)]
    points = points[next((i for i, point in enumerate(points) if point.value is not None), len(points)) :]
    lines, moves = past.lines, past.moves
    if points and points[-1].at == now:  # time stands still there: what it was worked out with holds
        prices = _priced(engine, points[-1], held.quantities)
    if points and engine.store.database.read_only:  # nothing new is written: it ends where the last one was
        end = points[-1].at
        (then,) = moments(held, lines, [end])
        held, prices = then.held, _priced(engine, points[-1], then.held.quantities)
        outside = from_outside(lines)
        lines = tuple(x for x in lines if x.at < end or (x.at == end and x.entry_id not in outside))
        moves = tuple(move for move in moves if move.at <= end)
    elif points and points[-1].at <= now:
        points += _now(engine, account, points, now, held, value(held, prices, multipliers))
    begins = points[0].at if points else now
    return Lookback(
        account=account,
        points=tuple(points),
        lines=tuple(line for line in lines if line.at > begins),
        moves=tuple(move for move in moves if move.at > begins),
        now=held,
        prices=prices,
        instruments=instruments,
        ends=points[-1].at if points else now,
        has_benchmark=any(point.benchmark is not None for point in points),
    )


def since(period: Period | datetime, now: datetime, sample: Sample | None = None) -> datetime:
    """The midnight in New York it begins at: what was worth at the last close before it is where it starts from."""
    if isinstance(period, datetime):
        return period
    if period is Period.OWN and sample is not None:
        return sample.until
    if period in (Period.ALL, Period.OWN):
        return _LONG_AGO
    today = now.astimezone(NEW_YORK).date()
    if period is Period.THIS_YEAR:
        first = date(today.year, 1, 1)
    else:
        months = today.year * 12 + today.month - 1 - _MONTHS[period]
        first = min_day(months // 12, months % 12 + 1, today.day)
    return datetime.combine(first, time(), NEW_YORK).astimezone(UTC)


def min_day(year: int, month: int, day: int) -> date:
    """That day of a month, or its last one."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day - 1), following - timedelta(days=1))


def parts(engine: Engine, back: Lookback) -> dict[str, Part]:
    """By instrument, or by what it was."""
    begins = back.begins
    if begins is None:
        return {}
    (then,) = moments(back.now, back.lines, [begins.at])
    start = then.held
    prices = _priced(engine, begins, start.quantities)
    outside = from_outside(back.lines)
    came: dict[str, Decimal | None] = {}
    flows = {point.at: point for point in back.points}
    for line in back.lines:
        if line.entry_id in outside and line.ledger_account == "positions":
            price = _priced(engine, flows[line.at], {line.unit: line.quantity}).get(line.unit)
            times = back.multipliers.get(line.unit, Decimal(1))
            before = came.get(line.unit, ZERO)
            came[line.unit] = None if price is None or before is None else before + line.quantity * price * times
    return by_holding(back.lines, start, prices, back.now, back.prices, came, back.multipliers)


def _priced(engine: Engine, point: EquityPoint, quantities: Mapping[str, Decimal]) -> dict[str, Decimal | None]:
    """As the point itself was worked out."""
    prices = Prices(engine.feed, engine.sessions)
    found: dict[str, Decimal | None] = {}
    for name, quantity in quantities.items():
        if not quantity:
            continue
        if point.is_close:
            bar = prices.closes(name, point.day, point.day).get(point.day)
            found[name] = None if bar is None else exact(bar.close)
        else:
            found[name] = prices.at(name, point.at)
    return found


def _now(
    engine: Engine, account: Account, points: Sequence[EquityPoint], now: datetime, held: Held, worth: Decimal | None
) -> list[EquityPoint]:
    """At the last prices; nothing new at the very moment of the last point."""
    last = points[-1]
    if worth is None or (last.at == now and not last.flow):
        return []
    level = None
    known = next((point for point in reversed(points) if point.benchmark is not None), None)
    if known is not None and known.benchmark is not None:
        price = engine.thread.ask(lambda: benchmark_now(engine))
        (grown,) = benchmark_levels(engine, known.at, [now], Prices(engine.feed, engine.sessions), price)
        level = None if grown is None else (known.benchmark * Decimal(str(grown))).quantize(_LEVEL)
    point = EquityPoint(
        account_id=account.id,
        at=now,
        day=engine.sessions.day(now),
        is_close=False,
        value=rounded(worth),
        cash=held.cash,
        benchmark=level,
        certainty=Certainty.NOW,
    )
    return [point]


def _units(lines: Sequence[Booked]) -> set[str]:
    return {line.unit for line in lines if line.ledger_account == "positions"}


def benchmark_of(back: Lookback) -> str:
    return BENCHMARK if back.has_benchmark else ""
