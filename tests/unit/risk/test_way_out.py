"""A person can always get out: whatever else is wrong, a position can be closed with one extra confirmation."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.domain.errors import NotConfirmed, OrderRefused
from core.domain.order import Order, OrderType, Purpose, Status
from core.domain.verdict import Consent, Outcome, Verdict
from core.domain.view import AccountView, RecentIntent
from core.domain.workspace import Level
from core.risk.gate import Gate
from core.risk.limits import Limits
from tests.unit.risk.scene import AAPL, NOON, OPEN, D, buy, held, quote, sell, view, working

GATE = Gate(Limits())
LONG = {"positions": held(aapl="120"), "cash": D(88_000), "buying_power": D(88_000)}  # a 12 % position
CLOSE = sell("120", purpose=Purpose.CLOSE)
COVER = buy("120", purpose=Purpose.CLOSE)


def got_out(order: Order, seen: AccountView) -> list[Verdict]:
    """Closed, by a person who agrees to what the review shows; what it showed."""
    review = GATE.verdicts(order, seen)
    warned = tuple(v.check for v in review if v.outcome is Outcome.WARN)
    kept = GATE.pass_or_raise(order, seen, Consent(warnings=warned, worst_case_seen=True))
    if warned:
        with pytest.raises(NotConfirmed):
            GATE.pass_or_raise(order, seen, Consent())
    return [v for v in kept if v.outcome is not Outcome.PASS]


TROUBLES: dict[str, dict[str, Any]] = {
    "a spread of 2 %": {"quote": quote("98", "100")},
    "a quote 40 s old": {"quote": quote(received=NOON - timedelta(seconds=40))},
    "a crossed quote": {"quote": quote("101", "100")},
    "no quote": {"quote": None},
    "a delayed feed": {"quote": quote(delay=timedelta(minutes=15))},
    "no price": {"prices": {}},
    "no equity": {"equity": None},
    "nothing left": {"equity": D(-5000)},
    "no start of the day": {"day_start_equity": None, "peak_equity": None},
    "no buying power": {"buying_power": D(0)},
    "buying power below nothing": {"buying_power": D(-10_000)},
    "buying power not known": {"buying_power": None},
    "a day loss of 4 %": {"equity": D(96_000)},
    "a day loss of 9 %": {"equity": D(91_000)},
    "a drawdown of 20 %": {"peak_equity": D(125_000)},
    "far too much of it": {"equity": D(12_500), "day_start_equity": D(12_500), "peak_equity": D(12_500)},
    "ten orders in a minute and fifty today": {"intents_last_minute": 10, "intents_today": 50},
    "the clock off by a minute": {"clock_skew": timedelta(minutes=1)},
    "the clock not known": {"clock_skew": None},
    "closing only": {"level": Level.CLOSING_ONLY},
    "stopped": {"level": Level.STOPPED},
    "not reconciled": {"reconciled": False},
    "no close of yesterday": {"previous_close": None},
    "an unknown sector": {"instrument": replace(AAPL, sector=None)},
    "not shortable": {"instrument": replace(AAPL, shortable=False)},
    "asked a second ago": {
        "recent": tuple(
            RecentIntent(at=NOON, instrument_id="aapl", side=o.side, quantity=o.quantity, limit=None, counts=False)
            for o in (CLOSE, COVER)
        )
    },
    "a sale in doubt": {"open_orders": (working(sell("120", limit="150"), status=Status.UNKNOWN),)},
    "a purchase in doubt": {"open_orders": (working(buy("120", limit="50"), status=Status.UNKNOWN),)},
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_long_position_can_be_closed(trouble: str) -> None:
    got_out(CLOSE, view(**(LONG | TROUBLES[trouble])))


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_short_position_can_be_covered(trouble: str) -> None:
    seen = view(**({"positions": held(aapl="-120"), "cash": D(112_000)} | TROUBLES[trouble]))
    got_out(COVER, seen)


STOP = working(sell("120", type=OrderType.STOP, stop="90"))


def smaller(quantity: str = "70", stop: str = "90") -> Order:
    return sell(quantity, type=OrderType.STOP, stop=stop, replaces="old")


@pytest.mark.parametrize("trouble", [*TROUBLES, "after hours"])
def test_a_protective_stop_can_become_smaller_beside_the_order_that_reduces(trouble: str) -> None:
    wrong = TROUBLES.get(trouble, {"session": replace(OPEN, is_open=False)})
    beside = (STOP, working(sell("50", purpose=Purpose.CLOSE), id="reduction", status=Status.INTENT))
    got_out(smaller(), view(**(LONG | wrong | {"open_orders": (*beside, *wrong.get("open_orders", ()))})))


@pytest.mark.parametrize("change", [smaller("121"), smaller("70", "91"), replace(smaller(), replaces="another")])
@pytest.mark.parametrize("trouble", [{"level": Level.STOPPED}, {"session": replace(OPEN, is_open=False)}])
def test_any_other_change_of_it_waits_as_every_order_does(change: Order, trouble: dict[str, Any]) -> None:
    with pytest.raises(OrderRefused):
        got_out(change, view(**LONG, **trouble, open_orders=(STOP,)))


@pytest.mark.parametrize("trouble", [{"level": Level.STOPPED}, {"session": replace(OPEN, is_open=False)}])
def test_nor_does_a_smaller_one_bring_back_what_was_asked_back(trouble: dict[str, Any]) -> None:
    with pytest.raises(OrderRefused):
        got_out(smaller(), view(**LONG, **trouble, open_orders=(replace(STOP, cancel_asked=True),)))


def test_open_orders_that_would_add_to_it_are_not_in_the_way() -> None:
    got_out(CLOSE, view(**LONG, open_orders=(working(buy("10", limit="50", reserve_price="50")),)))
    got_out(COVER, view(positions=held(aapl="-120"), open_orders=(working(sell("10", limit="150")),)))


def test_an_open_order_that_would_reduce_it_too_is_named_not_doubled() -> None:
    seen = view(**LONG, open_orders=(working(sell("20", limit="150")),))
    with pytest.raises(OrderRefused, match="open orders to sell already take 20"):
        GATE.pass_or_raise(CLOSE, seen, Consent())
    got_out(sell("100", purpose=Purpose.CLOSE), seen)


def test_all_at_once() -> None:
    worst = {
        "quote": quote("98", "100", received=NOON - timedelta(seconds=40)),
        "equity": D(90_000),
        "buying_power": D(0),
        "intents_last_minute": 10,
        "level": Level.STOPPED,
        "reconciled": False,
        "prices": {},
        "clock_skew": None,
    }
    warned = got_out(CLOSE, view(**(LONG | worst)))
    assert {v.check for v in warned} == {"R02", "R04", "R20", "R22", "R24", "R26"}
    got_out(COVER, view(**({"positions": held(aapl="-120")} | worst)))


def test_a_twelve_percent_position_is_closed_with_one_extra_confirmation() -> None:
    warned = got_out(CLOSE, view(**LONG))
    assert [v.check for v in warned] == ["R02"]
    assert "only reduces the position" in warned[0].message


def test_a_marketable_limit_is_proposed() -> None:
    seen = view(**(LONG | TROUBLES["a spread of 2 %"]))
    assert "Sell 120 AAPL with a limit of 98" in GATE.proposal(CLOSE, seen, GATE.verdicts(CLOSE, seen))


def test_part_of_it_and_a_protective_stop_too() -> None:
    seen = view(**(LONG | {"equity": D(96_000), "buying_power": D(0)}))
    got_out(sell("1"), seen)
    got_out(sell("120", stop="90", type=OrderType.STOP), seen)


def test_a_machine_gets_out_too() -> None:
    seen = view(**(LONG | TROUBLES["a day loss of 9 %"] | {"from_person": False}))
    GATE.pass_or_raise(sell("120"), seen, Consent())


LOCKED: dict[str, dict[str, Any]] = {
    "R01": {"instrument": replace(AAPL, fractionable=False)},
    "R13": {"open_orders": (working(buy("5", limit="100")),)},
    "R15": {"quote": quote(halted="Paused.", band=(D(95), D(105)))},
    "R16": {"session": replace(OPEN, is_open=False)},
    "R23": {"restricted": frozenset({"aapl"})},
    "R25": {"pinned": False},
}


@pytest.mark.parametrize("code", LOCKED)
def test_only_these_hold_the_door(code: str) -> None:
    order = sell("119.5", purpose=Purpose.CLOSE) if code == "R01" else CLOSE
    seen = view(**(LONG | LOCKED[code]))
    blocked = {v.check for v in GATE.verdicts(order, seen) if v.outcome is Outcome.BLOCK}
    assert blocked == {code}


@pytest.mark.parametrize(("code", "order"), [("R05", sell("120", limit="99.999")), ("R14", sell("121"))])
def test_and_these(code: str, order: Order) -> None:
    assert code in {v.check for v in GATE.verdicts(order, view(**LONG)) if v.outcome is Outcome.BLOCK}


def test_what_adds_risk_finds_no_way_around() -> None:
    for trouble in ("a spread of 2 %", "a day loss of 4 %", "stopped", "not reconciled", "no quote", "no equity"):
        with pytest.raises(OrderRefused):
            everything = tuple(c.code for c in Limits().checks())
            GATE.pass_or_raise(buy("1"), view(**(LONG | TROUBLES[trouble])), Consent(warnings=everything))
