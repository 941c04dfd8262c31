"""The statement: what a run earned and what its trading cost; nothing that is not known is shown as a zero."""

import csv
import io
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from pages.parts.printed import AT_ONCE, csv_of, printable
from tests.fakes.desk import ACCOUNT, FakeDesk
from tests.fakes.statements import cost, fill, run_result, trading
from tests.ui.opened import Opened, press, words

NOTE = "INVENTED PRICES"


def three() -> FakeDesk:
    desk = FakeDesk.ordinary()
    old = run_result(
        "OLD", name="First run", ended_at=run_result("x").as_of, profit=Decimal("-250.10"), end=Decimal("98249.90")
    )
    desk.world.results = (old, run_result("MID", name="Second run"), run_result(ACCOUNT))
    return desk


def test_one_run_is_told_and_says_what_will_be_compared(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "statement")
    page = words(window)
    assert "One run so far" in page
    assert NOTE in page
    assert "+912.30 ↑" in page
    assert "6.6 bps" in page
    assert "2 fills left out." in page
    assert "Left out, because it is not known: 2 of 12 fills from arrival." in page
    assert "title='Mid: as far touch" in page
    assert "2 Nov 2026 to 20 Nov 2026, 09:30:00 ET" in page
    assert list(window.dataframe[0].value["symbol"]) == ["NVDA"] * 12


def test_every_number_of_the_tables_says_how_it_is_worked_out(open_page: Opened) -> None:
    window = open_page(three(), "statement")
    bodies = [element.proto.body for element in window.get("html") if "qd-grid'" in element.proto.body]
    assert len(bodies) == 4
    for body in bodies:
        for cell in body.split("<td ")[1:]:
            number = cell.partition(">")[2].partition("<")[0]
            assert "title=" in cell or not any(sign.isdigit() for sign in number) or " – " in number, cell


def test_what_was_not_told_is_a_dash_and_is_counted(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    nothing = trading(far_touch=cost(None, left_out=12), mid=cost(None, left_out=12), arrival=cost(None, left_out=12))
    desk.world.results = (run_result(ACCOUNT, trading=nothing),)
    desk.world.traded = [
        fill(1, bid=None, ask=None, arrival=None, far_touch_cost=None, mid_cost=None, arrival_cost=None)
    ]
    window = open_page(desk, "statement")
    assert "12 of 12 fills from far touch and mid and 12 of 12 fills from arrival" in words(window)
    assert ">–</td>" in words(window)
    assert "–<small>–</small>" not in words(window), "not the same twice"
    assert window.dataframe[0].value["mid_cost"].isna().all()


def test_a_cost_is_neither_gain_nor_loss_and_money_moved_is_none_either(open_page: Opened) -> None:
    page = words(open_page(FakeDesk.ordinary(), "statement"))
    assert "−4.10" in page
    assert "−1,500.00" in page
    coloured = re.findall(r"class='[^']*(?:gain|loss)[^']*'[^>]*>(?:<span>[^<]*</span><b>)?([^<]+)", page)
    assert "+912.30 ↑" in coloured
    assert "−4.10" not in coloured
    assert "−1,500.00" not in coloured


def test_a_chosen_fill_shows_its_order(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.traded = [fill(1, order_id="20261120-000103"), fill(2, order_id="")]
    window = open_page(desk, "statement")
    window.session_state["statement_fills:picked"] = ("1",)
    assert "Buy 40 TLT at limit 182.50" in words(window.run())
    window.session_state["statement_fills:picked"] = ("2",)
    assert "Buy 40 TLT" not in words(window.run())


def test_of_many_names_the_largest_come_first_and_the_others_are_one_click_away(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    real = desk.statements.of
    many = tuple(trading(f"N{number:02d}", f"i-{number}") for number in range(30))
    desk.statements.of = lambda account_id: replace(real(account_id), by_symbol=many)  # type: ignore[method-assign]
    window = open_page(desk, "statement")
    assert window.expander[0].label == "18 more, that traded less"
    assert "N29" in words(window)


def test_several_runs_are_compared_and_the_address_says_which_one_is_shown(open_page: Opened) -> None:
    window = open_page(three(), "statement")
    page = words(window)
    assert page.index("First run") < page.index("Second run")
    assert "Practice account, from 2 Nov 2026" in page
    window.selectbox(key=f"statement:run:{ACCOUNT}").set_value(0).run()
    assert window.query_params["run"] in ("OLD", ["OLD"])
    assert "−250.10 ↓" in words(window)


def test_a_run_in_the_address_is_shown_and_an_unknown_one_is_not(open_page: Opened) -> None:
    for asked, name in (("OLD", "First run"), ("NOBODY", "Practice account")):
        window = open_page(three(), "statement", run=asked)
        window.query_params["run"] = asked
        window.run()
        assert f"· {name}, from" in words(window)


def test_a_run_without_a_fill_leads_to_the_ticket(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.results, desk.world.traded = (run_result(ACCOUNT),), []
    real = desk.statements.of
    desk.statements.of = lambda account_id: replace(real(account_id), by_symbol=(), by_type=(), by_side=())  # type: ignore[method-assign]
    assert "Nothing has traded in this run." in words(open_page(desk, "statement"))


def test_before_the_first_entry_there_is_no_run(open_page: Opened) -> None:
    assert "No run yet." in words(open_page(FakeDesk.empty(), "statement"))


def test_while_it_is_added_up_it_says_so_and_goes_on_by_itself(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.counting = "The fills are being added up: 60,000 so far. Nothing is wrong: look again."
    window = open_page(desk, "statement")
    assert "60,000 so far" in words(window)
    desk.world.counting = ""
    assert "What it earned" in words(window.run())


def test_fills_are_narrowed_and_paged(open_page: Opened) -> None:
    desk = FakeDesk.full()
    desk.world.traded += [fill(20_000, symbol="KO", side="sell", type="limit")]
    window = open_page(desk, "statement")
    assert len(window.dataframe[0].value) == 200
    window = press(window, "statement_fills_older")
    assert desk.statements.asked[-1] == (11_802, 200)
    window.selectbox(key=f"statement_fills:Name:{ACCOUNT}").set_value("i-KO").run()
    assert list(window.dataframe[0].value["side"]) == ["Sell"]


@pytest.mark.usefixtures("open_page")
def test_the_fills_go_out_exact_complete_and_harmless(open_page: Opened) -> None:
    desk = FakeDesk.full()
    desk.world.traded += [fill(20_000, symbol="=cmd|x", bid=None)]
    open_page(desk, "statement")
    desk.statements.asked.clear()
    rows = list(csv.DictReader(io.StringIO(csv_of(ACCOUNT, {}, NOTE))))
    assert len(rows) == 12_001
    assert len(desk.statements.asked) == 12_001 // AT_ONCE + 1
    assert (rows[0]["symbol"], rows[0]["bid"], rows[0]["prices"]) == ("'=cmd|x", "", NOTE)
    assert (rows[1]["price"], rows[1]["arrival_cost"], rows[1]["fee"]) == ("182.5", "2.4", "0")
    assert len(csv_of(ACCOUNT, {"instrument_id": "i-NVDA"}, NOTE).splitlines()) == 12_001


def test_the_page_to_print_says_what_its_prices_are_and_escapes_what_was_typed() -> None:
    desk = three()
    desk.world.results = (run_result("OLD", name="<script>alert(1)</script>"), *desk.world.results[1:])
    page = printable(desk.statements.of("OLD"), desk.world.results)
    assert NOTE in page
    assert "<script>" not in page
    assert "+912.30" in page
    assert "Second run" in page
    assert "http" not in page
