"""Pictures of pages: a real browser at 1440 × 900, and files small enough to be kept with the code."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Final, Literal

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.chromium import find_chromium
from tests.e2e.conftest import DRAWN, FLAGS

Scheme = Literal["light", "dark"]
SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")
SIZE: Final = ViewportSize(width=1440, height=900)
COLOURS: Final = 256
AT: Final[Mapping[str, str]] = {  # where a page shows what it is for only when it is asked for something
    "ticket": "ticket?symbol=NVDA&side=buy&quantity=20",
    "market": "market?symbol=NVDA",
}
_PATIENCE_MS: Final = 180_000  # for a busy machine
_STILL_MS: Final = 1500  # charts and tables are drawn after the page is


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield launched
        launched.close()


@contextmanager
def tab(launched: Browser, scheme: Scheme) -> Iterator[Page]:
    context = launched.new_context(viewport=SIZE, color_scheme=scheme, reduced_motion="reduce")
    context.set_default_timeout(_PATIENCE_MS)
    yield context.new_page()
    context.close()


def show(page: Page, address: str, name: str) -> None:
    """Go there, and wait until everything on it is drawn."""
    page.goto(f"{address}/{AT.get(name, name)}", timeout=_PATIENCE_MS)
    rest(page)


def rest(page: Page) -> None:
    for still in (_STILL_MS, 0):
        page.wait_for_selector(DRAWN, timeout=_PATIENCE_MS)
        page.wait_for_timeout(still)


def file_name(name: str, *, empty: bool, scheme: Scheme) -> str:
    """What the picture of a page is called."""
    return f"{name}{'_empty' if empty else ''}{'_dark' if scheme == 'dark' else ''}.png"


def keep(page: Page, file: Path) -> None:
    """In a palette that covers the rare colours too: what is amber stays amber."""
    taken = Image.open(BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
    covered = taken.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    covered.save(file, optimize=True)
    file.chmod(0o644)
