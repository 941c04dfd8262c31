"""The figures of one look back, each with its formula; where there is too little to go by, how much there is instead."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import fmean
from typing import Final

from core.channel.facets.performance import Measure, Unit
from core.domain.money import ZERO, rounded
from core.performance import benchmark, drawdown, ratios, trades
from core.performance.money_weighted import rate
from core.performance.returns import Step, annual, linked
from core.performance.trades import Trade

SESSIONS: Final = 252  # of a year
LEAST_SESSIONS: Final = 20
LEAST_PAIRS: Final = 60
LEAST_TRADES: Final = 10
_YEAR: Final = timedelta(days=365)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the figures of one account and period are worked out from."""

    begins: datetime
    start: Decimal  # what was there then
    steps: Sequence[Step]
    trades: Sequence[Trade]
    bought: Decimal
    sold: Decimal
    costs: Decimal
    flows: Sequence[tuple[datetime, Decimal]]
    benchmark: str

    @property
    def years(self) -> float:
        return (self.steps[-1].at - self.begins) / _YEAR if self.steps else 0.0

    @property
    def daily(self) -> list[Step]:
        """Sessions from close to close, nothing missing."""
        return [step for step in self.steps if step.whole and step.share is not None]


def head(seen: Seen) -> tuple[Measure, ...]:
    steps = seen.steps
    shares = [step.share for step in steps]
    whole = linked(shares)
    lost = sum(share is None for share in shares)
    per_year = f"{annual(whole, seen.years):+.2%} a year".replace("-", "−") if seen.years >= 1 and whole > -1 else ""
    missing = f"{lost} stretch{'es' if lost != 1 else ''} could not be measured" if lost else ""
    gains = [step.gain for step in steps]
    gain = None if None in gains else sum((one for one in gains if one is not None), ZERO)
    theirs = [step.benchmark for step in steps]
    known = bool(theirs) and None not in theirs
    heights = drawdown.levels(shares)
    fall = drawdown.deepest([seen.begins.date(), *(step.day for step in steps)], heights)
    return (
        Measure(
            key="return",
            label="Return",
            unit=Unit.SHARE,
            estimate=whole if steps else None,
            words=per_year or missing,
            formula="Time-weighted: what one dollar that stayed in became. Each stretch between two flows is end ÷ start − 1; "
            "the stretches are multiplied together. Deposits and withdrawals change nothing.",
        ),
        Measure(
            key="benchmark",
            label=seen.benchmark or "Benchmark",
            unit=Unit.SHARE,
            estimate=linked(theirs) if known else None,
            words="over the same time, dividends put back" if known else "Not known for the whole time",
            formula="The benchmark's own return from the same moment to the same moment, its dividends put back into it.",
        ),
        Measure(
            key="gain",
            label="Gain",
            unit=Unit.MONEY,
            exact=gain,
            words="" if gain is not None else "Shares came or went that had no price",
            formula="Worth at the end − worth at the beginning − what was paid in + what was taken out.",
        ),
        _weighted(seen),
        Measure(
            key="drawdown",
            label="Deepest fall",
            unit=Unit.SHARE,
            estimate=fall.depth if fall else 0.0 if steps else None,
            words=_fall(fall),
            formula="The largest fall of the return curve from a close that was its highest so far. Falls within a day do not count.",
        ),
    )


