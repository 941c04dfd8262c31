"""What every check before a trade keeps, whichever are dropped into the folder."""

from collections.abc import Sequence
from dataclasses import is_dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.instrument import AssetClass
from core.domain.live import LiveTerms
from core.domain.order import OPEN, Order, OrderType, Purpose, Side, Status, TimeInForce
from core.domain.quote import Quote
from core.domain.verdict import Consent, Outcome, Verdict
from core.domain.view import AccountView, RecentIntent
from core.domain.workspace import Level, WorkspaceKind
from core.risk.checks import CHECKS
from core.risk.checks.base import limit_words
from core.risk.gate import Gate
from core.risk.limits import Limits
from tests.unit.risk import scene
from tests.unit.risk.scene import AAPL, ACCOUNT, BROKER, NOON, buy, held, quote, sell, view

NAMES = sorted(CHECKS)
STOPS = (Outcome.BLOCK, Outcome.NEEDS_DATA)
HOLD_THE_DOOR = {
    "R01",
    "R05",
    "R13",
    "R14",
    "R15",
    "R16",
    "R23",
    "R25",
    "R26",
    "R30",
    "R31",
}  # R26 has a rule of its own for reductions; before R31 lets anything out, the desk has opened no position
GATE = Gate(Limits())


@pytest.mark.parametrize("name", NAMES)
def test_file_and_class_have_one_name(name: str) -> None:
    assert CHECKS[name].__name__ == "".join(word.capitalize() for word in name.split("_"))


def test_codes_are_unique_and_complete_in_words() -> None:
    kinds = [CHECKS[name] for name in NAMES]
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert all(kind.title and kind.code[0] == "R" and kind.code[1:].isdigit() for kind in kinds)


def test_only_these_hold_the_door() -> None:
    assert {CHECKS[name].code for name in NAMES if CHECKS[name].holds_the_door} == HOLD_THE_DOOR


@pytest.mark.parametrize("name", NAMES)
def test_it_has_defaults_inside_their_ranges_and_cannot_be_changed(name: str) -> None:
    check = CHECKS[name]()
    assert is_dataclass(check)
    assert check.contradiction() == ""
    for setting, about in check.settings().items():
        assert Decimal(about.low) <= getattr(check, setting) <= Decimal(about.high)
        assert about.label
        assert limit_words(getattr(check, setting), about.unit)
        with pytest.raises(AttributeError):
            setattr(check, setting, Decimal(1))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "order",
    [
        buy("10"),
        buy("10", limit="100"),
        buy("10", stop="105", type=OrderType.STOP),
        sell("10", limit="101"),
        sell("10", stop="95", limit="94", type=OrderType.STOP_LIMIT),
    ],
    ids=lambda order: f"{order.side.value}-{order.type.value}",
)
def test_a_small_ordinary_trade_passes(name: str, order: Order) -> None:
    assert CHECKS[name]().verdict(order, view(positions=held(aapl="20"))).outcome is Outcome.PASS


# any picture that can be drawn, and any order that can be made ---------------------------------------------------------

prices = st.decimals("0.0001", "100000", places=4)
healthy = st.decimals("80000", "120000", places=2)
values = st.one_of(
    healthy, healthy, healthy, st.sampled_from([None, Decimal(0)]), st.decimals("-9999", "9999", places=2)
)
sizes = st.one_of(st.integers(1, 500).map(Decimal), st.decimals("0.000000001", "2000000000", places=9))
ids = st.sampled_from(["aapl", "msft"])


@st.composite
def orders(draw: st.DrawFn, order_id: str = "new", statuses: Sequence[Status] = (Status.DRAFT,)) -> Order:
    quantity = draw(sizes)
    return scene.order(
        draw(st.sampled_from(Side)),
        str(quantity),
        id=order_id,
        instrument_id=draw(ids) if order_id != "new" else "aapl",
        type=draw(st.sampled_from(OrderType)),
        limit=draw(st.one_of(st.none(), prices)),
        stop=draw(st.one_of(st.none(), prices)),
        time_in_force=draw(st.sampled_from(TimeInForce)),
        extended_hours=draw(st.booleans()),
        purpose=draw(st.sampled_from(Purpose)),
        status=draw(st.sampled_from(list(statuses))),
        replaces=draw(st.sampled_from([None, "a", "b", "gone"])),
        carried=draw(st.sampled_from([Decimal(0), quantity / 2, quantity])),
        reserve_price=draw(prices),
    )


@st.composite
def quotes(draw: st.DrawFn) -> Quote | None:
    if not draw(st.integers(0, 9)):
        return None
    bid = draw(st.one_of(st.just(Decimal(100)), prices))
    ask = draw(st.one_of(st.just(bid), st.just(bid * Decimal("1.03")), st.just(Decimal(0)), prices))
    last = draw(prices)
    lag = timedelta(seconds=draw(st.integers(-5, 100)))
    late = timedelta(minutes=draw(st.sampled_from([0, 15])))
    return quote(str(bid), str(ask), last=last, received=NOON - lag, delay=late)


