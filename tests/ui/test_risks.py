"""Before you trade: asked once where more than practice money moves, never in the way of practice, readable again."""

from dataclasses import replace
from html import unescape

import pytest

from core.domain.disclosures import DISCLOSURES, VERSION
from core.domain.workspace import WorkspaceKind
from tests.fakes.desk import NOW, FakeDesk
from tests.ui.opened import Opened, press, words
from tests.ui.test_home import links

ASKED = "Read the risk disclosures before your first order here."


def of(kind: WorkspaceKind) -> FakeDesk:
    desk = FakeDesk.ordinary()
    desk.world.kind = kind
    return desk


@pytest.mark.parametrize("kind", [WorkspaceKind.PAPER, WorkspaceKind.LIVE])
def test_the_ticket_asks_until_they_were_read(open_page: Opened, kind: WorkspaceKind) -> None:
    desk = of(kind)
    window = open_page(desk, "ticket")
    assert ASKED in words(window)
    assert "Before you trade" in links(window)
    press(open_page(desk, "risks"), "disclosures_read")
    assert desk.welcome.view.read_version == VERSION
    assert ASKED not in words(open_page(desk, "ticket"))


def test_practice_waits_for_nothing_and_may_read_all_the_same(open_page: Opened) -> None:
    desk = of(WorkspaceKind.PRACTICE)
    assert ASKED not in words(open_page(desk, "ticket"))
    window = press(open_page(desk, "risks"), "disclosures_read")
    assert f"Version {VERSION} was read and understood here on 20 Nov 2026, 14:32:07 ET" in words(window)


def test_every_word_is_there_again_after_it_was_read(open_page: Opened) -> None:
    desk = of(WorkspaceKind.PRACTICE)
    desk.welcome.view = replace(desk.welcome.view, read_version=VERSION, read_at=NOW)
    said = unescape(words(open_page(desk, "risks")))
    for title, text in DISCLOSURES:
        assert title in said
        assert text in said
    assert "disclosures_read" not in said


def test_an_older_version_is_asked_again(open_page: Opened) -> None:
    desk = of(WorkspaceKind.PAPER)
    desk.welcome.view = replace(desk.welcome.view, read_version=VERSION - 1, read_at=NOW)
    assert ASKED in words(open_page(desk, "ticket"))
