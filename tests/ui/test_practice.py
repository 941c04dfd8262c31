"""The page Practice: market time, chosen days, faults, and the plug."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from core.channel.facets.practice import BadDay, ChosenDay, Fault, Jump, Step, StepState, WatchedDay
from core.domain.chosen import Kind
from core.domain.order import Status
from core.domain.workspace import WorkspaceKind
from tests.fakes.desk import NOW, FakeDesk, run
from tests.ui.opened import Opened, press, words


def test_market_time_its_pace_and_the_session_stand_on_the_page(open_page: Opened) -> None:
    said = words(open_page(FakeDesk.ordinary(), "practice"))
    for fact in ("14:32:07", "Friday 20 Nov 2026", "1×", "Own time at 1×, Fri 20 Nov 14:32 ET", "closes 16:00 ET"):
        assert fact in said


@pytest.mark.parametrize("pace", [0, 1, 10, 60])
def test_each_pace_is_one_button_and_the_one_that_is_on_is_marked(open_page: Opened, pace: int) -> None:
    desk = FakeDesk.ordinary()
    window = press(open_page(desk, "practice"), f"practice:pace:{pace}")
    assert (desk.world.practice.own_time, desk.world.practice.pace) == (True, pace)
    assert window.button(key=f"practice:pace:{pace}").proto.type == "primary"
    assert sum(b.proto.type == "primary" for b in window.button if b.key and b.key.startswith("practice:")) == 1


def test_exchange_hours(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = press(open_page(desk, "practice"), "practice:hours")
    assert not desk.world.practice.own_time
    assert "<b>Exchange hours</b>" in words(window)


def test_paused_is_said_at_the_top_of_any_page(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = press(open_page(desk, "orders"), "frame:pace:0")
    assert "Market, 14:32:07 ET · paused" in words(window)
    press(window, "frame:pace:10")
    assert "Market, 14:32:07 ET · 10×" in words(window)


@pytest.mark.parametrize("jump", list(Jump))
def test_market_time_jumps(open_page: Opened, jump: Jump) -> None:
    desk = FakeDesk.ordinary()
    window = press(open_page(desk, "practice"), f"jump:{jump}")
    assert desk.practice.jumps == [jump]
    if jump is Jump.EVENT:
        assert "MSFT: your stop is set off" in words(window)
        assert "<b>Paused</b>" in words(window)
    assert "Half-day, 27 Nov 2026" in words(window)


def test_a_day_is_chosen_shown_and_taken_away(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "practice")
    assert "No day is chosen." in words(window)
    assert window.selectbox(key="chosen_name").disabled
    window.selectbox(key="chosen_day").set_value(date(2026, 11, 24))
    window.selectbox(key="chosen_kind").set_value(Kind.SPLIT).run()
    window.selectbox(key="chosen_name").set_value("NVDA").run()
    press(window, "choose")
    assert desk.world.practice.chosen == (
        ChosenDay(day=date(2026, 11, 24), kind=Kind.SPLIT, symbol="NVDA", begun=False),
    )
    assert "Tue 24 Nov 2026" in words(window)
    assert "Split NVDA" in words(window)
    press(window, "unchoose:2026-11-24:split:NVDA")
    assert not desk.world.practice.chosen


def test_a_split_without_a_name_gets_a_sentence_and_nothing_is_chosen(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "practice")
    window.selectbox(key="chosen_kind").set_value(Kind.SPLIT).run()
    press(window, "choose")
    assert "needs a name" in words(window)
    assert not desk.world.practice.chosen


def test_a_name_chosen_for_another_kind_is_not_taken_along(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "practice")
    window.selectbox(key="chosen_kind").set_value(Kind.SPLIT).run()
    window.selectbox(key="chosen_name").set_value("NVDA").run()
    window.selectbox(key="chosen_kind").set_value(Kind.CALM).run()
    press(window, "choose")
    assert [c.symbol for c in desk.world.practice.chosen] == [""]


def test_a_day_that_has_begun_cannot_be_taken_away(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    press(open_page(desk, "practice"), "choose")
    (chosen,) = desk.world.practice.chosen
    desk.world.practice = replace(desk.world.practice, chosen=(replace(chosen, begun=True),))
    window = open_page(desk, "practice")
    assert "has begun, and stays" in words(window)
    assert not [b for b in window.button if b.key and b.key.startswith("unchoose")]


def test_faults_are_switched(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "practice")
    window.toggle(key="fault:reply_lost:False").set_value(True).run()
    assert desk.world.practice.faults == (Fault.REPLY_LOST,)
    window.toggle(key="fault:reply_lost:True").set_value(False).run()
    assert not desk.practice.state().faults


def test_the_plug_leads_to_its_order_and_says_how_it_came_back(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = press(open_page(desk, "practice"), "pull_plug")
    said = words(window)
    assert "The engine was killed in the middle of this order." in said
    assert "Whether it was done is not known" not in said
    (order_id,) = [o.id for o in desk.world.orders.values() if o.symbol == "KO"]
    desk.world.orders[order_id] = replace(desk.world.orders[order_id], status=Status.FILLED, words="Filled")
    window.run()
    assert "It came back: the exchange holds exactly 1 order of it." in words(window)
    window.button(key="plugged_in_orders").click().run()
    assert window.title[0].value == "Orders"
    assert window.session_state["orders:picked"] == (order_id,)


@pytest.mark.parametrize("kind", [WorkspaceKind.PAPER, WorkspaceKind.LIVE])
def test_in_no_other_workspace_is_there_anything_to_set(open_page: Opened, kind: WorkspaceKind) -> None:
    desk = FakeDesk.ordinary()
    desk.world.kind = kind
    window = open_page(desk, "practice")
    assert "This is no practice workspace." in words(window)
    assert not window.toggle
    assert not [b for b in window.button if b.key and ("pace" in b.key or b.key == "pull_plug")]


def test_days_that_count_are_listed_and_an_empty_list_says_what_to_do(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    assert "No session was watched at 1× yet." in words(open_page(desk, "practice"))
    day = WatchedDay(day=date(2026, 11, 19), seconds=19_830, orders=7, mismatches=0, whole=23_400, counts=True)
    desk.world.practice = replace(desk.world.practice, watched=(day,))
    said = words(open_page(desk, "practice"))
    for fact in ("Thu 19 Nov 2026", "5 h 30 min", ">7<", ">0<"):
        assert fact in said


def cash(window: AppTest, amount: str, verb: str) -> AppTest:
    request = window.session_state["cash_request"]
    window.text_input(key=f"cash:{request}").set_value(amount)
    return press(window, f"{verb}:{request}")


def test_practice_cash_is_added_and_taken_out(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = cash(open_page(desk, "practice"), "1500.25", "add")
    assert "1,500.25 USD added." in words(window)
    assert window.text_input(key=f"cash:{window.session_state['cash_request']}").value == ""
    assert "200.00 USD taken out." in words(cash(window, "200", "withdraw"))
    assert list(desk.practice.cash.values()) == [Decimal("1500.25"), Decimal(-200)]


def test_each_movement_has_its_own_request_and_a_press_that_came_late_repeats_it(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "practice")
    first = window.session_state["cash_request"]
    cash(window, "100", "add")
    assert window.session_state["cash_request"] != first
    window.session_state["cash_request"] = first  # the form as it was when both presses were made
    cash(window.run(), "100", "add")
    assert desk.practice.cash == {first: Decimal(100)}
    cash(window, "100", "add")
    assert len(desk.practice.cash) == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "is empty"), ("1,5", "has a comma"), ("ten", "is not a plain number"), ("1e3", "plain")],
)
def test_an_amount_that_is_no_number_gets_one_sentence_and_moves_nothing(
    open_page: Opened, typed: str, sentence: str
) -> None:
    desk = FakeDesk.ordinary()
    window = cash(open_page(desk, "practice"), typed, "add")
    assert sentence in words(window)
    assert "USD added" not in words(window)
    assert not desk.practice.cash


def test_what_the_exchange_refuses_is_shown_as_it_is_and_can_be_typed_again(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = cash(open_page(desk, "practice"), "60000", "withdraw")
    assert "Only 50000.00 USD can be taken out." in words(window)
    assert window.text_input(key=f"cash:{window.session_state['cash_request']}").value == "60000"
    cash(window, "40000", "withdraw")
    assert list(desk.practice.cash.values()) == [Decimal(-40_000)]


def test_without_an_answer_the_next_press_asks_for_the_same_movement(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "practice")
    request = window.session_state["cash_request"]
    desk.world.down = True
    cash(window, "100", "add")
    desk.world.down = False
    window.run()
    assert window.session_state["cash_request"] == request
    cash(window, "100", "add")
    assert desk.practice.cash == {request: Decimal(100)}


def test_the_frame_leads_to_the_page(open_page: Opened) -> None:
    window = press(open_page(FakeDesk.ordinary(), "orders"), "frame:practice")
    assert window.title[0].value == "Practice"


def test_a_jump_asked_of_a_desk_that_is_gone_is_said_and_the_page_comes_back(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "practice")
    desk.world.down = True
    press(window, "jump:close")
    assert "role='alert'" in words(window)
    desk.world.down = False
    window.run()
    assert "Chosen days" in words(window)
    assert not desk.practice.jumps


def begin(window: AppTest, **typed: str) -> AppTest:
    press(window, "start_again")
    request = window.session_state["again"]
    for name, words_typed in typed.items():
        window.text_input(key=f"again:{name}:{request}").set_value(words_typed)
    return press(window, "begin")


def test_the_runs_and_the_terms_of_the_one_in_use_stand_on_the_page(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.runs = (run(1, ended=True, account_id="practice"), run(2))
    said = words(open_page(desk, "practice"))
    for fact in (
        "Run 1",
        "21 Oct 2026, 15:32:07",
        "In use",
        "+1,234.50",
        "Terms of run 2",
        "Overnight leverage",
        ">100,000<",
    ):
        assert fact in said


def test_the_sheet_says_what_ends_and_begins_another_run_on_what_was_typed(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = press(open_page(desk, "practice"), "start_again")
    said = words(window)
    assert "2 open orders will be cancelled, and 4 positions held stay in the old run" in said
    request = window.session_state["again"]
    window.selectbox(key=f"again:kind:{request}").set_value("cash")
    window.text_input(key=f"again:starting_cash:{request}").set_value("25000")
    window.radio(key=f"again:market:{request}").set_value(True)
    press(window, "begin")
    assert desk.runs.begun == {request: ({"kind": "cash", "starting_cash": "25000", "overnight": "2"}, True)}
    assert "again" not in window.session_state
    assert "Another run begins." in words(window)
    desk.world.runs = (run(1, ended=True), run(2))
    assert "Another run begins." not in words(window.run())


def test_a_term_that_cannot_be_is_said_in_the_sheet_and_it_stays_open(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = begin(open_page(desk, "practice"), starting_cash="0")
    assert "Starting cash is 0, and can be from 100" in words(window)
    assert not desk.runs.begun
    assert "again" in window.session_state


def test_back_leaves_everything_as_it_is(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = press(open_page(desk, "practice"), "start_again")
    press(window, "again_back")
    assert "again" not in window.session_state
    assert not desk.runs.begun


@pytest.mark.parametrize(
    ("counts", "mismatches", "says"),
    [(True, 0, ">Counts<"), (False, 0, ">Does not count yet<"), (False, 2, ">Does not count<")],
)
def test_each_session_says_whether_it_counts(open_page: Opened, counts: bool, mismatches: int, says: str) -> None:
    desk = FakeDesk.ordinary()
    day = WatchedDay(
        day=date(2026, 11, 19), seconds=19_830, orders=7, mismatches=mismatches, whole=23_400, counts=counts
    )
    desk.world.practice = replace(desk.world.practice, watched=(day,))
    said = words(open_page(desk, "practice"))
    assert says in said
    assert "5 h 30 min, 85%" in said
    assert "at least 80 %" in said


def test_before_the_first_run_there_is_nothing_to_start_again(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.runs = ()
    window = open_page(desk, "practice")
    assert "No run has begun." in words(window)
    assert not [b for b in window.button if b.key == "start_again"]


def test_signed_out_there_is_a_button_that_signs_in_again_on_every_page(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "orders")
    assert not [b for b in window.button if b.key == "frame:sign_in"]
    desk.practice.fault(Fault.LOGIN_EXPIRED, on=True)
    desk.world.signed_out = True
    window = open_page(desk, "orders")
    press(window, "frame:sign_in")
    assert desk.world.practice.faults == ()
    desk.practice.fault(Fault.LOGIN_EXPIRED, on=True)
    window = press(open_page(desk, "practice"), "sign_in")
    assert not [b for b in window.button if b.key == "sign_in"]


def test_something_happens_to_a_name_and_those_held_stand_first(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "practice")
    names = window.selectbox(key="fault_name").options
    held = list(dict.fromkeys(desk.positions.table().column("symbol").to_pylist()))
    assert names[: len(held)] == held
    assert len(names) == len(set(names))
    press(window, "happen")
    window.selectbox(key="fault_what").set_value(Fault.PRICE_GAP).run()
    window.selectbox(key="fault_percent").set_value(4).run()
    press(window, "happen")
    window.selectbox(key="fault_what").set_value(Fault.SPLIT).run()
    assert not [s for s in window.selectbox if s.key in ("fault_percent", "fault_minutes")]
    press(window, "happen")
    assert desk.practice.asked == [
        (Fault.HALT, True, held[0], 10),
        (Fault.PRICE_GAP, True, held[0], 4),
        (Fault.SPLIT, True, held[0], 0),
    ]


def step(fault: Fault, state: StepState, until: datetime | None, symbol: str = "", words: str = "") -> Step:
    return Step(fault=fault, symbol=symbol, words=words, at=NOW, until=until, state=state)


def test_a_bad_day_shows_what_is_coming_on_and_over_and_is_ended(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = press(open_page(desk, "practice"), "bad_day:on")
    assert "No bad day is set." in words(window)
    steps = (
        step(Fault.STREAM_SILENT, StepState.OVER, NOW + timedelta(minutes=5)),
        step(Fault.LOGIN_EXPIRED, StepState.ON, None),
        step(Fault.PRICE_GAP, StepState.COMING, NOW, "KO", "The price of KO jumps by −8 %"),
    )
    desk.world.practice = replace(
        desk.world.practice,
        bad_day=BadDay(day=date(2026, 11, 20), steps=steps, over=False),
        of_names=(step(Fault.HALT, StepState.ON, NOW, "MSFT", "MSFT is halted for 10 minutes"),),
    )
    window = open_page(desk, "practice")
    said = words(window)
    for fact in (
        "On now: The login has expired.",
        "Until sign-in",
        "The price of KO jumps by −8 %",
        "MSFT is halted for 10 minutes",
        ">Coming<",
        ">Over<",
        "14:37",
    ):
        assert fact in said
    assert not [b for b in window.button if b.key == "bad_day:on"]
    press(window, "bad_day:off")
    assert [(fault, on) for fault, on, _, _ in desk.practice.asked] == [(Fault.BAD_DAY, True), (Fault.BAD_DAY, False)]
    over = tuple(replace(one, state=StepState.OVER) for one in steps)
    desk.world.practice = replace(desk.world.practice, bad_day=BadDay(day=date(2026, 11, 20), steps=over, over=True))
    window = open_page(desk, "practice")
    assert "it is over" in words(window)
    press(window, "bad_day:on")