def risk(seen: Seen) -> tuple[Measure, ...]:
    daily = [step.share for step in seen.daily]
    known = [share for share in daily if share is not None]

    def measure(key: str, label: str, unit: Unit, work: Callable[[], float | None], formula: str) -> Measure:
        given = _enough(len(daily), LEAST_SESSIONS, "session", work)
        return Measure(key=key, label=label, unit=unit, formula=formula, **given)  # type: ignore[arg-type]

    return (
        measure(
            "volatility",
            "Volatility, a year",
            Unit.SHARE,
            lambda: ratios.volatility(daily, SESSIONS),
            "Standard deviation (n − 1) of returns from close to close × √252.",
        ),
        measure(
            "sharpe",
            "Sharpe",
            Unit.RATIO,
            lambda: ratios.sharpe(daily, SESSIONS),
            "Mean ÷ standard deviation (n − 1) of returns from close to close × √252. Cash is taken to earn nothing.",
        ),
        measure(
            "sortino",
            "Sortino",
            Unit.RATIO,
            lambda: ratios.sortino(daily, SESSIONS),
            "Mean × 252 ÷ (root of the mean square of returns below zero, over all sessions, × √252).",
        ),
        measure(
            "pain",
            "Pain index",
            Unit.SHARE,
            lambda: drawdown.pain(daily),
            "How far below its highest close it was, on average over all sessions.",
        ),
        measure(
            "sessions_gained",
            "Sessions that gained",
            Unit.SHARE,
            lambda: fmean(share > 0 for share in known),
            "Sessions above zero ÷ all sessions measured from close to close.",
        ),
        measure("best", "Best session", Unit.SHARE, lambda: max(known), "The largest return from close to close."),
        measure("worst", "Worst session", Unit.SHARE, lambda: min(known), "The smallest return from close to close."),
    )


def of_trades(seen: Seen) -> tuple[Measure, ...]:
    done = seen.trades
    wins, losses = trades.won(done), trades.lost(done)
    spans = [trade.held for trade in done if trade.held is not None]

    def measure(key: str, label: str, unit: Unit, work: Callable[[], float | None], formula: str) -> Measure:
        given = _enough(len(done), LEAST_TRADES, "closed trade", work)
        return Measure(key=key, label=label, unit=unit, formula=formula, **given)  # type: ignore[arg-type]

    def mean(of: Sequence[Trade], key: str, label: str, formula: str) -> Measure:
        enough = len(done) >= LEAST_TRADES and bool(of)
        words = "" if enough else _too_few(len(done), LEAST_TRADES, "closed trade")
        exact = rounded(trades.gain(of) / len(of)) if enough else None
        return Measure(key=key, label=label, unit=Unit.MONEY, exact=exact, formula=formula, words=words)

    turned = trades.turnover(seen.bought, seen.sold, [step.value for step in seen.steps])
    return (
        Measure(
            key="trades",
            label="Closed trades",
            unit=Unit.COUNT,
            estimate=float(len(done)),
            words=f"{len(wins)} won, {len(losses)} lost",
            formula="Orders that closed something, each counted once however many pieces it filled in.",
        ),
        measure(
            "win_rate",
            "Won",
            Unit.SHARE,
            lambda: trades.win_rate(done),
            "Trades with a gain ÷ trades with a gain or a loss, after the fees of the order that closed them.",
        ),
        measure(
            "profit_factor",
            "Profit factor",
            Unit.RATIO,
            lambda: trades.profit_factor(done),
            "All that was won ÷ all that was lost. Without a loss there is none: it is not infinite.",
        ),
        mean(done, "expectancy", "A trade on average", "Gains less losses of all closed trades ÷ their number."),
        mean(wins, "mean_win", "A winner on average", "What the trades that won brought ÷ their number."),
        mean(losses, "mean_loss", "A loser on average", "What the trades that lost cost ÷ their number."),
        Measure(
            key="held",
            label="Held on average",
            unit=Unit.DAYS,
            estimate=fmean(span / _DAY for span in spans) if spans else None,
            words="" if spans else _too_few(0, 1, "closed trade"),
            formula="From a lot's purchase to its sale, by the lots' sizes; then over all closed trades, in days of the calendar.",
        ),
        Measure(
            key="turnover",
            label="Turnover",
            unit=Unit.SHARE,
            estimate=turned,
            words="of the period",
            formula="The lesser of purchases and sales ÷ what the account was worth on average.",
        ),
        Measure(
            key="costs",
            label="Fees and interest paid",
            unit=Unit.MONEY,
            exact=seen.costs,
            formula="Fees of trades, borrowing fees and interest paid, as booked. What the spread cost is not in it: it is in the gain.",
        ),
    )


