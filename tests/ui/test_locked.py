"""A locked window: nothing of any page, the brake, and the way out; and the way in, where a passphrase was chosen."""

from dataclasses import replace

import pytest

from pages.parts.menu import MENU
from tests.fakes.desk import FakeDesk
from tests.ui.opened import Opened, press, words


def desk(**changes: object) -> FakeDesk:
    made = FakeDesk.ordinary()
    view = replace(made.world.lock, has_passphrase=True, locked=True)
    made.world.lock = replace(view, **changes)  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize("page", MENU)
def test_no_page_shows_anything_while_it_is_locked(page: str, open_page: Opened) -> None:
    window = open_page(desk(), page)
    said = words(window)
    assert "This window is locked." in said
    assert "Nothing is shown and nothing can be done. The desk works on. Stop trading works." in said
    assert f"href='/unlock?next=/{page}'" in said
    assert [button.key for button in window.button] == ["stop"]
    assert not window.dataframe and not window.title and not window.text_input and not window.toggle


def test_stop_trading_is_pressed_all_the_same_and_resuming_is_not_offered(open_page: Opened) -> None:
    made = desk()
    window = press(open_page(made), "stop")
    assert made.world.level == "stopped"
    assert [button.key for button in window.run().button] == ["stop"]


def test_where_the_user_chose_it_the_page_stays_to_be_looked_at(open_page: Opened) -> None:
    window = open_page(desk(may_look=True), "orders")
    said = words(window)
    assert "It can be looked at; nothing can be done." in said
    assert window.title[0].value == "Orders"


def test_after_a_restart_it_says_that_nothing_is_watched(open_page: Opened) -> None:
    assert "Nothing is watched until then." in words(open_page(desk(sealed=True)))


def test_the_page_goes_the_moment_it_locks_and_comes_back_unlocked(open_page: Opened) -> None:
    made = desk(locked=False)
    window = open_page(made, "orders")
    assert window.title[0].value == "Orders"
    made.world.lock = replace(made.world.lock, locked=True)
    assert not window.run().title
    made.world.lock = replace(made.world.lock, locked=False)
    assert window.run().title[0].value == "Orders"


def test_it_can_be_locked_by_hand(open_page: Opened) -> None:
    made = desk(locked=False)
    window = open_page(made)
    assert "Passphrase and codes" in words(window)
    press(window, "lock_now")
    assert made.world.lock.locked


def test_without_a_passphrase_nothing_locks_and_one_can_be_chosen(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary())
    assert "Choose a passphrase" in words(window)
    assert "lock_now" not in [button.key for button in window.button]


def test_a_desk_that_is_down_is_down_and_not_locked(open_page: Opened) -> None:
    made = desk()
    made.world.down = True
    assert "locked" not in words(open_page(made))
