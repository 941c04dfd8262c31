"""How it went, in one message: on the chosen day, of that week, once, and nothing worked out from too little."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.channel.facets.notices import MONTHLY, WEEKDAYS
from core.channel.facets.orders import Draft
from core.channel.facets.practice import Jump
from core.domain.errors import BadInput
from core.domain.order import Side
from core.domain.verdict import Consent
from core.engine.jobs.base import Slot
from core.engine.jobs.performance_update import PerformanceUpdate, period_begins
from core.market.sessions import Sessions
from core.notify.events import told
from core.store.journal import Line
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import Opened, opened

MONDAY_NOON = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)
FRIDAY = date(2026, 11, 20)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Opened]:
    with opened(tmp_path, FakeClock(MONDAY_NOON)) as desk:
        for _ in range(3):
            desk.settle(3)
        yield desk


def update(desk: Opened, day: date) -> str:
    return PerformanceUpdate().run(desk.engine, Slot(name=day.isoformat(), due_at=desk.engine.timeline.now()))


def written(desk: Opened) -> list[str]:
    found: list[str] = desk.desk.journal.table(kind="performance.update").column("title").to_pylist()
    return found


def to_the_close(desk: Opened) -> None:
    desk.desk.practice.jump(Jump.CLOSE)
    desk.settle(4)
    desk.settle(4)


@pytest.mark.parametrize(
    ("day", "on", "begins"),
    [
        (date(2026, 11, 20), "friday", date(2026, 11, 16)),
        (date(2026, 11, 19), "friday", None),
        (date(2026, 11, 18), "wednesday", date(2026, 11, 12)),
        (date(2026, 11, 21), "friday", None),  # closed
        (date(2026, 11, 25), "thursday", date(2026, 11, 20)),  # Thanksgiving: the Wednesday before
        (date(2026, 11, 27), "thursday", None),
        (date(2026, 11, 27), "friday", date(2026, 11, 23)),
        (date(2026, 4, 2), "friday", date(2026, 3, 30)),  # Good Friday
        (date(2026, 11, 30), MONTHLY, date(2026, 11, 2)),
        (date(2026, 11, 27), MONTHLY, None),
        (date(2026, 10, 30), MONTHLY, date(2026, 10, 1)),
    ],
)
def test_it_is_due_on_the_chosen_day_or_the_session_before_a_holiday(day: date, on: str, begins: date | None) -> None:
    assert period_begins(Sessions(), day, on) == begins


def test_each_week_of_a_year_has_exactly_one_on_whatever_day_and_none_is_left_out() -> None:
    sessions, day = Sessions(), date(2026, 1, 2)
    days = [day := sessions.next_day(day) for _ in range(240)]
    for on in WEEKDAYS:
        ends = [day for day in days if period_begins(sessions, day, on)]
        begins = [period_begins(sessions, day, on) for day in ends]
        assert begins[1:] == [sessions.next_day(day) for day in ends[:-1]], "it begins where the last one ended"


def test_a_week_with_a_trade_is_one_message(desk: Opened) -> None:
    sheet = desk.desk.orders.review(Draft(symbol="AAPL", side=Side.BUY, quantity="10"))
    desk.desk.orders.confirm(sheet.token, Consent(warnings=sheet.warnings))
    for _ in range(5):
        desk.settle(1)
    for _ in range(4):
        to_the_close(desk)
        desk.desk.practice.jump(Jump.OPENING)
    to_the_close(desk)
    assert desk.engine.sessions.day(desk.engine.timeline.now()) == FRIDAY
    words = update(desk, FRIDAY)
    (title,) = written(desk)
    assert title.startswith("16 Nov to 20 Nov: Practice account ")
    assert ", SPY " in title
    assert "closed trade" in words
    assert "costs 0.00 USD" in words
    summary = desk.desk.performance.summary()
    assert summary.head[0].estimate is not None
    assert update(desk, FRIDAY) == "That was said before"
    assert len(written(desk)) == 1


def test_from_too_little_nothing_is_worked_out(desk: Opened) -> None:
    to_the_close(desk)
    assert "too little to go by, 1 session measured" in update(desk, FRIDAY) or "0 sessions" in written(desk)[0]
    assert "%" not in written(desk)[0]


def test_another_day_can_be_chosen_and_nonsense_cannot(desk: Opened) -> None:
    rules = desk.desk.notices.state().rules
    assert rules.update_on == "friday"
    assert update(desk, date(2026, 11, 18)) == "Not today"
    desk.desk.notices.set(replace(rules, update_on="wednesday"))
    assert update(desk, FRIDAY) == "Not today"
    assert update(desk, date(2026, 11, 18)).startswith("12 Nov to 18 Nov:")
    with pytest.raises(BadInput, match="Nothing was kept: choose one"):
        desk.desk.notices.set(replace(rules, update_on="sunday"))


def test_it_reaches_a_person_whole() -> None:
    line = Line(
        seq=1,
        recorded_at=MONDAY_NOON,
        market_at=MONDAY_NOON,
        kind="performance.update",
        who="desk",
        order_id="",
        title="16 Nov to 20 Nov: Main +1.24%, SPY +0.80%.",
        body='{"detail": "Main: gain +1,240.00 USD, costs 12.40 USD."}',
        hash=b"",
    )
    news = told(line, None)
    assert news is not None
    assert (news.event, news.weight, news.detail) == ("update", "blue", "Main: gain +1,240.00 USD, costs 12.40 USD.")
