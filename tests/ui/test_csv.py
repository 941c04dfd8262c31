"""Every table of every page can be taken away as a file for a spreadsheet, as it is filtered."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.workspace import WorkspaceKind
from pages.parts import export
from pages.parts.menu import MENU, STYLEGUIDE
from tests.fakes.desk import NAMES, FakeDesk
from tests.ui.opened import Opened, words
from tests.unit.fitness.test_house import sources


def sheets(window: AppTest) -> dict[str, list[list[str]]]:
    """What each table's file holds."""
    kept: dict[str, export.Sheet] = window.session_state["csv:tables"]
    return {name: _read(export.text(sheet.heads, list(sheet.lines()))) for name, sheet in kept.items()}


def _read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def offered(window: AppTest, where: str = "page") -> set[str]:
    keys: Sequence[Any] = [button.proto.id for button in window.get("download_button")]
    return {key.rpartition(f"csv:{where}:")[2] for key in keys if f"csv:{where}:" in key}


@pytest.mark.parametrize("make", [FakeDesk.ordinary, FakeDesk.in_doubt])
@pytest.mark.parametrize("name", [*MENU, STYLEGUIDE])
def test_no_page_shows_a_table_without_its_file(open_page: Opened, name: str, make: Any) -> None:
    window = open_page(make(), name)
    drawn = len(window.dataframe) + words(window).count("<table")
    assert len(offered(window)) == drawn, "each has a name of its own, and all are there"
    for lines in sheets(window).values():
        assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize("name", [*MENU, STYLEGUIDE])
def test_beside_every_line_of_a_file_stands_that_its_prices_are_invented(open_page: Opened, name: str) -> None:
    for heads, *lines in sheets(open_page(FakeDesk.ordinary(), name)).values():
        assert heads[-1] == "prices"
        assert all(line[-1] == "INVENTED PRICES" for line in lines)


def test_performances_own_files_say_it_too(open_page: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, str] = {}
    monkeypatch.setattr(export, "download", lambda words, make, *_, **__: made.update({words: make()}))
    open_page(FakeDesk.ordinary(), "performance")
    for words_of in ("Curve as CSV", "Months as CSV", "Symbols as CSV"):
        heads, *lines = _read(made[words_of])
        assert heads[-1] == "prices"
        assert lines
        assert all(line[-1] == "INVENTED PRICES" for line in lines)


def test_nothing_is_added_to_the_markets_own_prices(open_page: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk.ordinary()
    told = replace(desk.health.state(), kind=WorkspaceKind.LIVE, feed_note="")
    monkeypatch.setattr(desk.health, "state", lambda: told)
    assert "prices" not in sheets(open_page(desk, "positions"))["Positions"][0]


def test_tables_are_drawn_by_the_parts_that_leave_a_file() -> None:
    drawing = re.compile(r"\bst\.(dataframe|table|data_editor)\(|table_html\(|<table")
    found = {path.name for path in sources("pages") if drawing.search(path.read_text())}
    assert found == {
        "table.py",
        "grid.py",
        "marks.py",
        "ladder.py",
        "printed.py",
        "order_file.py",
        "crash_report.py",
        "day_report.py",
    }, "the last four make files themselves"


def test_while_amounts_are_hidden_there_is_no_file(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "positions", hide="amounts")
    assert [button.proto.disabled for button in window.get("download_button")] == [True]


def test_it_holds_what_is_filtered_and_not_only_the_page_that_is_shown(open_page: Opened) -> None:
    desk = FakeDesk.full()
    desk.world.past_orders = 1500
    window = open_page(desk, "orders")
    assert len(sheets(window)["Orders: Open"]) == 1 + 2
    window.session_state["orders_view"] = "done"
    window.run()
    assert len(window.dataframe[0].value) == 200
    assert len(sheets(window)["Orders: Done"]) > 1500
    window.text_input(key="orders_find").set_value("xom").run()
    assert {line[1] for line in sheets(window)["Orders: Done"][1:]} == {"XOM"}


def test_what_has_no_room_on_the_screen_stands_in_the_file(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    (first, *_) = desk.world.orders
    desk.world.orders[first] = replace(desk.world.orders[first], strategy="dip")
    window = open_page(desk, "orders")
    heads, *lines = sheets(window)["Orders: Open"]
    assert "strategy" not in list(window.dataframe[0].value.columns)
    (line,) = [dict(zip(heads, line, strict=True)) for line in lines if line[heads.index("Order id")] == first]
    assert (line["Strategy tag"], line["Good for"]) == ("dip", "Today")


def test_numbers_stay_numbers_and_words_are_no_formula(open_page: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NAMES, "TLT", ("=HYPERLINK(1)", " @cmd", "88.91"))
    heads, *lines = sheets(open_page(FakeDesk.ordinary(), "positions"))["Positions"]
    tlt = dict(zip(heads, next(line for line in lines if line[0] == "TLT"), strict=True))
    assert (tlt["Name"], tlt["Sector"]) == ("'=HYPERLINK(1)", "' @cmd")
    assert (tlt["Unrealised, USD"], tlt["Quantity"]) == ("-544.8", "240")


@pytest.mark.parametrize(
    ("cell", "file"),
    [
        ("−1,234.50 ↓", "-1234.5"),
        ("+38.25 ↑", "38.25"),
        ("−2.41%", "-0.0241"),
        ("–", ""),
        ("20261120-000101", "20261120-000101"),
        ("20 Nov 2026", "20 Nov 2026"),
        ("=1+1", "'=1+1"),
        ("+1 more", "'+1 more"),
        ("-5 shares", "'-5 shares"),
        ("@x", "'@x"),
        ("  =1+1", "'  =1+1"),
        ("\t=1", "'\t=1"),
    ],
)
def test_what_stands_in_a_small_table_becomes_what_a_spreadsheet_reads(cell: str, file: str) -> None:
    assert _read(export.text(["x"], [[export.written(cell)]]))[1:] == [[file]]


def test_the_drawers_tables_have_theirs_beside_them(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "positions")
    window.session_state["positions:picked"] = ("i-NVDA",)
    window.run()
    assert offered(window, "drawer") == {"Lots", "Open orders that would close NVDA"}
    assert sheets(window)["Lots"][1][1:] == ["120", "151.2", "3752.4", "INVENTED PRICES"]


def test_the_book_has_its_file_too(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "ticket")
    window.session_state["t_symbol"] = "NVDA"
    window.run()
    assert "Book" in offered(window)
    assert {line[0] for line in sheets(window)["Book"][1:]} == {"Bid", "Ask"}
