"""A run of a page ends by itself, also where the page has nothing more to show: Streamlit forgets old live blocks only then.

One that is not forgotten may be drawn once more where the page has no place for it any more, and the browser's window stays
blank until it is reloaded.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest
from streamlit.runtime.fragment import MemoryFragmentStorage

from tests.fakes.desk import FakeDesk
from tests.ui.opened import Opened

PAGES: Final = Path(__file__).resolve().parents[2] / "pages"


def locked() -> FakeDesk:
    desk = FakeDesk()
    desk.world.lock = replace(desk.world.lock, has_passphrase=True, locked=True)
    return desk


def broken() -> FakeDesk:
    desk: Any = FakeDesk()

    def fail() -> NoReturn:
        raise ZeroDivisionError("planted for a test")

    desk.limits.all = fail
    made: FakeDesk = desk
    return made


def nobody() -> FakeDesk:
    desk = FakeDesk()
    desk.world.accounts = ()
    return desk


def two() -> FakeDesk:
    desk = FakeDesk()
    desk.world.accounts = ("a1", "a2")
    return desk


@pytest.mark.parametrize(
    ("made", "page"),
    [
        (locked, "orders"),
        (broken, "limits"),
        (nobody, "home"),
        (nobody, "welcome"),
        (two, "home"),
        (two, "positions"),
        (two, "performance"),
    ],
)
def test_old_live_blocks_are_forgotten(
    made: Callable[[], FakeDesk], page: str, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[frozenset[str]] = []
    clear = MemoryFragmentStorage.clear

    def noted(storage: MemoryFragmentStorage, new_fragment_ids: frozenset[str] | None = None) -> Any:
        kept.append(frozenset(new_fragment_ids or ()))
        return clear(storage, new_fragment_ids)

    monkeypatch.setattr(MemoryFragmentStorage, "clear", noted)
    open_page(made(), page)
    assert kept, "the run was stopped before its end"
    assert kept[-1], "the frame's own live block is always there"


def test_no_page_breaks_off_the_run_it_is_drawn_in() -> None:
    files = list(PAGES.rglob("*.py"))
    assert len(files) > 50
    assert [file.name for file in files if "st.stop()" in file.read_text() and file.name != "ending.py"] == []
