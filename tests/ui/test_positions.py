"""Positions: what is held, and the way out of each."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from core.channel.facets.positions import HappeningView, OpeningLine
from core.domain.order import OrderType, Purpose, Side
from pages.parts.sectors import by_sector
from tests.fakes.desk import ACCOUNT, NAMES, NOW, FakeDesk
from tests.ui.opened import Opened, press, widths, words


def test_five_hundred_positions_are_one_table(open_page: Opened) -> None:
    assert len(open_page(FakeDesk.full(), "positions").dataframe[0].value) == 500


def test_no_positions_leads_to_the_ticket(open_page: Opened) -> None:
    window = open_page(FakeDesk.empty(), "positions")
    assert "No positions." in words(window)
    assert [link.proto.label for link in window.get("page_link")] == ["New order"]


def test_a_selected_position_opens_with_its_lots_and_can_be_closed(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "positions")
    window.session_state["positions:picked"] = ("i-NVDA",)
    window.run()
    assert "120 shares" in words(window)
    assert "Lots" in words(window)
    window = press(window, "close_position").run()
    assert "Sell 120 NVDA" in words(window)
    press(window, "confirm")
    draft = desk.world.reviews["token-1"].draft
    assert (draft.side, draft.purpose, len(desk.world.used)) == (Side.SELL, Purpose.CLOSE, 1)


def test_what_moved_without_a_trade_stands_whole_in_the_drawer(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.happened = (
        HappeningView(at=NOW, words="NVDA dividend, 0.01 a share: 1.20 USD came."),
        HappeningView(at=NOW - timedelta(days=30), words="NVDA split 1 for 10: 1,205 became 120. The rest was paid."),
    )
    window = open_page(desk, "positions")
    window.session_state["positions:picked"] = ("i-NVDA",)
    said = words(window.run())
    for happening in desk.world.happened:
        assert f"<td class='wide '>{happening.words}</td>" in said, "in lines of its own, never cut off"
    assert said.index("1.20 USD came") < said.index("split 1 for 10")


def test_closing_says_which_orders_it_asks_back_first(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.asked_back = ("20261120-000101",)
    window = open_page(desk, "positions")
    window.session_state["positions:picked"] = ("i-NVDA",)
    said = words(press(window.run(), "close_position").run())
    assert "First these are cancelled" in said
    assert "Sell 40 NVDA at stop 171.00" in said


def test_reducing_says_which_stop_it_makes_smaller_first(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.made_smaller = (("20261120-000101", Decimal(25)),)
    window = open_page(desk, "positions")
    window.session_state["positions:picked"] = ("i-NVDA",)
    window.run()
    assert "Reducing leaves as many shares of them as stay" in words(window)
    said = words(press(window, "reduce_25").run())
    assert "What stays keeps its stop" in said
    assert "Order 20261120-000101 (stop 171.00, 40) is changed to 25 first." in said
    assert "First these are cancelled" not in said


def test_a_position_is_reduced_through_the_ticket(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "positions")
    window.session_state["positions:picked"] = ("i-NVDA",)
    press(window.run(), "reduce_position")
    assert window.title[0].value == "Ticket"
    window.switch_page("ticket.py").run()
    window.text_input(key="t_size").set_value("20").run()
    press(window, "review_order")
    draft = desk.world.reviews["token-1"].draft
    assert (draft.symbol, draft.quantity, draft.purpose) == ("NVDA", "20", Purpose.CLOSE)


def frozen() -> FakeDesk:
    desk = FakeDesk.ordinary()
    desk.world.frozen = {"TLT": "The broker holds 250, our books say 240."}
    return desk


def test_a_difference_is_accepted_with_a_reason(open_page: Opened) -> None:
    desk = frozen()
    window = open_page(desk, "positions")
    scope = f"{ACCOUNT}/i-TLT"
    assert "TLT: only closing is allowed." in words(window)
    assert window.button(key=f"{scope}:book").disabled
    window.text_input(key=f"{scope}:words").set_value("bought in their app")
    window.text_input(key=f"{scope}:paid").set_value("889.10").run()
    press(window, f"{scope}:book")
    assert desk.world.accepted == {"i-TLT": "bought in their app, paid 889.10"}
    assert "TLT: only closing is allowed." not in words(window)


def test_what_is_frozen_can_be_lifted_with_a_reason(open_page: Opened) -> None:
    desk = frozen()
    window = open_page(desk, "positions")
    scope = f"{ACCOUNT}/i-TLT"
    assert window.button(key=f"{scope}:lift").disabled
    window.text_input(key=f"{scope}:found").set_value("the broker corrected it").run()
    press(window, f"{scope}:lift")
    assert not desk.world.frozen


def test_holdings_found_at_first_are_booked_with_what_is_known(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    unknown = OpeningLine(
        account_id=ACCOUNT, instrument_id="i-XOM", symbol="XOM", quantity=Decimal(5), cost=None, opened_at=None
    )
    desk.world.opening = (unknown,)
    window = open_page(desk, "positions")
    window.text_input(key=f"cost:{ACCOUNT}:i-XOM").set_value("1,5")
    book = next(button for button in window.button if button.label == "Book these holdings")
    book.click().run()
    assert "has a comma" in words(window)
    assert not desk.world.booked
    window.text_input(key=f"cost:{ACCOUNT}:i-XOM").set_value("")
    next(button for button in window.button if button.label == "Book these holdings").click().run()
    assert desk.world.booked == (unknown,)


def test_with_two_accounts_the_person_says_which_one(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.accounts = (ACCOUNT, "IRA-2")
    window = open_page(desk, "positions")
    assert "No account chosen." in words(window)
    assert not window.dataframe
    window.radio(key="account_choice").set_value("IRA-2").run()
    assert len(window.dataframe[0].value) == 4
    window.session_state["positions:picked"] = ("i-NVDA",)
    press(window.run(), "close_position").run()
    assert desk.world.reviews["token-1"].draft.account_id == "IRA-2"
    assert "Account IRA-2" in words(window)


def test_what_two_accounts_brought_is_booked_for_each(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.accounts = (ACCOUNT, "IRA-2")
    line = OpeningLine(
        account_id=ACCOUNT, instrument_id="i-XOM", symbol="XOM", quantity=Decimal(5), cost=None, opened_at=None
    )
    desk.world.opening = (line, replace(line, account_id="IRA-2"))
    window = open_page(desk, "positions")
    window.text_input(key="cost:IRA-2:i-XOM").set_value("70")
    next(button for button in window.button if button.label == "Book these holdings").click().run()
    assert [(found.account_id, found.cost) for found in desk.world.booked] == [(ACCOUNT, None), ("IRA-2", Decimal(70))]


def test_the_name_of_a_sector_is_never_cut_off(open_page: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    assert widths(open_page(FakeDesk.ordinary(), "positions"))["sector"] == 92
    monkeypatch.setitem(NAMES, "AAPL", ("Apple Inc", "Communication services", "271.66"))
    measured = 143  # of these words, in a browser
    assert widths(open_page(FakeDesk.ordinary(), "positions"))["sector"] >= measured + 16


def test_certainty_is_said_once_where_it_is_the_same_in_every_row(open_page: Opened) -> None:
    assert "certainty" not in open_page(FakeDesk.ordinary(), "positions").dataframe[0].value
    table = open_page(frozen(), "positions").dataframe[0].value
    assert "The broker holds 250, our books say 240." in set(table["certainty"])


def drawn(open_page: Opened, desk: FakeDesk) -> AppTest:
    window = open_page(desk, "positions")
    window.session_state["positions:picked"] = ("i-NVDA",)
    return window.run()


@pytest.mark.parametrize(("key", "size"), [("reduce_25", "30"), ("reduce_50", "60"), ("reduce_by", "12")])
def test_a_part_of_it_goes_through_the_sheet(open_page: Opened, key: str, size: str) -> None:
    desk = FakeDesk.ordinary()
    window = drawn(open_page, desk)
    window.text_input(key=f"part:{ACCOUNT}:i-NVDA").set_value("12").run()
    window = press(window, key).run()
    assert f"Sell {size} NVDA" in words(window)
    assert not desk.world.used, "nothing is sent without the sheet"
    press(window, "confirm")
    draft = desk.world.reviews["token-1"].draft
    assert (draft.quantity, draft.purpose, len(desk.world.used)) == (size, Purpose.CLOSE, 1)


def test_a_part_that_cannot_be_read_is_said_where_it_was_typed(open_page: Opened) -> None:
    window = drawn(open_page, FakeDesk.ordinary())
    assert "How much to reduce by is empty." in words(press(window, "reduce_by"))
    window.text_input(key=f"part:{ACCOUNT}:i-NVDA").set_value("1,5").run()
    assert "has a comma" in words(press(window, "reduce_by"))


def test_a_stop_is_put_under_what_is_not_covered_yet(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()  # its order 101 is a stop for 40 of the 120
    window = drawn(open_page, desk)
    assert "40 of 120 shares covered" in words(window)
    assert "171.00" in words(window)
    window.text_input(key=f"away:{ACCOUNT}:i-NVDA").set_value("5").run()
    window = press(window, "stop_position").run()
    press(window, "confirm")
    draft = desk.world.reviews["token-1"].draft
    assert (draft.type, draft.quantity, draft.stop, draft.side) == (OrderType.STOP, "80", "173.35", Side.SELL)


def test_what_is_selected_is_the_symbol_however_the_rows_move(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = drawn(open_page, desk)
    assert chosen_row(window) == "NVDA"
    desk.world.held = {"AAL": (Decimal(3), Decimal(10)), **desk.world.held}
    del desk.world.held["MSFT"]
    desk.world.held["NFLX"] = (Decimal(1), Decimal(700))
    window.run()
    assert chosen_row(window) == "NVDA"
    press(window, "close_position").run()
    assert desk.world.reviews["token-1"].draft.symbol == "NVDA"


def chosen_row(window: AppTest) -> str:
    """The symbol of the row the table begins with as selected."""
    table = window.dataframe[0]
    (place,) = json.loads(table.proto.selection_default)["selection"]["rows"]
    return str(table.value["symbol"].iloc[place])


def test_by_sector_with_its_address_and_what_has_none(open_page: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NAMES, "TLT", ("iShares 20+ Year Treasury", "Unknown", "88.91"))
    window = open_page(FakeDesk.ordinary(), "positions", view="sector")
    said = words(window)
    assert not window.dataframe
    assert said.index("Technology") < said.index("Sector not known")
    assert "3 positions" in said
    assert "Sale value − cost of what was sold" in said
    window.session_state["positions_view"] = "symbol"
    assert len(window.run().dataframe[0].value) == 4


def test_a_sectors_sums_hold_what_was_sold_and_are_missing_without_a_price() -> None:
    row = {"sector": "Energy", "symbol": "XOM", "value": Decimal(100), "weight": Decimal("0.1")}
    rows = [row | {"today": Decimal(1), "unrealised": Decimal(-7)}]
    realised = {"XOM": Decimal(5), "CVX": Decimal(9), "Dividends": Decimal(0)}
    (energy,) = by_sector(rows, realised, {"CVX": "Energy"})
    assert (energy.realised, energy.total, energy.positions) == (Decimal(14), Decimal(7), 1)
    unpriced = row | {"symbol": "CVX", "value": None, "weight": None, "today": None, "unrealised": None}
    (energy,) = by_sector([*rows, unpriced], realised, {})
    assert (energy.value, energy.total, energy.realised) == (None, None, Decimal(14))
