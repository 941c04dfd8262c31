"""docs/screenshots anew: every page of the menu, light and dark, filled and empty, and a few moments of the guide."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from core.system import keep_private
from pages.parts.menu import MENU
from tests.chromium import have_chromium
from tests.e2e.conftest import free_port
from tests.fakes.clock import FakeClock
from tests.shots.camera import SCHEMES, browser, file_name, keep, tab
from tests.shots.moments import MOMENTS, Moment, Stage, at
from tests.shots.seeding import BEGINS, empty, seeded
from tests.shots.serving import ROOT, let_pass, served

FOLDER: Final = ROOT / "docs" / "screenshots"
_WARM_SECONDS: Final = 12  # until the desk has read everything once


def expected() -> set[str]:
    """Every picture there has to be. A page that is new in the menu is new here."""
    pages = {file_name(name, empty=bare, scheme=s) for name in MENU for bare in (False, True) for s in SCHEMES}
    return pages | {file_name(moment.name, empty=False, scheme=s) for moment in MOMENTS for s in SCHEMES}


def run(folder: Path = FOLDER) -> int:
    """Take them all, and throw away those of pages that are gone; 0 = they are there."""
    if not have_chromium():
        return 1
    keep_private()
    began = time.monotonic()
    folder.mkdir(exist_ok=True)
    with browser() as launched:
        _take(launched, folder, seeded, MOMENTS, is_empty=False)
        _take(launched, folder, empty, (), is_empty=True)
    found = {file.name: file for file in folder.glob("*.png")}
    for name in found.keys() - expected():
        found[name].unlink()
    size = sum(file.stat().st_size for file in folder.glob("*.png"))
    print(f"\n{len(expected())} pictures, {size / 1e6:.1f} MB, in {folder}: {time.monotonic() - began:.0f} s")
    return 0


def _take(
    launched: Browser,
    folder: Path,
    seed: Callable[[Path, FakeClock], None],
    moments: tuple[Moment, ...],
    *,
    is_empty: bool,
) -> None:
    clock = FakeClock(BEGINS)
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        seed(home, clock)
        with served(home, clock, free_port()) as (desk, address):
            stage = Stage(desk=desk, clock=clock, address=address)
            let_pass(clock, _WARM_SECONDS)
            pages = tuple(Moment(name=name, look=at(name)) for name in MENU)
            for moment in (*pages, *moments):
                moment.make(stage)
                for scheme in SCHEMES:
                    with tab(launched, scheme) as page:
                        moment.look(page, stage)
                        keep(page, folder / file_name(moment.name, empty=is_empty, scheme=scheme))
                sys.stdout.write(".")
                sys.stdout.flush()
