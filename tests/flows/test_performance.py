"""An account over practice days, against its books added up a second time by the simplest means there are."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest

from core.channel.facets.orders import Draft
from core.channel.facets.performance import By, Period
from core.channel.facets.practice import Jump
from core.domain.chosen import Kind
from core.domain.equity import Certainty
from core.domain.order import Side
from core.domain.verdict import Consent
from core.engine import equity, lookback
from core.engine.jobs import JOBS
from core.market.sessions import NEW_YORK
from core.store.columns import to_micros
from core.store.equity import Equity, Past, Read, past
from core.store.snapshot import snapshot
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import Opened, opened

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=NEW_YORK).astimezone(UTC)
CENT = Decimal("0.01")
LOOKS = 110  # of ten steps each, before a reading is broken off
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def trade(desk: Opened, side: Side, symbol: str, size: str) -> None:
    review = desk.desk.orders.review(Draft(symbol=symbol, side=side, quantity=size))
    desk.desk.orders.confirm(review.token, Consent(warnings=review.warnings))
    hear(desk)


def hear(desk: Opened) -> None:
    for _ in range(4):
        desk.settle(4)


def jump(desk: Opened, to: Jump) -> None:
    desk.desk.practice.jump(to)
    hear(desk)


def account(desk: Opened) -> Any:
    (only,) = desk.engine.store.accounts.all()
    return only


def points(desk: Opened) -> list[Any]:
    found = equity.catch_up(desk.engine, account(desk))
    return [mark.point for mark in found.marks]


def worth(desk: Opened, at: datetime, *, before: bool = False) -> Decimal:
    """Every line ever booked up to a close, added up; and the closing prices of the market itself."""
    run = desk.engine.store.connection.execute
    sign = "<" if before else "<="
    lines = run(
        "SELECT p.ledger_account, p.unit, p.quantity, p.cost FROM posting p JOIN entry e ON e.id = p.entry_id "
        f"WHERE e.at {sign} ?",
        (to_micros(at),),
    ).fetchall()
    cash = sum(cost for name, _, _, cost in lines if name == "cash")
    total = Decimal(cash).scaleb(-6)
    market = desk.engine.lines[0].market
    for unit in {unit for name, unit, _, _ in lines if name == "positions"}:
        quantity = Decimal(sum(q for name, u, q, _ in lines if name == "positions" and u == unit)).scaleb(-9)
        close = market.close(unit, desk.engine.sessions.day(at)) if quantity else Decimal(0)
        assert close is not None
        total += quantity * close
    return total


@pytest.fixture(autouse=True)
def same_market(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what may be bought does not depend on chance."""
    monkeypatch.setattr("core.engine.wiring.secrets.randbelow", lambda below: 7)


@pytest.fixture
def week(tmp_path: Path) -> Any:
    """Bought, jumped over days, sold at a gain or a loss, paid in and taken out; three closes and a Thanksgiving."""
    with opened(tmp_path, FakeClock(MONDAY_NOON)) as desk:
        hear(desk)
        trade(desk, Side.BUY, "AAPL", "15")
        trade(desk, Side.BUY, "KO", "90")
        jump(desk, Jump.CLOSE)
        desk.desk.practice.deposit(Decimal(25_000), "one")  # at the very moment of the close
        hear(desk)
        jump(desk, Jump.OPENING)
        trade(desk, Side.SELL, "KO", "70")
        desk.desk.practice.withdraw(Decimal(5_000), "two")
        hear(desk)
        jump(desk, Jump.HALF_DAY)  # over two closes and a holiday at once
        trade(desk, Side.SELL, "AAPL", "8")
        jump(desk, Jump.CLOSE)
        yield desk


def test_every_close_is_there_whether_it_was_jumped_over_or_not(week: Opened) -> None:
    closes = [point for point in points(week) if point.is_close]
    assert [f"{p.at.astimezone(NEW_YORK):%a %d %H:%M}" for p in closes] == [
        "Mon 23 16:00",
        "Tue 24 16:00",
        "Wed 25 16:00",
        "Fri 27 13:00",
    ]
    for point in closes:
        came = point.flow if point.flow else Decimal(0)
        assert point.value == worth(week, point.at).quantize(Decimal("0.000001")) - came


