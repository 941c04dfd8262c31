"""The rate that explains the flows, found wherever there is exactly one, and a sentence where there is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.performance.money_weighted import rate

times = st.lists(st.floats(0.05, 3), min_size=1, max_size=8, unique=True)
amounts = st.lists(st.floats(10, 100_000), min_size=9, max_size=9)


@given(yearly=st.floats(-0.6, 2.0), when=times, paid=amounts)
def test_what_grew_at_a_rate_is_told_that_rate(yearly: float, when: list[float], paid: list[float]) -> None:
    end = max(when) + 0.25
    flows = [(0.0, -paid[0]), *((at, -money) for at, money in zip(when, paid[1:], strict=False))]
    left = sum(-money * (1 + yearly) ** (end - at) for at, money in flows)
    assert rate([*flows, (end, left)]) == pytest.approx(yearly, rel=1e-7, abs=1e-9)


@given(scale=st.floats(0.001, 1e6))
def test_it_does_not_depend_on_the_size(scale: float) -> None:
    flows = [(0.0, -100.0), (0.5, -50.0), (1.0, 165.0)]
    assert rate([(at, scale * money) for at, money in flows]) == pytest.approx(rate(flows), rel=1e-9)


@pytest.mark.parametrize(
    ("flows", "words"),
    [
        ([], "Nothing was paid in"),
        ([(0, -100.0)], "Nothing was paid in"),
        ([(0, 100.0), (1, 5.0)], "Nothing was paid in"),
        ([(0, -100.0), (0, 110.0)], "at one moment"),
        ([(0, -100.0), (1, 230.0), (2, -132.0)], "2 different rates"),  # 10 % and 20 %, both of them
        ([(0, 1000.0), (1, -3000.0), (2, 2500.0)], "No rate explains"),
    ],
)
def test_where_there_is_no_one_rate_it_says_so(flows: list[tuple[float, float]], words: str) -> None:
    assert words in str(rate(flows))


def test_almost_everything_lost_within_a_day_is_still_found() -> None:
    assert rate([(0.0, -100_000.0), (1.0, 2.0)]) == pytest.approx(-0.99998)
