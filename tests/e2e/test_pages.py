"""What a person does with the window, in a real browser, on the real desk."""

import os
import re
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from core.channel.desk import Desk
from core.channel.facets.practice import Fault
from core.domain.workspace import Level
from pages.parts.menu import MENU
from tests.e2e.conftest import RunningDesk, eventually, settled

pytestmark = pytest.mark.browser
PAGES = ("", *MENU)


@pytest.fixture
def line(desk: RunningDesk) -> Iterator[Desk]:
    """The shared desk from behind; it is left trading and in order."""
    asked = desk.connect()
    yield asked
    for fault in asked.practice.state().faults:
        asked.practice.fault(fault, False)
    asked.orders.cancel_all()
    if asked.health.state().level is not Level.ACTIVE:
        eventually(lambda: asked.trading.report().finished, "stopping is finished")
        asked.trading.resume("the test is over")


def button(page: Page, key: str) -> Any:
    return page.locator(f".st-key-{key} button:visible")


def type_order(page: Page, symbol: str, size: str, limit: str = "") -> None:
    """Choose a name, type a size, and a limit if there is one."""
    name = page.locator(".st-key-t_symbol input")
    name.fill(symbol)
    page.keyboard.press("Enter")
    if limit:
        page.locator(".st-key-t_type input").click()
        page.get_by_role("option", name="Limit", exact=True).click()
        page.locator(".st-key-t_limit input").fill(limit)
    page.locator(".st-key-t_size input").fill(size)


def review(page: Page) -> None:
    button(page, "review_order").click()
    expect(button(page, "confirm")).to_be_enabled()


def ids(line: Desk, which: str = "all") -> list[str]:
    found: list[str] = line.orders.table(which).column("id").to_pylist()
    return found


def select_row(page: Page, row: int) -> None:
    """Tick the box of a row of the table; the first is 0."""
    page.get_by_test_id("stDataFrame").click(position={"x": 16, "y": 32 + 16 + 32 * row})


def test_an_order_from_the_ticket_to_the_position(desk: RunningDesk, line: Desk, page: Page) -> None:
    desk.open(page, "ticket")
    type_order(page, "KO", "3")
    review(page)
    expect(page.locator(".qd-act")).to_contain_text("Buy 3 KO")
    expect(page.locator(".st-key-confirm button")).to_have_css("background-color", "rgb(106, 63, 200)")
    button(page, "confirm").click()
    expect(page.locator(".qd-note").first).to_contain_text("Buy 3 KO at market: filled.")
    page.get_by_test_id("stSidebarNav").get_by_text("Positions").click()
    expect(page.locator(".qd-figures")).to_contain_text("Invested, USD")
    assert "KO" in line.positions.table().column("symbol").to_pylist()


