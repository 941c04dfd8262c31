"""Home in a real browser: what needs a person appears by itself, leads to its place, and an engine that is killed comes back."""

import os
import re
import signal

import pytest
from playwright.sync_api import Page, expect

from core.channel.facets.practice import Fault
from tests.e2e.conftest import RunningDesk, eventually

pytestmark = pytest.mark.browser


def test_home_says_what_needs_a_person_and_leads_there(own_desk: RunningDesk, page: Page) -> None:
    line = own_desk.connect()
    eventually(lambda: bool(line.positions.accounts()), "the account is there")
    own_desk.open(page)
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Home")
    expect(page.locator(".qd-figures")).to_contain_text("Account value, USD")
    expect(page.locator(".qd-bars").first).to_contain_text("Loss today")
    expect(page.get_by_text("Nothing needs you.")).to_be_visible()
    line.practice.fault(Fault.DELAYED, True)
    row = page.locator("[class*=st-key-needs_]").filter(has_text="1 fault is on, on purpose.")
    expect(row).to_contain_text("Answers come late")
    row.get_by_role("link", name="Practice").click()
    expect(title).to_have_text("Practice")
    own_desk.open(page, "home?period=1m")
    expect(row).to_be_visible()
    os.kill(line.health.state().engine_pid, signal.SIGKILL)
    expect(page.get_by_text("is down since").first).to_be_visible()
    expect(page.get_by_text("is down since").first).to_be_hidden(timeout=60_000)
    expect(page.locator(".qd-figures")).to_contain_text("Account value, USD")
    expect(page.get_by_text("Nothing needs you.")).to_be_visible()
    expect(page).to_have_url(re.compile("period=1m"))
