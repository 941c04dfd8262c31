"""The first questions: each in the address, each can be left out, and nothing begins before Begin."""

from dataclasses import replace

import pytest

from core.domain.workspace import WorkspaceKind
from pages.parts.wizard import QUESTIONS
from tests.fakes.desk import FakeDesk
from tests.ui.opened import Opened, press, words
from tests.ui.test_welcome import fresh


def test_every_question_has_an_address_and_leads_on_and_back(open_page: Opened) -> None:
    window = press(open_page(fresh(), "welcome"), "wizard")
    for number, question in enumerate(QUESTIONS, 1):
        assert window.query_params["step"] == str(number)
        assert f"{number} of {len(QUESTIONS)}" in words(window)
        assert question.title in words(window)
        assert question.title in words(open_page(fresh(), "welcome", step=str(number)))
        if number < len(QUESTIONS):
            window = press(window, "wizard_next")
    assert "wizard_next" not in {button.key for button in window.button}
    for _ in QUESTIONS:
        window = press(window, "wizard_back")
    assert "step" not in window.query_params
    assert "Start practising" in words(window)


@pytest.mark.parametrize("asked", ["0", "9", "x", "-1", "²"])
def test_a_step_there_is_not_is_the_page_itself(open_page: Opened, asked: str) -> None:
    assert "Start practising" in words(open_page(fresh(), "welcome", step=asked))


def test_all_left_out_is_the_usual_account_and_one_run_however_often_begin_is_pressed(open_page: Opened) -> None:
    desk = fresh()
    window = press(open_page(desk, "welcome", step="1"), "wizard_end")
    assert desk.runs.begun == {}
    press(press(window, "wizard_begin"), "wizard_begin")
    assert list(desk.runs.begun.values()) == [({"starting_cash": "100000", "kind": "margin"}, False)]
    assert len(set(desk.runs.samples)) == 1


def test_cash_and_kind_of_account_are_kept_in_the_address_until_begin_takes_them(open_page: Opened) -> None:
    desk = fresh()
    window = open_page(desk, "welcome", step="2")
    window.text_input(key="wizard_cash").set_value("25000").run()
    window.radio(key="wizard_kind").set_value("cash").run()
    assert (window.query_params["cash"], window.query_params["kind"]) == ("25000", "cash")
    other = open_page(desk, "welcome", step="5", cash="25000", kind="cash")
    assert "25,000.00 USD" in words(other)
    other.checkbox(key="wizard_sample").set_value(False).run()
    press(other, "wizard_begin")
    assert list(desk.runs.begun.values()) == [({"starting_cash": "25000", "kind": "cash"}, False)]
    assert desk.runs.samples == []


def test_cash_that_cannot_be_is_one_sentence_and_nothing_begins(open_page: Opened) -> None:
    desk = fresh()
    said = words(press(open_page(desk, "welcome", step="5", cash="0", kind="<b>"), "wizard_begin"))
    assert "Starting cash is 0, and can be from 100" in said
    assert "<b>USD" not in said
    assert desk.runs.begun == {}


def test_every_limit_of_a_set_is_shown_before_it_is_used(open_page: Opened) -> None:
    desk = fresh()
    desk.world.limits = FakeDesk.ordinary().world.limits
    window = open_page(desk, "welcome", step="3")
    said = words(window)
    assert "Largest share of the account in one order" in said
    assert "30%" in said
    assert "1 of 1 would change" in said
    press(window, "wizard_use_set")
    assert desk.world.preset == "index investor"


def test_a_set_that_is_in_force_is_not_used_again(open_page: Opened) -> None:
    desk = fresh()
    desk.world.limits = {
        key: replace(limit, value=limit.value * 3) for key, limit in FakeDesk.ordinary().world.limits.items()
    }
    window = open_page(desk, "welcome", step="3")
    assert "as it is in force" in words(window)
    assert window.button(key="wizard_use_set").disabled


def test_hours_are_switched_at_once(open_page: Opened) -> None:
    desk = fresh()
    press(open_page(desk, "welcome", step="4"), "wizard:hours")
    assert not desk.world.practice.own_time


@pytest.mark.parametrize("step", ["2", "5"])
def test_once_an_account_is_used_its_terms_are_another_runs(open_page: Opened, step: str) -> None:
    said = words(open_page(FakeDesk.ordinary(), "welcome", step=step))
    assert "An account has begun here." in said
    assert "wizard_begin" not in said


def test_a_paper_workspace_is_asked_the_same_without_the_practice_hours(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.kind = WorkspaceKind.PAPER
    assert "follows the exchange's hours" in words(open_page(desk, "welcome", step="4"))


def test_the_passphrase_is_typed_in_its_own_form_and_what_losing_it_means_stands_beside(open_page: Opened) -> None:
    window = open_page(fresh(), "welcome", step="1")
    assert "href='/passphrase'" in words(window)
    assert "Nobody can bring it back" in words(window)
    assert not window.text_input