def test_every_page_has_an_address_of_its_own_and_the_bare_one_is_home(desk: RunningDesk, page: Page) -> None:
    for name in MENU:
        desk.open(page, name)
        expect(page.get_by_role("heading", level=1)).to_have_text(MENU[name])
        expect(page).to_have_url(re.compile(rf"{re.escape(desk.address)}/{name}(\?.*)?$"))
        assert page.get_by_text("Page not found").count() == 0
    desk.open(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    expect(page).to_have_url(f"{desk.address}/home")
    desk.open(page, "jobs?period=1m")  # an address of before
    expect(page.get_by_role("heading", level=1)).to_have_text("Activity")
    desk.open(page, "?review=gone")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ticket")
    expect(page.get_by_text("The order sheet is not open any more.")).to_be_visible()
    expect(page).to_have_url(f"{desk.address}/ticket?review=gone")


def test_a_double_click_sends_one_order(desk: RunningDesk, line: Desk, page: Page) -> None:
    before = len(ids(line))
    desk.open(page, "ticket")
    type_order(page, "XOM", "2")
    review(page)
    button(page, "confirm").dblclick()
    expect(page.locator(".qd-note").first).to_contain_text("Buy 2 XOM at market")
    page.reload()
    settled(page)
    assert len(ids(line)) == before + 1


def test_reloading_keeps_the_sheet_and_two_windows_send_it_once(desk: RunningDesk, line: Desk, page: Page) -> None:
    before = len(ids(line))
    desk.open(page, "ticket")
    type_order(page, "PG", "2")
    review(page)
    page.reload()
    expect(page.locator(".qd-act")).to_contain_text("Buy 2 PG")
    other = page.context.new_page()
    other.goto(page.url)
    expect(button(other, "confirm")).to_be_enabled()
    button(page, "confirm").click()
    button(other, "confirm").click()
    for window in (page, other):
        expect(window.locator(".qd-note").first).to_contain_text("Buy 2 PG at market")
    assert len(ids(line)) == before + 1


def test_what_cannot_be_read_gets_a_sentence_and_stays(desk: RunningDesk, line: Desk, page: Page) -> None:
    before = ids(line)
    desk.open(page, "ticket")
    type_order(page, "NVDA", "1,5")
    button(page, "review_order").click()
    expect(page.get_by_text("has a comma")).to_be_visible()
    assert page.locator(".st-key-t_size input").input_value() == "1,5"
    type_order(page, "<img src=x onerror=alert(1)>", "5")
    button(page, "review_order").click()
    expect(page.locator(".qd-note").filter(has_text="<img src=x").first).to_be_visible()
    assert ids(line) == before


def test_stop_trading_by_its_keys_even_over_an_open_sheet(desk: RunningDesk, line: Desk, page: Page) -> None:
    desk.open(page, "ticket")
    type_order(page, "JNJ", "4", limit="1.00")
    review(page)
    page.keyboard.press("Control+Shift+X")
    eventually(lambda: line.health.state().level is Level.STOPPED, "the keys stop trading")
    button(page, "confirm").click()
    expect(page.get_by_text("Buy 4 JNJ was not sent").first).to_be_visible()
    button(page, "back").click()
    expect(page.get_by_text("Trading is stopped.").first).to_be_visible()
    button(page, "resume").click()
    expect(button(page, "resume_now")).to_be_disabled()
    page.locator(".st-key-resume_reason input").fill("looked into it")
    button(page, "resume_now").click()
    eventually(lambda: line.health.state().level is Level.ACTIVE, "trading again")


def test_a_row_is_known_by_its_order_and_cancelled_by_name(desk: RunningDesk, line: Desk, page: Page) -> None:
    desk.open(page, "ticket")
    for symbol in ("AAPL", "MSFT"):
        type_order(page, symbol, "1", limit="100.00")
        review(page)
        button(page, "confirm").click()
        expect(page.locator(".qd-note").first).to_contain_text(f"Buy 1 {symbol} at limit 100.00")
    desk.open(page, "orders")
    select_row(page, 1)
    expect(button(page, "cancel_one")).to_have_text("Cancel “Buy 1 AAPL at limit 100.00”")
    newest = line.orders.table("open").column("id").to_pylist()[0]
    line.orders.cancel(newest)
    eventually(lambda: len(ids(line, "open")) == 1, "one is left")
    expect(button(page, "cancel_one")).to_have_text("Cancel “Buy 1 AAPL at limit 100.00”")
    button(page, "cancel_one").click()
    eventually(lambda: not ids(line, "open"), "none is left")
    expect(page.get_by_text("No open orders.")).to_be_visible()


def test_an_order_without_an_answer_is_looked_up_until_it_is_found(desk: RunningDesk, line: Desk, page: Page) -> None:
    before = len(ids(line))
    desk.open(page, "ticket")
    type_order(page, "COST", "1", limit="100.00")
    review(page)
    line.practice.fault(Fault.REQUEST_LOST, True)
    line.practice.fault(Fault.NO_LOOK_UP, True)
    button(page, "confirm").click()
    desk.open(page, "orders")
    expect(page.get_by_text("It may be at the broker, it may not.")).to_be_visible()
    line.practice.fault(Fault.REQUEST_LOST, False)
    line.practice.fault(Fault.NO_LOOK_UP, False)
    page.get_by_role("button", name="Look again now").click()
    expect(page.get_by_text("It may be at the broker, it may not.")).to_be_hidden(timeout=60_000)
    assert len(ids(line)) == before + 1


def test_a_killed_engine_is_said_and_what_was_typed_is_kept(own_desk: RunningDesk, page: Page) -> None:
    own_desk.open(page, "ticket")
    type_order(page, "NVDA", "7")
    settled(page)
    os.kill(own_desk.connect().health.state().engine_pid, signal.SIGKILL)
    expect(page.get_by_text("is down since").first).to_be_visible()
    expect(page.get_by_text("is down since").first).to_be_hidden(timeout=60_000)
    assert page.locator(".st-key-t_size input").input_value() == "7"
    review(page)
    button(page, "confirm").click()
    expect(page.locator(".qd-note").first).to_contain_text("Buy 7 NVDA at market")
    assert len(ids(own_desk.connect())) == 1


def test_typing_is_not_disturbed_by_what_refreshes(desk: RunningDesk, page: Page) -> None:
    desk.open(page, "ticket")
    type_order(page, "NVDA", "1")
    shown = page.locator(".qd-quote")
    size = page.locator(".st-key-t_size input")
    size.click()
    for digit in "234":
        seen = shown.inner_text()
        size.press("End")
        size.press(digit)
        expect(shown).not_to_have_text(seen)
    assert size.input_value() == "1234"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_draws_from_this_machine_alone_and_keeps_its_look(
    desk: RunningDesk, browser: Browser, scheme: Any
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    elsewhere: list[str] = []
    page.on("request", lambda request: None if _ours(request.url, desk) else elsewhere.append(request.url))
    for name in PAGES:
        desk.open(page, name)
        expect(page.locator(".qd-status")).to_contain_text("Desk answers")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        assert page.title().startswith("PRACTICE · ")
        assert page.get_by_test_id("stException").count() == 0
    expect(page.get_by_test_id("stSidebar")).to_have_css("width", "208px")
    expect(page.locator(".stMainBlockContainer")).to_have_css("padding-left", "24px")
    assert page.evaluate("document.fonts.check('14px Plex')")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert elsewhere == []
    context.close()


def _ours(url: str, desk: RunningDesk) -> bool:
    return url.startswith((desk.address, desk.address.replace("http", "ws"), "data:", "blob:"))