def against(seen: Seen) -> tuple[Measure, ...]:
    pairs = [(s.share, s.benchmark) for s in seen.daily if s.share is not None and s.benchmark is not None]

    def measure(key: str, label: str, unit: Unit, work: Callable[[], float | None], formula: str) -> Measure:
        given = _enough(len(pairs), LEAST_PAIRS, "session", work)
        return Measure(key=key, label=label, unit=unit, formula=formula, **given)  # type: ignore[arg-type]

    return (
        measure(
            "beta",
            "Beta",
            Unit.RATIO,
            lambda: benchmark.beta(pairs),
            "Covariance with the benchmark ÷ the benchmark's variance, of returns from close to close.",
        ),
        measure(
            "alpha",
            "Alpha, a year",
            Unit.SHARE,
            lambda: benchmark.alpha(pairs, SESSIONS),
            "(Mean return − beta × the benchmark's mean) × 252. Cash is taken to earn nothing.",
        ),
        measure(
            "tracking_error",
            "Tracking error, a year",
            Unit.SHARE,
            lambda: benchmark.tracking_error(pairs, SESSIONS),
            "Standard deviation (n − 1) of the difference to the benchmark × √252.",
        ),
        measure(
            "correlation",
            "Correlation",
            Unit.RATIO,
            lambda: benchmark.correlation(pairs),
            "From −1 (always opposite) to 1 (always together), of returns from close to close.",
        ),
    )


def _weighted(seen: Seen) -> Measure:
    """Over the time itself; of a year only where there was one."""
    formula = (
        "Money-weighted (XIRR): the one rate at which what was paid in, on its days, would have become what is there. "
        "From a year on it is a rate per year (365 days); before, over the time itself."
    )
    label = "Money-weighted"
    if not seen.steps:
        return Measure(
            key="money_weighted", label=label, unit=Unit.SHARE, formula=formula, words="Nothing to measure yet"
        )
    span = seen.steps[-1].at - seen.begins
    unit = _YEAR if span >= _YEAR else span
    if not unit:
        return Measure(key="money_weighted", label=label, unit=Unit.SHARE, formula=formula, words="No time has passed")
    last = seen.steps[-1]
    flows = [(0.0, -float(seen.start))]  # the crossing: a rate is an estimate
    flows += [((at - seen.begins) / unit, -float(came)) for at, came in seen.flows]
    found = rate([*flows, (span / unit, float(last.value))])
    if isinstance(found, str):
        return Measure(key="money_weighted", label=label, unit=Unit.SHARE, formula=formula, words=found)
    words = "a year" if unit is _YEAR else "over this time"
    return Measure(key="money_weighted", label=label, unit=Unit.SHARE, estimate=found, formula=formula, words=words)


def _enough(count: int, least: int, noun: str, work: Callable[[], float | None]) -> dict[str, object]:
    """A number only from enough of what it is made of."""
    if count < least:
        return {"words": _too_few(count, least, noun)}
    found = work()
    return {"estimate": found, "words": "" if found is not None else "Nothing to divide by"}


def _too_few(count: int, least: int, noun: str) -> str:
    return f"Needs {least} {noun}{'s' if least != 1 else ''}, there {'is' if count == 1 else 'are'} {count}"


def _fall(fall: drawdown.Drawdown | None) -> str:
    if fall is None:
        return "never below an earlier close"
    long = f"{fall.sessions} session{'s' if fall.sessions != 1 else ''}"
    back = f"back after {long}" if fall.recovered else f"not back after {long}"
    return f"{_day(fall.peak)} to {_day(fall.trough)}, {back}"


def _day(day: object) -> str:
    return f"{day:%d %b}".lstrip("0")
