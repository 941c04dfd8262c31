"""What axe-core finds on the page that is open, in both themes: nothing critical, and serious only in Streamlit's own markup."""

import gzip
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

from pages.parts.look import DARK, LIGHT
from tests.e2e.conftest import settled

AXE: Final = Path(__file__).resolve().parents[1] / "vendor" / "axe-core" / "axe.min.js.gz"  # its licence lies beside it
# An open sheet leaves the root of the document without height and cuts off what overflows it: axe takes all of the sheet for hidden.
LOOK: Final = """async () => {
    document.documentElement.style.minHeight = '100vh';
    return (await axe.run(document, {resultTypes: ['violations']})).violations
    .filter(found => ['critical', 'serious'].includes(found.impact))
    .flatMap(found => found.nodes.map(node => ({
        rule: found.id, weight: found.impact, where: node.html,
        home: (element => element ? (element.closest('[data-testid=stSidebarNav]') ? 'menu'
            : element.closest('label')?.parentElement?.querySelector(':disabled') ? 'disabled' : 'page') : 'page')(
            document.querySelector(node.target.at(-1)))})))}"""
STREAMLITS: Final = {("list", "menu"), ("listitem", "menu"), ("color-contrast", "disabled")}  # its own markup
DRESSED: Final = "ground => getComputedStyle(document.documentElement).getPropertyValue('--bg').trim() === ground"


def faults(page: Page) -> list[dict[str, Any]]:
    """What is critical, or serious and ours."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(gzip.decompress(AXE.read_bytes()).decode())
    found: list[dict[str, Any]] = page.evaluate(LOOK)
    return [one for one in found if one["weight"] == "critical" or (one["rule"], one["home"]) not in STREAMLITS]


def turn(page: Page, *, dark: bool) -> None:
    """The computer turns dark in the evening or light in the morning; an open page follows by itself."""
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.wait_for_function(DRESSED, arg=(DARK if dark else LIGHT)["bg"], timeout=60_000)
    if page.get_by_test_id("stApp").count():
        settled(page)


def read(page: Page, what: str) -> None:
    """In the theme it has, then in the other, which it keeps."""
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    for theme in (dark, not dark):
        turn(page, dark=theme)
        assert faults(page) == [], f"{what}, {'dark' if theme else 'light'}"
