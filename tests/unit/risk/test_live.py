"""Live: nothing before it was opened, small orders at first; and no consent, plan or machine gets round either."""

from dataclasses import replace

import pytest

from core.domain.errors import RiskBreach
from core.domain.live import LiveTerms
from core.domain.order import Order, OrderType, Purpose
from core.domain.verdict import Consent, Outcome
from core.domain.workspace import WorkspaceKind
from core.risk.checks.live_ordering import LiveOrdering
from core.risk.checks.small_at_first import SmallAtFirst
from core.risk.gate import Gate
from core.risk.limits import Limits, kinds
from tests.unit.risk.scene import AAPL, buy, held, quote, sell, view

LIVE = WorkspaceKind.LIVE
SHUT, SMALL, FREE = (
    LiveTerms(opened=False, small_left=10),
    LiveTerms(opened=True, small_left=3),
    LiveTerms(opened=True, small_left=0),
)
ANYTHING = Consent(warnings=tuple(kinds()), reasons=dict.fromkeys(kinds(), "I want it"), worst_case_seen=True)
EVERY_WAY = {
    "a person": {},
    "a machine": {"from_person": False},
    "a plan": {"slice_of_plan": True, "from_person": False},
    "kept for the opening": {"waits": True},
}


@pytest.mark.parametrize("kind", [WorkspaceKind.PRACTICE, WorkspaceKind.PAPER])
@pytest.mark.parametrize("terms", [None, SHUT, SMALL])
def test_where_no_real_money_moves_nothing_is_asked(kind: WorkspaceKind, terms: LiveTerms | None) -> None:
    for check in (LiveOrdering(), SmallAtFirst()):
        assert check.verdict(buy("100"), view(kind=kind, live=terms)).outcome is Outcome.PASS


@pytest.mark.parametrize("way", EVERY_WAY.values(), ids=EVERY_WAY)
@pytest.mark.parametrize("terms", [None, SHUT], ids=["not known", "not opened"])
@pytest.mark.parametrize(
    "order",
    [buy("1", limit="100"), sell("1", limit="100", purpose=Purpose.SHORT), sell("1", purpose=Purpose.CLOSE)],
    ids=["buy", "short", "close"],
)
def test_before_it_was_taken_live_nothing_is_sent(order: Order, terms: LiveTerms | None, way: dict[str, bool]) -> None:
    seen = view(kind=LIVE, live=terms, positions=held(aapl="10"), **way)
    with pytest.raises(RiskBreach, match="only read so far"):
        Gate(Limits()).pass_or_raise(order, seen, ANYTHING)


@pytest.mark.parametrize(
    ("quantity", "price", "passes"),
    [
        ("1", "100", True),
        ("2", "100", False),
        ("1.000000001", "100", False),
        ("5", "10", True),
        ("5.1", "10", False),
        ("0.5", "100", True),
        ("1", "4000", True),
        ("50", "1", True),
        ("51", "1", False),
    ],
)
def test_one_share_or_fifty_whichever_is_more(quantity: str, price: str, passes: bool) -> None:
    verdict = SmallAtFirst().verdict(buy(quantity, limit=price), view(kind=LIVE, live=SMALL))
    assert verdict.outcome is (Outcome.PASS if passes else Outcome.BLOCK)
    assert passes or "The next 3 live orders that add risk are worth at most one share or 50" in verdict.message


def test_an_order_without_a_limit_is_counted_at_the_far_touch_and_a_collar() -> None:
    cheap = view(kind=LIVE, live=SMALL, quote=quote("9.99", "10"))
    assert SmallAtFirst().verdict(buy("4"), cheap).outcome is Outcome.PASS
    assert SmallAtFirst().verdict(buy("5"), cheap).outcome is Outcome.BLOCK
    assert SmallAtFirst().verdict(buy("1"), view(kind=LIVE, live=SMALL, quote=None)).outcome is Outcome.NEEDS_DATA


def test_a_contract_of_a_hundred_is_a_hundred_times_its_price() -> None:
    hundred = replace(AAPL, multiplier=AAPL.multiplier * 100)
    assert (
        SmallAtFirst().verdict(buy("1", limit="9"), view(kind=LIVE, live=SMALL, instrument=hundred)).limit == "900.00"
    )


@pytest.mark.parametrize("way", EVERY_WAY.values(), ids=EVERY_WAY)
def test_no_consent_plan_or_machine_makes_the_first_ones_larger(way: dict[str, bool]) -> None:
    with pytest.raises(RiskBreach, match="at most one share or 50"):
        Gate(Limits()).pass_or_raise(buy("2", limit="100"), view(kind=LIVE, live=SMALL, **way), ANYTHING)


def test_an_order_that_takes_another_ones_place_is_judged_whole() -> None:
    larger = buy("90", limit="100", replaces="old")
    assert SmallAtFirst().verdict(larger, view(kind=LIVE, live=SMALL)).outcome is Outcome.BLOCK


def test_out_is_out_whatever_its_size() -> None:
    seen = view(kind=LIVE, live=SMALL, positions=held(aapl="100"))
    assert Gate(Limits()).pass_or_raise(sell("100", limit="100"), seen, ANYTHING)
    turned = sell("101", limit="100", purpose=Purpose.SHORT)
    assert SmallAtFirst().verdict(turned, seen).outcome is Outcome.BLOCK


def test_after_the_first_ones_the_ordinary_limits_apply() -> None:
    seen = view(kind=LIVE, live=FREE)
    assert SmallAtFirst().verdict(buy("80", limit="100"), seen).outcome is Outcome.PASS
    assert Gate(Limits()).pass_or_raise(buy("80", limit="100", type=OrderType.LIMIT), seen, ANYTHING)


def test_neither_can_be_set_away_among_the_limits() -> None:
    assert not LiveOrdering.settings()
    assert not SmallAtFirst.settings()
    assert not LiveOrdering.overridable
    assert not SmallAtFirst.overridable
