"""Figures with too little behind them are not shown: how much there is, is."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.channel.facets.performance import Measure
from core.domain.equity import Certainty
from core.engine.facets import measures
from core.engine.facets.measures import LEAST_PAIRS, LEAST_SESSIONS, LEAST_TRADES, Seen
from core.performance.returns import Step
from core.performance.trades import Trade

BEGAN = datetime(2026, 1, 5, 21, tzinfo=UTC)


def seen(sessions: int, done: int, share: float = 0.01) -> Seen:
    steps = []
    for number in range(1, sessions + 1):
        moved = share * (1 if number % 3 else -1)
        at = BEGAN + timedelta(days=number)
        step = Step(
            day=at.date(),
            at=at,
            value=Decimal(100_000),
            flow=Decimal(0),
            gain=Decimal(10),
            share=moved,
            benchmark=moved / 2,
            whole=True,
            certainty=Certainty.CONFIRMED,
        )
        steps.append(step)
    gains = [Decimal(5 if number % 2 else -3) for number in range(done)]
    return Seen(
        begins=BEGAN,
        start=Decimal(100_000),
        steps=steps,
        trades=[Trade(symbol="ANT", gain=gain, held=timedelta(days=2)) for gain in gains],
        bought=Decimal(1),
        sold=Decimal(1),
        costs=Decimal(3),
        flows=[],
        benchmark="SPY",
    )


def by_key(*lists: tuple[Measure, ...]) -> dict[str, Measure]:
    return {measure.key: measure for found in lists for measure in found}


def test_below_what_it_takes_there_is_no_number_and_it_says_how_many_there_are() -> None:
    few = seen(LEAST_SESSIONS - 1, LEAST_TRADES - 1)
    found = by_key(measures.risk(few), measures.of_trades(few), measures.against(few))
    for key in ("volatility", "sharpe", "sortino", "pain", "best", "worst"):
        assert (found[key].estimate, found[key].words) == (None, f"Needs {LEAST_SESSIONS} sessions, there are 19")
    for key in ("beta", "alpha", "tracking_error", "correlation"):
        assert (found[key].estimate, found[key].words) == (None, f"Needs {LEAST_PAIRS} sessions, there are 19")
    for key in ("win_rate", "profit_factor", "expectancy", "mean_win", "mean_loss"):
        assert (found[key].estimate, found[key].exact) == (None, None)
        assert found[key].words == f"Needs {LEAST_TRADES} closed trades, there are 9"


def test_from_there_on_there_is_one_and_no_word_is_lost_on_it() -> None:
    enough = seen(LEAST_PAIRS, LEAST_TRADES)
    found = by_key(measures.risk(enough), measures.of_trades(enough), measures.against(enough))
    assert found["volatility"].words == ""
    assert found["beta"].estimate == pytest.approx(2)
    assert found["win_rate"].estimate == 0.5
    assert found["expectancy"].exact == 1
    assert all(measure.estimate is not None or measure.exact is not None for measure in found.values())


def test_nothing_of_a_part_of_a_year_is_called_a_year() -> None:
    (short, *_), (long, *_) = measures.head(seen(100, 0)), measures.head(seen(800, 0))
    assert "a year" not in short.words
    assert "a year" in long.words
    weighted = [next(m for m in measures.head(seen(days, 0)) if m.key == "money_weighted").words for days in (100, 800)]
    assert weighted == ["over this time", "a year"]


def test_every_figure_says_how_it_is_worked_out() -> None:
    all_of_them = seen(70, 20)
    found = by_key(
        measures.head(all_of_them),
        measures.risk(all_of_them),
        measures.of_trades(all_of_them),
        measures.against(all_of_them),
    )
    assert len(found) == 5 + 7 + 9 + 4
    for measure in found.values():
        assert measure.formula.endswith("."), measure.key
        assert len(measure.formula) > 30, measure.key
