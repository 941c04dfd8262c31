"""A window over a desk of memory, opened on one page; and everything that is written on it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.channel.desk import Desk
from core.channel.home import Home
from pages.parts import desk as seam
from tests.fakes.desk import FakeDesk

SHELL = Path(__file__).resolve().parents[2] / "pages" / "shell.py"


def forget_the_desk() -> None:
    seam.folder.cache_clear()
    seam._line.cache_clear()


@dataclass
class Opened:
    """Called with a desk and a page's name."""

    home: Path
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, desk: FakeDesk, page: str = "ticket", **query: str) -> AppTest:
        asked: Desk = desk
        if not Home(self.home).workspaces():
            Home(self.home).create("practice", desk.world.kind)
        self.monkeypatch.setattr(seam, "connect", lambda place, patience, ticket="": asked)
        forget_the_desk()
        window = AppTest.from_file(str(SHELL), default_timeout=30)
        for name, value in query.items():
            window.query_params[name] = value
        window.run()
        if page != "ticket":
            window.switch_page(f"{page}.py").run()
        assert not window.exception
        return window


def words(window: AppTest) -> str:
    """Everything written on the page, style rules apart."""
    bodies = [_any(element).proto.body for element in window.get("html")]
    kinds = ("markdown", "caption", "title", "text")
    texts = [str(_any(element).value) for kind in kinds for element in window.get(kind)]
    labels = [element.label for element in window.button]
    return "\n".join([body for body in bodies if not body.startswith("<style>")] + texts + labels)


def _any(element: object) -> Any:
    return element


def fill_ticket(window: AppTest, symbol: str = "NVDA", size: str = "40") -> AppTest:
    """Type an ordinary order."""
    if symbol:
        window.session_state["t_symbol"] = symbol
    window.text_input(key="t_size").set_value(size)
    return window.run()


def press(window: AppTest, key: str) -> AppTest:
    """Press a button that can be pressed."""
    button = window.button(key=key)
    assert not button.disabled, f"{key} cannot be pressed"
    return button.click().run()


def widths(window: AppTest) -> dict[str, int]:
    """Of the columns of the page's table, in pixels."""
    columns = json.loads(_any(window.dataframe[0]).proto.columns)
    return {name: column["width"] for name, column in columns.items() if "width" in column}


def paces(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """How often each part that only looks is drawn, in seconds, as the page last asked for it."""
    found: dict[str, float] = {}
    real = seam.live

    def live(every: float = 1) -> Any:
        def wrap(look: Any) -> Any:
            found[look.__name__] = every
            return real(every)(look)

        return wrap

    monkeypatch.setattr(seam, "live", live)
    return found
