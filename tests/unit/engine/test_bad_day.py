"""What happens to a name on purpose, and a scripted bad day: on both lines, at any pace, over jumps and restarts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.channel.facets.practice import BadDay, Fault, Jump, StepState
from core.domain.errors import BadInput, OrderRefused
from core.domain.order import OrderType, Status
from core.market.sessions import NEW_YORK
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import Opened, opened
from tests.unit.engine.test_practice import at_noon, new_york, place
from tests.unit.engine.test_rehearsals import desk, filled, passing, titles

__all__ = ["desk"]


def et(hour: int, minute: int, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


def told(desk: Opened) -> list[str]:
    return [line.title for line in desk.engine.store.journal.of_kinds("practice.fault")]


def bad_day(desk: Opened) -> BadDay:
    found = desk.desk.practice.state().bad_day
    assert found is not None
    return found


def go_to(desk: Opened, at: datetime) -> None:
    """Market time gets there at 60×, as when somebody watches."""
    desk.desk.practice.time(own_time=True, pace=60)
    while (left := (at - desk.engine.timeline.now()).total_seconds() / 60) > 0:
        desk.settle(min(max(left, 0.01), 10))  # a machine that slept is no time that passed
    desk.desk.practice.time(own_time=True, pace=1)
    passing(desk, 6)


def test_a_halt_now_takes_no_market_order_and_a_limit_meets_the_auction_that_ends_it(desk: Opened) -> None:
    (halt,) = desk.desk.practice.fault(Fault.HALT, on=True, symbol="AAPL", size=5).of_names
    assert (halt.words, halt.state) == ("AAPL is halted for 5 minutes", StepState.COMING)
    assert halt.at - desk.engine.timeline.now() <= timedelta(seconds=2)
    assert halt.until == halt.at + timedelta(minutes=5)
    passing(desk, 4)
    assert desk.desk.practice.state().of_names[0].state is StepState.ON
    quote = desk.desk.market.quote("AAPL").quote
    assert "as it was asked to on Practice" in quote.halted
    with pytest.raises(OrderRefused, match="was not sent"):
        place(desk, "AAPL", "1")
    limit = f"{quote.ask * Decimal('1.02'):.2f}"
    order_id = place(desk, "AAPL", "1", type=OrderType.LIMIT, limit=limit)
    passing(desk, 6)
    assert desk.desk.orders.story(order_id).order.status is Status.ACKED
    go_to(desk, halt.until + timedelta(seconds=10))
    filled(desk, order_id)
    assert "auction after the halt" in " ".join(desk.desk.practice.why(order_id))
    assert desk.desk.practice.state().of_names[0].state is StepState.OVER
    assert told(desk) == ["AAPL is halted for 5 minutes"]


@pytest.mark.parametrize("size", [-4, 4])
def test_a_gap_now_jumps_and_stays(desk: Opened, size: int) -> None:
    before = desk.desk.market.quote("AAPL").quote
    view = desk.desk.practice.fault(Fault.PRICE_GAP, on=True, symbol="AAPL", size=size)
    assert view.of_names[0].words == f"The price of AAPL jumps by {'+' if size > 0 else '−'}4 %"
    passing(desk, 4)
    after = desk.desk.market.quote("AAPL").quote
    assert float(after.bid / before.bid) == pytest.approx(1 + size / 100, abs=0.005)
    with pytest.raises(BadInput, match="where a price has jumped to, it stays"):
        desk.desk.practice.fault(Fault.PRICE_GAP, on=False, symbol="AAPL")


def test_the_usual_gap_goes_against_what_is_held(desk: Opened) -> None:
    filled(desk, place(desk, "AAPL", "1"))
    (gap,) = desk.desk.practice.fault(Fault.PRICE_GAP, on=True, symbol="AAPL").of_names
    assert gap.words == "The price of AAPL jumps by −10 %"


@pytest.mark.parametrize("fault", [Fault.HALT, Fault.PRICE_GAP])
def test_outside_the_session_there_is_a_sentence_and_nothing_changes(tmp_path: Path, fault: Fault) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle(1)
        desk.desk.practice.jump(Jump.CLOSE)
        with pytest.raises(BadInput, match="while the session is open"):
            desk.desk.practice.fault(fault, on=True, symbol="AAPL")
        assert desk.engine.lines[0].market.script == ()


def test_a_name_is_needed(desk: Opened) -> None:
    for fault in (Fault.HALT, Fault.PRICE_GAP, Fault.SPLIT):
        with pytest.raises(BadInput):
            desk.desk.practice.fault(fault, on=True)
    assert desk.engine.lines[0].market.script == ()


def test_a_split_overnight_is_in_the_books_in_the_morning(desk: Opened) -> None:
    filled(desk, place(desk, "AAPL", "2"))
    view = desk.desk.practice.fault(Fault.SPLIT, on=True, symbol="AAPL")
    assert [(c.day.day, c.symbol) for c in view.chosen] == [(24, "AAPL")]
    assert not desk.desk.practice.fault(Fault.SPLIT, on=False, symbol="AAPL").chosen
    desk.desk.practice.fault(Fault.SPLIT, on=True, symbol="AAPL")
    desk.desk.practice.jump(Jump.OPENING)
    passing(desk, 20)
    (quantity,) = desk.desk.positions.table().column("quantity").to_pylist()
    assert quantity > 2
    assert "differ" not in titles(desk)


def test_a_restart_plays_the_same_halt_and_gap(tmp_path: Path) -> None:
    clock = at_noon()
    with opened(tmp_path, clock) as desk:
        desk.settle(1)
        desk.desk.practice.fault(Fault.HALT, on=True, symbol="AAPL", size=5)
        desk.desk.practice.fault(Fault.PRICE_GAP, on=True, symbol="MSFT", size=-4)
        desk.settle(4)
        seen = [desk.desk.market.quote(symbol).quote.bid for symbol in ("AAPL", "MSFT")]
        script = desk.engine.lines[0].market.script
        desk.desk.practice.time(own_time=True, pace=0)
        seen = [desk.desk.market.quote(symbol).quote.bid for symbol in ("AAPL", "MSFT")]
    with opened(tmp_path, clock) as desk:
        assert desk.engine.lines[0].market.script == script
        assert [desk.desk.market.quote(symbol).quote.bid for symbol in ("AAPL", "MSFT")] == seen


def test_a_bad_day_is_the_next_whole_session_whose_first_step_is_to_come(desk: Opened) -> None:
    filled(desk, place(desk, "MSFT", "3"))
    filled(desk, place(desk, "AAPL", "1"))
    desk.desk.practice.fault(Fault.BAD_DAY, on=True)
    day = bad_day(desk)
    assert (day.day.day, day.over) == (24, False)
    assert {step.state for step in day.steps} == {StepState.COMING}
    assert [f"{s.at.astimezone(NEW_YORK):%d %H:%M} {s.words}" for s in day.steps] == [
        "24 09:45 Stream silent",
        "24 10:15 Reply lost",
        "24 10:40 Error after accept",
        "24 11:00 MSFT is halted for 10 minutes",
        "24 11:30 Half open",
        "24 12:00 Login expired",
        "24 13:00 Down",
        "24 14:30 The price of MSFT jumps by −8 %",
        "24 15:15 Reject",
        "25 04:00 MSFT splits its shares",
    ]
    assert told(desk)[-1] == "A bad day begins"


def test_a_bad_day_passes_with_market_time_and_is_journaled_as_it_happens(desk: Opened) -> None:
    desk.desk.practice.fault(Fault.BAD_DAY, on=True)
    desk.desk.practice.jump(Jump.OPENING)
    assert desk.desk.practice.state().faults == ()
    go_to(desk, et(9, 46, 24))
    assert desk.desk.practice.state().faults == (Fault.STREAM_SILENT,)
    assert told(desk)[-1] == "Bad day: Stream silent"
    go_to(desk, et(10, 16, 24))
    assert desk.desk.practice.state().faults == (Fault.REPLY_LOST,)
    order_id = place(desk, "AAPL", "1")
    assert desk.desk.orders.story(order_id).order.status is Status.UNKNOWN
    filled(desk, order_id)
    go_to(desk, et(11, 1, 24))
    assert told(desk)[-2:] == [
        "Bad day: Error after accept, over; it was on from 10:40 to 10:43 ET",
        "Bad day: KO is halted for 10 minutes",
    ]
    assert desk.desk.market.quote("KO").quote.halted
    go_to(desk, et(12, 30, 24))
    assert desk.desk.practice.state().faults == (Fault.LOGIN_EXPIRED,), "until somebody signs in again"
    assert "you are not signed in any more" in titles(desk)
    assert desk.desk.practice.fault(Fault.LOGIN_EXPIRED, on=False).faults == ()
    passing(desk, 10)
    assert "not signed in" not in titles(desk)
    assert [s.state for s in bad_day(desk).steps][:6] == [StepState.OVER] * 6
    desk.desk.practice.jump(Jump.CLOSE)
    desk.settle(1)
    assert desk.desk.practice.state().faults == ()
    assert "Bad day: The price of KO jumps by −8 %" in told(desk)
    assert "Bad day: Down, over; it was on from 13:00 to 14:00 ET" in told(desk)
    assert not bad_day(desk).over
    desk.desk.practice.jump(Jump.OPENING)
    passing(desk, 10)
    assert bad_day(desk).over
    assert told(desk)[-1] == "Bad day: KO splits its shares"
    assert len(told(desk)) == len(set(told(desk))), "each thing is told once"
    assert desk.desk.positions.table().column("quantity").to_pylist() == [1]


def test_a_jump_over_it_leaves_on_only_what_waits_for_a_person(desk: Opened) -> None:
    desk.desk.practice.fault(Fault.BAD_DAY, on=True)
    desk.desk.practice.jump(Jump.OPENING)
    desk.desk.practice.jump(Jump.CLOSE)
    assert desk.desk.practice.state().faults == (Fault.LOGIN_EXPIRED,)


def test_a_bad_day_survives_a_restart_in_the_middle_of_it(tmp_path: Path) -> None:
    clock = at_noon()
    with opened(tmp_path, clock) as desk:
        desk.settle(1)
        desk.desk.practice.fault(Fault.BAD_DAY, on=True)
        desk.desk.practice.fault(Fault.DOWN_HOUR, on=True)
        desk.desk.practice.jump(Jump.OPENING)
        go_to(desk, et(12, 1, 24))
        kept = bad_day(desk)
    with opened(tmp_path, clock) as desk:
        assert bad_day(desk).steps == kept.steps
        assert desk.desk.practice.state().faults == (Fault.LOGIN_EXPIRED,), "a plain switch ends with the engine"
        desk.settle(4)
        assert "you are not signed in any more" in titles(desk)
        before = told(desk)
        desk.settle(4)
        assert told(desk) == before
        desk.desk.practice.fault(Fault.LOGIN_EXPIRED, on=False)
    with opened(tmp_path, clock) as desk:
        assert desk.desk.practice.state().faults == ()


def test_ended_at_once_nothing_more_of_it_comes(desk: Opened) -> None:
    desk.desk.practice.fault(Fault.BAD_DAY, on=True)
    desk.desk.practice.jump(Jump.OPENING)
    go_to(desk, et(11, 31, 24))
    assert desk.desk.practice.state().faults == (Fault.HALF_OPEN,)
    view = desk.desk.practice.fault(Fault.BAD_DAY, on=False)
    assert (view.faults, view.bad_day, view.chosen) == ((), None, ())
    assert [c.kind for c in desk.engine.lines[0].market.script] == ["halt"], "what has happened stays"
    assert told(desk)[-1] == "A bad day is ended"
    passing(desk, 10)
    assert "does not answer" not in titles(desk)
    assert new_york(desk).startswith("Tue 24 Nov 11:3")


def test_before_a_quarter_to_ten_it_is_the_same_day(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(et(9, 40))) as desk:
        desk.settle(1)
        assert desk.engine.timeline.now() < et(9, 45)
        desk.desk.practice.fault(Fault.BAD_DAY, on=True)
        assert bad_day(desk).day.day == 23


def test_a_half_day_is_too_short_for_it(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(et(12, 0, 25))) as desk:
        desk.settle(1)
        desk.desk.practice.fault(Fault.BAD_DAY, on=True)
        assert bad_day(desk).day.day == 30, "the 27th closes at 13:00"
