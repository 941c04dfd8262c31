"""What an order moves the price by, against numbers that were published and numbers worked out by hand."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costs.impact import Almgren2005, Impact, SquareRoot, Usual

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "impact.json").read_text(encoding="utf-8")
)["vectors"]
USUAL = Usual(volume=1_000_000, daily=0.02)
HALF = timedelta(minutes=30)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["id"]))
def test_almgren_s_own_examples(vector: dict[str, Any]) -> None:
    asked, printed = vector["inputs"], vector["expected"]
    model = Almgren2005(outstanding=asked["shares_out_m"] * 1e6)
    usual = Usual(volume=asked["adv_m"] * 1e6, daily=asked["daily_vol"])
    quantity, days = asked["x_over_adv"] * usual.volume, asked["duration_days"]
    found = {
        "permanent_bp": model.stays(quantity, usual) * 1e4,
        "temporary_bp": model.passes(quantity, usual, days) * 1e4,
        "cost_bp": model.cost(quantity, usual, days) * 1e4,
    }
    assert found == pytest.approx(printed, abs=vector["tolerance"])


def test_the_square_root_by_hand() -> None:
    assert SquareRoot().moved(10_000, USUAL) == pytest.approx(0.002)  # a hundredth of the day: a tenth of its move
    assert SquareRoot(y=0.5).moved(40_000, USUAL) == pytest.approx(0.002)
    assert SquareRoot().cost(10_000, USUAL, half_spread=0.0001) == pytest.approx(0.0001 + 0.002 * 2 / 3)


def test_the_push_is_half_after_a_half_life_and_gone_in_the_end() -> None:
    impact = Impact(half_life=HALF, usual={"a": USUAL})
    fresh = impact.push("a", 10_000 * impact.left(timedelta(0)))
    assert impact.push("a", 10_000 * impact.left(HALF)) == pytest.approx(fresh / 2)
    assert impact.left(impact.memory) == 0
    assert impact.push("unknown", 10_000) == 0


@given(cuts=st.lists(st.integers(1, 5000), min_size=1, max_size=30), minutes=st.integers(0, 60))
def test_slices_pay_the_whole_order_s_cost_less_what_faded(cuts: list[int], minutes: int) -> None:
    """Each slice pays for those before it. Without fading that is the whole order's cost, but for the last slice."""
    impact = Impact(half_life=HALF, usual={"a": USUAL})
    apart = timedelta(minutes=minutes)
    paid = faded = 0.0
    for number, shares in enumerate(cuts):
        before = [(cut, impact.left(apart * (number - k))) for k, cut in enumerate(cuts[:number])]
        paid += shares * impact.push("a", sum(cut * left for cut, left in before))
        lost = sum(cut * (1 - left) for cut, left in before)
        faded += shares * impact.push("a", lost)
    whole = sum(cuts)
    assert paid + faded >= whole * SquareRoot().cost(whole, USUAL) - max(cuts) * SquareRoot().moved(whole, USUAL) - 1e-9
