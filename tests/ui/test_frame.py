"""What stands around every page: which money, what is wrong, Stop trading, and a desk that is away."""

from pathlib import Path

import pytest

from core.channel.facets.health import Notice
from core.domain.order import Status
from core.domain.workspace import Level, WorkspaceKind
from pages.parts.menu import ICONS, MENU, grouped
from tests.fakes.desk import ACCOUNT, FakeDesk, order
from tests.ui.opened import SHELL, Opened, press, words

PAGES = sorted(MENU)


def test_every_page_is_in_the_menu_and_every_entry_leads_somewhere() -> None:
    files = {path.stem for path in SHELL.parent.glob("*.py")} - {"shell", "__init__", "styleguide"}
    assert files == set(MENU)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("which", ["empty", "ordinary", "full", "in_doubt"])
def test_every_page_draws_empty_and_full(open_page: Opened, page: str, which: str) -> None:
    made: FakeDesk = getattr(FakeDesk, which)()
    window = open_page(made, page)
    assert window.title[0].value == MENU[page]


@pytest.mark.parametrize("page", PAGES)
def test_a_desk_that_is_away_is_said_once_and_the_page_comes_back(open_page: Opened, page: str) -> None:
    desk = FakeDesk.ordinary()
    desk.world.down = True
    window = open_page(desk, page)
    assert words(window).count("role='alert'") == 1
    assert "Nothing can be sent from here until it is back" in words(window)
    desk.world.down = False
    window.run()
    assert "role='alert'" not in words(window)
    assert window.title[0].value == MENU[page]


@pytest.mark.parametrize(("kind", "word"), [("practice", "PRACTICE"), ("paper", "PAPER"), ("live", "LIVE")])
def test_the_kind_of_money_is_a_word_on_the_page(open_page: Opened, kind: str, word: str) -> None:
    desk = FakeDesk.ordinary()
    desk.world.kind = WorkspaceKind(kind)
    assert f">{word}<span>" in words(open_page(desk))


@pytest.mark.parametrize("kind", [WorkspaceKind.PAPER, WorkspaceKind.LIVE])
def test_the_invented_markets_switches_are_in_practice_only(open_page: Opened, kind: WorkspaceKind) -> None:
    desk = FakeDesk.ordinary()
    assert [b for b in open_page(desk).button if b.key == "frame:pace:60"]
    desk.world.kind = kind
    assert not [b for b in open_page(desk).button if b.key == "frame:pace:60"]


def test_figures_market_and_the_age_of_prices_stand_at_the_top(open_page: Opened) -> None:
    said = words(open_page(FakeDesk.ordinary()))
    for fact in ("148,293.35", "−38.25 ↓", "52,118.40", "Open, closes 16:00 ET", "INVENTED PRICES", "0.4 s old"):
        assert fact in said


