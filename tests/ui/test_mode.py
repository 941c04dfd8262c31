"""Which money moves here stands on every page and every sheet, as word, colour and icon; real money cannot be taken for another."""

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.domain.workspace import WorkspaceKind
from pages.forms.sheet import sheet
from pages.parts.look import DARK, KINDS, LIGHT
from pages.parts.menu import MENU, STYLEGUIDE
from tests.fakes.desk import FakeDesk
from tests.ui.opened import SHELL, Opened, fill_ticket, press, words
from tests.unit.fitness.test_house import sources, tree

PAGES = (*MENU, STYLEGUIDE)
FILES = sources("pages")


def styles(window: AppTest) -> str:
    bodies = [_any(element).proto.body for element in window.get("html")]
    return "\n".join(body for body in bodies if body.startswith("<style>:root"))


def _any(element: object) -> Any:
    return element


@pytest.fixture
def tabs(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the browser's tab was told, newest last."""
    told: list[dict[str, Any]] = []
    real = st.set_page_config

    def keep(**given: Any) -> None:
        told.append(given)
        real(**given)

    monkeypatch.setattr(st, "set_page_config", keep)
    return told


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_which_money_moves_here(open_page: Opened, page: str, tabs: list[dict[str, Any]]) -> None:
    """In each kind of workspace: tag with icon and word, colour, frame, title of the tab, its picture."""
    desk = FakeDesk.ordinary()
    window = open_page(desk, page)
    for kind in WorkspaceKind:
        desk.world.kind = kind
        window.run()
        assert not window.exception
        said(window, kind)
        assert tabs[-1]["page_title"].startswith(f"{KINDS[kind][0]} · ")
        assert tabs[-1]["page_icon"].endswith(f"{kind}.png")
        assert (SHELL.parent / "static" / f"{kind}.png").is_file()


def said(window: AppTest, kind: WorkspaceKind) -> None:
    word, icon, money = KINDS[kind]
    assert f"<div class='qd-mode'><span class='ic' aria-hidden='true'>{icon}</span>{word}<span>{money}" in words(window)
    others = {KINDS[other][0] for other in WorkspaceKind} - {word}
    assert not any(f"</span>{other}<span>" in words(window) for other in others)
    rules = styles(window)
    assert f"--mode:{LIGHT[kind]}" in rules or f"--mode:{DARK[kind]}" in rules
    real = kind is WorkspaceKind.LIVE
    assert ("--bar:6px" in rules) is real, "the line across the top is thicker where money is real"
    assert ("inset 0 0 0 3px var(--mode)" in rules) is real, "and a ring goes round the whole window"


def test_no_two_kinds_share_a_word_an_icon_or_a_colour() -> None:
    for number in (0, 1, 2):
        assert len({KINDS[kind][number] for kind in WorkspaceKind}) == 3
    for palette in (LIGHT, DARK):
        assert len({palette[kind] for kind in WorkspaceKind}) == 3


@pytest.mark.parametrize("kind", list(WorkspaceKind))
def test_a_desk_that_is_away_and_one_that_is_locked_say_it_too(open_page: Opened, kind: WorkspaceKind) -> None:
    desk = FakeDesk.ordinary()
    desk.world.kind = kind
    desk.world.down = True
    window = open_page(desk, "orders")
    said(window, kind)
    desk.world.down = False
    desk.world.lock = replace(desk.world.lock, has_passphrase=True, locked=True)
    said(window.run(), kind)
    assert not window.title, "nothing of the page is shown"


@pytest.mark.parametrize("kind", list(WorkspaceKind))
def test_the_plain_forms_say_it_too(kind: WorkspaceKind) -> None:
    """Unlock, passphrase, secrets, going live: no script, the same colours, the picture in place of the icon."""
    page = bytes(sheet("Unlock", "", kind).body).decode()
    word, _, money = KINDS[kind]
    assert f"<title>{word} · Unlock · Quarterdeck</title><link rel='icon' href='/app/static/{kind}.png'>" in page
    assert f"<body class='{kind}'>" in page
    assert f"<img src='/app/static/{kind}.png' alt='' width='16' height='16'>{word}<span>{money}" in page
    assert f"--mode:{LIGHT[kind]}" in page
    assert f"--mode:{DARK[kind]}" in page
    assert "body.live{" in page


OPENS: dict[str, tuple[str, Callable[[AppTest], AppTest]]] = {
    "order sheet": ("ticket", lambda window: press(fill_ticket(window), "review_order")),
    "resume": ("home", lambda window: press(press(window, "stop"), "resume")),
    "position": ("positions", lambda window: pick(window, "positions", "i-NVDA")),
    "palette": ("home", lambda window: press(window, "palette_open")),
    "shortcuts": ("home", lambda window: press(window, "help_open")),
    "start again": ("practice", lambda window: press(window, "start_again")),
}


def pick(window: AppTest, key: str, row: str) -> AppTest:
    window.session_state[f"{key}:picked"] = (row,)
    return window.run()


@pytest.mark.parametrize("kind", list(WorkspaceKind))
@pytest.mark.parametrize("dialog", OPENS)
def test_every_sheet_begins_with_it(open_page: Opened, dialog: str, kind: WorkspaceKind) -> None:
    page, opens = OPENS[dialog]
    if page == "practice" and kind is not WorkspaceKind.PRACTICE:
        return
    desk = FakeDesk.ordinary()
    desk.world.kind = kind
    window = opens(open_page(desk, page))
    word, icon, money = KINDS[kind]
    line = f"<div class='qd-strip'><span class='ic' aria-hidden='true'>{icon}</span><b>{word}</b> · {money}, workspace"
    assert words(window).count(line) == 1


def test_no_dialog_is_left_out() -> None:
    """Whoever writes another one finds it here: it begins with the line, and is opened above."""
    dialogs = [path for path in FILES if "st.dialog(" in path.read_text()]
    assert len(dialogs) == len(OPENS)
    for path in dialogs:
        called = [
            node.func.id
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ]
        assert called.count("mode_line") == path.read_text().count("st.dialog("), path.name
