"""R16, R17 and R18: the market is open for it, and the hand that sends it did not slip."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.domain.order import OrderType, Status, TimeInForce
from core.domain.verdict import Outcome
from core.domain.view import AccountView, RecentIntent
from core.market.sessions import Sessions
from core.risk.checks.repeat import Repeat
from core.risk.checks.send_rate import SendRate
from core.risk.checks.session_hours import SessionHours
from tests.unit.risk.scene import BROKER, NOON, D, buy, held, sell, view

# exchange_calendars 4 uses what pandas 3.1 will change one day; its answers are checked below
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
P, W, B = Outcome.PASS, Outcome.WARN, Outcome.BLOCK
NEW_YORK = ZoneInfo("America/New_York")
SESSIONS = Sessions()


def at(text: str, **changes: object) -> AccountView:
    """The account at a moment of New York time, with the exchange's real hours."""
    moment = datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)
    return view(at=moment, session=SESSIONS.at(moment), **changes)


@pytest.mark.parametrize(
    ("moment", "outcome"),
    [
        ("2026-11-23 09:29:59", B),
        ("2026-11-23 09:30:00", P),
        ("2026-11-23 15:59:59", P),
        ("2026-11-23 16:00:00", B),
        ("2026-11-27 12:59:59", P),  # a half-day
        ("2026-11-27 13:00:00", B),
        ("2026-11-26 12:00:00", B),  # Thanksgiving
        ("2026-07-03 12:00:00", B),  # Independence Day, observed
        ("2026-11-22 12:00:00", B),  # a Sunday
    ],
)
def test_a_day_order_needs_an_open_market(moment: str, outcome: Outcome) -> None:
    for made in (buy(), sell(limit="100", time_in_force=TimeInForce.GTC), buy(time_in_force=TimeInForce.IOC)):
        assert SessionHours().verdict(made, at(moment)).outcome is outcome


def test_the_sentence_says_when_it_opens() -> None:
    assert "It opens Fri 27 Nov 09:30 ET" in SessionHours().verdict(buy(), at("2026-11-26 12:00")).message


def test_a_picture_drawn_just_before_the_close_does_not_outlive_it() -> None:
    late = replace(at("2026-11-27 12:59:59"), at=datetime(2026, 11, 27, 18, 0, tzinfo=UTC))
    assert SessionHours().verdict(buy(), late).outcome is B


def test_what_waits_here_may_be_asked_for_at_any_time() -> None:
    assert SessionHours().verdict(buy(), at("2026-11-26 12:00", waits=True)).outcome is P


@pytest.mark.parametrize(
    ("moment", "outcome"), [("2026-11-23 07:00", P), ("2026-11-23 12:00", P), ("2026-11-23 17:00", P)]
)
def test_extended_hours_take_limit_orders_for_the_day(moment: str, outcome: Outcome) -> None:
    made = buy(limit="100", extended_hours=True)
    assert SessionHours().verdict(made, at(moment)).outcome is outcome
    assert SessionHours().verdict(replace(made, limit=None, type=OrderType.MARKET), at(moment)).outcome is B
    assert SessionHours().verdict(replace(made, time_in_force=TimeInForce.GTC), at(moment)).outcome is B
    without = replace(BROKER, extended_hours=False)
    assert SessionHours().verdict(made, at(moment, capabilities=without)).outcome is B


@pytest.mark.parametrize("moment", ["2026-11-23 03:59", "2026-11-23 20:00", "2026-11-26 12:00", "2026-11-22 12:00"])
def test_extended_hours_end_too(moment: str) -> None:
    assert SessionHours().verdict(buy(limit="100", extended_hours=True), at(moment)).outcome is B


@pytest.mark.parametrize(
    ("moment", "outcome"),
    [("2026-11-23 09:27:59", P), ("2026-11-23 09:28:00", B), ("2026-11-23 12:00", B), ("2026-11-22 12:00", P)],
)
def test_last_call_for_the_open(moment: str, outcome: Outcome) -> None:
    assert SessionHours().verdict(buy(time_in_force=TimeInForce.OPEN), at(moment)).outcome is outcome


@pytest.mark.parametrize(
    ("moment", "outcome"),
    [
        ("2026-11-23 15:49:59", P),
        ("2026-11-23 15:50:00", B),
        ("2026-11-27 12:49:59", P),
        ("2026-11-27 12:50:00", B),
        ("2026-11-23 08:00", P),
    ],
)
def test_last_call_for_the_close(moment: str, outcome: Outcome) -> None:
    assert SessionHours().verdict(buy(time_in_force=TimeInForce.CLOSE), at(moment)).outcome is outcome


def asked(seconds_ago: float, **changes: object) -> RecentIntent:
    made = buy("10", limit="100")
    intent = RecentIntent(
        at=NOON - timedelta(seconds=seconds_ago),
        instrument_id=made.instrument_id,
        side=made.side,
        quantity=made.quantity,
        limit=made.limit,
        counts=True,
    )
    return replace(intent, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("seconds", "outcome"), [(0, W), (9.9, W), (10.1, P)])
def test_the_same_order_within_ten_seconds_is_asked_about(seconds: float, outcome: Outcome) -> None:
    assert Repeat().verdict(buy("10", limit="100"), view(recent=(asked(seconds),))).outcome is outcome


def test_another_order_is_another_order() -> None:
    seen = view(recent=(asked(1),))
    for other in (buy("11", limit="100"), buy("10", limit="100.01"), buy("10"), sell("10", limit="100")):
        assert Repeat().verdict(other, seen).outcome is P
    assert Repeat().verdict(buy("10", limit="100", instrument_id="msft"), seen).outcome is P


def test_a_stop_behind_what_was_just_bought_is_no_repeat() -> None:
    seen = view(recent=(asked(1, limit=None, stop=D("95")),))
    assert Repeat().verdict(buy("10"), seen).outcome is P
    assert Repeat().verdict(buy("10", stop="95", type=OrderType.STOP), seen).outcome is W


def test_slices_machines_and_a_second_sending_of_one_order_are_no_slip() -> None:
    made = buy("10", limit="100")
    assert Repeat().verdict(made, view(recent=(asked(1),), slice_of_plan=True)).outcome is P
    assert Repeat().verdict(made, view(recent=(asked(1),), from_person=False)).outcome is P
    assert Repeat().verdict(replace(made, status=Status.UNSENT), view(recent=(asked(1),))).outcome is P


@pytest.mark.parametrize(("minute", "day", "outcome"), [(9, 49, P), (10, 10, B), (0, 50, B), (9, 50, B)])
def test_so_many_orders_and_no_more(minute: int, day: int, outcome: Outcome) -> None:
    assert SendRate().verdict(buy(), view(intents_last_minute=minute, intents_today=day)).outcome is outcome


def test_reductions_machines_and_second_sendings_are_not_counted() -> None:
    busy = {"intents_last_minute": 10, "intents_today": 50}
    assert SendRate().verdict(sell("10"), view(positions=held(aapl="10"), **busy)).outcome is P
    assert SendRate().verdict(buy("10"), view(positions=held(aapl="-10"), **busy)).outcome is P
    assert SendRate().verdict(buy(), view(from_person=False, **busy)).outcome is P
    assert SendRate().verdict(replace(buy(), status=Status.UNSENT), view(**busy)).outcome is P


def test_a_larger_allowance() -> None:
    assert SendRate(a_minute=D(20)).verdict(buy(), view(intents_last_minute=19)).outcome is P
