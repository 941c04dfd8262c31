"""The ticket: what was typed, the order sheet, and one order however often it is confirmed."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.order import Purpose, Side
from core.domain.verdict import Outcome, Verdict
from core.domain.workspace import Level
from tests.fakes.desk import ACCOUNT, FakeDesk
from tests.ui.opened import Opened, fill_ticket, press, words

LIFTABLE = Verdict(
    check="R21", outcome=Outcome.BLOCK, title="Share of the account", message="NVDA would be 30%", overridable=True
)
FINAL = Verdict(check="R06", outcome=Outcome.BLOCK, title="Buying power", message="Needs 7,300.00, you have 5,118.40")


def reviewed(open_page: Opened, desk: FakeDesk) -> AppTest:
    return press(fill_ticket(open_page(desk)), "review_order")


def test_the_sheet_says_everything_before_the_order_is_sent(open_page: Opened) -> None:
    said = words(reviewed(open_page, FakeDesk.ordinary()))
    for fact in (
        "Buy 40 NVDA",
        "7,298.80 USD",
        "spread 0.40, impact 1.00, fees 0.86",
        "182.46 / 182.48",
        "52,118.40 → 44,818.40",
        "120 → 160 shares",
        "3.17% → 11.61% of the account",
        "all 3 passed",
        "Good for 60 s",
    ):
        assert fact in said


@pytest.mark.parametrize("where", ["ticket", "sheet", "drawer"])
def test_a_halt_is_said_beside_the_price_and_why(open_page: Opened, where: str) -> None:
    desk = FakeDesk.ordinary()
    window = reviewed(open_page, desk) if where == "sheet" else fill_ticket(open_page(desk))
    if where == "drawer":
        window = open_page(desk, "positions")
        window.session_state["positions:picked"] = ("i-NVDA",)
        window.run()
    assert "does not trade" not in words(window)
    desk.market.halted = "Paused: the price stood at its lower band for 15 seconds."
    window.run()
    said = words(window)
    assert said.count("NVDA does not trade now: this price stands still.") == (2 if where == "sheet" else 1)
    assert "qd-note amber" in said and desk.market.halted in said


def test_confirming_sends_one_order_and_a_rerun_sends_no_other(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    window = press(reviewed(open_page, desk), "confirm")
    for _ in range(3):
        window.run()
    assert len(desk.world.orders) == 1
    assert "Buy 40 NVDA at limit 182.50: working." in words(window)
    assert window.text_input(key="t_size").value == ""
    assert "review" not in window.query_params


def test_two_windows_confirming_the_same_review_make_one_order(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    first = reviewed(open_page, desk)
    second = open_page(desk, review=str(first.query_params["review"]))
    press(first, "confirm")
    press(second, "confirm")
    assert len(desk.world.orders) == 1


def test_reloading_keeps_the_sheet_until_it_is_used(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    window = reviewed(open_page, desk)
    token = str(window.query_params["review"])
    again = open_page(desk, review=token)
    assert "Buy 40 NVDA" in words(again)
    assert again.text_input(key="t_size").value == "40"
    press(again, "confirm")
    late = open_page(desk, review=token)
    assert "The order sheet is not open any more." in words(late)
    assert len(desk.world.orders) == 1


def test_back_sends_nothing_and_keeps_what_was_typed(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    window = press(reviewed(open_page, desk), "back")
    assert not desk.world.orders
    assert window.text_input(key="t_size").value == "40"
    assert "review" not in window.query_params


@pytest.mark.parametrize(
    ("symbol", "size", "sentence"),
    [
        ("NVDA", "1,5", "has a comma"),
        ("NVDA", "1e3", "is not a plain number"),
        ("NVDA", "NaN", "is not a plain number"),
        ("NVDA", "0.0000000001", "at most nine decimals"),
        ("NVDA", "", "Quantity is empty"),
        ("", "5", "Nothing is not a name traded here"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence_and_stays(
    open_page: Opened, symbol: str, size: str, sentence: str
) -> None:
    desk = FakeDesk.empty()
    window = press(fill_ticket(open_page(desk), symbol, size), "review_order")
    assert sentence in words(window)
    assert "Nothing was sent" in words(window)
    assert window.text_input(key="t_size").value == size
    assert not desk.world.reviews


def test_a_final_block_leaves_nothing_to_press_and_says_why(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.verdicts = (FINAL,)
    window = reviewed(open_page, desk)
    assert window.button(key="confirm").disabled
    assert "no reason lifts that one" in words(window)
    assert "Needs 7,300.00, you have 5,118.40" in words(window)


def test_a_block_that_is_over_opens_the_sheet_without_the_person(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    desk.world.verdicts = (FINAL,)
    window = reviewed(open_page, desk)
    desk.world.verdicts = ()
    window.run()  # in a browser the part that looks does this by itself
    assert not window.button(key="confirm").disabled
    assert "no reason lifts that one" not in words(window)
    press(window, "confirm")
    assert len(desk.world.orders) == 1


def test_a_block_that_can_be_lifted_needs_a_typed_reason(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.verdicts = (LIFTABLE,)
    window = reviewed(open_page, desk)
    assert window.button(key="confirm").disabled
    window.text_input(key="reason:token-1:R21").set_value("closing the other leg today").run()
    press(window, "confirm")
    assert desk.world.consents[0].reasons == {"R21": "closing the other leg today"}


def test_what_has_to_be_said_stands_before_the_passed_checks(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.verdicts = (LIFTABLE,)
    window = reviewed(open_page, desk)
    (dialog,) = window.get("dialog")
    (sheet,) = dialog.children.values()
    kinds = [(child.type, getattr(child.proto, "body", "")) for child in sheet.children.values()]
    reason = next(place for place, (kind, _) in enumerate(kinds) if kind == "text_input")
    blocked = next(place for place, (_, body) in enumerate(kinds) if "NVDA would be 30%" in body)
    passed = next(place for place, (_, body) in enumerate(kinds) if "qd-checks short" in body)
    assert blocked < reason < passed


def test_the_worst_case_must_be_ticked(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.worst_case = "You may end up short 100."
    window = reviewed(open_page, desk)
    assert window.button(key="confirm").disabled
    window.checkbox(key="worst:token-1").check().run()
    press(window, "confirm")
    assert desk.world.consents[0].worst_case_seen


def test_warnings_shown_are_agreed_to(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.verdicts = (Verdict(check="R17", outcome=Outcome.WARN, title="Just asked", message="9 s ago"),)
    press(reviewed(open_page, desk), "confirm")
    assert desk.world.consents[0].warnings == ("R17",)


def test_a_refusal_at_the_last_moment_is_shown_and_can_be_reviewed_again(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    window = reviewed(open_page, desk)
    desk.world.level = Level.STOPPED
    press(window, "confirm")
    assert "Trading is stopped. Nothing was sent" in words(window).replace("</b>", "").replace("<b>", "")
    desk.world.level = Level.ACTIVE
    press(press(window, "review_again"), "confirm")
    assert len(desk.world.orders) == 1


def test_a_desk_that_goes_away_under_the_sheet_sends_nothing_and_keeps_everything(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    window = reviewed(open_page, desk)
    desk.world.down = True
    press(window, "confirm")
    assert window.button(key="confirm").disabled
    assert not desk.world.orders
    desk.world.down = False
    press(window.run(), "confirm")
    assert len(desk.world.orders) == 1


def test_a_sheet_is_not_given_up_because_the_desk_is_away(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    reviewed(open_page, desk)
    desk.world.down = True
    reloaded = open_page(desk, review="token-1")
    assert "The order sheet is not open any more" not in words(reloaded)
    desk.world.down = False
    press(reloaded.run(), "confirm")
    assert len(desk.world.orders) == 1


def test_what_was_typed_survives_a_desk_that_is_away_and_other_pages(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = fill_ticket(open_page(desk))
    desk.world.down = True
    window.run()
    assert window.text_input(key="t_size").value == "40"
    desk.world.down = False
    window.switch_page("orders.py").run()
    window.switch_page("ticket.py").run()
    assert window.text_input(key="t_size").value == "40"
    assert window.session_state["t_symbol"] == "NVDA"


def test_a_short_sale_is_asked_for_on_purpose(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    window = open_page(desk)
    window.session_state["t_side"] = "short"
    press(fill_ticket(window), "review_order")
    draft = desk.world.reviews["token-1"].draft
    assert (draft.side, draft.purpose) == (Side.SELL, Purpose.SHORT)


def test_money_typed_in_the_money_box_is_never_a_number_of_shares(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    window = open_page(desk)
    window.session_state["t_by"] = "money"
    press(fill_ticket(window, size="5000"), "review_order")
    draft = desk.world.reviews["token-1"].draft
    assert (draft.quantity, draft.notional) == ("", "5000")


def test_with_two_accounts_the_ticket_never_guesses(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.accounts = (ACCOUNT, "IRA-2")
    window = fill_ticket(open_page(desk))
    press(window, "review_order")
    assert "choose an account, there is more than one" in words(window)
    assert not desk.world.reviews
    assert "148,293.35" not in words(window)  # nor does the line at the top
    window.selectbox(key="account:ticket").set_value("IRA-2").run()
    press(window, "review_order")
    assert desk.world.reviews["token-1"].draft.account_id == "IRA-2"
    assert "Account IRA-2" in words(window)
    assert "148,293.35" in words(window)


def test_changing_an_order_stays_in_its_account(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.accounts = (ACCOUNT, "IRA-2")
    window = open_page(desk, "orders")
    window.session_state["orders:picked"] = ("20261120-000102",)
    press(window.run(), "change")
    window.switch_page("ticket.py").run()
    assert window.selectbox(key="account:ticket").disabled
    press(window, "review_order")
    draft = desk.world.reviews["token-1"].draft
    assert (draft.replaces, draft.account_id) == ("20261120-000102", ACCOUNT)


def test_a_strategy_tag_is_chosen_once_shown_on_the_sheet_and_gone_with_the_order(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    window = fill_ticket(open_page(desk))
    field = window.selectbox(key="t_tag")
    assert (field.value, field.options) == (None, ["breakout", "dip"])
    field.set_value("dip").run()
    press(window, "review_order")
    assert desk.world.reviews["token-1"].draft.strategy == "dip"
    assert window.query_params["tag"] == "dip"
    assert "<dt>Strategy tag</dt><dd class=''>dip" in words(window)
    press(window, "confirm")
    assert window.selectbox(key="t_tag").value is None
    assert "tag" not in window.query_params


def test_a_tag_nobody_used_yet_comes_back_with_the_address(open_page: Opened) -> None:
    field = open_page(FakeDesk.empty(), tag="fade").selectbox(key="t_tag")
    assert (field.value, field.options) == ("fade", ["breakout", "dip", "fade"])


def test_an_order_that_is_changed_keeps_its_tag(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    asked = "20261120-000102"
    desk.world.orders[asked] = replace(desk.world.orders[asked], strategy="dip")
    window = open_page(desk, "orders")
    window.session_state["orders:picked"] = (asked,)
    press(window.run(), "change")
    window.switch_page("ticket.py").run()
    assert window.selectbox(key="t_tag").value == "dip"
    press(window, "review_order")
    assert desk.world.reviews["token-1"].draft.strategy == "dip"


def test_a_part_of_a_name_is_that_name_though_its_own_run_was_broken_off(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "orders")
    window.session_state["t_symbol"] = "nvid"  # as Streamlit brings it back, without asking what a change means
    window.switch_page("ticket.py").run()
    assert window.selectbox(key="t_symbol").value == "NVDA"
    assert window.query_params["symbol"] == "NVDA"
