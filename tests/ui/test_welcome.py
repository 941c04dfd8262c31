"""Welcome: one button that begins, first steps that are ticked by what happened, and what is a sample says so everywhere."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.channel.facets.performance import Period
from core.domain.sample import Sample
from core.domain.workspace import WorkspaceKind
from pages.parts import growth
from pages.parts.first_steps import STEPS
from tests.fakes.desk import NOW, FakeDesk
from tests.fakes.welcome import STEPS as TOLD
from tests.ui.opened import Opened, press, words
from tests.ui.test_home import links

SAMPLE = Sample(since=NOW - timedelta(days=90), until=NOW - timedelta(days=2))


def fresh() -> FakeDesk:
    desk = FakeDesk.empty()
    desk.welcome.view = replace(desk.welcome.view, fresh=True)
    return desk


def sampled() -> FakeDesk:
    desk = FakeDesk.ordinary()
    desk.world.sample = SAMPLE
    desk.welcome.view = replace(desk.welcome.view, sample=SAMPLE)
    return desk


@pytest.mark.parametrize(("page", "key"), [("welcome", "start_practising"), ("home", "home_start")])
def test_one_button_takes_every_default_and_is_one_act_however_often_it_is_pressed(
    open_page: Opened, page: str, key: str
) -> None:
    desk = fresh()
    window = press(press(open_page(desk, page), key), key)
    assert len(desk.runs.begun) == 1
    assert desk.runs.samples == list(desk.runs.begun) * 2, "the same request: the engine makes one run of it"
    assert list(desk.runs.begun.values()) == [({}, False)]
    assert "Practice begins" in words(window)


def test_what_the_desk_says_no_to_stands_where_it_was_pressed(open_page: Opened) -> None:
    desk = fresh()
    desk.runs.refuses = "No run was begun, and this one goes on: the practice exchange does not answer. Wait."
    said = words(press(open_page(desk, "welcome"), "start_practising"))
    assert "No run was begun, and this one goes on" in said
    assert "Practice begins" not in said


def test_a_workspace_without_an_account_yet_waits(open_page: Opened) -> None:
    desk = fresh()
    desk.world.accounts = ()
    said = words(open_page(desk, "welcome"))
    assert "The practice exchange is being met." in said
    assert "Start practising" not in said


@pytest.mark.parametrize("kind", [WorkspaceKind.PAPER, WorkspaceKind.LIVE])
def test_only_a_practice_workspace_offers_it(open_page: Opened, kind: WorkspaceKind) -> None:
    desk = fresh()
    desk.world.kind = kind
    for page in ("welcome", "home"):
        assert "Start practising" not in words(open_page(desk, page))


def test_the_steps_tell_what_is_done_and_lead_to_where_each_is(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.welcome.done = {"quote", "order"}
    window = open_page(desk, "welcome")
    said = words(window)
    assert "2 of 8 steps done" in said
    assert said.count("aria-label='Done'") == 2
    assert said.count("aria-label='To do'") == 6
    assert {step.title for step in STEPS.values() if step.page} <= set(links(window))
    assert "href='/passphrase'" in said
    assert set(STEPS) == set(TOLD)


def test_home_tells_the_next_step_until_it_is_hidden_and_welcome_brings_it_back(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.welcome.done = {"quote", "order"}
    window = open_page(desk, "home")
    assert "First steps: 2 of 8 steps done. Next: read why it traded at its price." in words(window)
    assert "First steps" not in words(press(window, "hide_steps"))
    window = press(open_page(desk, "welcome"), "steps_on_home")
    assert "First steps: 2 of 8" in words(open_page(desk, "home"))
    desk.welcome.done = set(TOLD)
    assert "First steps" not in words(open_page(desk, "home"))


@pytest.mark.parametrize("page", ["home", "positions", "performance", "statement"])
def test_the_part_that_is_a_sample_is_told_beside_its_numbers(open_page: Opened, page: str) -> None:
    said = words(open_page(sampled(), page))
    assert "Sample: 22 Aug 2026 to 18 Nov 2026, 14:32:07 ET. Nobody traded this part" in said
    assert "Sample:" not in words(open_page(FakeDesk.ordinary(), page))


def test_a_fall_that_knows_nothing_of_the_sample_says_so(open_page: Opened) -> None:
    assert "the sample's sessions left out" in words(open_page(sampled(), "home")).replace("&#x27;", "'")
    assert "sessions left out" not in words(open_page(FakeDesk.ordinary(), "home"))


def test_performance_can_be_read_without_the_sample(open_page: Opened) -> None:
    desk = sampled()
    window = open_page(desk, "performance", period="own")
    assert window.query_params["period"] == "own"
    assert desk.performance.asked[-1][1] is Period.OWN
    assert "Sample:" not in words(window)
    other = FakeDesk.ordinary()
    open_page(other, "performance", period="own")
    assert other.performance.asked[-1][1] is Period.ALL, "there is none to leave out"


def test_the_sample_is_shaded_in_the_curve() -> None:
    rows = FakeDesk.ordinary().performance.curve().to_pylist()
    (area,) = growth.shade(rows, SAMPLE)["markArea"]["data"]
    assert [area[0]["name"], area[0]["xAxis"]] == ["Sample", 0]
    last = area[1]["xAxis"]
    assert rows[last]["at"] <= SAMPLE.until < rows[last + 1]["at"]
    assert growth.shade(rows, None) == {}
    assert growth.shade(rows[-2:], SAMPLE) == {}


def test_another_run_can_begin_with_a_sample_too(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = press(open_page(desk, "practice"), "start_again")
    box = next(one for one in window.checkbox if one.label == "With a sample portfolio")
    assert not box.value
    box.set_value(True).run()
    press(window, "begin")
    assert desk.runs.samples == list(desk.runs.begun)
    assert len(desk.runs.begun) == 1
