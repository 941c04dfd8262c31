"""A run's statement in a real browser: a trade shows with its cost, and is taken away as a file."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.channel.facets.orders import Draft
from core.domain.order import Side, Status
from core.domain.verdict import Consent
from tests.e2e.conftest import RunningDesk, eventually, settled

pytestmark = pytest.mark.browser


def test_a_trade_is_in_the_statement_and_goes_out_as_a_file(own_desk: RunningDesk, page: Page) -> None:
    line = own_desk.connect()
    own_desk.open(page, "statement")
    expect(page.get_by_role("heading", level=1)).to_have_text("Statement")
    eventually(lambda: bool(line.positions.accounts()) and bool(line.statements.all()), "the books are open")
    eventually(lambda: line.market.hours().session.is_open, "the session is open")
    review = line.orders.review(Draft(symbol="KO", side=Side.BUY, quantity="25"))
    placed = line.orders.confirm(review.token, Consent(warnings=review.warnings))
    eventually(lambda: line.orders.story(placed.id).order.status is Status.FILLED, "it is filled")
    (run,) = line.statements.all()
    assert run.trading.mid.money is not None
    page.reload()
    settled(page)
    expect(page.get_by_text("INVENTED PRICES").first).to_be_visible()
    cost = f"{run.trading.mid.money:+,.2f}".replace("-", "\u2212")
    cell = page.get_by_role("region", name="What trading cost").get_by_role("cell").nth(5)
    expect(cell).to_contain_text(cost)
    assert "halfway between bid and ask" in (cell.get_attribute("title") or "")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download fills").click()
    file = Path(taken.value.path())
    (row,) = csv.DictReader(file.read_text().splitlines())
    assert (row["symbol"], row["quantity"], row["prices"]) == ("KO", "25", "INVENTED PRICES")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download statement").click()
    assert "What it earned" in Path(taken.value.path()).read_text()
