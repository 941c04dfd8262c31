"""The page What leaves this machine: it says nothing does, or names who is called."""

from core.channel.facets.outside import OutsideView
from tests.fakes.desk import FakeDesk
from tests.ui.opened import Opened, words

HOOK = OutsideView(what="Webhook", host="hooks.example.net", sends="What happened.", when="When something happens.")


def test_nothing_is_said_where_nothing_leaves(open_page: Opened) -> None:
    said = words(open_page(FakeDesk.ordinary(), "outside"))
    assert "Nothing leaves this machine." in said
    assert "No measuring" in said


def test_who_is_called_is_named_with_what_is_sent_and_when(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    hidden = OutsideView(what="<b>", host="", sends="What happened.", when="Each minute.", trouble="It is locked.")
    desk.outside.views = (HOOK, hidden)
    said = words(open_page(desk, "outside"))
    assert "Nothing leaves this machine." not in said
    for part in ("Webhook", "hooks.example.net", "What happened.", "Not known now. It is locked.", "&lt;b&gt;"):
        assert part in said
