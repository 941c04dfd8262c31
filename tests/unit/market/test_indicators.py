"""Indicators against numbers their teachers published."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.market.indicators import Line, average, bands, exponential, macd, rsi, vwap

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "indicators.json").read_text())
prices = st.lists(st.floats(1, 1000), min_size=1, max_size=120)


def known(line: Line) -> list[float]:
    return [value for value in line if value is not None]


def test_wilders_strength_as_published() -> None:
    told = VECTORS["rsi"]
    line = rsi(told["closes"])
    assert line[:14] == [None] * 14
    assert known(line) == pytest.approx(told["rsi"], abs=0.005)


def test_macd_and_its_signal_as_published() -> None:
    told = VECTORS["macd"]
    line, signal = macd(told["closes"])
    assert line[:25] == [None] * 25
    assert (line[25], line[31]) == pytest.approx((told["first"], told["seventh"]))
    assert signal[:33] == [None] * 33
    assert (signal[33], signal[39]) == pytest.approx((told["first_signal"], told["seventh_signal"]))


def test_both_averages_as_published() -> None:
    told = VECTORS["averages"]
    assert known(average(told["closes"], 10)) == pytest.approx(told["plain"], abs=0.0101)
    assert known(exponential(told["closes"], 10)) == pytest.approx(told["exponential"], abs=0.0101)


def test_bands_as_published() -> None:
    told = VECTORS["bands"]
    lower, upper = bands(told["closes"])
    assert lower[:19] == upper[:19] == [None] * 19
    assert (lower[19], upper[19]) == pytest.approx((told["lower"], told["upper"]), abs=0.01)


def test_the_average_price_of_a_session_begins_anew_with_the_next_one() -> None:
    assert vwap([10, 20, 40], [100, 300, 50], ["mon", "mon", "tue"]) == [10, 17.5, 40]
    assert vwap([10, 20], [0, 100], ["mon", "mon"]) == [None, 20]


def test_a_price_that_does_not_move_is_neither_strong_nor_weak() -> None:
    assert known(rsi([50.0] * 20)) == [50.0] * 6
    assert set(known(rsi([float(n) for n in range(1, 21)]))) == {100.0}
    assert set(known(rsi([float(n) for n in range(20, 0, -1)]))) == {0.0}


@given(closes=prices)
def test_every_line_is_as_long_as_its_prices(closes: list[float]) -> None:
    for line in (average(closes, 20), exponential(closes, 12), rsi(closes), *macd(closes), *bands(closes)):
        assert len(line) == len(closes)


@given(closes=prices, more=prices)
def test_what_comes_later_changes_nothing_before(closes: list[float], more: list[float]) -> None:
    for of in (
        rsi,
        lambda values: average(values, 20),
        lambda values: macd(values)[1],
        lambda values: bands(values)[0],
    ):
        assert of(closes + more)[: len(closes)] == of(closes)


@given(closes=prices)
def test_strength_stays_between_0_and_100_and_bands_around_the_average(closes: list[float]) -> None:
    assert all(0 <= value <= 100 for value in known(rsi(closes)))
    for low, mean, high in zip(*_around(closes), strict=True):
        assert low is mean is high is None or (low is not None and mean is not None and high is not None)
        if low is not None and mean is not None and high is not None:
            assert low <= mean <= high


def _around(closes: list[float]) -> tuple[Line, Line, Line]:
    lower, upper = bands(closes)
    return lower, average(closes, 20), upper
