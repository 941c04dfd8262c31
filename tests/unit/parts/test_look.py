"""Every colour that is read on another one can be read: computed from the one palette and the theme."""

import re
import tomllib
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest

from pages.parts.display import PAIRS
from pages.parts.look import DARK, KINDS, LIGHT, colours

ROOT: Final = Path(__file__).resolve().parents[3]
AA: Final = 4.5
MARK: Final = 3.0  # of what is not read: a line, a bar, the edge of a field
TEXTS: Final = ("ink", "muted", "gain", "loss", "bad", "warn", "info")
GROUNDS: Final = ("bg", "surface")
TINTS: Final = {"warnbg": ("ink", "muted", "warn"), "badbg": ("ink", "muted"), "infobg": ("ink", "muted")}
THEME: Final = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
LOOKS: Final = [(dark, pair) for dark, pair in product((False, True), PAIRS)]


def light_of(colour: str) -> float:
    """Relative luminance, as WCAG 2 has it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((light_of(one), light_of(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_the_standard_has_it() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("dark", "pair"), LOOKS)
def test_words_can_be_read_on_every_ground(dark: bool, pair: str) -> None:
    look = colours(dark=dark, chosen=pair)
    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS]
    pairs += [(text, ground) for ground, texts in TINTS.items() for text in texts]
    pairs += [(text, f"{kind}bg") for kind in KINDS for text in ("ink", "muted")]
    pairs.append(("onaccent", "accent"))
    poor = {pair: found for pair in pairs if (found := round(contrast(look[pair[0]], look[pair[1]]), 2)) < AA}
    assert poor == {}


@pytest.mark.parametrize(("dark", "pair"), LOOKS)
def test_the_word_of_a_workspace_and_of_the_button_that_sends_can_be_read(dark: bool, pair: str) -> None:
    look = colours(dark=dark, chosen=pair)
    assert all(contrast("#FFFFFF", look[kind]) >= AA for kind in KINDS)


@pytest.mark.parametrize(("dark", "pair"), LOOKS)
def test_what_marks_without_words_can_be_seen(dark: bool, pair: str) -> None:
    look = colours(dark=dark, chosen=pair)
    marks = ["bad", "warn", "info", "quiet", "gain", "loss", *KINDS]
    assert {mark for mark in marks if contrast(look[mark], look["bg"]) < MARK} == set()


def test_the_other_pair_tells_gain_from_loss_by_more_than_red_and_green() -> None:
    for dark in (False, True):
        look = colours(dark=dark, chosen="blue")
        gain, loss = (int(look[name][5:7], 16) for name in ("gain", "loss"))
        assert gain - loss > 100, "one is blue, the other has next to none"
        assert look["bad"] == colours(dark=dark)["bad"], "a banner's red is no loss"


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_themes_own_words_can_be_read(name: str) -> None:
    theme: dict[str, Any] = THEME[name]
    page, field, bar = theme["backgroundColor"], theme["secondaryBackgroundColor"], theme["sidebar"]["backgroundColor"]
    pairs = [(theme["textColor"], ground) for ground in (page, field, bar)]
    pairs += [(theme["linkColor"], page), (theme["dataframeHeaderTextColor"], theme["dataframeHeaderBackgroundColor"])]
    pairs += [(theme[f"{c}TextColor"], page) for c in ("green", "red", "orange", "yellow", "blue", "violet", "gray")]
    pairs += [
        (theme[f"{c}TextColor"], theme[f"{c}BackgroundColor"])
        for c in ("green", "red", "orange", "yellow", "blue", "violet", "gray")
    ]
    pairs.append(("#FFFFFF", theme["primaryColor"]))  # the tick in a box
    assert {pair: round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < AA} == {}


def test_the_theme_and_the_palette_are_one() -> None:
    for name, look in (("light", LIGHT), ("dark", DARK)):
        theme = THEME[name]
        assert (theme["backgroundColor"], theme["textColor"]) == (look["bg"], look["ink"])
        assert theme["dataframeHeaderTextColor"] == look["muted"]


def test_no_colour_is_written_down_beside_the_palette() -> None:
    rules = (ROOT / "pages" / "parts" / "look.css").read_text()
    assert set(re.findall(r"#[0-9a-fA-F]{3,6}\b", rules)) == {"#fff"}
    for path in (ROOT / "pages").rglob("*.py"):
        if path.name in ("look.py", "printed.py", "crash_report.py"):  # the last two make files to print
            continue
        assert not re.search(r"#[0-9a-fA-F]{6}\b", path.read_text()), path.name


MENU: Final = ("[data-testid=stSidebar", "[data-testid=stNavSection", "[data-testid=stLogoSpacer", ".st-key-lock_now")
MENU_PARTS: Final = (*MENU, ":is(.st-key-palette_open,.st-key-help_open)")


def test_words_are_taken_away_in_the_menu_alone_where_a_window_is_narrow() -> None:
    rules = re.findall(r"([^{}]+)\{[^{}]*font-size:0\b[^{}]*\}", (ROOT / "pages" / "parts" / "look.css").read_text())
    assert len(rules) >= 3
    assert [rule for rule in rules if not rule.strip().startswith(MENU_PARTS)] == []
