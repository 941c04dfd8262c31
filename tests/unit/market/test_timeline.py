"""Market time: the exchange's hours or its own, never backwards."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import BadInput
from core.market.sessions import NEW_YORK, Part, Sessions
from core.market.timeline import Anchor, Timeline
from tests.fakes.clock import FakeClock

SESSIONS = Sessions()
SATURDAY_NIGHT = datetime(2026, 11, 21, 23, 0, tzinfo=NEW_YORK).astimezone(UTC)
MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=NEW_YORK).astimezone(UTC)


class Real:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def test_first_use_on_a_saturday_night_is_inside_a_session_and_behind_real_time() -> None:
    real = Real(SATURDAY_NIGHT)
    line = Timeline.fresh(real, SESSIONS)
    assert line.own_time
    assert SESSIONS.is_open(line.now())
    assert line.now() <= real.now()
    real.pass_by(10)
    assert SESSIONS.is_open(line.now())


def test_first_use_in_a_session_starts_now() -> None:
    assert Timeline.fresh(Real(MONDAY), SESSIONS).now() == MONDAY


@pytest.mark.parametrize("pace", [1, 10, 60])
def test_own_time_passes_at_its_pace(pace: int) -> None:
    real = Real(MONDAY)
    line = Timeline(real, SESSIONS, Anchor(at=MONDAY, own_time=True, pace=pace))
    real.pass_by(1.5)
    assert line.now() == MONDAY + timedelta(seconds=1.5) * pace
    assert line.pace == pace


def test_at_the_close_it_goes_straight_to_the_next_opening() -> None:
    real = Real(MONDAY)
    friday = datetime(2026, 11, 27, 12, 59, 50, tzinfo=NEW_YORK).astimezone(UTC)
    line = Timeline(real, SESSIONS, Anchor(at=friday, own_time=True, pace=1))
    real.pass_by(25)
    assert line.now() == datetime(2026, 11, 30, 9, 30, 15, tzinfo=NEW_YORK).astimezone(UTC)


def test_at_sixty_times_a_session_takes_six_and_a_half_minutes() -> None:
    real = Real(MONDAY)
    start = datetime(2026, 11, 23, 9, 30, tzinfo=NEW_YORK).astimezone(UTC)
    line = Timeline(real, SESSIONS, Anchor(at=start, own_time=True, pace=60))
    for _ in range(391):
        real.pass_by(1)
        line.now()
    assert line.now() == datetime(2026, 11, 24, 9, 31, tzinfo=NEW_YORK).astimezone(UTC)


def test_it_stands_still_while_off_and_goes_on_from_its_anchor() -> None:
    real = Real(MONDAY)
    line = Timeline.fresh(real, SESSIONS)
    real.pass_by(5)
    saved = line.anchor()
    real.pass_by(86_400)
    again = Timeline(real, SESSIONS, saved)
    assert again.now() == saved.at == MONDAY + timedelta(seconds=5)
    real.pass_by(2)
    assert again.now() == saved.at + timedelta(seconds=2)


def test_a_machine_that_slept_did_not_trade() -> None:
    real = Real(MONDAY)
    line = Timeline.fresh(real, SESSIONS)
    real.pass_by(3 * 3600)
    assert line.now() == MONDAY


def test_paused_it_stands_still() -> None:
    real = Real(MONDAY)
    line = Timeline.fresh(real, SESSIONS)
    line.set(own_time=True, pace=0)
    real.pass_by(30)
    assert line.now() == MONDAY
    assert "paused" in line.words


def test_exchange_hours_are_real_time() -> None:
    real = Real(SATURDAY_NIGHT)
    line = Timeline.of_exchange(real, SESSIONS)
    real.pass_by(7200)
    assert line.now() == real.now()
    assert (line.own_time, line.pace, line.words) == (False, 1, "Exchange hours")


def test_back_to_exchange_hours_it_waits_for_real_time_and_says_so() -> None:
    real = Real(MONDAY)
    line = Timeline(real, SESSIONS, Anchor(at=MONDAY, own_time=True, pace=60))
    real.pass_by(10)
    ahead = line.now()
    line.set(own_time=False, pace=1)
    real.pass_by(60)
    assert line.now() == ahead
    assert line.words == "Market time stands still at Mon 23 Nov 12:10 ET until real time catches up"
    real.pass_by(600)
    assert line.now() == real.now()


def test_from_a_closed_market_own_time_starts_at_the_next_opening() -> None:
    real = Real(SATURDAY_NIGHT)
    line = Timeline.of_exchange(real, SESSIONS)
    line.set(own_time=True, pace=1)
    assert line.now() == datetime(2026, 11, 23, 9, 30, tzinfo=NEW_YORK).astimezone(UTC)


def test_it_is_never_behind_what_somebody_has_seen() -> None:
    real = Real(MONDAY)
    line = Timeline.fresh(real, SESSIONS)
    line.not_before(MONDAY + timedelta(minutes=3))
    line.not_before(MONDAY)
    assert line.now() == MONDAY + timedelta(minutes=3)


def test_an_unknown_pace_is_refused_and_nothing_changes() -> None:
    line = Timeline.fresh(Real(MONDAY), SESSIONS)
    with pytest.raises(BadInput, match="7×"):
        line.set(own_time=False, pace=7)
    assert (line.own_time, line.pace) == (True, 1)


@pytest.mark.parametrize("pace", [1, 60])
def test_it_stands_where_it_was_told_to_even_at_a_close_and_goes_on_from_there(pace: int) -> None:
    real = Real(MONDAY)
    close = datetime(2026, 11, 23, 16, 0, tzinfo=NEW_YORK).astimezone(UTC)
    line = Timeline(real, SESSIONS, Anchor(at=close - timedelta(seconds=20), own_time=True, pace=pace))
    line.pause_at(close)
    real.pass_by(10)
    assert line.now() == (close if pace == 60 else close - timedelta(seconds=10))
    real.pass_by(30)
    assert (line.now(), line.pace) == (close, 0)
    real.pass_by(30)
    assert line.now() == close
    line.set(own_time=True, pace=1)
    real.pass_by(5)
    assert line.now() == datetime(2026, 11, 24, 9, 30, 5, tzinfo=NEW_YORK).astimezone(UTC)


def test_told_to_stand_nowhere_or_where_it_has_been_it_runs_on() -> None:
    real = Real(MONDAY)
    line = Timeline(real, SESSIONS, Anchor(at=MONDAY, own_time=True, pace=60))
    for moment in (None, MONDAY, MONDAY - timedelta(hours=1)):
        line.pause_at(moment)
        real.pass_by(1)
        line.now()
    assert line.now() == MONDAY + timedelta(minutes=3)
    line.pause_at(MONDAY + timedelta(hours=2))
    line.jump(Anchor(at=MONDAY + timedelta(hours=3), own_time=True, pace=60))
    real.pass_by(1)
    assert line.now() == MONDAY + timedelta(hours=3, minutes=1)


def test_a_jump_to_the_close_stands_there_paused_and_goes_on_at_the_next_opening() -> None:
    real = Real(MONDAY)
    line = Timeline.fresh(real, SESSIONS)
    close = datetime(2026, 11, 23, 16, 0, tzinfo=NEW_YORK).astimezone(UTC)
    line.jump(Anchor(at=close, own_time=True, pace=0))
    real.pass_by(40)
    assert line.now() == close
    assert line.words == "Own time, paused at Mon 23 Nov 16:00 ET"
    again = Timeline(real, SESSIONS, line.anchor())
    assert again.now() == close
    again.set(own_time=True, pace=10)
    real.pass_by(3)
    assert again.now() == datetime(2026, 11, 24, 9, 30, 30, tzinfo=NEW_YORK).astimezone(UTC)


def test_a_jump_into_a_pre_market_goes_on_to_the_opening_and_through_it() -> None:
    real = Real(MONDAY)
    line = Timeline.fresh(real, SESSIONS)
    line.jump(Anchor(at=datetime(2026, 11, 24, 9, 29, 50, tzinfo=NEW_YORK).astimezone(UTC), own_time=True, pace=1))
    real.pass_by(5)
    assert line.now() == datetime(2026, 11, 24, 9, 29, 55, tzinfo=NEW_YORK).astimezone(UTC)
    real.pass_by(10)
    assert line.now() == datetime(2026, 11, 24, 9, 30, 5, tzinfo=NEW_YORK).astimezone(UTC)


def test_a_jump_to_what_is_over_moves_nothing() -> None:
    line = Timeline.fresh(Real(MONDAY), SESSIONS)
    line.jump(Anchor(at=MONDAY - timedelta(hours=1), own_time=True, pace=0))
    assert (line.now(), line.pace) == (MONDAY, 0)


def stretch_of(at: datetime) -> Part | None:
    stretch = SESSIONS.stretch(at)
    return None if stretch is None else stretch.part


steps = st.one_of(
    st.tuples(st.just("pass"), st.floats(0, 100_000)),
    st.tuples(st.just("set"), st.tuples(st.booleans(), st.sampled_from([0, 1, 10, 60]))),
    st.tuples(st.just("restart"), st.none()),
    st.tuples(st.just("jump"), st.tuples(st.floats(-100_000, 500_000), st.sampled_from([0, 1, 60]))),
)


@given(st.lists(steps, max_size=30))
def test_market_time_never_goes_back_and_own_time_passes_only_where_it_may(plan: list[tuple[str, Any]]) -> None:
    real = Real(SATURDAY_NIGHT)
    line = Timeline.fresh(real, SESSIONS)
    latest = line.now()
    for what, value in plan:
        if what == "pass":
            real.pass_by(value)
        elif what == "set":
            line.set(own_time=value[0], pace=value[1])
        elif what == "jump":
            to = Anchor(at=latest + timedelta(seconds=value[0]), own_time=True, pace=value[1])
            line.jump(to)
            assert line.now() >= to.at
        else:
            line = Timeline(real, SESSIONS, line.anchor())
        assert line.now() >= latest
        latest = line.now()
        assert line.pace == 0 or not line.own_time or stretch_of(latest) in (Part.REGULAR, Part.PRE)


def test_held_own_time_stands_still_and_goes_on_from_there() -> None:
    clock, sessions = FakeClock(), Sessions()
    own, exchange = Timeline.fresh(clock, sessions), Timeline.of_exchange(clock, sessions)
    before = own.now()
    for line in (own, exchange):
        line.hold(True)
    for _ in range(10):
        clock.advance(30)
        assert own.now() == before
    assert exchange.now() == clock.now()  # nobody holds that one up
    own.hold(False)
    assert own.now() == before
    clock.advance(5)
    assert own.now() == before + timedelta(seconds=5)
