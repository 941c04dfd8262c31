"""Market time, chosen days and the plug, in a real browser on the real desk."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from core.channel.desk import Desk
from core.channel.facets.orders import Draft
from core.domain.order import OrderType, Side, Status
from core.domain.verdict import Consent
from tests.e2e.conftest import RunningDesk, eventually, settled

pytestmark = pytest.mark.browser


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key.replace(':', '-')} button:visible").click()
    settled(page)


def test_the_plug_is_pulled_and_the_order_comes_back_exactly_once(own_desk: RunningDesk, page: Page) -> None:
    line = own_desk.connect()
    first = line.health.state().engine_pid
    own_desk.open(page, "practice")
    press(page, "pull_plug")
    expect(page.get_by_text("It came back: the exchange holds exactly 1 order of it.")).to_be_visible(timeout=60_000)
    expect(page.locator(".qd-time")).to_contain_text("The plug is pulled in the middle of this order")
    assert line.health.state().engine_pid != first
    (order_id,) = line.orders.table("all").column("id").to_pylist()
    eventually(lambda: line.orders.story(order_id).order.status is Status.FILLED, "it is filled")
    assert line.positions.table().column("quantity").to_pylist() == [1]
    page.reload()
    expect(page.get_by_text("It came back: the exchange holds exactly 1 order of it.")).to_be_visible()
    press(page, "plugged_in_orders")
    expect(page.get_by_role("heading", level=1)).to_have_text("Orders")
    expect(page.get_by_text("Buy 1 KO at market").first).to_be_visible()


def test_time_is_paused_stepped_and_goes_on(own_desk: RunningDesk, page: Page) -> None:
    line = own_desk.connect()
    own_desk.open(page, "practice")
    press(page, "practice:pace:0")
    expect(page.locator(".qd-frame")).to_contain_text("paused")
    stood = line.practice.state().now
    press(page, "jump:event")
    expect(page.locator(".qd-figures")).to_contain_text("by the last jump")
    assert line.practice.state().now > stood
    press(page, "jump:close")
    expect(page.locator(".qd-figures")).to_contain_text("The session closes")
    press(page, "practice:pace:60")
    expect(page.locator(".qd-frame")).to_contain_text("60×")
    eventually(lambda: line.market.hours().session.is_open, "the next session is open")


def test_a_double_click_adds_practice_cash_once(own_desk: RunningDesk, page: Page) -> None:
    line = own_desk.connect()
    eventually(lambda: bool(line.positions.accounts()), "the books are open")
    (before,) = line.positions.accounts()
    own_desk.open(page, "practice")
    page.get_by_label("Amount, USD").fill("2500.50")
    page.get_by_role("button", name="Add", exact=True).dblclick()
    expect(page.get_by_text("2,500.50 USD added.")).to_be_visible()
    settled(page)
    eventually(lambda: line.positions.accounts()[0].cash > before.cash, "it is booked")
    (after,) = line.positions.accounts()
    assert (after.cash - before.cash, after.today) == (Decimal("2500.50"), before.today)
    assert line.journal.table(kind="practice.cash").num_rows == 1
    page.get_by_label("Amount, USD").fill("1,5")
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("has a comma")
    assert line.journal.table(kind="practice.cash").num_rows == 1


def test_start_again_cancels_what_is_open_and_the_desk_comes_back_with_a_fresh_account(
    own_desk: RunningDesk, page: Page
) -> None:
    line = own_desk.connect()
    eventually(lambda: line.positions.accounts()[0].today is not None, "the day has begun")
    filled = confirmed(line, Draft(symbol="KO", side=Side.BUY, quantity="3"))
    eventually(lambda: line.orders.story(filled).order.status is Status.FILLED, "it is filled")
    kept = Draft(symbol="KO", side=Side.BUY, quantity="5", type=OrderType.LIMIT, limit="30.00")
    waits = confirmed(line, kept)
    eventually(lambda: line.orders.story(waits).order.status is Status.ACKED, "the exchange has it")
    own_desk.open(page, "practice")
    press(page, "start_again")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 open order will be cancelled, and 1 position held stay in the old run")
    dialog.get_by_role("textbox", name="Starting cash, USD").fill("0")
    dialog.get_by_role("button", name="End run 1 and begin run 2").click()
    expect(dialog).to_contain_text("Starting cash is 0, and can be from 100 to 100,000,000 USD")
    dialog.get_by_role("textbox", name="Starting cash, USD").fill("25000")
    dialog.get_by_role("button", name="End run 1 and begin run 2").dblclick()
    expect(page.get_by_text("Terms of run 2")).to_be_visible(timeout=60_000)
    expect(dialog).not_to_be_visible()
    expect(page.get_by_text("Another run begins.")).not_to_be_visible()
    expect(page.locator(".qd-frame")).to_contain_text("25,000.00")
    first, second = line.runs.all()
    assert (first.name, second.name, second.value) == ("Run 1", "Run 2", Decimal(25_000))
    assert line.orders.story(waits).order.status is Status.CANCELED
    page.reload()
    settled(page)
    expect(page.get_by_role("cell", name="In use")).to_be_visible()
    own_desk.open(page, "positions")
    expect(page.get_by_text("No positions.")).to_be_visible()
    own_desk.open(page, "orders")
    page.get_by_role("radio", name="All").click()
    settled(page)
    expect(page.get_by_text("No orders yet.")).to_be_visible()
    page.get_by_text("Earlier runs too").click()
    settled(page)
    expect(page.get_by_text("No orders yet.")).not_to_be_visible()


def confirmed(line: Desk, draft: Draft) -> str:
    review = line.orders.review(draft)
    return line.orders.confirm(review.token, Consent(warnings=review.warnings)).id


def test_the_login_expires_and_the_way_back_is_on_every_page(own_desk: RunningDesk, page: Page) -> None:
    line = own_desk.connect()
    own_desk.open(page, "practice")
    page.get_by_text("The login has expired", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="you are not signed in any more")).to_be_visible()
    own_desk.open(page, "orders")
    press(page, "frame:sign_in")
    eventually(lambda: line.practice.state().faults == (), "signed in again")
    expect(page.get_by_text("you are not signed in any more")).to_have_count(0)
    expect(page.locator(".st-key-frame-sign_in")).to_have_count(0)


def test_a_bad_day_is_set_shown_and_ended_and_a_name_is_halted(own_desk: RunningDesk, page: Page) -> None:
    line = own_desk.connect()
    own_desk.open(page, "practice")
    press(page, "bad_day:on")
    expect(page.get_by_role("region", name="The bad day")).to_contain_text("Until sign-in")
    press(page, "happen")
    expect(page.get_by_role("region", name="Halts and jumps of this session")).to_contain_text("is halted for 10")
    press(page, "bad_day:off")
    expect(page.get_by_text("No bad day is set.")).to_be_visible()
    assert line.practice.state().bad_day is None