def test_the_return_is_the_same_as_by_hand_and_no_deposit_is_in_it(week: Opened) -> None:
    found = points(week)
    grown = Decimal(1)
    for before, after in pairwise(found):
        grown *= after.value / (before.value + before.flow)
    summary = week.desk.performance.summary()
    head = {measure.key: measure for measure in summary.head}
    assert head["return"].estimate == pytest.approx(float(grown) - 1, abs=1e-12)
    flows = sum(point.flow for point in found)
    assert flows == Decimal(100_000) + 25_000 - 5_000
    assert head["gain"].exact == worth(week, week.engine.timeline.now()) - flows
    assert abs(float(grown) - 1 - float(head["gain"].exact / 100_000)) < 0.002, "as large as what was won, no larger"


def test_what_each_symbol_brought_adds_up_to_all_of_it(week: Opened) -> None:
    summary = week.desk.performance.summary()
    gain = next(m.exact for m in summary.head if m.key == "gain")
    parts = week.desk.performance.parts(By.SYMBOL)
    assert {part.label for part in parts} >= {"AAPL", "KO"}
    assert sum(part.gain for part in parts if part.gain is not None) == pytest.approx(gain, abs=CENT)
    books = week.engine.store.books
    assert sum(part.realised for part in parts) == -books.balance(account(week).id, "income:realized", "USD")
    assert sum(part.fees for part in parts) == books.balance(account(week).id, "expenses:fees", "USD")
    assert sum(part.trades for part in parts) == 2


def test_the_curve_says_what_came_and_what_was_won(week: Opened) -> None:
    rows = week.desk.performance.curve().to_pylist()
    assert [row["flow"] for row in rows] == [0, 0, 20_000, 0, 0]
    assert rows[0]["value"] == 100_000
    assert {row["certainty"] for row in rows[1:]} == {"Confirmed by the broker"}
    assert rows[-1]["growth"] != 0
    assert rows[-1]["benchmark"] != 0
    assert all(row["drawdown"] <= 0 for row in rows)


def test_a_benchmark_is_the_market_itself(week: Opened) -> None:
    rows = week.desk.performance.curve().to_pylist()
    market = week.engine.lines[0].market
    closes = [float(market.close("xsim-0018", row["day"]) or 0) for row in rows[1:]]
    found = [float(row["benchmark"]) + 1 for row in rows[1:]]
    for before, after in zip(range(3), range(1, 4), strict=True):
        assert found[after] / found[before] == pytest.approx(closes[after] / closes[before], abs=2e-6)


def test_killed_and_started_again_it_is_the_same_to_the_last_digit(week: Opened, tmp_path: Path) -> None:
    before = points(week)
    assert {point.certainty for point in before} == {Certainty.CONFIRMED}
    week.engine.close()
    with opened(tmp_path, FakeClock(MONDAY_NOON)) as again:
        assert points(again) == before
        with again.engine.store.unit:
            again.engine.store.connection.execute("DELETE FROM equity_point")
        ours = [
            replace(point, certainty=Certainty.OURS) for point in before
        ]  # the broker was not compared since the start
        assert points(again) == ours, "worked out at once, or long after"
        hear(again)
        assert points(again) == before


class Killed(BaseException):
    """In place of the end of the process."""