def test_the_worst_notice_stands_in_full_and_the_others_by_title(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.notices = (
        Notice(weight="amber", title="A job was missed.", detail="Reconcile at 14:00"),
        Notice(weight="red", title="The disk is full.", detail="Nothing is sent."),
    )
    said = words(open_page(desk))
    assert "<b>The disk is full.</b> Nothing is sent." in said
    assert "Also: A job was missed." in said
    assert "Reconcile at 14:00" not in said


def test_what_a_person_must_see_goes_with_a_click(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.notices = (
        Notice(weight="red", title="The disk is full.", detail="Nothing is sent."),
        Notice(weight="amber", title="The broker took back a trade in NVDA.", detail="40 at 182.5", row=7),
    )
    window = open_page(desk)
    assert "The broker took back a trade in NVDA.</b> 40 at 182.5" in words(window)
    press(window, "seen:7")
    assert desk.world.seen == {7: ""}
    assert "took back" not in words(window)


def test_a_stranger_goes_only_with_words(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.notices = (Notice(weight="red", title="The broker shows order qd-x.", row=9, explain=True),)
    window = open_page(desk)
    assert window.button(key="seen:9").disabled
    window.text_input(key="found:9").set_value("x").run()
    press(window, "seen:9")
    assert "It stays: type what you found out" in words(window)
    window.text_input(key="found:9").set_value("placed from the laptop").run()
    press(window, "seen:9")
    assert desk.world.seen == {9: "placed from the laptop"}
    assert "qd-x" not in words(window)


def test_a_notice_that_comes_later_can_be_answered_too(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk)
    desk.world.notices = (Notice(weight="red", title="More was filled than asked for.", row=3),)
    press(window.run(), "seen:3")
    assert desk.world.seen == {3: ""}


def test_stop_trading_acts_at_once_and_says_what_is_left(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = press(open_page(desk), "stop")
    assert desk.world.level is Level.STOPPED
    assert "2 orders still open at the broker" in words(window)
    for view in list(desk.world.orders.values()):
        desk.orders.cancel(view.id)
    assert "Trading is stopped." in words(window.run())


def test_resume_needs_a_typed_reason(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.level = Level.STOPPED
    window = press(open_page(desk), "resume")
    assert window.button(key="resume_now").disabled
    window.text_input(key="resume_reason").set_value("looked into it").run()
    press(window, "resume_now")
    assert desk.world.level.value == "active"


def test_stop_trading_reaches_even_an_engine_that_does_not_answer(open_page: Opened, tmp_path: Path) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk)
    desk.world.down = True
    press(window, "stop")
    assert (tmp_path / "practice" / "STOP").exists()
    assert "it was left a note to stop" in words(window)
    desk.world.down = False
    assert "it was left a note to stop" not in words(press(window.run(), "stop"))


def test_resuming_takes_the_stop_file_away(open_page: Opened, tmp_path: Path) -> None:
    desk = FakeDesk.ordinary()
    desk.world.level = Level.STOPPED
    window = open_page(desk)
    (tmp_path / "practice" / "STOP").touch()
    window = press(window, "resume")
    assert "The stop file in the workspace" in words(window)
    window.text_input(key="resume_reason").set_value("looked into it").run()
    press(window, "resume_now")
    assert not (tmp_path / "practice" / "STOP").exists()


def test_words_from_outside_are_never_markup(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.notices = (Notice(weight="red", title="<script>alert(1)</script>", detail="<img src=x onerror=y>"),)
    said = words(open_page(desk))
    assert "<script>alert" not in said
    assert "<img" not in said
    assert "&lt;script&gt;" in said


def test_the_menu_is_read_in_groups_and_every_page_stands_in_one() -> None:
    groups = grouped()
    assert list(groups) == ["Desk", "Looking back", "Practice", "Learn", "House"]
    assert sorted(name for names in groups.values() for name in names) == sorted(MENU)
    assert [name for name in MENU if name not in ICONS] == []


def test_with_one_account_the_frame_asks_nothing(open_page: Opened) -> None:
    assert not [choice for choice in open_page(FakeDesk.ordinary()).radio if choice.key == "account_choice"]


def test_the_account_chosen_in_the_frame_rules_every_page(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.accounts = (ACCOUNT, "IRA-2")
    desk.world.orders["20261120-000901"] = order(901, "VTI", Status.ACKED, account_id="IRA-2")
    window = open_page(desk, "orders")
    assert len(window.dataframe[0].value) == 3, "of all, until one is chosen"
    window.radio(key="account_choice").set_value("IRA-2").run()
    assert list(window.dataframe[0].value["symbol"]) == ["VTI"]
    assert "Value, USD · Account IRA-2" in words(window)
    window.switch_page("positions.py").run()
    assert window.radio(key="account_choice").value == "IRA-2"
    assert "Account IRA-2 · Confirmed" in words(window)
    assert "Practice account · Confirmed" not in words(window)
    window.switch_page("ticket.py").run()
    assert window.selectbox(key="account:ticket").value == "IRA-2"
    window.selectbox(key="account:ticket").set_value(ACCOUNT).run()
    assert window.radio(key="account_choice").value == ACCOUNT


def test_each_account_is_offered_with_its_value_and_buying_power(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.accounts = (ACCOUNT, "IRA-2")
    captions = open_page(desk).radio(key="account_choice").proto.captions
    assert next(iter(captions)) == "Value 148,293.35 USD · buying power 52,118.40 USD"
