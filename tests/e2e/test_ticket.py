"""The ticket in a real browser: by keyboard alone, undisturbed by what refreshes, and back after a reload."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.channel.desk import Desk
from tests.e2e.conftest import RunningDesk, settled

pytestmark = pytest.mark.browser


@pytest.fixture
def line(desk: RunningDesk) -> Iterator[Desk]:
    """The shared desk from behind; nothing is left open."""
    asked = desk.connect()
    yield asked
    asked.orders.cancel_all()


def field(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key} input")


def ids(line: Desk) -> list[str]:
    found: list[str] = line.orders.table("all").column("id").to_pylist()
    return found


def ticks(page: Page, shown: Locator, times: int = 3) -> None:
    """Wait until a live part was drawn anew this often."""
    for _ in range(times):
        seen = shown.inner_text()
        expect(shown).not_to_have_text(seen)


def test_from_focus_to_confirmation_by_keyboard_alone(desk: RunningDesk, line: Desk, page: Page) -> None:
    before = len(ids(line))
    desk.open(page, "ticket")
    field(page, "t_symbol").focus()
    page.keyboard.type("coca")
    expect(page.get_by_role("option").nth(1)).to_have_text("KO · Coca-Cola · XSIM")
    page.keyboard.press("Enter")
    expect(field(page, "t_symbol")).to_have_value("KO · Coca-Cola · XSIM")
    expect(page.locator(".qd-quote")).to_be_visible()
    expect(field(page, "t_symbol")).to_be_focused()
    assert page.locator(".qd-act").count() == 0, "choosing a name is not asking for a review"
    field(page, "t_size").focus()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.locator(".qd-act")).to_contain_text("Buy 2 KO")
    page.keyboard.press("Escape")
    expect(page.locator(".qd-act")).to_have_count(0)
    expect(field(page, "t_size")).to_be_focused()
    assert len(ids(line)) == before
    page.keyboard.type("0")
    page.keyboard.press("Enter")
    expect(page.locator(".qd-act")).to_contain_text("Buy 20 KO")
    expect(page.locator(".st-key-confirm button")).to_be_enabled()  # what is not shown yet cannot be sent
    page.keyboard.press("Control+Enter")
    expect(page.locator(".qd-note").first).to_contain_text("Buy 20 KO at market")
    assert len(ids(line)) == before + 1


def test_enter_held_down_or_pressed_twice_and_a_double_ctrl_enter_are_one_order(
    desk: RunningDesk, line: Desk, page: Page
) -> None:
    before = len(ids(line))
    desk.open(page, "ticket?symbol=PG&quantity=3")
    field(page, "t_size").focus()
    for _ in range(3):
        page.keyboard.press("Enter")
    expect(page.locator(".qd-act")).to_contain_text("Buy 3 PG")
    expect(page.locator(".st-key-confirm button")).to_be_enabled()
    settled(page)
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".qd-note").first).to_contain_text("Buy 3 PG at market")
    page.reload()
    settled(page)
    assert len(ids(line)) == before + 1


def test_a_draft_survives_a_reload_and_another_page(desk: RunningDesk, line: Desk, page: Page) -> None:
    before = ids(line)
    desk.open(page, "ticket?symbol=JNJ&side=sell&quantity=7")
    expect(field(page, "t_size")).to_have_value("7")
    field(page, "t_size").fill("12")
    expect(page.locator(".st-key-ticket_reality")).to_contain_text("Sell 12 JNJ")
    expect(page).to_have_url(re.compile("quantity=12"))
    page.reload()
    settled(page)
    expect(field(page, "t_size")).to_have_value("12")
    expect(page.locator(".st-key-ticket_reality")).to_contain_text("Sell 12 JNJ")
    page.get_by_test_id("stSidebarNav").get_by_text("Orders").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Orders")
    page.get_by_test_id("stSidebarNav").get_by_text("Ticket").click()
    expect(field(page, "t_size")).to_have_value("12")
    assert ids(line) == before


def test_refreshing_takes_neither_focus_nor_a_half_typed_number(desk: RunningDesk, page: Page) -> None:
    desk.open(page, "ticket?symbol=NVDA&quantity=1")
    size, told = field(page, "t_size"), page.locator(".st-key-ticket_reality")
    size.click()
    for digit in "23":
        size.press("End")
        size.press(digit)
        ticks(page, page.locator(".qd-quote"), 2)
    size.press("End")
    size.press(".")  # no number yet
    ticks(page, page.locator(".qd-quote"))
    expect(size).to_be_focused()
    assert size.input_value() == "123."
    size.press("5")
    expect(told).to_contain_text("Buy 123.5 NVDA")
    expect(size).to_be_focused()


def test_refreshing_takes_no_selection(desk: RunningDesk, page: Page) -> None:
    desk.open(page, "ticket?symbol=NVDA&quantity=1234")
    size = field(page, "t_size")
    size.click()
    size.evaluate("input => input.setSelectionRange(1, 3)")
    ticks(page, page.locator(".qd-quote"), 4)
    assert size.evaluate("input => [input.selectionStart, input.selectionEnd]") == [1, 3]
    heading = page.locator(".qd-sec h2").first
    heading.evaluate("node => getSelection().selectAllChildren(node)")
    words = page.evaluate("getSelection().toString()")
    ticks(page, page.locator(".qd-quote"), 4)
    assert words
    assert page.evaluate("getSelection().toString()") == words


def test_refreshing_does_not_scroll(desk: RunningDesk, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1024, "height": 600})
    page = context.new_page()
    desk.open(page, "ticket?symbol=NVDA&quantity=5")
    expect(page.locator(".qd-book")).to_be_visible()
    expect(page.locator(".st-key-ticket_reality .qd-rows")).to_be_visible()
    page.get_by_test_id("stMain").evaluate("node => node.scrollTo(0, 320)")
    ticks(page, page.locator(".qd-quote"), 4)
    assert page.get_by_test_id("stMain").evaluate("node => node.scrollTop") == 320
    context.close()


@pytest.mark.parametrize("width", [1440, 1024])
def test_the_sheet_leaves_chart_and_price_in_sight_and_says_the_price_itself(
    desk: RunningDesk, browser: Browser, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    desk.open(page, "ticket?symbol=NVDA&quantity=5")
    field(page, "t_size").press("Enter")
    sheet = page.get_by_role("dialog")
    expect(sheet.locator(".qd-quote")).to_contain_text("ask")
    ticks(page, sheet.locator(".qd-quote"), 2)
    edge = sheet.evaluate("sheet => sheet.getBoundingClientRect().left")
    price = page.locator(".st-key-ticket_top .qd-quote")
    seen = "node => node.getBoundingClientRect().right"
    assert price.locator("b").evaluate(seen) < edge
    assert page.locator(".st-key-candles").evaluate("node => node.getBoundingClientRect().left") < edge / 2
    if width == 1440:  # narrower, the sheet's own line has to do
        assert price.locator("strong").last.evaluate(seen) < edge
        assert page.locator(".qd-book").evaluate(seen) < edge
    context.close()


def test_at_the_width_of_a_phone_an_order_goes_out_without_sideways_scrolling(
    desk: RunningDesk, line: Desk, browser: Browser
) -> None:
    before = len(ids(line))
    context = browser.new_context(viewport={"width": 375, "height": 812}, has_touch=True)
    page = context.new_page()
    desk.open(page, "ticket?symbol=KO")
    expect(page.locator(".qd-book")).to_be_visible()
    tops = "['.st-key-t_size', '.qd-book'].map(it => document.querySelector(it).getBoundingClientRect().top)"
    form, book = page.evaluate(tops)  # at once: the book is drawn anew each second
    assert form < book, "the form stands before chart and book"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    field(page, "t_size").fill("1")
    page.locator(".st-key-review_order button:visible").tap()
    page.locator(".st-key-confirm button:visible").tap()
    expect(page.locator(".qd-note").first).to_contain_text("Buy 1 KO at market")
    assert len(ids(line)) == before + 1
    context.close()
