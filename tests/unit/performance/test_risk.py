"""Falls and ratios: what must hold whatever the returns, and nothing is made of too little."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.performance import benchmark, drawdown, ratios

returns = st.lists(st.floats(-0.3, 0.3), min_size=2, max_size=40)
FIRST = date(2026, 1, 5)


def fell(heights: list[float]) -> drawdown.Drawdown | None:
    return drawdown.deepest([FIRST + timedelta(days=n) for n in range(len(heights))], heights)


@given(rows=returns)
def test_a_fall_is_the_worst_of_all_pairs(rows: list[float]) -> None:
    levels = drawdown.levels(rows)
    worst = min(after / before - 1 for i, before in enumerate(levels) for after in levels[i:])
    assert min(drawdown.below(levels)) == pytest.approx(worst, abs=1e-12)
    found = fell(levels)
    assert (found is None) is (worst >= 0)
    if found is not None:
        assert found.depth == pytest.approx(worst, abs=1e-12)
        assert found.peak < found.trough


def test_a_fall_is_told_with_its_days_and_whether_it_came_back() -> None:
    found = fell([1.0, 1.2, 1.1, 0.9, 1.0, 1.2, 1.3, 1.29])
    assert found == drawdown.Drawdown(
        depth=pytest.approx(-0.25),  # type: ignore[arg-type]
        peak=date(2026, 1, 6),
        trough=date(2026, 1, 8),
        recovered=date(2026, 1, 10),
        sessions=4,
    )
    under = fell([1.0, 1.2, 0.9, 1.1])
    assert under is not None
    assert (under.recovered, under.sessions) == (None, 2)
    assert fell([1.0, 1.1, 1.2]) is None


@given(rows=returns, times=st.floats(0.1, 3))
def test_a_ratio_does_not_depend_on_how_much_was_dared(rows: list[float], times: float) -> None:
    more = [share * times for share in rows]
    for ratio in (ratios.sharpe, ratios.sortino):
        one, other = ratio(rows, 252), ratio(more, 252)
        if one is not None and other is not None and abs(one) < 1e6:
            assert other == pytest.approx(one, rel=1e-6, abs=1e-6)
    assert ratios.volatility(more, 252) == pytest.approx(times * ratios.volatility(rows, 252), rel=1e-9, abs=1e-12)


def test_what_never_moved_or_never_fell_has_no_ratio_instead_of_an_endless_one() -> None:
    assert ratios.sharpe([0.0] * 30, 252) is None
    assert ratios.sortino([0.01] * 30, 252) is None
    assert benchmark.beta([(0.01, 0.0)] * 30) is None
    assert benchmark.correlation([(0.01, 0.0)] * 30) is None


@given(rows=returns, slope=st.floats(-2, 2), extra=st.floats(-0.001, 0.001))
def test_what_is_made_of_the_benchmark_is_found_to_be(rows: list[float], slope: float, extra: float) -> None:
    if ratios.volatility(rows, 1) < 1e-3:
        return
    pairs = [(extra + slope * share, share) for share in rows]
    assert benchmark.beta(pairs) == pytest.approx(slope, abs=1e-6)
    assert benchmark.alpha(pairs, 252) == pytest.approx(extra * 252, abs=1e-5)
    assert benchmark.specific_risk(pairs, 252) == pytest.approx(0, abs=1e-6)
    assert benchmark.tracking_error(pairs, 252) == pytest.approx(
        abs(slope - 1) * ratios.volatility(rows, 252), rel=1e-6, abs=1e-9
    )
