"""The list of orders: what can be done to each, and what to do about one in doubt."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.errors import BrokerDown
from core.domain.order import Origin, Status
from core.domain.workspace import WorkspaceKind
from pages.parts.desk import SEARCHED
from tests.fakes.desk import FakeDesk, order, run
from tests.ui.opened import Opened, paces, press, widths, words

VTI = "20261120-000102"
NVDA = "20261120-000101"
MSFT = "20261120-000200"


def test_open_orders_are_shown_newest_first_with_their_certainty(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "orders")
    assert list(window.dataframe[0].value["symbol"]) == ["VTI", "NVDA"]
    assert "2 orders. Confirmed by the broker 3 s ago." in words(window)
    desk.world.orders[VTI] = replace(desk.world.orders[VTI], certainty="Our record")
    assert list(window.run().dataframe[0].value["certainty"]) == ["Our record", "Confirmed by the broker 3 s ago"]


@pytest.mark.parametrize(("which", "seconds"), [("open", 1), ("doubt", 1), ("done", SEARCHED), ("all", SEARCHED)])
def test_a_search_through_the_history_is_repeated_seldom(
    open_page: Opened, monkeypatch: pytest.MonkeyPatch, which: str, seconds: float
) -> None:
    pace = paces(monkeypatch)
    window = open_page(FakeDesk.ordinary(), "orders")
    window.session_state["orders_view"] = which
    window.run()
    assert pace["table"] == 1
    window.text_input(key="orders_find").set_value("nvda").run()
    assert pace["table"] == seconds


def test_a_number_is_never_cut_off_at_its_front(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    plain = widths(open_page(desk, "orders"))
    for known in tuple(desk.world.orders.values()):
        long = {"quantity": Decimal("1234567.123456789"), "filled": Decimal("62.595071")}
        desk.world.orders[known.id] = replace(known, **long)  # type: ignore[arg-type]
    wide = widths(open_page(desk, "orders"))
    assert plain["filled"] < len("62.595071") * 7.3 + 2 * 8 <= wide["filled"]  # as measured in a browser, edges and all
    assert wide["quantity"] >= len("1,234,567.123456789") * 6.5 + 2 * 8
    assert {name for name in plain if plain[name] != wide[name]} == {"quantity", "filled"}


@pytest.mark.parametrize("which", ["open", "doubt", "done", "all"])
def test_every_empty_list_leads_somewhere(open_page: Opened, which: str) -> None:
    window = open_page(FakeDesk.empty(), "orders")
    window.session_state["orders_view"] = which
    window.run()
    assert "qd-empty" in words(window)
    assert [link.proto.label for link in window.get("page_link")] == ["New order"]


def test_a_hundred_thousand_orders_are_turned_page_by_page(open_page: Opened) -> None:
    window = open_page(FakeDesk.full(), "orders")
    window.session_state["orders_view"] = "done"
    window.run()
    first = list(window.dataframe[0].value["at"])
    assert len(first) == 200
    press(press(window, "orders_older"), "orders_older")
    assert len(window.dataframe[0].value) == 200
    press(window, "orders_newest")
    assert list(window.dataframe[0].value["at"]) == first


def test_the_selected_order_tells_its_story_and_is_cancelled_by_name(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "orders")
    window.session_state["orders:picked"] = (VTI,)
    window.run()
    assert "22 of 60" in words(window)
    assert "It waits behind 300 shares." in words(window)
    assert "Cancel “Buy 60 VTI at limit 331.05”" in words(window)
    press(window, "cancel_one")
    assert desk.world.orders[VTI].status is Status.CANCELED
    assert desk.world.orders[NVDA].status is Status.ACKED


def test_a_new_order_above_does_not_move_the_selection(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "orders")
    window.session_state["orders:picked"] = (VTI,)
    window.run()
    late = order(150, "AAPL", Status.ACKED)
    desk.world.orders[late.id] = late
    press(window.run(), "cancel_one")
    assert desk.world.orders[VTI].status is Status.CANCELED
    assert desk.world.orders[late.id].status is Status.ACKED


def test_several_are_cancelled_and_one_refusal_does_not_keep_the_others(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "orders")
    window.session_state["orders:picked"] = ("gone", VTI, NVDA)
    press(window.run(), "cancel_chosen")
    assert {desk.world.orders[VTI].status, desk.world.orders[NVDA].status} == {Status.CANCELED}
    assert "There is no order gone." in words(window)


def test_cancel_all_keeps_what_only_reduces_unless_told_otherwise(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = press(open_page(desk, "orders"), "cancel_all_now")
    assert desk.orders.cancel_all_calls == [True]
    desk.world.orders[VTI] = order(102, "VTI", Status.ACKED)
    window.run()
    window.checkbox(key="cancel_all_keep").uncheck().run()
    press(window, "cancel_all_now")
    assert desk.orders.cancel_all_calls == [True, False]


def test_an_order_in_doubt_says_what_is_known_and_offers_two_ways(open_page: Opened) -> None:
    desk = FakeDesk.in_doubt()
    window = open_page(desk, "orders")
    said = words(window)
    for fact in ("It may be at the broker, it may not.", "12,810.00 USD", "Nothing is sent twice.", "Not found"):
        assert fact in said
    press(window, f"look:{MSFT}")
    assert desk.orders.looked == [MSFT]
    assert window.button(key=f"attest_now:{MSFT}").disabled
    window.text_area(key=f"attest:{MSFT}").set_value("Their site shows no such order").run()
    press(window, f"attest_now:{MSFT}")
    assert desk.world.attested == {MSFT: "Their site shows no such order"}


def test_the_time_line_of_a_doubt_is_in_the_order_things_happened(open_page: Opened) -> None:
    desk = FakeDesk.in_doubt()
    steps = desk.orders.story(MSFT).steps
    later = replace(steps[0], at=steps[-1].at + timedelta(minutes=1), title="Stop trading was pressed", doubtful=False)
    told = replace(desk.orders.story(MSFT), steps=(*steps, later))
    vars(desk.orders)["story"] = lambda order_id: told
    said = words(open_page(desk, "orders"))
    line = said[said.index("<ol class='qd-time'>") :]
    lost = next(step.title for step in steps if step.doubtful)
    assert line.index(steps[0].title) < line.index(lost) < line.index("Stop trading was pressed") < line.index(">Now<")


def test_a_working_order_is_changed_through_the_ticket(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "orders")
    window.session_state["orders:picked"] = (VTI,)
    press(window.run(), "change")
    assert window.title[0].value == "Ticket"
    window.switch_page("ticket.py").run()
    assert window.text_input(key="t_limit").value == "331.05"
    window.text_input(key="t_limit").set_value("331.10").run()
    press(press(window, "review_order"), "confirm")
    assert desk.world.reviews["token-1"].draft.replaces == VTI


def test_nothing_is_left_to_cancel_on_a_finished_order(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "orders")
    window.session_state["orders:picked"] = ("20261120-000103",)
    window.run()
    assert "Nothing is left to cancel" in words(window)
    assert "cancel_one" not in {button.key for button in window.button}


def test_text_for_a_spreadsheet_is_never_a_formula(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    bad = order(1, "=cmd|calc", Status.CANCELED, reason="x", certainty="@SUM(A1)")
    desk.world.orders[bad.id] = bad
    desk.world.spot = lambda symbol: order(1, "A", Status.ACKED).quantity  # type: ignore[method-assign]
    window = open_page(desk, "orders")
    window.session_state["orders_view"] = "all"
    table = window.run().dataframe[0].value
    assert table["symbol"][0] == "'=cmd|calc"
    assert "=cmd" not in set(table["symbol"])


def test_the_rest_of_the_story_is_told_when_the_exchange_is_silent(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()

    def silent(order_id: str) -> tuple[str, ...]:
        raise BrokerDown("The practice exchange cannot be reached.")

    vars(desk.practice)["why"] = silent
    window = open_page(desk, "orders")
    window.session_state["orders:picked"] = (VTI,)
    window.run()
    assert "cannot be reached" in words(window)
    assert "22 of 60" in words(window)


def test_an_order_the_broker_made_of_ours_says_whose_it_is(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.orders[VTI] = replace(desk.world.orders[VTI], origin=Origin.ADJUSTED, replaces=NVDA)
    window = open_page(desk, "orders")
    window.session_state["orders:picked"] = (VTI,)
    window.run()
    assert "made by the broker" in words(window)
    assert f"takes the place of {NVDA}" in words(window)


def test_orders_of_ended_runs_are_shown_when_they_are_asked_for(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.orders |= {o.id: o for o in (order(90, "VTI", Status.FILLED, account_id="practice"),)}
    window = open_page(desk, "orders")
    window.segmented_control(key="orders_view").set_value("all").run()
    assert "orders_earlier" not in [t.key for t in window.toggle]
    desk.world.runs = (run(1, ended=True, account_id="practice"), run(2))
    window.run()
    before = len(window.dataframe[0].value)
    window.toggle(key="orders_earlier").set_value(True).run()
    assert len(window.dataframe[0].value) == before + 1
    window.segmented_control(key="orders_view").set_value("open").run()
    assert "orders_earlier" not in [t.key for t in window.toggle]


@pytest.mark.parametrize(("kind", "told"), [(WorkspaceKind.PAPER, True), (WorkspaceKind.LIVE, False)])
def test_a_paper_workspace_tells_why_a_price_was_and_a_live_one_cannot(
    open_page: Opened, kind: WorkspaceKind, told: bool
) -> None:
    desk = FakeDesk.ordinary()
    desk.world.kind = kind
    vars(desk.practice)["why"] = lambda order_id: ("Met the ask. Depth estimated.",)
    window = open_page(desk, "orders")
    window.session_state["orders:picked"] = (VTI,)
    window.run()
    assert ("Depth estimated." in words(window)) is told


def test_the_file_of_one_order_is_offered_and_not_while_amounts_are_hidden(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "orders")
    window.session_state["orders:picked"] = (NVDA,)
    (file,) = files(window.run())
    assert (file.proto.label, file.proto.disabled) == ("Order file", False)
    hidden = open_page(FakeDesk.ordinary(), "orders", hide="amounts")
    hidden.session_state["orders:picked"] = (NVDA,)
    assert [button.proto.disabled for button in files(hidden.run())] == [True]


def files(window: AppTest) -> list[Any]:
    return [button for button in window.get("download_button") if button.key == "order_file"]
