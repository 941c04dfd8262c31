"""Every metric says, to whoever points at it, how it is worked out and over which time."""

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.menu import MENU, STYLEGUIDE
from tests.fakes.desk import FakeDesk
from tests.ui.opened import Opened, words

FIGURES = re.compile(r"<div class='qd-figures'>(.*?)</div></div>", re.DOTALL)
FIGURE = re.compile(r"<div ([^>]*)><span>([^<]*)</span>")
TOLD = re.compile(r"title='[^']{12,}'|title=\"[^\"]{12,}\"")


def untold(said: str) -> list[str]:
    """Figures, and columns of gains and losses, that do not say how they are worked out."""
    figures = [
        label for block in FIGURES.findall(said) for more, label in FIGURE.findall(block) if not TOLD.search(more)
    ]
    columns = re.findall(r"<th ([^>]*\bsigned\b[^>]*)>([^<]*)<", said)
    return figures + [label for more, label in columns if not TOLD.search(more)]


@pytest.mark.parametrize("name", [*MENU, STYLEGUIDE])
def test_every_figure_of_a_page_says_how_it_is_worked_out(open_page: Opened, name: str) -> None:
    said = words(open_page(FakeDesk.ordinary(), name))
    assert untold(said) == []


def test_a_figure_without_would_be_found() -> None:
    bare = "<div class='qd-figures'><div class='gain' title=''><span>Gain</span><b>1</b><small></small></div></div>"
    assert untold(bare) == ["Gain"]
    assert untold("<th scope='col' class='r signed'>Return</th>") == ["Return"]
    assert untold(bare.replace("title=''", "title='End − start, since then.'")) == []


@pytest.mark.parametrize("name", ["positions", "market", "statement"])
def test_every_number_of_a_big_table_that_is_worked_out_says_how(open_page: Opened, name: str) -> None:
    bare = [head for head, column in columns(open_page(FakeDesk.ordinary(), name)).items() if not column.get("help")]
    assert set(bare) <= {"Symbol", "Sector", "Name", "State", "Time, ET", "Side", "Type", *AS_TOLD}


AS_TOLD = {"Last, USD", "Quantity", "Fee, USD", "Price, USD"}  # a price and a count, as somebody else told them


def columns(window: AppTest) -> dict[str, dict[str, Any]]:
    table: Any = window.dataframe[0]
    return {column["label"]: column for column in json.loads(table.proto.columns).values() if "label" in column}


def test_a_position_says_it_in_its_drawer_too(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "positions")
    window.session_state["positions:picked"] = ("i-NVDA",)
    assert untold(words(window.run())) == []
