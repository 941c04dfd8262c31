"""What every monitor keeps, whichever are dropped into the folder."""

from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.risk.limits import Limits
from core.risk.monitors import MONITORS
from core.risk.monitors.base import Gauge, Sight, State
from tests.unit.risk.monitoring import calm, sight

NAMES = sorted(MONITORS)
MONEY = st.none() | st.decimals(min_value=-(10**9), max_value=10**9, places=2)
SPANS = st.none() | st.timedeltas(min_value=timedelta(days=-2), max_value=timedelta(days=2))


def said(name: str, seen: Sight) -> list[Gauge]:
    return list(MONITORS[name]().gauges(seen))


@pytest.mark.parametrize("name", NAMES)
def test_it_has_defaults_cannot_be_changed_and_says_what_it_is(name: str) -> None:
    monitor = MONITORS[name]()
    assert is_dataclass(monitor)
    assert monitor.key
    assert monitor.title
    assert ":" not in monitor.key
    for setting in fields(monitor):
        with pytest.raises(AttributeError):
            setattr(monitor, setting.name, 1)


def test_no_two_are_known_by_one_key() -> None:
    assert len({MONITORS[name].key for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_its_limit_is_a_setting_of_the_checks(name: str) -> None:
    """No second source of truth: what the checks refuse at is what it tells of, and nothing else."""
    kind = MONITORS[name]
    if not kind.check:
        assert not kind.of_account
        return
    codes = {check.code for check in Limits().checks()}
    assert kind.check in codes
    others = {code: check for code, check in sight().checks.items() if code == kind.check}
    assert said(name, replace(sight(), checks=others))
    assert not fields(kind), "a number of its own"  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_on_an_ordinary_day_it_says_nothing(name: str) -> None:
    found = said(name, calm())
    assert found
    assert [gauge.title for gauge in found] == [""] * len(found)
    assert all(gauge.state is State.CALM for gauge in found)


@pytest.mark.parametrize("name", NAMES)
def test_of_what_is_not_known_it_says_nothing(name: str) -> None:
    nothing = Sight(account_id="acc", checks=calm().checks)
    assert all(gauge.state is State.CALM for gauge in said(name, nothing))


@pytest.mark.parametrize("name", NAMES)
@given(
    equity=MONEY,
    start=MONEY,
    peak=MONEY,
    values=st.dictionaries(st.sampled_from(["aapl", "vti", "gone"]), MONEY),
    orders=st.integers(0, 10_000),
    heard=st.dictionaries(st.sampled_from(["aapl", "gone"]), st.timedeltas(timedelta(0), timedelta(days=2))),
    skew=SPANS,
    signed_in_for=SPANS,
    free=st.none() | st.integers(0, 10**15),
    is_open=st.booleans(),
)
def test_it_never_raises_and_what_it_says_is_whole(name: str, orders: int, is_open: bool, **seen: Any) -> None:
    given_sight = replace(calm(), asked_today=orders, market_open=is_open, **seen)
    found = said(name, given_sight)
    assert len({gauge.of for gauge in found}) == len(found), "two alarms under one key"
    for gauge in found:
        assert gauge.used.is_finite()
        assert gauge.limit > 0
        assert gauge.label
        if gauge.title:
            assert gauge.title.endswith((".", "!"))
            assert gauge.weight in ("red", "amber", "blue", "grey")
            assert gauge.detail.endswith(".")
            assert any(digit.isdigit() for digit in gauge.detail), "number against limit"
            assert "E+" not in gauge.detail
    assert said(name, given_sight) == found


@pytest.mark.parametrize("name", NAMES)
def test_words_that_stand_in_the_journal_carry_no_number_that_moves(name: str) -> None:
    """A title is written down each time it changes."""
    seen = {one for used in range(1, 60) for one in _titles(name, Decimal(used) / 100)}
    for of in {of for of, _ in seen}:
        assert len([title for whose, title in seen if whose == of]) <= 3, seen


def _titles(name: str, lost: Decimal) -> list[tuple[str, str]]:
    seen = replace(
        calm(),
        equity=(1 - lost) * 100_000,
        values={"aapl": lost * 100_000},
        heard={"aapl": timedelta(seconds=1000 * int(lost * 100))},
        skew=timedelta(seconds=int(lost * 100)),
        free=int(lost * 10**9),
    )
    return [(gauge.of, gauge.title) for gauge in said(name, seen)]
