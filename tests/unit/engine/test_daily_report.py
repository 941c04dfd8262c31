"""The day's report: true to the desk at the close, kept once, found again, and no day is made up."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from core.channel.facets.orders import Draft
from core.channel.facets.practice import Jump
from core.domain.errors import BadInput
from core.domain.order import OrderType, Side
from core.domain.verdict import Consent
from core.engine.jobs.base import Slot
from core.engine.jobs.daily_report import DailyReport
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import Opened, opened

NOON = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)  # a Monday
MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Opened]:
    with opened(tmp_path, FakeClock(NOON)) as desk:
        for _ in range(3):
            desk.settle(3)
        yield desk


def order(desk: Opened, limit: str = "") -> None:
    kind = OrderType.LIMIT if limit else OrderType.MARKET
    sheet = desk.desk.orders.review(Draft(symbol="AAPL", side=Side.BUY, quantity="10", type=kind, limit=limit))
    desk.desk.orders.confirm(sheet.token, Consent(warnings=sheet.warnings))
    for _ in range(5):
        desk.settle(3)


def keep(desk: Opened, day: date) -> str:
    return DailyReport().run(desk.engine, Slot(name=day.isoformat(), due_at=desk.engine.timeline.now()))


def test_it_says_what_the_pages_say(desk: Opened) -> None:
    order(desk)
    bid = desk.desk.market.quote("AAPL").quote.bid
    order(desk, limit=f"{(bid * Decimal('0.98')).quantize(Decimal('0.01')):f}")
    report = desk.desk.reports.of()
    (summary,) = desk.desk.positions.accounts()
    (account,) = report.accounts
    assert (report.day, account.value, account.cash) == (MONDAY, summary.value, summary.cash)
    assert account.buying_power == summary.buying_power
    assert account.change == summary.today
    assert account.limits == desk.desk.limits.used()
    (row,) = desk.desk.statements.fills("practice").to_pylist()
    (fill,) = report.fills
    assert (fill.symbol, fill.quantity, fill.price, fill.mid_cost) == (
        "AAPL",
        row["quantity"],
        row["price"],
        row["mid_cost"],
    )
    assert fill.mid_cost is not None
    assert fill.mid_cost > 0, "who buys at the market pays more than the middle"
    (working,) = report.orders
    assert (working.words, working.state, working.filled) == ("Buy 10 AAPL", "Working", Decimal(0))
    assert report.trading == "Trading is allowed"
    assert report.note == "INVENTED PRICES"
    desk.desk.trading.stop("enough")
    assert desk.desk.reports.of().trading == "Trading is stopped: enough"


def test_it_is_kept_once_and_found_again_as_it_was(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(NOON)) as desk:
        for _ in range(3):
            desk.settle(3)
        order(desk)
        assert desk.desk.reports.days() == ()
        desk.desk.practice.jump(Jump.CLOSE)
        desk.settle(3)
        assert keep(desk, MONDAY) == "1 fill, 0 orders open"
        kept = desk.desk.reports.of(MONDAY)
        desk.desk.practice.jump(Jump.OPENING)
        desk.desk.practice.time(True, 1)
        desk.settle(3)
        order(desk)
        assert keep(desk, MONDAY) == "That day's report was kept before"
        assert desk.desk.reports.of(MONDAY) == kept
        assert desk.desk.reports.of().day == TUESDAY
        assert len(desk.desk.reports.of().fills) == 1, "yesterday's trade is not today's"
        with pytest.raises(BadInput, match="No report of 17 Nov 2026 was kept"):
            desk.desk.reports.of(TUESDAY)
    with opened(tmp_path, FakeClock(NOON)) as desk:  # as after a kill
        assert desk.desk.reports.days() == (MONDAY,)
        assert desk.desk.reports.of(MONDAY) == kept
        assert desk.desk.health.doctor()[1].ok, "the journal's chain holds it"


def test_of_a_closed_day_there_is_none(desk: Opened) -> None:
    assert keep(desk, date(2026, 11, 21)) == "The exchange was closed"
    assert desk.desk.reports.days() == ()
