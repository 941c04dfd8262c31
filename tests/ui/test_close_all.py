"""Close all: every closing order looked at together, sent by one confirmed act, each once whatever the fingers do."""

from contextlib import suppress
from typing import Any

import pytest
import streamlit as st

from core.channel.facets.orders import Draft
from core.domain.order import Purpose, Side
from pages.parts import basket
from pages.parts.basket import Basket
from tests.fakes.desk import FakeDesk
from tests.ui.opened import Opened, press, words


def held(desk: FakeDesk) -> int:
    return len(desk.world.held)


def test_every_closing_order_is_looked_at_before_any_is_sent(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = press(open_page(desk, "positions"), "close_all")
    assert not desk.world.used, "looking sends nothing"
    said = words(window)
    assert "Every position is closed at market." in said
    assert "Sell 120 NVDA" in said
    assert f"Close {held(desk)} positions" in said
    press(window, "close_all:send")
    drafts = [desk.world.reviews[token].draft for token in desk.world.used]
    assert len(drafts) == held(desk)
    assert {draft.purpose for draft in drafts} == {Purpose.CLOSE}


def test_it_says_which_stops_it_asks_back_first(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.asked_back = ("20261120-000101",)
    said = words(press(open_page(desk, "positions"), "close_all"))
    assert "first 1 order of yours is cancelled" in said


def test_left_again_nothing_is_sent_and_the_way_in_is_back(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = press(press(open_page(desk, "positions"), "close_all"), "close_all:leave")
    assert not desk.world.used
    assert window.button(key="close_all")


def test_what_is_looked_at_on_positions_is_not_sent_from_the_crash_day(open_page: Opened) -> None:
    window = press(open_page(FakeDesk.ordinary(), "positions"), "close_all")
    window.switch_page("crash_day.py").run()
    assert not [b for b in window.button if b.label.startswith("Close 4")]


def test_with_nothing_held_there_is_nothing_to_close(open_page: Opened) -> None:
    window = open_page(FakeDesk.empty(), "positions")
    assert not [b for b in window.button if b.key == "close_all"]


class Session(dict[str, Any]):
    """A page's memory: after so many accesses another click cuts the callback off, as Streamlit does it."""

    left = -1

    def _touched(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt

    def get(self, name: str, default: Any = None) -> Any:
        self._touched()
        return super().get(name, default)

    def pop(self, *given: Any) -> Any:
        self._touched()
        return super().pop(*given)

    def __getitem__(self, name: str) -> Any:
        self._touched()
        return super().__getitem__(name)

    def __setitem__(self, name: str, value: Any) -> None:
        self._touched()
        super().__setitem__(name, value)


@pytest.mark.parametrize("cut_off_at", range(1, 8))
def test_a_press_that_is_cut_off_by_another_still_sends_each_order_once(
    cut_off_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, session = FakeDesk.ordinary(), Session()
    monkeypatch.setattr(st, "session_state", session)
    monkeypatch.setattr(basket, "desk", lambda: desk)
    shown = Basket("b", "Send {} orders", "Send 1 order")
    drafts = (Draft(symbol="NVDA", side=Side.BUY, quantity="5"), Draft(symbol="JPM", side=Side.BUY, quantity="5"))
    shown.offer(lambda: drafts)
    reviews = session["b"]
    session.left = cut_off_at
    with suppress(KeyboardInterrupt):
        shown._send(reviews)
    session.left = -1
    shown._send(reviews)
    assert len(desk.world.used) == len(drafts)
    assert session["said:b"] == ""
    assert "b" not in session
