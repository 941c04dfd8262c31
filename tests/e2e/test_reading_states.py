"""Sheets, dialogs and forms, and a desk that is stopped, locked or down: axe-core over what is not on a page every day, in both themes."""

import base64
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.channel.desk import Desk
from core.channel.notes import SupervisorNote, Watch, write_note
from core.domain.workspace import Level
from core.system import FileLock
from core.vault.codes import STEP, code_at
from tests.e2e.conftest import RunningDesk, eventually, settled
from tests.e2e.reading import faults, read
from tests.e2e.test_behaviour import bought, waiting
from tests.e2e.test_lock import LOCKED, PASSPHRASE, WRONG
from tests.e2e.test_pages import button, review, select_row
from tests.unit.setup.test_golive_form import answered, body, desk_behind

pytestmark = pytest.mark.browser


@pytest.fixture
def line(desk: RunningDesk) -> Iterator[Desk]:
    """The shared desk from behind; it is left trading, with nothing open."""
    asked = desk.connect()
    eventually(lambda: bool(asked.positions.accounts()), "the books are open")
    yield asked
    asked.orders.cancel_all()
    if asked.health.state().level is not Level.ACTIVE:
        eventually(lambda: asked.trading.report().finished, "stopping is finished")
        asked.trading.resume("the test is over")


def test_an_order_sheet_that_may_be_sent_and_one_that_asks_for_a_reason(desk: RunningDesk, page: Page) -> None:
    desk.open(page, "ticket?symbol=NVDA&quantity=5")
    review(page)
    read(page, "an order sheet")
    page.evaluate("document.querySelector('.qd-act').style.color = 'var(--line)'")
    assert {one["rule"] for one in faults(page)} == {"color-contrast"}, "a fault on an open sheet would be found"
    button(page, "back").click()
    page.locator(".st-key-t_size input").fill("150")
    button(page, "review_order").click()
    expect(page.get_by_label("Why it may go out in spite of").first).to_be_visible()
    expect(page.get_by_text("Nothing can be sent now.")).to_be_visible()
    read(page, "a sheet that asks for a reason")


def test_a_position_and_all_of_them_about_to_be_closed(desk: RunningDesk, line: Desk, page: Page) -> None:
    bought(line, "KO", "2")
    desk.open(page, "positions")
    select_row(page, 0)
    expect(button(page, "close_position")).to_be_visible()
    read(page, "a position")
    desk.open(page, "positions")
    button(page, "close_all").click()
    expect(page.get_by_text("Every position is closed at market.")).to_be_visible()
    read(page, "close all")


def test_the_story_of_an_order_and_all_about_to_be_cancelled(desk: RunningDesk, line: Desk, page: Page) -> None:
    waiting(line, "JNJ")
    desk.open(page, "orders")
    select_row(page, 0)
    expect(page.locator(".qd-time")).to_be_visible()
    page.get_by_role("button", name="Cancel all…").click()
    expect(page.get_by_role("button", name="Cancel those that add risk")).to_be_visible()
    read(page, "the story of an order")


def test_trading_about_to_be_stopped_stopped_and_about_to_go_on(desk: RunningDesk, line: Desk, page: Page) -> None:
    desk.open(page, "limits")
    button(page, "palette_open").click()
    page.locator(".st-key-palette_entry input").fill("stop trading")
    expect(page.get_by_role("option").first).to_have_text("Stop trading…")
    page.keyboard.press("Enter")
    expect(button(page, "palette_stop")).to_be_visible()
    read(page, "stop trading")
    button(page, "palette_stop").click()
    expect(page.get_by_text("Trading is stopped.").first).to_be_visible()
    read(page, "stopped")
    button(page, "resume").click()
    expect(button(page, "resume_now")).to_be_disabled()
    read(page, "resume")


def test_forms_for_secrets_and_a_desk_that_is_locked_or_down(own_desk: RunningDesk, page: Page) -> None:
    for form in ("golive", "notify"):
        page.goto(f"{own_desk.address}/{form}")
        read(page, f"{form} without a passphrase")
    page.goto(f"{own_desk.address}/passphrase")
    for again in (WRONG, PASSPHRASE):
        read(page, "choosing a passphrase")
        page.get_by_label("New passphrase").fill(PASSPHRASE)
        page.get_by_label("The same again").fill(again)
        page.get_by_role("button", name="Choose this passphrase").click()
    page.wait_for_url("**/home")
    page.goto(f"{own_desk.address}/notify")
    read(page, "notify")
    page.goto(f"{own_desk.address}/passphrase")
    read(page, "passphrase")
    _ask_for_codes(page)
    page.goto(f"{own_desk.address}/passphrase")
    read(page, "passphrase with codes")
    page.get_by_role("button", name="Lock now").click()
    read(page, "unlock")
    page.get_by_label("Code of the app").fill("000000")
    page.get_by_label("Passphrase").fill(WRONG)
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("alert")).to_be_visible()
    read(page, "unlock after a wrong passphrase")
    own_desk.open(page, "orders")
    expect(page.get_by_text(LOCKED)).to_be_visible()
    read(page, "locked")
    _kill(own_desk)
    expect(page.locator(".qd-status")).to_contain_text("Desk down")
    settled(page)
    read(page, "down")
    page.goto(f"{own_desk.address}/unlock")
    read(page, "unlock of a desk that is down")


def _ask_for_codes(page: Page) -> None:
    asking = page.locator("form:has(input[value=offer])")
    asking.get_by_label("Passphrase as it is").fill(PASSPHRASE)
    asking.get_by_role("button", name="Set up codes").click()
    expect(page.locator("svg.qr")).to_be_visible()
    read(page, "codes of an app")
    key = base64.b32decode(page.locator("code").inner_text().replace(" ", ""))
    page.get_by_label("The code it shows now").fill(code_at(key, int(time.time()) // STEP))
    page.get_by_role("button", name="Ask for codes").click()
    expect(page.locator("ol.codes")).to_be_visible()
    read(page, "recovery codes")


def _kill(desk: RunningDesk) -> None:
    """Engine and supervisor, for good: its last word is that it ended, so that the window does not start another one."""
    locks = desk.folder.supervisor_lock, desk.folder.lock
    write_note(desk.folder.supervisor_file, SupervisorNote(pid=0, state=Watch.ENDED))
    for holder in [FileLock(lock).holder() for lock in locks]:
        assert holder is not None
        os.kill(holder, signal.SIGKILL)


@pytest.mark.parametrize("days", [3, 20])
def test_the_form_that_takes_a_workspace_live(
    days: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: Page
) -> None:
    desk_behind(monkeypatch, days=days)
    page.set_content(body(answered(tmp_path)))
    read(page, "live")
