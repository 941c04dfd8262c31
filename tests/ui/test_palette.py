"""The palette and the sheet of shortcuts: they lead everywhere and confirm nothing."""

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.order import Side
from core.domain.workspace import Level
from pages.parts.menu import MENU
from pages.parts.scripts import PLACE
from tests.fakes.desk import FakeDesk
from tests.ui.opened import Opened, press, words


def opened(open_page: Opened, desk: FakeDesk, page: str = "orders") -> AppTest:
    return press(open_page(desk, page), "palette_open")


def choose(window: AppTest, entry: str) -> AppTest:
    return window.selectbox(key="palette_entry").set_value(entry).run()


def test_it_has_every_page_every_name_and_every_act(open_page: Opened) -> None:
    offered = opened(open_page, FakeDesk.ordinary()).selectbox(key="palette_entry").options
    assert [f"Open {title}" for title in MENU.values()] == offered[: len(MENU)]
    for words_of in ("Stop trading…", "Cancel all open orders…", "Hide amounts", "Buy NVDA on the ticket"):
        assert words_of in offered
    assert [entry for entry in offered if entry.startswith("NVDA · NVIDIA Corp")]
    assert "Lock now" not in offered, "there is no passphrase"


def test_a_page_and_a_name_open(open_page: Opened) -> None:
    window = choose(opened(open_page, FakeDesk.ordinary()), "page:limits")
    assert window.title[0].value == "Limits"
    window = choose(press(window, "palette_open"), "name:NVDA")
    assert (window.title[0].value, window.query_params["symbol"]) == ("Market", "NVDA")


@pytest.mark.parametrize(
    ("side", "wanted", "page"),
    [("buy", Side.BUY, "orders"), ("sell", Side.SELL, "orders"), ("buy", Side.BUY, "ticket")],
)
def test_buy_and_sell_fill_the_ticket_and_send_nothing(open_page: Opened, side: str, wanted: Side, page: str) -> None:
    desk = FakeDesk.ordinary()
    window = choose(opened(open_page, desk, page), f"{side}:NVDA")
    assert window.title[0].value == "Ticket"
    assert "makes your position" not in words(window)
    if page != "ticket":
        window.switch_page("ticket.py").run()
    assert window.selectbox(key="t_symbol").value == "NVDA"
    window.text_input(key="t_size").set_value("7").run()
    assert not desk.world.reviews
    press(window, "review_order")
    draft = desk.world.reviews["token-1"].draft
    assert (draft.symbol, draft.side, draft.quantity) == ("NVDA", wanted, "7")
    assert not desk.world.used


def test_stop_trading_is_asked_once_more(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = choose(opened(open_page, desk), "act:stop")
    assert not stopped(desk)
    assert "Trading stops at once." in words(window)
    press(window, "palette_stop")
    assert stopped(desk)


def stopped(desk: FakeDesk) -> bool:
    return desk.world.level is Level.STOPPED


def test_cancel_all_has_its_confirmation_and_a_way_back(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = choose(opened(open_page, desk), "act:cancel_all")
    assert not desk.orders.cancel_all_calls
    window = press(window, "palette_back")
    assert window.selectbox(key="palette_entry").value is None
    window = choose(window, "act:cancel_all")
    window.checkbox(key="palette_keep").set_value(False).run()
    assert "nothing protects what is held" in words(window)
    press(window, "palette_cancel")
    assert desk.orders.cancel_all_calls == [False]


def test_amounts_are_hidden_and_shown(open_page: Opened) -> None:
    window = choose(opened(open_page, FakeDesk.ordinary()), "act:hide")
    assert window.query_params["hide"] == "amounts"
    offered = press(window, "palette_open").selectbox(key="palette_entry").options
    assert "Show amounts" in offered


def test_an_open_position_waits_behind_it(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "positions")
    window.session_state["positions:picked"] = ("i-NVDA",)
    window.session_state["palette"] = "choose"
    window.run()
    assert not window.exception
    assert "close_position" not in {button.key for button in window.button}


def test_the_shortcuts_are_listed_and_the_script_knows_them(open_page: Opened) -> None:
    said = words(press(open_page(FakeDesk.ordinary(), "home"), "help_open"))
    for keys in ("Ctrl+K or Cmd+K", "Ctrl+Shift+X", "Ctrl+Enter"):
        assert keys in said
    script = (PLACE / "keys.js").read_text()
    for pressed in ("palette_open", "help_open"):
        assert pressed in script
