"""The day in two lines: what it was worth, what it did, and nothing twice or on a closed day."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from core.channel.facets.orders import Draft
from core.domain.order import Side
from core.domain.verdict import Consent
from core.engine.jobs.daily_summary import sum_up
from tests.unit.engine.opened import Opened, opened


def said(desk: Opened, day: date) -> str:
    return desk.engine.thread.ask(lambda: sum_up(desk.engine, day))


def rows(desk: Opened) -> list[str]:
    titles: list[str] = desk.desk.journal.table(kind="day.summary").column("title").to_pylist()
    return titles


def test_a_day_with_a_trade_and_a_stop(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        for _ in range(3):
            desk.settle(3)
        sheet = desk.desk.orders.review(Draft(symbol="AAPL", side=Side.BUY, quantity="10"))
        desk.desk.orders.confirm(sheet.token, Consent(warnings=sheet.warnings))
        for _ in range(5):
            desk.settle(1)
        day = desk.engine.sessions.day(desk.engine.timeline.now())
        (account,) = desk.desk.positions.accounts()
        assert account.value is not None
        words = said(desk, day)
        change = account.value - Decimal(100_000)
        assert f"{account.value:,.2f} USD, day {change:+,.2f}" in words
        assert "1 fill, 0 orders working. Trading is allowed." in words
        assert len(rows(desk)) == 1
        assert said(desk, day) == "That day was summed up before"
        assert len(rows(desk)) == 1
        desk.desk.trading.stop("enough for today")
        assert "0 fills, 0 orders working. Trading is stopped: enough for today." in said(
            desk, desk.engine.sessions.next_day(day)
        )


def test_a_closed_day_has_no_summary(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        saturday = date(2026, 9, 19)
        assert said(desk, saturday) == said(desk, saturday + timedelta(days=1)) == "The exchange was closed"
        assert rows(desk) == []


def test_a_day_that_did_not_begin_here_has_no_change_made_up(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        desk.settle(3)
        day = desk.engine.sessions.next_day(desk.engine.sessions.day(desk.engine.timeline.now()))
        assert "the day's change is not known" in said(desk, day)
