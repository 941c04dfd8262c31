"""Every page has its pictures, and what is written about the desk shows those there are."""

import re
from pathlib import Path

import pytest

from tests.shots.run import FOLDER, expected

ROOT = Path(__file__).resolve().parents[3]
SHOWN = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
LINKED = re.compile(r"(?<!!)\[[^\]]+\]\((?!https?:)([^)#]+)")
MOST_BYTES = 110_000
ALL_BYTES = 6_000_000


def pictures() -> dict[str, int]:
    return {file.name: file.stat().st_size for file in FOLDER.glob("*")}


def test_every_page_of_the_menu_has_its_pictures_and_none_is_left_of_another() -> None:
    assert set(pictures()) == expected(), "run  python3 start.py shots"


def test_pictures_are_small() -> None:
    assert max(pictures().values()) <= MOST_BYTES
    assert sum(pictures().values()) <= ALL_BYTES


@pytest.mark.parametrize("page", ["README.md", "docs/guide.md"])
def test_what_a_page_shows_or_leads_to_is_there(page: str) -> None:
    text = (ROOT / page).read_text()
    for link in SHOWN.findall(text) + LINKED.findall(text):
        assert ((ROOT / page).parent / link).exists(), link


def test_the_readme_shows_four() -> None:
    shown = SHOWN.findall((ROOT / "README.md").read_text())
    assert len(shown) == 4
    assert all(link.startswith("docs/screenshots/") for link in shown)


def test_every_behaviour_that_must_hold_names_a_test_there_is() -> None:
    table = (ROOT / "docs/decisions/0039-pictures-and-behaviour-that-must-hold.md").read_text()
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", table)
    assert len(named) > 25
    for file, test in named:
        assert f"def {test}(" in (ROOT / file).read_text(), f"{file}::{test}"
