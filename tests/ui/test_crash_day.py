"""The page Crash day: begin, the guide, the acts at hand, and the report."""

import csv
from dataclasses import replace
from io import StringIO

import pytest

from core.channel.facets.crash_day import Stage
from core.domain.order import OrderType, TimeInForce
from core.domain.workspace import WorkspaceKind
from pages.parts import crash_report
from tests.fakes.crash_day import CAME_BACK, report
from tests.fakes.desk import FakeDesk
from tests.ui.opened import Opened, press, words


def test_before_it_the_page_says_what_will_happen_and_what_is_held(open_page: Opened) -> None:
    said = words(open_page(FakeDesk.ordinary(), "crash_day"))
    for fact in ("about ten minutes", "Monday 23 Nov 2026", "Held now", "NVDA", "There is no report yet."):
        assert fact in said
    said = words(open_page(FakeDesk.empty(), "crash_day"))
    assert "a sample portfolio can be bought at the opening" in said


def test_a_half_day_and_a_day_that_is_chosen_already_are_said(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    desk.crash_day.view = replace(desk.crash_day.view, early_close=True, chosen=True)
    said = words(open_page(desk, "crash_day"))
    assert "a half-day: it closes at 16:00" in said
    assert "It is chosen as a crash already." in said


def test_what_keeps_it_from_beginning_is_one_sentence_and_the_button_rests(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    desk.crash_day.view = replace(
        desk.crash_day.view, why_not="Trading is stopped. Nothing was begun: resume it first."
    )
    window = open_page(desk, "crash_day")
    assert "Nothing was begun: resume it first." in words(window)
    assert window.button(key="crash:begin").disabled


def test_the_sample_portfolio_is_looked_at_then_sent_each_order_once(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    window = press(open_page(desk, "crash_day"), "crash:begin")
    assert "You hold nothing." in words(window)
    window = press(window, "crash:sample")
    assert not desk.world.orders
    assert "Buy 20 NVDA" in words(window)
    press(window, "basket:send")
    sent = list(desk.world.orders.values())
    assert [(o.symbol, str(o.quantity)) for o in sent] == [("NVDA", "20"), ("JPM", "20")]
    assert {review.draft.time_in_force for review in desk.world.reviews.values()} == {TimeInForce.OPEN}
    assert not [b for b in window.button if b.key == "basket:send"]


def test_orders_that_were_sent_from_another_window_are_not_sent_again(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    window = press(press(open_page(desk, "crash_day"), "crash:begin"), "crash:sample")
    desk.crash_day.sample = lambda: ()  # type: ignore[method-assign]
    press(window, "basket:send")
    assert not desk.world.orders
    assert "What there is to send has changed." in words(window)


def test_left_at_the_sheet_nothing_is_sent(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    window = press(press(open_page(desk, "crash_day"), "crash:begin"), "crash:sample")
    press(window, "basket:leave")
    assert not desk.world.orders
    assert not [b for b in window.button if b.key == "basket:send"]


def test_let_the_day_run(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    press(press(open_page(desk, "crash_day"), "crash:begin"), "crash:run")
    assert (desk.world.practice.own_time, desk.world.practice.pace) == (True, 60)


def test_while_it_runs_one_screen_tells_all_of_it(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.crash_day.during()
    window = open_page(desk, "crash_day")
    said = words(window)
    for fact in (
        "11:00:00",
        "−8.05%",
        "−1,175.40",
        "−1,334.24",
        "Without a stop: TLT.",
        "Your stop in NVDA sold 40 at 95.10, 1.90 below its stop price 97.00.",
        "+203.86 saved at the price now",
    ):
        assert fact in said, fact
    press(window, "crash:pace:1")
    assert desk.world.practice.pace == 1
    press(window, "crash:stops")
    (review,) = desk.world.reviews.values()
    assert (review.draft.type, review.draft.stop) == (OrderType.STOP, "103.47")
    press(window, "crash:close:TLT")
    assert window.session_state["review"].draft.symbol == "TLT"


def test_ended_early_its_report_is_there_at_once_and_stays(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.crash_day.during()
    window = press(open_page(desk, "crash_day"), "crash:end")
    assert "ended early" in words(window)
    assert "when you ended it at 11:00:00" in words(window)
    assert "ended early" in words(open_page(desk, "crash_day"))


def test_the_report_says_what_was_saved_and_as_plainly_what_it_cost(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    desk.crash_day.kept = (report(), report(id="2026-11-20-3", stops=(CAME_BACK,), held_back=()))
    window = open_page(desk, "crash_day")
    said = words(window)
    for fact in (
        "2 stops went off and saved 47.72 USD against holding on",
        "Your limits held back 1 order, which saved 2,500.00 USD.",
        "+203.86",
        "−156.14",
        "Still there: 1 position and 1 open order.",
        "INVENTED PRICES",
        "Sell 76 TLT, stop 101.93",
    ):
        assert fact in said, fact
    window.selectbox(key="crash:report").set_value("2026-11-20-3").run()
    said = words(window)
    assert "1 stop went off and cost 156.14 USD" in said
    assert "No order was held back." in said


def test_a_report_with_nothing_in_it_is_drawn(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    desk.crash_day.kept = (report(stops=(), held_back=(), positions=(), orders=(), happened=()),)
    said = words(open_page(desk, "crash_day"))
    assert "No stop went off." in said
    assert "Still there: 0 positions and 0 open orders." in said


def test_the_files_hold_every_number_and_nothing_that_acts() -> None:
    made = report()
    lines = list(csv.reader(StringIO(crash_report.sheet(made))))
    assert ["NVDA", "10:34:00", "40", "97.00", "95.10", "90.00", "+203.86", "+283.86"] in lines
    assert any("INVENTED PRICES" in line for line in lines)
    assert not [cell for line in lines for cell in line if cell[:1] in "=@" and cell]
    page = crash_report.page(replace(made, certainty="<script>alert(1)</script>"))
    assert "<script>" not in page
    assert "INVENTED PRICES" in page
    assert "http" not in page


def test_over_it_waits_for_the_report(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.crash_day.during()
    desk.crash_day.view = replace(desk.crash_day.view, stage=Stage.OVER, title="The session is over.")
    window = open_page(desk, "crash_day")
    assert "The session is over." in words(window)
    assert [b for b in window.button if b.key == "crash:end"]


@pytest.mark.parametrize("kind", [WorkspaceKind.PAPER, WorkspaceKind.LIVE])
def test_in_no_other_workspace_is_there_one(open_page: Opened, kind: WorkspaceKind) -> None:
    desk = FakeDesk.ordinary()
    desk.world.kind = kind
    window = open_page(desk, "crash_day")
    assert "This is no practice workspace." in words(window)
    assert not [b for b in window.button if b.key and b.key.startswith("crash")]


def test_a_desk_that_is_gone_while_it_runs_is_said(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.crash_day.during()
    window = open_page(desk, "crash_day")
    desk.world.down = True
    window.button(key="crash:end").click().run()
    assert "The desk does not answer" in words(window)
