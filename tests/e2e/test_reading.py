"""Who reads by keyboard or by ear, and who sees little: axe-core over every page, in both themes; and plain words only."""

import re
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from core.channel.desk import Desk
from core.channel.facets.orders import Draft
from core.domain.order import OrderType, Side, Status
from core.domain.verdict import Consent
from pages.parts.menu import MENU, STYLEGUIDE
from tests.e2e.conftest import RunningDesk, eventually, settled
from tests.e2e.reading import faults, read, turn
from tests.unit.fitness.test_words import wrong

pytestmark = pytest.mark.browser


def test_every_page_can_be_read_by_everybody_and_in_plain_words(desk: RunningDesk, page: Page) -> None:
    for name in (*MENU, STYLEGUIDE):
        desk.open(page, name)
        expect(page.locator(".qd-status")).to_contain_text("Desk answers")
        read(page, name)
        words = [word for word in wrong(page.inner_text("body")) if not re.match("halt", word, re.IGNORECASE)]
        assert words == [], name


def test_a_fault_would_be_found(desk: RunningDesk, page: Page) -> None:
    desk.open(page, "limits")
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<button></button>')")
    assert [one["rule"] for one in faults(page)] == ["button-name"]


def test_an_open_page_follows_the_computer_into_the_dark_and_keeps_what_is_typed(desk: RunningDesk, page: Page) -> None:
    desk.open(page, "ticket?symbol=NVDA")
    size = page.locator(".st-key-t_size input")
    size.click()
    page.keyboard.type("12")
    expect(page.locator(".st-key-ticket_reality")).to_contain_text("Buy 12 NVDA")
    settled(page)  # from here on nobody asks for anything
    turn(page, dark=True)
    expect(page.locator(".qd-quote b")).to_have_css("color", "rgb(230, 233, 239)")
    expect(size).to_have_value("12")
    expect(size).to_be_focused()


def test_the_palette_opens_over_a_half_typed_number_and_everybody_can_read_it(desk: RunningDesk, page: Page) -> None:
    desk.open(page, "ticket")
    size, entry = page.locator(".st-key-t_size input"), page.locator(".st-key-palette_entry input")
    size.click()
    page.keyboard.type("1?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+k")
    expect(entry).to_be_focused()
    page.keyboard.type("buy nv")
    expect(page.get_by_role("option").first).to_have_text("Buy NVDA on the ticket")
    read(page, "the palette")
    entry.fill("ordrs")
    expect(page.get_by_role("option").first).to_have_text("Open Orders")
    assert faults(page) == [], "what it offers, dark"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Orders")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Ctrl+K")
    read(page, "the shortcuts")
    page.keyboard.press("Escape")
    page.get_by_test_id("stSidebarNav").get_by_text("Ticket").click()
    expect(size).to_have_value("1")


WIDTHS: Final = {1440: 900, 1024: 768, 375: 812}


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off_and_stop_trading_is_in_the_first_screen(
    desk: RunningDesk, browser: Browser, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]})
    page = context.new_page()
    for name in ("orders", "positions", "ticket"):
        desk.open(page, name)
        strip = page.locator(".qd-frame")
        expect(strip).to_contain_text("Buying power")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        assert strip.evaluate("it => it.scrollWidth <= it.clientWidth"), name
        assert strip.evaluate("it => it.getBoundingClientRect().right <= window.innerWidth"), name
        expect(page.locator(".st-key-stop button:visible")).to_be_in_viewport(ratio=1)
    context.close()


def confirmed(line: Desk, draft: Draft) -> str:
    review = line.orders.review(draft)
    return line.orders.confirm(review.token, Consent(warnings=review.warnings)).id


def test_tables_of_orders_and_positions_fit_a_small_screen(desk: RunningDesk, browser: Browser) -> None:
    line = desk.connect()
    held = confirmed(line, Draft(symbol="MSFT", side=Side.BUY, quantity="9"))
    eventually(lambda: line.orders.story(held).order.status is Status.FILLED, "it is filled")
    confirmed(line, Draft(symbol="MSFT", side=Side.BUY, quantity="1", type=OrderType.LIMIT, limit="100.00"))
    context = browser.new_context(viewport={"width": 1024, "height": 768})
    page = context.new_page()
    for name in ("orders", "positions"):
        desk.open(page, name)
        grid = page.locator(".dvn-scroller")
        expect(grid).to_be_visible()
        assert grid.evaluate("it => it.scrollWidth - it.clientWidth") <= 0, name
    context.close()
    line.orders.cancel_all()


def test_the_menu_is_a_rail_where_the_window_is_narrow_and_leads_everywhere(
    desk: RunningDesk, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1024, "height": 768})
    page = context.new_page()
    desk.open(page, "orders")
    expect(page.get_by_test_id("stSidebar")).to_have_css("width", "56px")
    expect(page.locator(".st-key-palette_open [data-testid=stIconMaterial]:visible")).to_be_visible()
    page.get_by_role("link", name="Positions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Positions")
    context.close()


def test_amounts_stay_hidden_over_pages_and_reloads(desk: RunningDesk, page: Page) -> None:
    desk.open(page, "positions")
    expect(page.locator(".qd-frame")).to_contain_text("Value, USD")
    page.locator(".st-key-display_hide label").first.click()
    expect(page.locator(".qd-frame")).to_contain_text("•••")
    page.get_by_test_id("stSidebarNav").get_by_text("Orders").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Orders")
    expect(page).to_have_url(re.compile("hide=amounts"))
    page.reload()
    expect(page.locator(".qd-frame")).to_contain_text("•••")
    page.locator(".st-key-display_hide label").first.click()
    expect(page.locator(".qd-frame")).not_to_contain_text("•••")
    expect(page).not_to_have_url(re.compile("hide"))
