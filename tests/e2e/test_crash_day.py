"""A crash day in a real browser on the real desk, gone to its close by a jump instead of six minutes of waiting."""

import pytest
from playwright.sync_api import Page, expect

from core.channel.facets.crash_day import Stage
from core.channel.facets.practice import Jump
from tests.e2e.conftest import RunningDesk, eventually, settled

pytestmark = pytest.mark.browser


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key.replace(':', '-')} button:visible").click()
    settled(page)


def test_from_begin_over_the_opening_and_stops_to_the_report(own_desk: RunningDesk, page: Page) -> None:
    line = own_desk.connect()
    eventually(lambda: bool(line.positions.accounts()), "the books are open")
    own_desk.open(page, "crash_day")
    press(page, "crash:begin")
    expect(page.get_by_text("You hold nothing.")).to_be_visible()
    press(page, "crash:sample")
    page.locator(".st-key-basket-send button:visible").dblclick()
    expect(page.get_by_text("Your orders wait for the opening at 09:30.")).to_be_visible()
    assert line.orders.table("all").num_rows == 6
    page.reload()  # nothing of it is lost
    press(page, "crash:run")
    expect(page.get_by_text("Time stands still at 09:32.")).to_be_visible()
    press(page, "crash:stops")
    press(page, "basket:send")
    eventually(lambda: all(p.covered == p.quantity for p in line.crash_day.state().positions), "every stop is there")
    other = page.context.new_page()  # a second window sees the same day
    own_desk.open(other, "crash_day")
    expect(other.get_by_text("Bought").first).to_be_visible()
    line.practice.jump(Jump.CLOSE)
    eventually(lambda: line.crash_day.state().stage is Stage.REST, "the report is written")
    for window in (page, other):
        expect(window.get_by_text("What stops saved")).to_be_visible()
        expect(window.get_by_text("INVENTED PRICES · Compared with the broker after it ended")).to_be_visible()
    (report,) = line.crash_day.reports()
    assert report.stops
    assert report.index.fell_most < 0
    with page.expect_download() as taken:
        page.get_by_role("button", name="As a table, CSV").click()
    assert report.stops[0].symbol in taken.value.path().read_text()
