"""The ways out of a position, from what a person typed to an order the desk takes."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from core.channel.facets.positions import PositionView
from core.domain.errors import BadInput
from core.domain.order import OrderType, Purpose, Side, Status, TimeInForce
from core.domain.verdict import Consent
from tests.unit.engine.opened import Opened, opened
from tests.unit.engine.test_views import trade

D = Decimal


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Opened]:
    """Ten AAPL are held."""
    with opened(tmp_path) as desk:
        for _ in range(3):
            desk.settle(3)
        trade(desk, "AAPL", Side.BUY, "10")
        yield desk


def held(desk: Opened) -> PositionView:
    (row,) = desk.desk.positions.table().to_pylist()
    return desk.desk.positions.one(row["instrument_id"])


def refused(desk: Opened, words: str, **typed: str) -> None:
    positions = desk.desk.positions
    ask = positions.closing_draft if "part" in typed else positions.stop_draft
    with pytest.raises(BadInput, match=words):
        ask(held(desk).instrument_id, **typed)


def test_a_part_is_shares_or_percent_in_whole_lots(desk: Opened) -> None:
    asked = held(desk).instrument_id
    for part, quantity in (("", "10"), ("4", "4"), ("25%", "2"), ("50%", "5"), ("100%", "10")):
        draft = desk.desk.positions.closing_draft(asked, part=part)
        assert (draft.side, draft.quantity, draft.purpose) == (Side.SELL, quantity, Purpose.CLOSE)
    refused(desk, "11 is too many: you hold 10. Nothing was sent: type 10 at most.", part="11")
    refused(desk, "has a comma", part="1,5")
    refused(desk, "more than 0", part="0")
    refused(desk, "less than 1. Nothing was sent: type how many", part="5%")
    refused(desk, "between 0 and 100%", part="120%")


def test_a_stop_by_distance_lies_on_a_price_step_under_the_last_price_and_lasts(desk: Opened) -> None:
    view = held(desk)
    assert view.last is not None
    draft = desk.desk.positions.stop_draft(view.instrument_id, away="5%")
    price = D(draft.stop)
    exact = view.last * D("0.95")
    assert exact - D("0.01") < price <= exact
    assert price % D("0.01") == 0
    assert (draft.type, draft.quantity, draft.time_in_force) == (OrderType.STOP, "10", TimeInForce.GTC)
    refused(desk, "either the price of the stop or its distance", stop="", away="")
    refused(desk, "either the price of the stop or its distance", stop="90", away="5")
    refused(desk, "between 0 and 100%", away="100")
    refused(desk, "more than 0", stop="-1")
    refused(desk, "has a comma", stop="1,5")


def test_what_is_covered_is_not_covered_twice_and_a_second_stop_leaves_the_first(desk: Opened) -> None:
    positions, asked = desk.desk.positions, held(desk).instrument_id
    for wanted, left in (("4", 6), ("", 0)):
        draft = positions.stop_draft(asked, away="5", quantity=wanted)
        sheet = desk.desk.orders.review(draft)
        assert not sheet.first_cancels
        desk.desk.orders.confirm(sheet.token, Consent(warnings=sheet.warnings))
        for _ in range(4):
            desk.settle(1)
        assert held(desk).free == left
    view = held(desk)
    assert (view.covered, [e.quantity for e in view.exits]) == (D(10), [D(4), D(6)])
    assert {order["words"] for order in desk.desk.orders.table("open").to_pylist()} == {"Working"}
    with pytest.raises(BadInput, match="All 10 AAPL have an open order that would close them"):
        positions.stop_draft(asked, away="5")


def test_a_limit_order_takes_shares_away_from_the_stop_but_protects_nothing(desk: Opened) -> None:
    view = held(desk)
    assert view.last is not None
    high = f"{(view.last * D('1.02')).quantize(D('0.01')):f}"
    order_id = trade(desk, "AAPL", Side.SELL, "3", type=OrderType.LIMIT, limit=high)
    assert desk.desk.orders.story(order_id).order.status is Status.ACKED
    view = held(desk)
    assert (view.covered, view.free) == (D(0), D(7))
    with pytest.raises(BadInput, match="8 is too many: 7 of 10 have no such order yet"):
        desk.desk.positions.stop_draft(view.instrument_id, away="5", quantity="8")


def test_the_stop_of_a_short_sale_lies_above(desk: Opened) -> None:
    trade(desk, "KO", Side.SELL, "5", purpose=Purpose.SHORT)
    row = next(row for row in desk.desk.positions.table().to_pylist() if row["symbol"] == "KO")
    assert row["quantity"] == -5
    draft = desk.desk.positions.stop_draft(row["instrument_id"], away="5")
    assert (draft.side, draft.quantity) == (Side.BUY, "5")
    assert D(draft.stop) >= row["last"] * D("1.05")


def test_a_part_that_is_sold_leaves_the_rest_its_stop(desk: Opened) -> None:
    positions, asked = desk.desk.positions, held(desk).instrument_id
    for draft in (positions.stop_draft(asked, away="5"), positions.closing_draft(asked, part="4")):
        sheet = desk.desk.orders.review(draft)
        desk.desk.orders.confirm(sheet.token, Consent(warnings=sheet.warnings))
        for _ in range(6):
            desk.settle(1)
    assert [whole for _, whole in sheet.first_changes] == [D(6)]
    assert sheet.first_cancels == ()
    view = held(desk)
    assert (view.quantity, view.covered, [e.quantity for e in view.exits]) == (D(6), D(6), [D(6)])
