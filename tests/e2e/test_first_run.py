"""From opening the window for the first time to a filled order: within two minutes, whatever the day and the hour."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import RunningDesk, settled

pytestmark = pytest.mark.browser
WITHIN = 120  # seconds


def test_the_first_order_is_filled_within_two_minutes_of_the_window_opening(own_desk: RunningDesk, page: Page) -> None:
    opened = time.monotonic()
    own_desk.open(page)
    page.locator(".st-key-home_start button").click()
    expect(page.get_by_text("Nobody traded this part")).to_be_visible(timeout=60_000)
    expect(page.locator(".st-key-home_start")).to_have_count(0)
    page.goto(f"{own_desk.address}/ticket?symbol=AAPL&quantity=10")
    settled(page)
    page.get_by_role("button", name="Review order").click()
    page.locator(".st-key-confirm button").click()
    page.goto(f"{own_desk.address}/home")
    expect(page.locator("table[class*=qd-mini] tr", has_text="AAPL").first).to_contain_text("Market", timeout=60_000)
    assert time.monotonic() - opened < WITHIN
    line = own_desk.connect()
    assert line.welcome.state().sample is not None
    assert [row["words"] for row in line.orders.table("all").to_pylist()] == ["Filled"]
    assert line.health.state().own_time, "it does not wait for the exchange's hours"
