"""The style guide shows every part there is, in every state, and asks the desk nothing."""

import ast
from pathlib import Path

import pytest

from pages.parts import chart, download, grid, growth, halt, marks, measure, table
from pages.parts.veil import COVER
from tests.fakes.desk import FakeDesk
from tests.ui.opened import SHELL, Opened, words

GUIDE = SHELL.with_name("styleguide.py")
PARTS = {
    module.__name__.rpartition(".")[2]: module
    for module in (chart, download, grid, growth, halt, marks, measure, table)
}


def drawn_by(path: Path) -> set[str]:
    """Public functions that put something on the screen: they give nothing back."""
    found = ast.parse(path.read_text()).body
    made = [node for node in found if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    return {node.name for node in made if isinstance(node.returns, ast.Constant) and node.returns.value is None}


@pytest.mark.parametrize("name", PARTS)
def test_every_part_that_draws_stands_in_the_style_guide(name: str) -> None:
    file = PARTS[name].__file__
    assert file
    calls = [node.func for node in ast.walk(ast.parse(GUIDE.read_text())) if isinstance(node, ast.Call)]
    called = {ast.unparse(call) for call in calls}
    missing = {f"{name}.{part}" for part in drawn_by(Path(file)) - {"unpick"} if not {part, f"{name}.{part}"} & called}
    assert missing == set()


def test_it_is_an_address_and_no_entry_of_the_menu(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "styleguide")
    assert window.title[0].value == "Style guide"
    said = words(window)
    for weight in ("red", "amber", "blue", "grey"):
        assert f"qd-note {weight}" in said
        assert f"<em class='{weight}'>" in said
    assert "+7,412.10 ↑" in said and "−38.25 ↓" in said


def test_it_shows_itself_with_amounts_hidden_too(open_page: Opened) -> None:
    said = words(open_page(FakeDesk.ordinary(), "styleguide", hide="amounts"))
    assert "7,412.10" not in said
    assert said.count(COVER) > 10
