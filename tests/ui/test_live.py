"""Going live: what there is to show, what is missing, and the acts, each where it can be done."""

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.workspace import WorkspaceKind
from tests.fakes.desk import FakeDesk
from tests.fakes.live_view import NOW, shown
from tests.ui.opened import Opened, press, words


def desk_of(kind: WorkspaceKind) -> FakeDesk:
    desk = FakeDesk.ordinary()
    desk.world.kind = kind
    return desk


def keys(window: AppTest) -> set[str | None]:
    return {button.key for button in window.button}


@pytest.mark.parametrize("kind", [WorkspaceKind.PRACTICE, WorkspaceKind.PAPER])
def test_where_evidence_is_collected_it_is_progress_and_a_file(open_page: Opened, kind: WorkspaceKind) -> None:
    window = open_page(desk_of(kind), "live")
    said = words(window)
    for fact in (
        f"This is a {kind.value} workspace",
        "12 of 20",
        "48 of 50",
        "no order here is ever real",
        "Never here",
    ):
        assert fact in said, fact
    assert "Evidence file" in [element.proto.label for element in window.get("download_button")]
    assert not keys(window) & {"take_on", "demand", "lift"}
    assert "href='/golive'" not in said


def test_each_day_says_why_it_counts_or_not(open_page: Opened) -> None:
    said = words(open_page(desk_of(WorkspaceKind.PRACTICE), "live"))
    assert "No: 2 h 42 min at 1× missing" in said
    assert "No: 1 mismatch<" in said
    assert said.count(">Yes</td>") == 12


def test_a_live_workspace_takes_on_a_file_and_says_what_is_wrong_with_one(open_page: Opened) -> None:
    desk = desk_of(WorkspaceKind.LIVE)
    window = open_page(desk, "live")
    assert "its account is only read" in words(window)
    assert "No evidence yet." in words(window)
    assert window.button(key="take_on").disabled
    window.file_uploader(key="evidence_file").set_value(("e.json", b'{"x": 1}', "application/json")).run()
    press(window, "take_on")
    assert "That is no evidence file of this version." in words(window)
    window.file_uploader(key="evidence_file").set_value(("e.json", b'{"days": []}', "application/json")).run()
    press(window, "take_on")
    assert desk.live.taken == ['{"days": []}']
    assert "21 of 20" in words(window)
    assert "That is no evidence file" not in words(window)


def test_less_is_asked_for_with_a_reason_and_never_none(open_page: Opened) -> None:
    desk = desk_of(WorkspaceKind.LIVE)
    window = open_page(desk, "live")
    assert window.button(key="demand").disabled
    window.text_input(key="demand_days").set_value("0")
    window.text_input(key="demand_reason").set_value("years of it").run()
    press(window, "demand")
    assert "0 cannot be asked for" in words(window)
    window.text_input(key="demand_days").set_value("5").run()
    press(window, "demand")
    assert (desk.live.days, desk.live.reason) == (5, "years of it")
    assert "because: years of it" in words(window)


def test_the_way_to_live_shows_when_nothing_is_missing(open_page: Opened) -> None:
    desk = desk_of(WorkspaceKind.LIVE)
    desk.live.seen = (shown(WorkspaceKind.PAPER, 20, made=True),)
    window = open_page(desk, "live")
    assert "What is to be done above comes first: 1 of 4 are open." in words(window)
    assert "href='/golive'" not in words(window)
    desk.world.lock = type(desk.world.lock)(
        has_passphrase=True,
        locked=False,
        sealed=False,
        may_look=False,
        asks_code=False,
        wait_seconds=0,
        idle_seconds=60,
        recovery_left=0,
        by_keyring=False,
        trouble="",
    )
    assert "href='/golive'" in words(window.run())
    desk.live.opened = NOW
    assert "This workspace is live:" in words(window.run())


def test_the_first_orders_are_counted_and_lifted_in_words(open_page: Opened) -> None:
    desk = desk_of(WorkspaceKind.LIVE)
    window = open_page(desk, "live")
    assert "3 of 10 have traded" in words(window)
    assert window.button(key="lift").disabled
    window.text_input(key="lift_reason").set_value("I know this account").run()
    press(window, "lift")
    assert desk.live.lifted == "I know this account"
    assert "They may be larger" in words(window)


def test_a_mismatch_that_stands_is_named(open_page: Opened) -> None:
    desk = desk_of(WorkspaceKind.PRACTICE)
    desk.live.seen = (shown(WorkspaceKind.PRACTICE, 20, standing=("AAPL differs from the exchange.",)),)
    said = words(open_page(desk, "live"))
    assert "Not explained yet:</b> AAPL differs from the exchange." in said
