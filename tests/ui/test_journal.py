"""The journal, limits and jobs: reading, annotating, deciding."""

from dataclasses import replace

import pytest

from core.channel.facets.jobs import SlotView
from pages.parts.desk import SEARCHED
from tests.fakes.desk import NOW, FakeDesk, entry
from tests.ui.opened import Opened, paces, press, words


def test_rows_are_newest_first_and_can_be_narrowed(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "journal")
    assert list(window.dataframe[0].value["seq"]) == [3, 2, 1]
    window.selectbox(key="journal_kind").set_value("order.placed").run()
    assert list(window.dataframe[0].value["seq"]) == [2]


def test_a_search_through_the_journal_is_repeated_seldom(open_page: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    pace = paces(monkeypatch)
    window = open_page(FakeDesk.ordinary(), "journal")
    assert pace["table"] == 2
    window.text_input(key="journal_find").set_value("nvda").run()
    assert pace["table"] == SEARCHED > 3 * 3  # the longest search there is, three times over


def test_a_row_shows_its_body_and_takes_a_note(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "journal")
    window.session_state["journal:picked"] = ("2",)
    window.run()
    assert '"check": "R04"' in window.code[0].value
    window.text_input(key="note_words:2").set_value("=looked at it")
    window.multiselect(key="note_tags:2").set_value(["slip", "own"])
    next(button for button in window.button if button.label == "Add note").click().run()
    assert desk.journal.one(2).notes == ("=looked at it",)
    assert desk.journal.one(2).tags == ("slip", "own")
    assert "slip, own · 1 note" in list(window.dataframe[0].value["notes"])
    assert "=looked at it" in words(window)


def test_a_body_that_is_no_json_is_shown_as_it_is(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.journal = [replace(entry(1, "x", "<b>bold</b>"), body="not json <script>")]
    window = open_page(desk, "journal")
    window.session_state["journal:picked"] = ("1",)
    window.run()
    assert window.code[0].value == "not json <script>"
    assert "<b>bold" not in words(window)


def test_the_doctor_is_asked_by_hand(open_page: Opened) -> None:
    window = press(open_page(FakeDesk.ordinary(), "journal"), "doctor")
    assert "3 rows, no row edited, cut or moved" in words(window)


def test_older_rows_start_after_the_last_one_seen(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.journal = [entry(number, "tick", f"Row {number}") for number in range(1, 451)]
    window = press(open_page(desk, "journal"), "journal_older")
    desk.world.journal.append(entry(451, "tick", "Came in between"))
    window.run()
    assert list(window.dataframe[0].value["seq"])[:2] == [250, 249]


def test_a_limit_is_changed_with_a_reason_and_nonsense_is_refused(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "limits")
    assert list(window.dataframe[0].value["value"]) == ["10%"]  # as the sentences about it say, and as it may be typed
    window.session_state["limits:picked"] = ("R02:share",)
    window.run()
    window.text_input(key="limit_value:R02:share").set_value("0,2").run()
    press(window, "limit_change")
    assert "has a comma" in words(window)
    window.text_input(key="limit_value:R02:share").set_value("0.2").run()
    press(window, "limit_change")
    assert str(desk.limits.all()[0].value) == "0.2"


def test_a_missed_slot_waits_for_a_word(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.missed = [SlotView(job="proof", slot=day, due_at=NOW, words="Proof of the books") for day in ("1", "2")]
    window = press(open_page(desk, "activity"), "run:proof:1")
    press(window, "skip:proof:2")
    assert (desk.jobs.ran, desk.jobs.skipped) == (["proof/1"], ["proof/2"])
    assert "Missed" not in words(window)


def test_a_set_of_limits_is_chosen_with_a_reason(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "limits")
    window.selectbox(key="preset").set_value("small account")
    assert window.button(key="preset_use").disabled
    window.text_input(key="preset_reason").set_value("three thousand dollars").run()
    press(window, "preset_use")
    assert desk.world.preset == "small account"


def test_a_workspace_is_set_to_outlive_its_window(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "activity")
    window.toggle(key="keep_running").set_value(True).run()
    assert desk.health.state().keep_running
    window.toggle(key="keep_running").set_value(False).run()
    assert not desk.health.state().keep_running


def test_the_kind_of_a_row_is_told_in_words(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.journal = [entry(1, "order.unknown", "Sent, and no answer came")]
    window = open_page(desk, "journal")
    assert "Order not confirmed" in window.selectbox(key="journal_kind").options
    window.session_state["journal:picked"] = ("1",)
    window.run()
    assert "no. 1 · Order not confirmed" in words(window)
    assert "order.unknown" not in words(window)


def tagged() -> FakeDesk:
    desk = FakeDesk.ordinary()
    desk.journal.note(2, "looked at it", ("slip", "own"))
    desk.journal.note(3, "and this", ("slip",))
    return desk


def test_rows_are_found_by_tag_and_used_tags_are_offered(open_page: Opened) -> None:
    window = open_page(tagged(), "journal")
    window.selectbox(key="journal_tag").set_value("own").run()
    assert list(window.dataframe[0].value["seq"]) == [2]
    assert window.query_params["tag"] == "own"
    window.session_state["journal:picked"] = ("2",)
    window.run()
    assert window.multiselect(key="note_tags:2").options == ["own", "slip"]


def test_a_link_opens_the_same_view_and_the_same_row(open_page: Opened) -> None:
    window = open_page(tagged(), "journal", find="xom", kind="order.canceled", tag="slip", row="3")
    assert list(window.dataframe[0].value["seq"]) == [3]
    assert "Order cancelled" in words(window)
    assert window.text_input(key="journal_find").value == "xom"
    assert {window.query_params[name] for name in ("find", "kind", "tag", "row")} == {
        "xom",
        "order.canceled",
        "slip",
        "3",
    }


def test_a_link_to_what_is_not_there_shows_the_journal_all_the_same(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "journal", kind="nonsense", tag="none", row="abc")
    assert list(window.dataframe[0].value["seq"]) == [3, 2, 1]
    assert "kind" not in window.query_params
