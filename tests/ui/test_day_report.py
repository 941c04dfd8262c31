"""The day as a file: whole, of one workspace, with nothing from elsewhere in it, and not while amounts are hidden."""

import re
from datetime import date
from typing import Any

import pytest

from core.channel.facets.health import Notice
from core.domain.workspace import WorkspaceKind
from pages.parts.day_report import printable
from pages.parts.look import KINDS, LIGHT
from tests.fakes.desk import ACCOUNT, FakeDesk
from tests.ui.opened import Opened, words


def downloads(window: Any) -> list[Any]:
    return [element.proto for element in window.get("download_button") if element.proto.label == "Report to print"]


@pytest.mark.parametrize("page", ["performance", "activity"])
def test_it_is_found_on_both_pages_with_the_days_that_were_kept(open_page: Opened, page: str) -> None:
    window = open_page(FakeDesk.ordinary(), page)
    choice = next(box for box in window.selectbox if box.key == "report_day")
    assert choice.options == ["The day so far", "Thu 19 Nov 2026", "Wed 18 Nov 2026"]
    (button,) = downloads(window)
    assert not button.disabled
    choice.set_value(date(2026, 11, 18)).run()
    assert not window.exception
    assert len(downloads(window)) == 1


@pytest.mark.parametrize("page", ["performance", "activity"])
def test_while_amounts_are_hidden_it_does_not_leave(open_page: Opened, page: str) -> None:
    (button,) = downloads(open_page(FakeDesk.ordinary(), page, hide="amounts"))
    assert button.disabled
    assert "Amounts are hidden" in button.help


def test_before_the_first_close_there_is_the_day_so_far(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.reports.kept = ()
    window = open_page(desk, "activity")
    assert "None was kept yet" in words(window)
    assert len(downloads(window)) == 1


@pytest.mark.parametrize("kind", list(WorkspaceKind))
def test_it_says_which_money_it_is_about_and_what_its_prices_are(kind: WorkspaceKind) -> None:
    desk = FakeDesk.ordinary()
    desk.world.kind = kind
    page = printable(desk.reports.of(date(2026, 11, 19)))
    word, _, money = KINDS[kind]
    assert f"<title>{word} · Daily report, 19 Nov 2026, practice</title>" in page
    assert f"border-left:6px solid {LIGHT[kind]}" in page
    assert f"<b>{word}</b> · {money}, workspace practice" in page
    assert "INVENTED PRICES" in page


def test_everything_of_the_day_stands_in_it_and_words_from_outside_are_words() -> None:
    desk = FakeDesk.ordinary()
    desk.world.notices = (Notice(weight="red", title="<script>x</script> differs.", detail="Why & how."),)
    page = printable(desk.reports.of())
    for fact in (
        "148,293.35",
        "−38.25 ↓",
        "−0.03%",
        "2 fills, 14,600.00 USD traded, fees 0.08, +2.00 USD against the middle, of 1 fill it is not known",
        "+2.7",
        "Buy 40 &lt;b&gt;NVDA&lt;/b&gt;",
        "&lt;script&gt;x&lt;/script&gt; differs.",
        "Why &amp; how.",
        "Loss today",
        "0.40%",
        "Largest sector, Technology",
        "positive is worse for you",
    ):
        assert fact in page, fact
    assert "<script" not in page
    assert not re.findall(r"(?:src|href)=", page), "nothing is fetched from anywhere"


def test_accounts_stand_beside_each_other_and_are_not_added_up() -> None:
    desk = FakeDesk.ordinary()
    desk.world.accounts = (ACCOUNT, "SECOND")
    page = printable(desk.reports.of())
    assert page.count("2 fills, 14,600.00 USD traded") == 2
    assert "29,200.00" not in page
    assert "296,586.70" not in page


def test_an_empty_day_is_a_report_too() -> None:
    desk = FakeDesk.ordinary()
    desk.world.held = {}
    page = printable(desk.reports.of())
    assert "Nothing traded." in page
    assert "No order is open." in page