def test_a_kill_while_points_are_written_leaves_all_of_them_or_none(
    week: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = points(week)
    jump(week, Jump.OPENING)
    jump(week, Jump.CLOSE)
    real = Equity.write

    def write(self: Equity, marks: Any) -> None:
        real(self, marks)
        raise Killed

    monkeypatch.setattr(Equity, "write", write)
    with pytest.raises(Killed):
        points(week)
    monkeypatch.undo()
    monkeypatch.setattr("core.engine.wiring.secrets.randbelow", lambda below: 7)
    week.engine.close()
    with opened(tmp_path, FakeClock(MONDAY_NOON)) as again:
        kept = again.engine.archive.equity(account(again).id, "USD").marks
        assert [mark.point for mark in kept] == before
        hear(again)
        assert len(points(again)) == len(before) + 1


def test_what_is_told_late_for_a_close_that_has_its_point_makes_it_new(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(MONDAY_NOON)) as desk:
        hear(desk)
        trade(desk, Side.BUY, "AAPL", "15")
        desk.desk.practice.jump(Jump.CLOSE)
        assert [point.is_close for point in points(desk)] == [False, True]
        desk.desk.practice.deposit(Decimal(1_000), "late")  # for the moment of that close, told after it was marked
        hear(desk)
        (_, close) = points(desk)
        assert close.flow == 1_000
        assert close.value == worth(desk, close.at).quantize(Decimal("0.000001")) - 1_000
        assert desk.desk.performance.summary().head[2].exact == close.value - 100_000


def test_a_day_without_a_price_is_a_gap_and_said_and_the_rest_goes_on(
    week: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forget(real: Callable[..., Any]) -> Callable[..., Any]:
        def closes(self: Any, name: str, first: Any, last: Any) -> Any:
            return {day: bar for day, bar in real(self, name, first, last).items() if day.day != 25}

        return closes

    whole = {m.key: m.estimate for m in week.desk.performance.summary().head}
    monkeypatch.setattr(equity.Prices, "closes", forget(equity.Prices.closes))
    with week.engine.store.unit:
        week.engine.store.connection.execute("DELETE FROM equity_point")
    missing = [point for point in points(week) if point.value is None]
    assert [(p.day.day, p.certainty, p.words) for p in missing] == [
        (25, Certainty.UNKNOWN, "There was no price for AAPL, KO.")
    ]
    summary = week.desk.performance.summary()
    assert summary.gaps == ("25 Nov: There was no price for AAPL, KO.",)
    assert {m.key: m.estimate for m in summary.head}["return"] == pytest.approx(whole["return"], abs=1e-12)
    assert [row["value"] is None for row in week.desk.performance.curve().to_pylist()].count(True) == 1
    assert summary.sessions == 1, "a return over two days is no day's return"
    monkeypatch.undo()  # the prices are there again
    jump(week, Jump.OPENING)
    jump(week, Jump.CLOSE)
    job = JOBS["equity"]()
    job.run(week.engine, job.slot(week.engine.timeline.now()))
    assert not [point for point in points(week) if point.value is None], "tried again after the next close"
    assert week.desk.performance.summary().gaps == ()


def test_the_job_marks_after_a_close_and_not_before(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(MONDAY_NOON)) as desk:
        hear(desk)
        job = JOBS["equity"]()
        job.run(desk.engine, job.slot(desk.engine.timeline.now()))
        assert job.run(desk.engine, job.slot(desk.engine.timeline.now())) == "Marked up to the last close"
        jump(desk, Jump.CLOSE)
        assert job.run(desk.engine, job.slot(desk.engine.timeline.now())) == f"Marked {account(desk).name}"


@pytest.mark.parametrize("period", list(Period))
def test_every_period_is_measured_from_the_close_before_it(week: Opened, period: Period) -> None:
    summary = week.desk.performance.summary(period=period)
    assert summary.begins is not None
    assert summary.note == "INVENTED PRICES"
    assert week.desk.performance.months(period=period)[0].sessions == summary.sessions == 3


def test_a_split_while_it_is_held_is_no_gain_and_no_loss(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(MONDAY_NOON)) as desk:
        hear(desk)
        desk.desk.practice.choose(date(2026, 11, 24), Kind.SPLIT, "AAPL")
        trade(desk, Side.BUY, "AAPL", "15")
        jump(desk, Jump.CLOSE)
        before = points(desk)[-1]
        jump(desk, Jump.OPENING)
        hear(desk)
        jump(desk, Jump.CLOSE)
        hear(desk)
        after = points(desk)[-1]
        (held,) = desk.engine.store.books.positions(account(desk).id).values()
        assert held.quantity != 15
        assert after.value == worth(desk, after.at).quantize(Decimal("0.000001"))
        assert abs(after.value - before.value) < 800, (
            "a day's move of 6,000 dollars in one name, and no half of it lost"
        )


def test_what_is_worked_out_is_worked_out_beside_the_desk(week: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = equity.Prices.closes

    def closes(*given: Any) -> Any:
        seen.append(threading.current_thread().name)
        return real(*given)

    monkeypatch.setattr(equity.Prices, "closes", closes)
    with week.engine.store.unit:
        week.engine.store.connection.execute("DELETE FROM equity_point")
    week.desk.performance.curve()
    week.desk.performance.parts(By.SYMBOL)
    assert seen
    assert "desk" not in seen


def test_now_is_compared_with_the_benchmark_of_now_and_not_of_yesterday(week: Opened) -> None:
    jump(week, Jump.OPENING)
    row = week.desk.performance.curve().to_pylist()[-1]
    before = week.desk.performance.curve().to_pylist()[-2]
    last = week.desk.market.quote("SPY")
    assert row["certainty"] == "At the last prices, not a close"
    moved = float(last.quote.last / last.previous_close) if last.previous_close else 1.0
    assert float((1 + row["benchmark"]) / (1 + before["benchmark"])) == pytest.approx(moved, abs=2e-6)


def test_what_is_booked_while_it_is_looked_up_is_never_taken_for_a_gain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path, FakeClock(MONDAY_NOON)) as desk:
        hear(desk)
        real = equity.catch_up
        came = iter([Decimal(4_000)])

        def catch_up(*given: Any) -> Any:
            found = real(*given)
            for value in came:
                desk.desk.practice.deposit(value, "meanwhile")
                hear(desk)
            return found

        monkeypatch.setattr(lookback, "catch_up", catch_up)
        head = {measure.key: measure for measure in desk.desk.performance.summary().head}
        assert (head["gain"].exact, head["return"].estimate) == (Decimal(0), 0.0)
        assert next(came, None) is None


def test_an_account_that_may_only_be_read_ends_at_its_last_point(week: Opened) -> None:
    before = week.desk.performance.summary()
    week.engine.store.database.read_only = "Written by a newer version."
    jump_anchor = week.engine.timeline.anchor()
    week.engine.timeline.jump(replace(jump_anchor, at=week.engine.sessions.next_close(jump_anchor.at)))
    after = week.desk.performance.summary()
    assert after.head == before.head
    assert after.ends == before.ends
    assert week.desk.performance.parts(By.SYMBOL)
    week.engine.store.database.read_only = ""


def test_money_that_moves_in_the_middle_of_a_session_is_seen_with_the_prices_of_its_minute(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(MONDAY_NOON)) as desk:
        hear(desk)
        trade(desk, Side.BUY, "AAPL", "15")
        desk.settle(50 * 60)
        desk.desk.practice.deposit(Decimal(10_000), "midday")
        hear(desk)
        (_, midday) = points(desk)
        ((unit, position),) = desk.engine.store.books.positions(account(desk).id).items()
        minutes = desk.engine.lines[0].market.minutes(unit, midday.day)
        last = [bar for bar in minutes if bar.at + timedelta(minutes=1) <= midday.at][-1]
        cash = desk.engine.store.books.balance(account(desk).id, "cash", "USD") - 10_000
        assert (midday.flow, midday.is_close) == (10_000, False)
        assert midday.value == cash + position.quantity * Decimal(str(round(last.close, 2)))
        assert midday.at.astimezone(NEW_YORK).hour in (12, 13)


def asked_afresh(desk: Opened, since: datetime | None) -> Past:
    with snapshot(desk.folder.database) as files:
        return past(files, account(desk).id, "USD", since)


def test_what_was_read_before_is_gone_on_with_and_comes_to_the_same(week: Opened) -> None:
    archive, mine = week.engine.archive, account(week).id
    jump(week, Jump.OPENING)
    buy, close = partial(trade, week, Side.BUY, "KO", "3"), partial(jump, week, Jump.CLOSE)
    for act in (partial(points, week), buy, close):
        act()
        for since in (LONG_AGO, None):
            assert archive.equity(mine, "USD", since) == asked_afresh(week, since)
    points(week)
    for day in range(5):
        since = MONDAY_NOON + timedelta(days=day)
        assert archive.equity(mine, "USD", since) == asked_afresh(week, since)


def over(looks: Iterator[int]) -> bool:
    return next(looks) > LOOKS


def test_a_reading_that_is_broken_off_again_and_again_comes_to_an_end(week: Opened) -> None:
    points(week)
    whole, mine, read = asked_afresh(week, LONG_AGO), account(week).id, Read()
    found, tries = None, 0
    while found is None:
        tries += 1
        assert tries < 100
        with snapshot(week.folder.database) as files, suppress(sqlite3.OperationalError):
            files.set_progress_handler(partial(over, count()), 10)
            found = past(files, mine, "USD", LONG_AGO, read=read)
    assert found == whole
    assert tries > 1
