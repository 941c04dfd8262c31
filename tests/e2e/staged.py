"""The real window over a desk of memory, put into states a desk is not easily brought into: python -m tests.e2e.staged PORT FILE.

The file names the state; whoever writes another name into it changes the desk under every open page.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NoReturn

import streamlit as st
import uvicorn

from core.channel.facets.health import Notice
from core.channel.home import Home
from core.domain.workspace import WorkspaceKind
from pages.parts import desk as seam
from pages.parts.fault import told
from tests.fakes.desk import FakeDesk

SHELL: Final = Path(__file__).resolve().parents[2] / "pages" / "shell.py"
FEED_DOWN: Final = "Prices do not come in."
READ_ONLY: Final = "Its database was made by a newer version. Update Quarterdeck to trade in it."
PLANTED: Final = "planted for a test"


def _changed(desk: Any, **what: Any) -> FakeDesk:
    state = desk.health.state
    desk.health.state = lambda: replace(state(), **what)
    made: FakeDesk = desk
    return made


def stale() -> FakeDesk:
    desk = FakeDesk.ordinary()
    desk.market.age_seconds = 48
    notice = Notice(
        weight="amber",
        title=FEED_DOWN,
        detail="The newest one of NVDA is 48 s old, your limit is 5 s. Wait until they come again.",
    )
    return _changed(desk, feed_age_seconds=48.0, notices=(notice,))


def read_only() -> FakeDesk:
    return _changed(FakeDesk.ordinary(), read_only=READ_ONLY)


def sealed() -> FakeDesk:
    """Nobody has unlocked it since the start; it may be looked at."""
    desk = FakeDesk.in_doubt()
    desk.world.lock = replace(desk.world.lock, has_passphrase=True, locked=True, sealed=True, may_look=True)
    return desk


def down() -> FakeDesk:
    desk = FakeDesk.ordinary()
    desk.world.down = True
    return desk


def broken() -> FakeDesk:
    """What a page asks for fails as nothing should."""
    desk: Any = FakeDesk.ordinary()
    desk.market.ladder = _raise
    desk.orders.cancel_all = _raise
    desk.limits.all = _raise
    made: FakeDesk = desk
    return made


def large() -> FakeDesk:
    """Five hundred positions, and numbers of twelve digits below nothing."""
    desk = FakeDesk.full()
    del desk.world.traded[400:]
    desk.world.past_orders = 2_000
    desk.world.held["NVDA"] = (Decimal("-1234567890"), Decimal("999.99"))
    return desk


def _raise(*_given: object, **_named: object) -> NoReturn:
    raise ZeroDivisionError(PLANTED)


STATES: Final[dict[str, Callable[[], FakeDesk]]] = {
    "ordinary": FakeDesk.ordinary,
    "full": FakeDesk.full,
    "stale": stale,
    "read_only": read_only,
    "in_doubt": FakeDesk.in_doubt,
    "sealed": sealed,
    "down": down,
    "broken": broken,
    "large": large,
}


class Staged:
    """Whichever desk is on just now."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._made: dict[str, FakeDesk] = {}

    def __getattr__(self, facet: str) -> Any:
        name = self._file.read_text()
        if name not in self._made:
            self._made[name] = STATES[name]()
        return getattr(self._made[name], facet)


def main(port: int, file: Path) -> None:
    """On this machine only."""
    desk = Staged(file)
    with tempfile.TemporaryDirectory() as home:
        os.environ["QUARTERDECK_HOME"] = home
        Home(Path(home)).create("practice", WorkspaceKind.PRACTICE)
        vars(seam)["connect"] = lambda place, patience, ticket="": desk
        window = st.App(SHELL, on_script_error=told)
        uvicorn.run(window, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
