"""A word of the person's own on an order: it goes with its changes, is offered again, and tells results apart."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from core.channel.facets.orders import Draft
from core.channel.facets.performance import By, PartView
from core.domain.errors import BadInput
from core.domain.order import OrderType, Side
from core.domain.verdict import Consent
from pages.parts.form import change_of
from tests.unit.engine.opened import Opened, opened
from tests.unit.engine.test_views import trade


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Opened]:
    with opened(tmp_path) as desk:
        for _ in range(3):
            desk.settle(3)
        yield desk


def brought(desk: Opened) -> dict[str, PartView]:
    return {part.label: part for part in desk.desk.performance.parts(By.STRATEGY)}


def test_what_a_button_closes_counts_for_the_order_that_opened_it(desk: Opened) -> None:
    trade(desk, "AAPL", Side.BUY, "10", strategy="dip")
    trade(desk, "AAPL", Side.BUY, "20", strategy="trend")
    trade(desk, "KO", Side.BUY, "5")
    for row in desk.desk.positions.table().to_pylist():
        sheet = desk.desk.orders.review(desk.desk.positions.closing_draft(row["instrument_id"]))
        desk.desk.orders.confirm(sheet.token, Consent(warnings=sheet.warnings))
    for _ in range(6):
        desk.settle(1)
    assert desk.desk.positions.table().num_rows == 0
    found = brought(desk)
    assert {label: part.trades for label, part in found.items()} == {"No tag": 1, "dip": 1, "trend": 1}
    (account,) = desk.engine.store.accounts.all()
    balance = desk.engine.store.books.balance
    assert sum(part.realised for part in found.values()) == -balance(account.id, "income:realized", "USD")
    assert sum(part.fees for part in found.values()) == balance(account.id, "expenses:fees", "USD")
    for part in found.values():
        assert part.gain == part.realised - part.fees


def test_a_change_keeps_the_tag_it_is_found_by_it_and_offered_again(desk: Opened) -> None:
    bid = desk.desk.market.quote("AAPL").quote.bid
    far = f"{(bid * Decimal('0.97')).quantize(Decimal('0.01'))}"
    first = trade(desk, "AAPL", Side.BUY, "3", type=OrderType.LIMIT, limit=far, strategy="  deep   dip ")
    trade(desk, "KO", Side.BUY, "1", strategy="Alpha")
    view = desk.desk.orders.story(first).order
    assert view.strategy == "deep dip"
    sheet = desk.desk.orders.review(change_of(view))
    changed = desk.desk.orders.confirm(sheet.token, Consent(warnings=sheet.warnings))
    assert (changed.replaces, changed.strategy) == (first, "deep dip")
    for _ in range(6):
        desk.settle(1)
    assert desk.desk.ticket.choices().tags == ("Alpha", "deep dip")
    assert desk.desk.orders.table("open", find="deep dip").column("id").to_pylist() == [changed.id]
    assert first in desk.desk.orders.table("all", find="deep dip").column("id").to_pylist()
    assert desk.desk.orders.table("all", find="deep").num_rows == 0


@pytest.mark.parametrize("tag", ["x" * 41, "a\x00b"])
def test_a_tag_that_is_none_is_refused_in_one_sentence(desk: Opened, tag: str) -> None:
    with pytest.raises(BadInput, match=r"at most 40 letters, digits and signs\. Nothing was sent"):
        desk.desk.orders.review(Draft(symbol="AAPL", side=Side.BUY, quantity="1", strategy=tag))


def test_capitals_make_no_other_tag_of_it(desk: Opened) -> None:
    trade(desk, "AAPL", Side.BUY, "10", strategy="Deep Dip")
    second = trade(desk, "AAPL", Side.BUY, "20", strategy="deep dip")
    assert desk.desk.orders.story(second).order.strategy == "Deep Dip"
    assert desk.desk.ticket.choices().tags == ("Deep Dip",)
