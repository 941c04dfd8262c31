"""Looking back, as the engine answers for it: worked out on the asker's own thread."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

import pyarrow as pa

from core.channel.facets.performance import By, MonthView, PartView, Period, Summary
from core.domain.account import Account
from core.domain.equity import Certainty
from core.domain.errors import BadInput
from core.domain.money import ZERO, rounded
from core.engine.engine import Engine
from core.engine.facets import measures
from core.engine.facets.measures import Seen
from core.engine.facets.tables import MOMENT, NUMBER, TEXT, table
from core.engine.lookback import Lookback, benchmark_of, looked_back, parts
from core.performance import drawdown, trades
from core.performance.parts import traded
from core.performance.parts import trades as closed
from core.performance.returns import Step, linked
from core.performance.tags import by_tag
from core.performance.trades import Trade

COLUMNS: Final = {
    "at": MOMENT,
    "day": pa.date32(),
    "value": NUMBER,
    "flow": NUMBER,
    "growth": NUMBER,
    "benchmark": NUMBER,
    "drawdown": NUMBER,
    "certainty": TEXT,
    "words": TEXT,
}
COSTS: Final = ("expenses:fees", "expenses:borrow", "expenses:interest")
NO_TAG: Final = "No tag"
_FINE: Final = Decimal("0.000001")
_WORDS: Final = {
    Certainty.CONFIRMED: "Confirmed by the broker",
    Certainty.OURS: "From our books, not compared with the broker yet",
    Certainty.UNKNOWN: "Not known",
    Certainty.NOW: "At the last prices, not a close",
}


@dataclass(slots=True)
class PerformanceFacet:
    """Nobody waits for it: the desk thread is asked for prices alone, and keeps the new points."""

    engine: Engine

    def curve(self, account_id: str = "", period: Period = Period.ALL) -> pa.Table:
        back = looked_back(self.engine, self._one(account_id), period)
        return table(COLUMNS, _curve(back))

    def summary(self, account_id: str = "", period: Period = Period.ALL) -> Summary:
        account = self._one(account_id)
        back = looked_back(self.engine, account, period)
        seen = seen_of(back)
        return Summary(
            account_id=account.id,
            name=account.name,
            currency=account.currency,
            begins=back.begins.at if seen and back.begins else None,
            ends=back.ends,
            sessions=len(seen.daily) if seen else 0,
            gaps=back.gaps,
            head=measures.head(seen) if seen else (),
            risk=measures.risk(seen) if seen else (),
            trades=measures.of_trades(seen) if seen else (),
            against=measures.against(seen) if seen and back.has_benchmark else (),
            benchmark=benchmark_of(back),
            note=self.engine.feed.note,
        )

    def months(self, account_id: str = "", period: Period = Period.ALL) -> tuple[MonthView, ...]:
        back = looked_back(self.engine, self._one(account_id), period)
        found = groupby(back.steps, key=lambda step: step.day.replace(day=1))
        return tuple(_month(month, list(steps)) for month, steps in found)[::-1]

    def parts(self, by: By, account_id: str = "", period: Period = Period.ALL) -> tuple[PartView, ...]:
        if by is By.ACCOUNT:
            accounts = self.engine.thread.ask(self.engine.store.accounts.all)
            return tuple(self._account(account, period) for account in accounts)
        back = looked_back(self.engine, self._one(account_id), period)
        return self._symbols(back) if by is By.SYMBOL else _strategies(back)

    # parts -----------------------------------------------------------------------------------------------------------

    def _one(self, account_id: str) -> Account:
        accounts = [a for a in self.engine.thread.ask(self.engine.store.accounts.all) if account_id in ("", a.id)]
        if account_id and not accounts:
            raise BadInput(f"There is no account {account_id[:40]} here. Choose one of this workspace.")
        if len(accounts) > 1:
            raise BadInput("There is more than one account, and they are never added up: name the one that is meant.")
        if not accounts:
            raise BadInput("There is no account here yet. Nothing was looked up: connect one first.")
        return accounts[0]

    def _account(self, account: Account, period: Period) -> PartView:
        back = looked_back(self.engine, account, period)
        steps, done = back.steps, _trades(back)
        return PartView(
            label=account.name,
            gain=_gain(steps),
            realised=_sum(-line.value for line in back.lines if line.ledger_account == "income:realized"),
            fees=_sum(line.value for line in back.lines if line.ledger_account == "expenses:fees"),
            trades=len(done),
            won=len(trades.won(done)),
            share=linked(step.share for step in steps) if steps else None,
        )

    def _symbols(self, back: Lookback) -> tuple[PartView, ...]:
        done = _trades(back)
        views = []
        for name, part in parts(self.engine, back).items():
            symbol = back.symbols.get(name, name)
            mine = [trade for trade in done if trade.symbol == symbol]
            views.append(
                PartView(
                    label=symbol,
                    gain=None if part.gain is None else rounded(part.gain),
                    realised=part.realised,
                    fees=part.fees,
                    trades=len(mine),
                    won=len(trades.won(mine)),
                )
            )
        return tuple(sorted(views, key=lambda view: (-abs(view.gain or ZERO), view.label)))


def _curve(back: Lookback) -> list[tuple[Any, ...]]:
    begins = back.begins
    start = begins.begins() if begins else None
    if begins is None:
        return []
    rows: list[tuple[Any, ...]] = [
        (begins.at, begins.day, start, ZERO, ZERO, ZERO if begins.benchmark else None, ZERO, "", "Where it begins")
    ]
    levels = drawdown.levels([step.share for step in back.steps])
    down = drawdown.below(levels)
    known = {step.at: (step, levels[i], down[i]) for i, step in enumerate(back.steps, 1)}
    level: float | None = 1.0
    for point in back.points[1:]:
        if point.at in known:
            step, height, below = known.pop(point.at)
            level = None if level is None or step.benchmark is None else level * (1 + step.benchmark)
            theirs = None if level is None else _exact(level - 1)
            words = _WORDS[step.certainty]
            rows.append(
                (point.at, point.day, step.value, step.flow, _exact(height - 1), theirs, _exact(below), words, "")
            )
        elif point.is_close and point.value is None:
            rows.append((point.at, point.day, None, None, None, None, None, _WORDS[Certainty.UNKNOWN], point.words))
    return rows


def _exact(estimate: float) -> Decimal:
    """The crossing: a rate of return, as fine as it is shown."""
    return Decimal(str(estimate)).quantize(_FINE)


def seen_of(back: Lookback) -> Seen | None:
    """None = there is nothing to measure yet."""
    begins, steps = back.begins, back.steps
    start = begins.begins() if begins else None
    if begins is None or start is None or not steps:
        return None
    bought, sold = traded(back.moves)
    return Seen(
        begins=begins.at,
        start=start,
        steps=steps,
        trades=_trades(back),
        bought=bought,
        sold=sold,
        costs=_sum(line.value for line in back.lines if line.ledger_account in COSTS),
        flows=[(at, came) for at, came in back.flows if at < steps[-1].at or steps[-1].certainty is Certainty.NOW],
        benchmark=benchmark_of(back),
    )


def _trades(back: Lookback) -> list[Trade]:
    return closed(back.lines, back.moves, back.symbols)


def _month(month: date, steps: Sequence[Step]) -> MonthView:
    shares = [step.share for step in steps]
    theirs = [step.benchmark for step in steps]
    return MonthView(
        month=month,
        share=None if None in shares else linked(shares),
        benchmark=None if None in theirs else linked(theirs),
        gain=_gain(steps),
        flows=_sum(step.flow for step in steps),
        deepest=min(drawdown.below(drawdown.levels(shares))),
        sessions=sum(step.whole for step in steps),
    )


def _strategies(back: Lookback) -> tuple[PartView, ...]:
    found = by_tag(back.lines, back.moves)
    return tuple(
        PartView(
            label=tag or NO_TAG,
            gain=one.gain,
            realised=one.realised,
            fees=one.fees,
            trades=one.trades,
            won=one.won,
        )
        for tag, one in sorted(found.items())
    )


def _gain(steps: Sequence[Step]) -> Decimal | None:
    gains = [step.gain for step in steps]
    return None if None in gains else _sum(gain for gain in gains if gain is not None)


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, ZERO)
