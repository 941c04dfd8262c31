"""The page Market in a real browser: its address, an alert that was crossed in a jump, a working price that is changed."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from core.channel.facets.orders import Draft
from core.channel.facets.practice import Jump
from core.domain.order import OrderType, Side, TimeInForce
from core.domain.verdict import Consent
from tests.e2e.conftest import RunningDesk, eventually, settled

pytestmark = pytest.mark.browser
HEARD = "window.quarterdeckSound.played"


def test_a_chart_its_address_a_working_price_and_an_alert(own_desk: RunningDesk, page: Page) -> None:
    line = own_desk.connect()
    eventually(lambda: bool(line.positions.accounts()), "the books are open")
    bid = line.market.quote("KO").quote.bid
    low, lower = (f"{round(bid * Decimal(share), 2):f}" for share in ("0.995", "0.99"))
    review = line.orders.review(
        Draft(
            symbol="KO",
            side=Side.BUY,
            quantity="10",
            type=OrderType.LIMIT,
            limit=low,
            time_in_force=TimeInForce.GTC,
        )
    )
    line.orders.confirm(review.token, Consent(warnings=review.warnings))
    eventually(lambda: line.orders.table("open").column("words").to_pylist() == ["Working"], "it works")

    own_desk.open(page, "market?symbol=KO&frame=5m")
    expect(page.get_by_role("heading", level=1)).to_have_text("Market")
    page.get_by_role("radio", name="1 day").click()
    page.wait_for_url("**frame=1d**")
    page.reload()
    settled(page)
    expect(page.get_by_role("radio", name="1 day")).to_be_checked()
    expect(page.get_by_text("INVENTED PRICES").first).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()

    field = page.get_by_label(f"Buy 10, limit, at {low} USD")
    field.fill(lower)
    page.wait_for_timeout(2500)  # what is drawn again meanwhile takes neither the focus nor what was typed
    expect(field).to_have_value(lower)
    field.press("Tab")
    settled(page)
    page.get_by_role("button", name="Review change…").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_text("Buy 10 KO").first).to_be_visible()
    assert line.orders.table("open").column("limit").to_pylist() == [Decimal(low)], "not before it is confirmed"
    expect(page.locator(".st-key-confirm button")).to_be_enabled()
    page.keyboard.press("Control+Enter")
    eventually(lambda: line.orders.table("open").column("limit").to_pylist() == [Decimal(lower)], "it is changed")

    page.get_by_role("button", name="New alert on KO…").click()
    near = f"{round(line.market.quote('KO').quote.last * Decimal('1.0004'), 2):f}"
    page.get_by_label("Price, USD").fill(near)
    page.get_by_label("Price, USD").press("Tab")
    settled(page)
    page.get_by_role("button", name="Make alert on KO").click()
    eventually(lambda: len(line.alerts.all()) == 1, "the alert is made")
    page.get_by_role("button", name="Display").click()
    page.locator(".st-key-display_sound label").first.click()
    eventually(lambda: page.evaluate(HEARD) == 1, "it is heard once when it is switched on")
    page.keyboard.press("Escape")
    for _ in range(6):
        line.practice.jump(Jump.CLOSE)
        line.practice.jump(Jump.OPENING)
        if line.alerts.all()[0].fires:
            break
        page.wait_for_timeout(2500)
    eventually(lambda: line.alerts.all()[0].fires == 1, "it has told")
    expect(page.get_by_text(f"KO at or above {near}.").first).to_be_visible()
    eventually(lambda: page.evaluate(HEARD) == 2, "the alert is heard")
    page.wait_for_timeout(2500)
    assert page.evaluate(HEARD) == 2, "drawn anew each second, heard once"
    (fired,) = line.journal.table(kind="alert.fired").to_pylist()
    assert fired["title"] == f"KO at or above {near}."
    assert len(line.orders.table("all")) == 2, "the order and the one in its place: an alert trades nothing"