@st.composite
def views(draw: st.DrawFn) -> AccountView:
    name = replace(
        AAPL,
        sector=draw(st.sampled_from([None, "Technology"])),
        diversified=draw(st.booleans()),
        fractionable=draw(st.booleans()),
        shortable=draw(st.booleans()),
        tradable=draw(st.booleans()),
        scale=draw(st.integers(0, 9)),
        asset_class=draw(st.sampled_from(AssetClass)),
        multiplier=draw(st.sampled_from([Decimal(1), Decimal(100)])),
    )
    moment = NOON + timedelta(hours=draw(st.integers(-10, 20)))
    known: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {
                "equity": values,
                "day_start_equity": values,
                "peak_equity": values,
                "buying_power": values,
                "previous_close": st.one_of(st.none(), prices),
                "session_low": st.one_of(st.none(), prices),
                "broker_quantity": values,
                "prices": st.dictionaries(ids, st.one_of(st.just(Decimal(0)), prices)),
                "positions": st.dictionaries(ids, st.one_of(sizes, sizes.map(lambda q: -q)).map(str)).map(
                    lambda q: held(**q)
                ),
                "quote": quotes(),
                "level": st.sampled_from(Level),
                "clock_skew": st.one_of(st.none(), st.integers(-5, 5).map(lambda s: timedelta(seconds=s))),
                "open_orders": st.tuples(
                    orders("a", sorted(OPEN)), orders("b", sorted(OPEN)), orders("c", sorted(OPEN))
                ),
                "intents_last_minute": st.integers(0, 20),
                "intents_today": st.integers(0, 60),
            }
            | dict.fromkeys(
                ("confirmed", "reconciled", "pinned", "from_person", "slice_of_plan", "waits"),
                st.booleans(),
            )
            | {"short_restricted": st.one_of(st.none(), st.booleans())}
            | {
                "kind": st.sampled_from(WorkspaceKind),
                "live": st.one_of(st.none(), st.builds(LiveTerms, opened=st.booleans(), small_left=st.integers(0, 10))),
            }
        )
    )
    past = RecentIntent(
        at=NOON - timedelta(seconds=draw(st.integers(-5, 20))),
        instrument_id="aapl",
        side=draw(st.sampled_from(Side)),
        quantity=draw(sizes),
        limit=None,
        counts=True,
    )
    return view(instrument=name, at=moment, instruments={"aapl": name}, recent=(past,), **known)


@given(order=orders(), seen=views())
def test_no_check_ever_raises_and_each_speaks_in_words(order: Order, seen: AccountView) -> None:
    for name in NAMES:
        verdict = CHECKS[name]().verdict(order, seen)
        assert isinstance(verdict, Verdict)
        assert verdict.check == CHECKS[name].code
        assert bool(verdict.message) is (verdict.outcome is not Outcome.PASS)
        assert "NaN" not in verdict.message


@given(order=orders(), seen=views())
def test_the_gate_never_blocks_a_reduction_unless_the_check_holds_the_door(order: Order, seen: AccountView) -> None:
    blocked = {v.check for v in GATE.verdicts(order, seen) if v.outcome in STOPS}
    if seen.reduces(order):
        assert blocked <= HOLD_THE_DOOR


@given(order=orders(), seen=views())
def test_a_reduction_never_leaves_the_other_side(order: Order, seen: AccountView) -> None:
    if seen.reduces(order):
        held_now = seen.quantity(order.instrument_id)
        after = held_now + order.side.sign * order.leaves
        assert abs(after) < abs(held_now) or not order.leaves
        assert after * held_now >= 0


ADDS = {
    "a limit": buy("10", limit="100"),
    "a market order": buy("10"),
    "a short": sell("10", limit="100", purpose=Purpose.SHORT),
}


@pytest.mark.parametrize("order", ADDS.values(), ids=ADDS)
@pytest.mark.parametrize(
    "missing", ["quote", "equity", "day_start_equity", "peak_equity", "buying_power", "clock_skew"]
)
def test_a_missing_input_blocks_what_adds_risk(order: Order, missing: str) -> None:
    outcomes = {v.outcome for v in GATE.verdicts(order, view(**{missing: None}))}
    assert Outcome.NEEDS_DATA in outcomes
    everything = tuple(CHECKS[name].code for name in NAMES)
    consent = Consent(warnings=everything, reasons=dict.fromkeys(everything, "I know"), worst_case_seen=True)
    with pytest.raises(Exception, match="was not sent"):
        GATE.pass_or_raise(order, view(**{missing: None}), consent)


def test_the_scene_is_an_ordinary_account() -> None:
    assert ACCOUNT.id == buy().account_id
    assert BROKER.order_types == frozenset(OrderType)
