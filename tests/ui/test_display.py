"""Amounts that are hidden, and the other pair of colours: on every page, kept over pages and reloads."""

import re
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.channel.facets.health import Notice
from pages.parts import display
from pages.parts.look import colours
from pages.parts.menu import MENU
from pages.parts.veil import COVER
from tests.fakes.desk import FakeDesk
from tests.ui.opened import Opened, words

AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d\d)?")  # no price and no count of the made-up desk is that large
PICKED = {"positions": "i-NVDA", "orders": "20261120-000101", "journal": "2"}


@pytest.fixture(autouse=True)
def _nobody_has_chosen() -> Iterator[None]:
    display._seen_here.clear()
    yield
    display._seen_here.clear()


def seen(window: AppTest) -> str:
    """What is written on the page, tables too."""
    cells = "\n".join(frame.value.astype(str).to_csv(index=False, sep="|") for frame in window.dataframe)
    tips = "\n".join(code.value for code in window.code)
    return "\n".join((words(window), cells, tips))


@pytest.mark.parametrize("page", sorted(MENU))
@pytest.mark.parametrize("which", ["ordinary", "full", "in_doubt"])
def test_no_page_shows_an_amount_while_they_are_hidden(open_page: Opened, page: str, which: str) -> None:
    desk: FakeDesk = getattr(FakeDesk, which)()
    desk.world.notices = (Notice(weight="red", title="The broker took back a trade.", detail="40 NVDA, 7,300.00 USD"),)
    window = open_page(desk, page, hide="amounts")
    if page in PICKED:
        window.session_state[f"{page}:picked"] = (PICKED[page],)
        window.run()
    assert AMOUNT.findall(seen(window)) == []
    assert COVER in seen(window)
    assert "−0.03%" in words(window), "percentages stay"


def test_the_test_above_would_see_an_amount(open_page: Opened) -> None:
    assert AMOUNT.findall(seen(open_page(FakeDesk.ordinary(), "positions")))


def test_quantities_are_covered_and_prices_stay(open_page: Opened) -> None:
    table = open_page(FakeDesk.ordinary(), "positions", hide="amounts").dataframe[0].value
    for hidden in ("quantity", "cost", "value", "today", "unrealised"):
        assert set(table[hidden]) == {COVER}
    assert 182.47 in list(table["last"])
    assert all(isinstance(weight, float) for weight in table["weight"])


def test_the_switch_is_kept_over_pages_and_stands_in_the_address(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary())
    window.toggle(key="display_hide").set_value(True).run()
    assert "148,293.35" not in words(window)
    assert window.query_params["hide"] == "amounts"
    window.switch_page("positions.py").run()
    assert "148,293.35" not in words(window)
    assert window.toggle(key="display_hide").value
    window.toggle(key="display_hide").set_value(False).run()
    assert "148,293.35" in words(window)
    assert "hide" not in window.query_params


def test_an_order_about_to_be_sent_is_named_in_full(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "positions", hide="amounts")
    window.session_state["positions:picked"] = ("i-NVDA",)
    window.run()
    window.button(key="close_position").click().run()
    window.run()
    assert "<div class='qd-act'>Sell 120 NVDA" in words(window)
    assert window.button(key="confirm").label == "Sell 120 NVDA"


def test_no_file_leaves_the_window_while_amounts_are_hidden(open_page: Opened) -> None:
    offered = open_page(FakeDesk.full(), "statement").get("download_button")
    assert offered and not any(button.proto.disabled for button in offered)
    held = open_page(FakeDesk.full(), "statement", hide="amounts").get("download_button")
    assert held and all(button.proto.disabled for button in held)


def test_the_other_pair_of_colours_is_printed_into_the_page(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary())
    window.radio(key="display_pair").set_value("blue").run()
    styles = "".join(element.proto.body for element in window.get("html"))
    assert f"--gain:{colours(dark=False, chosen='blue')['gain']}" in styles
    assert window.query_params["colours"] == "blue"


def test_a_new_notice_is_marked_to_be_heard_only_where_that_was_chosen(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.notices = tuple(
        Notice(weight=weight, title="Reached.", row=row) for weight, row in (("blue", 7), ("red", 9), ("amber", 0))
    )
    window = open_page(desk)
    assert "<i class='qd-rung'" not in words(window)
    window.toggle(key="display_sound").set_value(True).run()
    assert "<i class='qd-rung' hidden data-row='9' data-weight='red'></i>" in words(window)
    assert window.query_params["sound"] == "on"


def test_an_address_that_names_nothing_known_is_put_right(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), hide="<b>", colours="pink")
    assert "148,293.35" in words(window)
    assert "hide" not in window.query_params
