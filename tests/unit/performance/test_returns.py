"""What one dollar became does not depend on how many there were, nor on when others came and went."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.equity import Certainty, EquityPoint
from core.domain.money import rounded
from core.performance.returns import annual, linked, steps

OPENED = datetime(2026, 1, 5, 14, 30, tzinfo=UTC)
shares = st.lists(st.floats(-0.2, 0.25), min_size=1, max_size=20)
flows = st.lists(st.integers(-40_000, 90_000), min_size=21, max_size=21)


def point(number: int, value: str | Decimal | None, flow: str | int | None = 0, **changes: object) -> EquityPoint:
    given: dict[str, object] = {
        "account_id": "a",
        "at": OPENED + timedelta(days=number),
        "day": (OPENED + timedelta(days=number)).date(),
        "is_close": number > 0,
        "value": None if value is None else Decimal(value),
        "cash": Decimal(0),
        "flow": None if flow is None else Decimal(flow),
        "certainty": Certainty.UNKNOWN if value is None else Certainty.OURS,
    }
    return EquityPoint(**(given | changes))  # type: ignore[arg-type]


def lived(returns: Sequence[float], came: Sequence[int], *, at_closes: bool) -> list[EquityPoint]:
    """An account that earned these returns, with money coming and going at the closes, or halfway between them."""
    found, worth = [point(0, "0", 100_000)], Decimal(100_000)
    for number, share in enumerate(returns, 1):
        if not at_closes:
            half = rounded(worth * Decimal(str((1 + share) ** 0.5)))
            flow = came[number] if half + came[number] > 1000 else 0
            found.append(point(number, half, flow, at=OPENED + timedelta(days=number, hours=-3), is_close=False))
            worth = rounded((half + flow) * Decimal(str((1 + share) ** 0.5)))
            found.append(point(number, worth))
            continue
        worth = rounded(worth * Decimal(str(1 + share)))
        flow = came[number] if worth + came[number] > 1000 else 0
        found.append(point(number, worth, flow))
        worth += flow
    return found


@given(returns=shares, came=flows, at_closes=st.booleans())
def test_a_return_is_the_same_whatever_is_paid_in_or_taken_out(
    returns: list[float], came: list[int], at_closes: bool
) -> None:
    found = steps(lived(returns, came, at_closes=at_closes))
    assert len(found) == len(returns)
    assert linked(step.share for step in found) == pytest.approx(prod(1 + r for r in returns) - 1, rel=1e-6, abs=1e-7)


@given(returns=shares, came=flows, at_closes=st.booleans())
def test_what_was_there_and_what_came_and_what_was_won_is_what_is_there(
    returns: list[float], came: list[int], at_closes: bool
) -> None:
    points = lived(returns, came, at_closes=at_closes)
    before = Decimal(100_000)
    for step in steps(points):
        assert step.gain is not None
        assert step.value == before + step.flow + step.gain
        before = step.value


@given(returns=shares, looks=st.lists(st.integers(1, 20), max_size=6))
def test_looking_more_often_changes_nothing(returns: list[float], looks: list[int]) -> None:
    points = lived(returns, [0] * 21, at_closes=True)
    middle = [
        point(n, points[n].value, at=points[n].at - timedelta(seconds=1), is_close=False)
        for n in set(looks)
        if n < len(points)
    ]
    often = steps(sorted([*points, *middle], key=lambda p: p.at))
    assert linked(s.share for s in often) == pytest.approx(linked(s.share for s in steps(points)), abs=1e-12)


def test_a_close_without_a_price_is_bridged_and_is_no_session() -> None:
    found = steps([point(0, "0", 100), point(1, "110"), point(2, None), point(3, "121")])
    assert [s.day.day for s in found] == [6, 8]
    assert [s.share for s in found] == [pytest.approx(0.1), pytest.approx(0.1)]
    assert not any(s.whole for s in found), "the first began in the middle of a day, the second is two"


def test_money_that_moved_where_nobody_knows_the_worth_is_weighed_by_time() -> None:
    (_, step) = steps([point(0, "0", 100), point(1, "100"), point(2, None, 100), point(3, "210")])
    assert step.share == pytest.approx(10 / 150)  # half of the time
    assert (step.gain, step.flow) == (Decimal(10), Decimal(100))


def test_shares_that_came_without_a_price_end_the_chain_and_a_new_one_begins() -> None:
    found = steps([point(0, "0", 100), point(1, "100", None), point(2, "500"), point(3, "550")])
    assert [(s.share, s.gain) for s in found] == [(0.0, 0), (None, None), (pytest.approx(0.1), 50)]
    assert linked(s.share for s in found) == pytest.approx(0.1)


def test_an_account_that_was_emptied_is_measured_again_when_something_comes() -> None:
    found = steps([point(0, "0", 100), point(1, "150", -150), point(2, "0", 100), point(3, "90")])
    assert [s.share for s in found] == [pytest.approx(0.5), None, pytest.approx(-0.1)]


def test_nothing_is_measured_from_nothing() -> None:
    assert steps([]) == []
    assert steps([point(0, "0", 100)]) == []
    assert steps([point(0, None), point(1, None)]) == []


def test_a_part_of_a_year_is_never_made_a_whole_one() -> None:
    assert annual(0.21, 2) == pytest.approx(0.1)
    with pytest.raises(ValueError, match="no whole year"):
        annual(0.05, 0.5)


def test_a_step_knows_the_benchmark_of_its_own_time() -> None:
    levels = [Decimal(100), Decimal(102), None, Decimal(104)]
    found = steps([point(n, "100", 100 if n == 0 else 0, benchmark=level) for n, level in enumerate(levels)])
    assert [step.benchmark for step in found] == [pytest.approx(0.02), None, None]
    assert found[0].day == date(2026, 1, 6)
