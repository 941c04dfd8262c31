"""At which number each monitor begins to speak, and what it says."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.risk.monitors import MONITORS
from core.risk.monitors.base import Gauge, State
from tests.unit.risk.monitoring import D, sight

MB = 10**6


def gauges(monitor: str, limits: dict[tuple[str, str], str] | None = None, **changes: Any) -> list[Gauge]:
    return list(MONITORS[monitor]().gauges(sight(limits, **changes)))


def weights(monitor: str, limits: dict[tuple[str, str], str] | None = None, **changes: Any) -> list[str]:
    return [gauge.weight for gauge in gauges(monitor, limits, **changes) if gauge.title]


@pytest.mark.parametrize(
    ("equity", "weight"),
    [("97600.01", []), ("97600.00", ["amber"]), ("97000.01", ["amber"]), ("97000.00", ["red"]), ("104000", [])],
)
def test_a_days_loss_is_told_from_four_fifths_of_its_limit_on(equity: str, weight: list[str]) -> None:
    assert weights("day_loss", equity=D(equity)) == weight


def test_a_days_loss_says_how_much_of_which_limit_and_what_is_asked_back() -> None:
    (near,) = gauges("day_loss", equity=D("97500"))
    assert "2,500.00 of 3,000.00 USD, 2.50% of the day's beginning; your limit is 3%." in near.detail
    assert "asked back" not in near.detail
    (worse,) = gauges("day_loss", equity=D("95000"))
    assert worse.title == "Today's loss has reached your limit: only closing is allowed."
    assert "Open orders that add risk are asked back." in worse.detail


def test_the_limit_is_the_one_the_checks_apply() -> None:
    assert weights("day_loss", {("R20", "closing_only_at"): "0.01"}, equity=D("99000")) == ["red"]
    assert weights("drawdown", {("R20", "drawdown"): "0.02"}, equity=D("98000")) == ["red"]
    assert weights("exposure", {("R22", "most"): "0.5"}) == ["amber"]
    assert weights("concentration", {("R21", "warn_above"): "0.05"}) == ["amber"]
    assert weights("stale_feed", {("R24", "within"): "1"}) == ["amber"]
    assert weights("clock_skew", {("R24", "skew"): "0.2"}) == ["red"]


@pytest.mark.parametrize(
    ("equity", "weight"), [("88000.01", []), ("88000", ["amber"]), ("85000.01", ["amber"]), ("85000", ["red"])]
)
def test_a_fall_is_told_from_four_fifths_of_its_limit_on(equity: str, weight: list[str]) -> None:
    assert weights("drawdown", equity=D(equity)) == weight


@pytest.mark.parametrize(("short", "weight"), [("-50000", []), ("-50000.01", ["amber"])])
def test_long_and_short_count_together_and_fully_invested_is_ordinary(short: str, weight: list[str]) -> None:
    assert weights("exposure", values={"vti": D(50_000), "aapl": D(short)}) == weight


@pytest.mark.parametrize(
    ("value", "weight"), [("14999", []), ("15000", ["amber"]), ("25000", ["amber"]), ("25000.01", ["amber"])]
)
def test_one_name_is_told_of_where_the_checks_begin_to_warn(value: str, weight: list[str]) -> None:
    assert weights("concentration", values={"aapl": D(value), "vti": D(60_000)}) == weight


@pytest.mark.parametrize(
    ("value", "title"),
    [("25000", "AAPL has grown to a large share of the account."), ("25000.01", "AAPL has outgrown its limit.")],
)
def test_at_its_limit_a_name_may_stand_as_the_checks_let_it(value: str, title: str) -> None:
    assert gauges("concentration", values={"aapl": D(value)})[0].title == title


def test_a_name_over_its_limit_says_so_and_a_fund_never_does() -> None:
    found = gauges("concentration", values={"aapl": D("-26000"), "msft": D("26000"), "vti": D(90_000)})
    told = {gauge.of: gauge.title for gauge in found if gauge.title}
    assert told == {
        "AAPL": "AAPL has outgrown its limit.",
        "MSFT": "MSFT has outgrown its limit.",
        "Technology": "Technology has outgrown its limit.",
    }
    assert "26.00% of the account" in found[0].detail
    assert "your limit is 25%" in found[0].detail


def test_only_the_fullest_of_those_inside_their_limits_is_measured() -> None:
    assert [gauge.of for gauge in gauges("concentration", values={"aapl": D(9_000), "msft": D(8_000)})] == [
        "AAPL",
        "Technology",
    ]


def test_what_has_no_price_is_not_guessed() -> None:
    assert gauges("exposure", values={"aapl": None, "vti": D(10**6)}) == []
    assert gauges("day_loss", equity=None) == []
    assert gauges("drawdown", peak=None) == []
    assert gauges("stale_feed", heard={}) == []
    assert gauges("clock_skew", skew=None) == []
    assert gauges("disk_space", free=None) == []


def test_prices_that_stop_are_told_with_the_oldest_one_while_the_market_is_open() -> None:
    heard = {"aapl": timedelta(seconds=48), "vti": timedelta(seconds=5.1), "msft": timedelta(seconds=5)}
    (gauge,) = gauges("stale_feed", heard=heard)
    assert gauge.title == "Prices do not come in."
    assert "The newest one of AAPL and 1 more is 48.0 s old, your limit is 5 s" in gauge.detail
    assert gauges("stale_feed", heard=heard, market_open=False) == []
    assert weights("stale_feed", heard={"msft": timedelta(seconds=5)}) == []


@pytest.mark.parametrize(("off", "weight"), [("2.0", []), ("2.1", ["red"]), ("-2.1", ["red"])])
def test_a_clock_that_is_off_either_way_is_told_with_whose(off: str, weight: list[str]) -> None:
    skew = timedelta(milliseconds=int(Decimal(off) * 1000))
    assert weights("clock_skew", skew=skew) == weight
    assert "off main" in gauges("clock_skew", skew=skew)[0].detail


@pytest.mark.parametrize(
    ("free", "weight"), [(1000 * MB, []), (1000 * MB - 1, ["amber"]), (500 * MB, ["amber"]), (500 * MB - 1, ["red"])]
)
def test_a_disk_that_fills_up_is_told_before_it_is_full(free: int, weight: list[str]) -> None:
    assert weights("disk_space", free=free) == weight


def test_orders_of_a_day_and_the_largest_are_measured_and_never_told() -> None:
    (sent,) = gauges("send_rate", asked_today=60)
    assert (sent.used, sent.limit, sent.state, sent.title) == (D(60), D(50), State.OVER, "")
    assert gauges("send_rate", asked_today=50)[0].state is State.OVER
    assert gauges("order_size", largest_order=D(10_000))[0].state is State.NEAR
    (largest,) = gauges("order_size", largest_order=D(12_000))
    assert (largest.used, largest.limit, largest.state, largest.title) == (D(12_000), D(10_000), State.OVER, "")
