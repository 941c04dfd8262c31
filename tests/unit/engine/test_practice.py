"""Market time in a person's hand: jumps, chosen days and the plug, on a real engine."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.channel.facets.orders import Draft
from core.channel.facets.practice import Fault, Jump
from core.domain.chosen import Kind
from core.domain.errors import BadInput, OrderRejected
from core.domain.order import OrderType, Side, Status, TimeInForce
from core.domain.verdict import Consent
from core.engine.jobs.base import Slot
from core.market.sessions import NEW_YORK
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import Opened, opened

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=NEW_YORK).astimezone(UTC)


class Killed(BaseException):
    """In place of the end of the process."""


def at_noon() -> FakeClock:
    return FakeClock(MONDAY_NOON)


def new_york(desk: Opened) -> str:
    return f"{desk.engine.timeline.now().astimezone(NEW_YORK):%a %d %b %H:%M:%S}"


def place(desk: Opened, symbol: str, size: str, **terms: Any) -> str:
    draft = Draft(symbol=symbol, side=Side.BUY, quantity=size, **terms)
    review = desk.desk.orders.review(draft)
    placed = desk.desk.orders.confirm(review.token, Consent(warnings=review.warnings))
    desk.settle()
    return placed.id


def die() -> None:
    raise Killed


@pytest.mark.parametrize(
    ("jump", "then", "words", "pace"),
    [
        (Jump.CLOSE, "Mon 23 Nov 16:00:00", "The session closes", 0),
        (Jump.OPENING, "Tue 24 Nov 09:30:00", "The session opens", 10),
        (Jump.HALF_DAY, "Fri 27 Nov 09:30:00", "A half-day opens, 27 Nov 2026", 10),
        (Jump.EVENT, "Mon 23 Nov 15:50:00", "Closing auction begins", 0),
    ],
)
def test_market_time_jumps_forward_and_says_where(tmp_path: Path, jump: Jump, then: str, words: str, pace: int) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle()
        desk.desk.practice.time(own_time=True, pace=10)
        view = desk.desk.practice.jump(jump)
        assert (new_york(desk), view.stopped_at, view.pace) == (then, words, pace)
    with opened(tmp_path, at_noon()) as desk:
        assert new_york(desk) == then
        assert desk.desk.practice.state().stopped_at == words


def test_jumps_follow_one_another_and_never_go_back(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle()
        seen = []
        for jump in (Jump.EVENT, Jump.EVENT, Jump.EVENT, Jump.EVENT, Jump.CLOSE, Jump.OPENING, Jump.HALF_DAY):
            before = desk.engine.timeline.now()
            desk.desk.practice.jump(jump)
            desk.settle()
            assert desk.engine.timeline.now() > before
            seen.append(new_york(desk))
        assert seen[:5] == [
            "Mon 23 Nov 15:50:00",
            "Mon 23 Nov 16:00:00",
            "Tue 24 Nov 09:28:00",
            "Tue 24 Nov 09:30:00",
            "Tue 24 Nov 16:00:00",
        ]
        assert seen[-1] == "Fri 27 Nov 09:30:00"


def test_from_the_opening_auction_time_goes_on_to_the_opening(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle()
        for _ in range(3):
            desk.desk.practice.jump(Jump.EVENT)
        assert new_york(desk) == "Tue 24 Nov 09:28:00"
        desk.desk.practice.time(own_time=True, pace=1)
        desk.settle(30)
        assert new_york(desk) == "Tue 24 Nov 09:28:30"


def test_after_a_jump_to_the_close_fills_are_booked_and_day_orders_are_over(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle()
        market = place(desk, "KO", "5")
        day = place(desk, "KO", "5", type=OrderType.LIMIT, limit="30.00")
        kept = place(desk, "KO", "5", type=OrderType.LIMIT, limit="31.00", time_in_force=TimeInForce.GTC)
        desk.desk.practice.jump(Jump.CLOSE)
        for _ in range(4):
            desk.settle(4)
        assert desk.desk.orders.story(market).order.status is Status.FILLED
        assert desk.desk.orders.story(day).order.status is Status.EXPIRED
        assert desk.desk.orders.story(kept).order.status is Status.ACKED


@pytest.mark.parametrize("dies", ["before", "after"])
def test_a_kill_in_the_middle_of_a_jump_leaves_it_done_or_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies: str
) -> None:
    """Before it is written down time stands where it stood; after that it goes on from where it was to be."""
    with opened(tmp_path, at_noon()) as desk:
        desk.settle()
        day = place(desk, "KO", "5", type=OrderType.LIMIT, limit="30.00")
        timeline = type(desk.engine.timeline)
        if dies == "after":
            monkeypatch.setattr(timeline, "jump", lambda self, anchor: die())
        else:
            monkeypatch.setattr("core.engine.facets.practice.keep_jump", lambda *given: die())
        with pytest.raises(Killed):
            desk.desk.practice.jump(Jump.CLOSE)
        monkeypatch.undo()
        monkeypatch.setattr("core.engine.engine.keep_time", lambda *given: None)  # it is killed, not closed
    with opened(tmp_path, at_noon()) as desk:
        assert new_york(desk) == ("Mon 23 Nov 16:00:00" if dies == "after" else "Mon 23 Nov 12:00:00")
        for _ in range(4):
            desk.settle(4)
        expected = Status.EXPIRED if dies == "after" else Status.ACKED
        assert desk.desk.orders.story(day).order.status is expected


def test_days_that_were_jumped_over_are_no_missed_jobs(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle()
        for name in ("backup", "integrity", "proof"):
            desk.background.wake(name)
        desk.desk.practice.jump(Jump.OPENING)
        for name in ("backup", "integrity", "proof"):
            desk.background.wake(name)
        for _ in range(3):
            desk.desk.practice.jump(Jump.OPENING)
        desk.desk.practice.jump(Jump.HALF_DAY)
        for name in ("backup", "integrity", "proof"):
            desk.background.wake(name)
        assert desk.desk.jobs.missed() == ()


def test_a_chosen_day_is_what_the_feed_and_the_exchange_both_play(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle()
        before = desk.desk.market.bars("SPY", "1m", 30)
        state = desk.desk.practice.state()
        assert state.to_choose[0] == date(2026, 11, 24)
        view = desk.desk.practice.choose(date(2026, 11, 24), Kind.CRASH)
        view = desk.desk.practice.choose(date(2026, 11, 25), Kind.SPLIT, "COST")
        assert [(c.day.day, c.kind, c.symbol, c.begun) for c in view.chosen] == [
            (24, Kind.CRASH, "", False),
            (25, Kind.SPLIT, "COST", False),
        ]
        assert desk.desk.market.bars("SPY", "1m", 30).equals(before)
        desk.desk.practice.jump(Jump.OPENING)
        desk.desk.practice.jump(Jump.CLOSE)
        desk.settle()
        quote = desk.desk.market.quote("SPY")
        assert quote.previous_close is not None
        assert quote.quote.last < quote.previous_close * 94 / 100
        with pytest.raises(BadInput, match="has begun"):
            desk.desk.practice.unchoose(date(2026, 11, 24), Kind.CRASH)
        view = desk.desk.practice.unchoose(date(2026, 11, 25), Kind.SPLIT, "COST")
        assert [(c.day.day, c.begun) for c in view.chosen] == [(24, True)]
    with opened(tmp_path, at_noon()) as desk:
        assert desk.desk.market.quote("SPY").quote.last == quote.quote.last


@pytest.mark.parametrize(
    ("kind", "symbol", "why"),
    [(Kind.SPLIT, "", "needs a name"), (Kind.SPLIT, "NVDAX", "NVDAX"), (Kind.CALM, "KO", "all")],
)
def test_a_day_chosen_wrong_gets_a_sentence(tmp_path: Path, kind: Kind, symbol: str, why: str) -> None:
    with opened(tmp_path, at_noon()) as desk:
        with pytest.raises(BadInput, match=why):
            desk.desk.practice.choose(date(2026, 11, 24), kind, symbol)
        assert desk.desk.practice.state().chosen == ()


def test_the_plug_is_pulled_with_the_order_at_the_exchange_and_its_answer_unheard(tmp_path: Path) -> None:
    codes: list[int] = []
    with opened(tmp_path, at_noon()) as desk:
        desk.settle()

        def leave(code: int) -> None:
            codes.append(code)
            die()

        desk.desk.practice.plug.leave = leave
        view = desk.desk.practice.pull_plug()
        order_id = view.plugged
        assert desk.engine.desk.order(order_id).status is Status.SENDING
        with pytest.raises(Killed):
            desk.settle()
        assert codes == [75]
    with opened(tmp_path, at_noon()) as desk:
        assert desk.desk.practice.state().plugged == order_id
        assert desk.engine.desk.order(order_id).status is Status.UNKNOWN
        for _ in range(6):
            desk.settle(4)
        assert desk.desk.orders.story(order_id).order.status is Status.FILLED
        (line,) = desk.engine.lines
        assert len(line.orders("practice").rows) == 1
        assert desk.desk.practice.state().plugged_there == 1
        sent = replace(desk.engine.desk.order(order_id), client_id="another", intent_key="another")
        line.submit(sent)
        assert desk.desk.practice.state().plugged_there == 2
        assert desk.desk.positions.table().num_rows == 1
        assert "The plug is pulled" in " ".join(step.title for step in desk.desk.orders.story(order_id).steps)


def test_practice_cash_is_one_transfer_per_request_and_no_gain(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle()
        place(desk, "KO", "30")
        desk.settle(4)
        desk.background._jobs["day_roll"].run(desk.engine, Slot(name="2026-11-23", due_at=MONDAY_NOON))
        practice, (line,) = desk.desk.practice, desk.engine.lines
        practice.time(own_time=True, pace=0)
        desk.settle(4)
        (before,) = desk.desk.positions.accounts()
        anchors = desk.engine.desk.pictures.anchors("practice", "USD")
        assert before.value is not None
        assert None not in anchors
        for _ in range(2):  # a double click
            practice.deposit(Decimal("50000.25"), "a")
        practice.withdraw(Decimal(1000), "b")
        for _ in range(3):
            desk.settle(4)
        (after,) = desk.desk.positions.accounts()
        moved = Decimal("49000.25")
        assert (after.cash, after.value) == (before.cash + moved, before.value + moved)
        assert line.cash("practice").rows[0].cash == after.cash
        assert (after.today, after.unrealised, after.realised) == (before.today, before.unrealised, before.realised)
        now = desk.engine.desk.pictures.anchors("practice", "USD")
        assert [worth - moved for worth in now if worth is not None] == list(anchors)
        titles = [row["title"] for row in desk.desk.journal.table(kind="practice.cash").to_pylist()]
        assert titles == ["Practice cash: 1,000.00 USD taken out", "Practice cash: 50,000.25 USD added"]
        with pytest.raises(OrderRejected, match="can be taken out"):
            practice.withdraw(Decimal(900_000), "c")
        assert line.cash("practice").rows[0].cash == after.cash


def test_the_plug_stays_in_while_something_else_goes_wrong(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle()
        desk.desk.practice.fault(Fault.REPLY_LOST, on=True)
        with pytest.raises(BadInput, match="Switch the faults off first"):
            desk.desk.practice.pull_plug()
        assert desk.desk.practice.state().plugged == ""


def test_an_order_the_desk_refuses_pulls_no_plug(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle()
        desk.desk.practice.jump(Jump.CLOSE)
        with pytest.raises(Exception, match="sent"):
            desk.desk.practice.pull_plug()
        (line,) = desk.engine.lines
        assert line._pull is None


def test_what_passes_at_its_own_pace_counts_and_what_is_faster_or_jumped_over_does_not(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle()
        for _ in range(12):
            desk.settle(5)
        place(desk, "KO", "1")
        desk.settle(5)
        (day,) = desk.desk.practice.state().watched
        assert (day.day, day.seconds, day.orders, day.mismatches) == (date(2026, 11, 23), 65, 1, 0)
        desk.desk.practice.time(own_time=True, pace=60)
        for _ in range(12):
            desk.settle(5)
        desk.desk.practice.time(own_time=True, pace=0)
        desk.settle(20)
        desk.desk.practice.jump(Jump.EVENT)
        desk.settle(20)
        assert desk.desk.practice.state().watched == (day,)
        desk.desk.practice.jump(Jump.OPENING)
        desk.desk.practice.time(own_time=True, pace=1)
        for _ in range(3):
            desk.settle(5)
        newest, oldest = desk.desk.practice.state().watched
        assert (newest.day, oldest) == (date(2026, 11, 24), day)
        assert 5 <= newest.seconds <= 15
    with opened(tmp_path, at_noon()) as desk:
        assert desk.desk.practice.state().watched == (newest, oldest)
