"""A paper workspace that plays a recording, as a person opens it: PAPER, whose prices, a fill with its reason, and a kill."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.channel.facets.orders import Draft
from core.domain.disclosures import VERSION
from core.domain.errors import DeskError
from core.domain.order import OrderType, Side
from core.domain.verdict import Consent
from core.market.sample import sample
from tests.e2e.conftest import RunningDesk, eventually, settled, start_desk
from tests.e2e.test_pages import button, review, select_row, type_order
from tests.fakes.ticks import TEN

pytestmark = pytest.mark.browser
NOTE = "INVENTED PRICES · REPLAYED FROM 23 NOV 2026 · DEPTH ESTIMATED"


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[RunningDesk]:
    sample(tmp_path / "recording", TEN.date(), symbols=("AAPL", "KO"))
    desk = start_desk(tmp_path, "--recording", str(tmp_path / "recording"), workspace="paper-1")
    yield desk
    assert desk.close() == 0, desk.said
    assert "Traceback" not in desk.said


def row(desk: RunningDesk, which: str = "all") -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = desk.connect().orders.table(which).to_pylist()
    except DeskError:
        return []
    return found


def test_a_replayed_day_trades_on_paper_and_a_killed_engine_doubles_and_loses_nothing(
    paper: RunningDesk, page: Page
) -> None:
    paper.open(page, "ticket")
    expect(page.locator(".qd-mode")).to_contain_text("PAPER")
    expect(page.locator(".qd-frame")).to_contain_text(NOTE)
    expect(page.get_by_role("link", name="Practice", exact=True)).to_have_count(0)
    expect(page.get_by_text("Read the risk disclosures before your first order here.")).to_be_visible()
    line = paper.connect()
    line.welcome.disclosures_read(VERSION)
    eventually(lambda: all(c.reconciled for c in line.health.state().connections), "the books are compared")
    type_order(page, "AAPL", "20")
    expect(page.locator(".qd-quote")).not_to_contain_text("stale")
    review(page)
    expect(page.get_by_text(NOTE).first).to_be_visible()
    button(page, "confirm").click()
    eventually(lambda: [r["words"] for r in row(paper)] == ["Filled"], "the order fills")

    paper.open(page, "orders")
    page.get_by_text("All", exact=True).click()
    settled(page)
    select_row(page, 0)
    expect(page.get_by_text("Depth estimated.").first).to_be_visible()

    orders = paper.connect().orders
    sheet = orders.review(Draft(symbol="KO", side=Side.BUY, type=OrderType.LIMIT, quantity="5", limit="1.00"))
    waiting = orders.confirm(sheet.token, Consent(warnings=sheet.warnings)).id
    eventually(lambda: [r["id"] for r in row(paper, "open")] == [waiting], "it waits")
    before = paper.connect().health.state().engine_pid
    os.kill(before, signal.SIGKILL)

    def back() -> bool:
        try:
            health = paper.connect().health.state()
            return health.engine_pid != before and all(c.reconciled for c in health.connections)
        except DeskError:
            return False

    eventually(back, "the engine is back", 60)
    assert [(r["symbol"], r["words"], r["filled"]) for r in row(paper)][-1] == ("AAPL", "Filled", 20)
    assert len(row(paper)) == 2
    (held,) = paper.connect().positions.table().to_pylist()
    assert (held["symbol"], held["quantity"]) == ("AAPL", 20)
    eventually(
        lambda: "No quote was received from" in " ".join(paper.connect().practice.why(waiting)), "the gap is told"
    )
    assert not paper.connect().health.state().notices
