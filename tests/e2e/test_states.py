"""What a page says when something is away or wrong: the desk, the prices, the right to write, the window itself."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.channel.window import answers
from tests.e2e.conftest import ROOT, eventually, free_port, settled
from tests.e2e.reading import read
from tests.e2e.staged import FEED_DOWN, PLANTED, READ_ONLY

pytestmark = pytest.mark.browser


@dataclass(frozen=True, kw_only=True)
class Window:
    """The real window over a desk that can be anything."""

    port: int
    file: Path

    def show(self, page: Page, name: str, state: str) -> None:
        self.turn(state)
        page.goto(f"http://127.0.0.1:{self.port}/{name}")
        settled(page)

    def turn(self, state: str) -> None:
        part = self.file.with_suffix(".part")
        part.write_text(state)
        part.replace(self.file)


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    place = tmp_path_factory.mktemp("staged")
    shown = Window(port=free_port(), file=place / "state")
    shown.turn("ordinary")
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.staged", str(shown.port), str(shown.file)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        )
    eventually(lambda: answers(shown.port) or process.poll() is not None, "the window answers", 60)
    assert process.poll() is None, (place / "log").read_text()
    yield shown
    process.terminate()
    process.wait(30)


def banner(page: Page) -> str:
    return page.locator(".qd-note").first.inner_text()


def test_a_price_that_grows_old_is_greyed_struck_through_and_says_its_age(window: Window, page: Page) -> None:
    window.show(page, "ticket?symbol=NVDA&quantity=5", "ordinary")
    price = page.locator(".st-key-ticket_top .qd-quote b")
    fresh = price.evaluate("node => getComputedStyle(node).color")
    window.turn("stale")  # under the open page
    expect(page.locator(".st-key-ticket_top .qd-quote")).to_contain_text("48 s old, stale: not to be traded on")
    expect(price).to_have_css("text-decoration-line", "line-through")
    assert price.evaluate("node => getComputedStyle(node).color") != fresh
    expect(page.locator(".qd-frame .warn")).to_contain_text("48 s old")


@pytest.mark.parametrize(
    ("state", "title", "cause", "way_out"),
    [
        ("down", "The engine of practice is down", "Nothing can be sent from here until it is back", "start"),
        ("stale", FEED_DOWN, "is 48 s old, your limit is 5 s", "wait until"),
        ("read_only", "This workspace can only be read.", READ_ONLY, "Update Quarterdeck"),
    ],
)
def test_what_is_away_has_a_banner_with_its_cause_and_a_way_out_on_every_kind_of_page(
    state: str, title: str, cause: str, way_out: str, window: Window, page: Page
) -> None:
    for name in ("home", "ticket", "positions"):
        window.show(page, name, state)
        expect(page.locator(".qd-note").filter(has_text=cause).first).to_be_visible()
        assert way_out.lower() in banner(page).lower(), banner(page)
        if state != "down":  # there its words say how it stands with the supervisor
            assert title in banner(page)
        expect(page.locator(".st-key-stop button:visible")).to_be_enabled()


def test_a_fault_of_the_window_is_one_sentence_and_never_a_stack_trace(window: Window, page: Page) -> None:
    said = "A fault in this window: a part of it is not shown."
    window.show(page, "ticket?symbol=NVDA", "broken")  # in a part that refreshes itself
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.locator(".st-key-review_order button")).to_be_enabled()
    _no_trace(page)
    window.show(page, "limits", "broken")  # in the page itself
    expect(page.get_by_text(said)).to_have_count(1)
    expect(page.locator(".st-key-stop button:visible")).to_be_enabled()
    _no_trace(page)
    window.show(page, "orders", "broken")  # in what a button does: the page is drawn all the same
    page.get_by_role("button", name="Cancel all…").click()
    page.get_by_role("button", name="Cancel those that add risk").click()
    expect(page.get_by_text("what was pressed may not have been done")).to_have_count(1)
    expect(page.get_by_text("look under Orders and in the Journal whether it was done")).to_be_visible()
    expect(page.locator(".st-key-stop button:visible")).to_be_enabled()
    _no_trace(page)
    expect(page.get_by_role("button", name="Cancel all…")).to_be_visible()
    window.turn("ordinary")
    page.reload()
    settled(page)
    expect(page.get_by_text(said)).to_have_count(0)


def _no_trace(page: Page) -> None:
    words = page.inner_text("body")
    for inner in ("Traceback", "ZeroDivisionError", PLANTED, ".py", "Streamlit", "Oh no"):
        assert inner not in words, inner
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_everybody_can_read_what_is_stale_in_doubt_sealed_or_only_to_be_read(window: Window, page: Page) -> None:
    places = {
        "stale": ("ticket?symbol=NVDA&quantity=5", FEED_DOWN),
        "in_doubt": ("orders", "It may be at the broker, it may not."),
        "sealed": ("orders", "Nothing is watched until then."),
        "read_only": ("positions", READ_ONLY),
        "broken": ("limits", "A fault in this window: a part of it is not shown."),
    }
    for state, (name, words) in places.items():
        window.show(page, name, state)
        expect(page.get_by_text(words).first).to_be_visible()
        read(page, state)


INSIDE = """() => [document.documentElement, document.querySelector('[data-testid=stMain]')]
    .every(it => it.scrollWidth <= it.clientWidth)"""


@pytest.mark.parametrize("width", [1440, 1024, 375])
def test_five_hundred_positions_and_numbers_of_twelve_digits_fit(window: Window, browser: Browser, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 768})
    page = context.new_page()
    for name in ("home", "positions", "orders", "performance", "statement"):
        window.show(page, name, "large")
        assert page.evaluate(INSIDE), name
        expect(page.locator(".st-key-stop button:visible")).to_be_in_viewport(ratio=1)
    context.close()
