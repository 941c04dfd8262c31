"""Lessons: each has an address, and its example is worked out from the market of this workspace."""

import pyarrow as pa
import pytest

from pages.parts.lessons import LESSONS
from tests.fakes.desk import FakeDesk
from tests.ui.opened import Opened, words


@pytest.mark.parametrize("name", sorted(LESSONS))
def test_each_lesson_has_an_address_and_an_example(open_page: Opened, name: str) -> None:
    said = words(open_page(FakeDesk.ordinary(), "lessons", lesson=name))
    assert f"<h2>{LESSONS[name].title}</h2>" in said
    assert LESSONS[name].words in said
    assert "the last 120 sessions here, adjusted" in said
    assert "Too few days" not in said


def test_the_bare_page_and_an_address_there_is_not_are_the_first_lesson(open_page: Opened) -> None:
    for query in ({}, {"lesson": "alchemy"}):
        assert "<h2>Drawdown</h2>" in words(open_page(FakeDesk.ordinary(), "lessons", **query))


def test_choosing_another_stands_in_the_address(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "lessons")
    window.segmented_control(key="lesson").set_value("wash").run()
    assert window.query_params["lesson"] == "wash"
    assert "<h2>Wash sales</h2>" in words(window)


def test_with_too_few_days_it_says_so_and_the_words_stay(open_page: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk.ordinary()
    some = desk.market.bars("NVDA", count=10)
    monkeypatch.setattr(desk.market, "bars", lambda symbol, size="1m", count=390: some)
    said = words(open_page(desk, "lessons"))
    assert "Too few days of prices here." in said
    assert LESSONS["drawdown"].words in said


def test_a_workspace_without_the_name_says_so(open_page: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk.ordinary()
    monkeypatch.setattr(desk.market, "names", lambda find="": ())
    monkeypatch.setattr(desk.market, "bars", lambda *given: pa.Table.from_pylist([]))
    assert "The example needs 60 sessions of NVDA or AAPL or MSFT." in words(open_page(desk, "lessons"))
