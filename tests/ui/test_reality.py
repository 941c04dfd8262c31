"""The ticket before the review: sizes, the reality check, the book, what an account does not take, and the address."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.order import OrderType, Purpose, Side, Status, TimeInForce
from core.domain.verdict import Outcome, Verdict
from tests.fakes.desk import ACCOUNT, FakeDesk
from tests.ui.opened import Opened, fill_ticket, press, words

LARGE = Verdict(check="R21", outcome=Outcome.WARN, title="Share of the account", message="NVDA would be 16%")


def test_the_reality_check_stands_beside_the_form_before_any_review(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk)
    assert "Choose a name and type a size" in words(window)
    assert not desk.ticket.asked
    said = words(fill_ticket(window))
    for fact in (
        "Reality check",
        "Buy 40 NVDA",
        "7,298.80 USD",
        "3.1 bps · 2.26 USD",
        "spread 0.40, impact 1.00, fees 0.86",
        "0.02 · 1.1 bps",
        "0.02%",
        "of 200,000 shares, mean of 20 sessions",
        "52,118.40 → 44,818.40",
        "3.17% → 11.61% of the account, limit 25%",
        "INVENTED PRICES",
        "All 3 checks would pass now.",
    ):
        assert fact in said
    assert "Settled cash" not in said
    assert not desk.world.reviews


def test_it_says_what_stands_against_the_order(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.opposite = ("Sell 15, stop 181.20",)
    desk.world.settled_cash = Decimal(1200)
    desk.world.verdicts = (LARGE,)
    said = words(fill_ticket(open_page(desk)))
    assert "Sell 15, stop 181.20" in said
    assert "1,200.00 USD" in said
    assert "settles on the next trading day" in said
    assert "NVDA would be 16%" in said
    assert "would pass now" not in said


@pytest.mark.parametrize(("size", "sentence"), [("1,5", "has a comma"), ("ten", "is not a plain number")])
def test_what_cannot_be_read_is_said_while_it_is_typed(open_page: Opened, size: str, sentence: str) -> None:
    window = fill_ticket(open_page(FakeDesk.ordinary()), size=size)
    assert sentence in words(window)
    assert "Not shown now" not in words(window)
    assert window.text_input(key="t_size").value == size
    said = words(press(window, "review_order"))
    assert said.count(sentence) == 1
    assert "No figures until that is put right." in said


@pytest.mark.parametrize(
    ("by", "typed", "fields"),
    [
        ("shares", {"t_size": "40"}, {"quantity": "40"}),
        ("money", {"t_size": "5000"}, {"notional": "5000"}),
        ("share", {"t_size": "5"}, {"share": "5"}),
        ("risk", {"t_size": "500", "t_out": "175"}, {"risk": "500", "risk_stop": "175"}),
    ],
)
def test_each_way_to_size_reaches_the_desk_as_what_it_is(
    open_page: Opened, by: str, typed: dict[str, str], fields: dict[str, str]
) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk)
    window.session_state["t_symbol"] = "NVDA"
    window.session_state["t_by"] = by
    window.run()
    for key, value in typed.items():
        window.text_input(key=key).set_value(value)
    press(window.run(), "review_order")
    draft = desk.world.reviews["token-1"].draft
    sizes = ("quantity", "notional", "share", "risk", "risk_stop")
    assert {name: getattr(draft, name) for name in sizes if getattr(draft, name)} == fields
    assert draft == desk.ticket.asked[-1]


def test_by_risk_the_way_to_the_shares_is_shown_and_that_the_stop_is_not_sent(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, symbol="NVDA", by="risk", quantity="500", out="175")
    said = words(window)
    assert "That stop is not sent with it" in said
    assert "182.47 to 175 is 7.47 a share" in said
    assert "182.47 to 175 is 7.47 a share" in words(press(window, "review_order"))


def test_without_its_stop_a_risk_is_no_size_yet(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    assert "Choose a name and type a size" in words(open_page(desk, symbol="NVDA", by="risk", quantity="500"))
    assert not desk.ticket.asked


def test_the_book_stands_under_the_chart_with_what_it_is(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    said = words(fill_ticket(open_page(desk)))
    book = said[said.index("qd-book") :]
    for fact in ("182.46", "182.48", "182.37", "182.57", "300", "1,200"):
        assert fact in book
    assert book.count("<tr>") == 11
    assert "INVENTED PRICES" in said[said.index("Book, shares") : said.index("qd-book")]


def test_a_stale_price_is_greyed_and_says_its_age(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = fill_ticket(open_page(desk))
    assert "qd-quote stale" not in words(window)
    desk.market.age_seconds = 48
    said = words(press(window, "review_order"))
    assert said.count("qd-quote stale") == 2  # on the page and on the sheet
    assert "48 s old, stale: not to be traded on" in said


def test_what_the_account_does_not_take_cannot_be_chosen_and_says_why(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    everything = desk.world.choices
    desk.world.choices = replace(
        everything,
        types={**everything.types, OrderType.STOP_LIMIT: "Tradier takes no stop-limit orders."},
        times={**everything.times, TimeInForce.FOK: "Tradier takes no such orders."},
        extended_hours="Tradier trades in regular hours only.",
        short="Tradier lends no shares to sell short.",
    )
    window = open_page(desk)
    assert window.selectbox(key="t_type").options == ["Market", "Limit", "Stop"]
    assert "At once, all or nothing" not in window.selectbox(key="t_good").options
    assert window.checkbox(key="t_extended").disabled
    said = words(window)
    off = said[said.index("qd-off") :]
    for fact in ("Stop limit", "Tradier takes no stop-limit orders.", "Sell short", "lends no shares"):
        assert fact in off
    assert off.count("aria-disabled='true'") == 3
    assert "qd-off" not in words(open_page(FakeDesk.ordinary()))


def test_a_draft_stands_in_the_address_and_comes_back_from_it(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk)
    assert window.query_params == {}
    window.session_state["t_side"] = "short"
    window.session_state["t_type"] = OrderType.LIMIT
    window.session_state["t_good"] = TimeInForce.GTC
    fill_ticket(window)
    window.text_input(key="t_limit").set_value("190").run()
    address = dict(window.query_params)
    assert address == {
        "symbol": "NVDA",
        "side": "short",
        "quantity": "40",
        "type": "limit",
        "limit": "190",
        "good": "gtc",
    }
    again = press(open_page(desk, **address), "review_order")
    draft = desk.world.reviews["token-1"].draft
    assert (draft.symbol, draft.side, draft.purpose) == ("NVDA", Side.SELL, Purpose.SHORT)
    assert (draft.quantity, draft.limit, draft.time_in_force) == ("40", "190", TimeInForce.GTC)
    assert set(again.query_params) == {*address, "review"}


def test_an_address_somebody_made_up_fills_in_what_makes_sense_and_orders_nothing(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, symbol="<b>NVDA</b>", side="steal", type="9", by="all", good="never", quantity="9" * 500)
    assert not window.exception
    assert window.session_state["t_side"] == "buy"
    assert window.session_state["t_type"] is OrderType.MARKET
    assert window.text_input(key="t_size").value == "9" * 60
    assert "<b>NVDA</b>" not in words(window)
    assert not desk.world.reviews
    assert not desk.world.used


def test_the_address_never_overwrites_what_was_typed_later(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), symbol="NVDA", quantity="40")
    window.text_input(key="t_size").set_value("4")
    window.query_params["quantity"] = "40"  # as a browser that is a moment behind would say it
    window.run()
    assert window.text_input(key="t_size").value == "4"
    assert window.query_params["quantity"] == "4"


def test_an_emptied_form_is_not_filled_again_by_an_address_that_lags_behind(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), symbol="NVDA", quantity="40")
    window.session_state["t_symbol"] = None
    window.text_input(key="t_size").set_value("").run()
    window.query_params["quantity"] = "40"
    window.run()
    assert window.text_input(key="t_size").value == ""
    assert window.query_params == {}


def test_after_the_order_the_address_keeps_the_name_alone(open_page: Opened) -> None:
    window = press(press(fill_ticket(open_page(FakeDesk.empty())), "review_order"), "confirm")
    assert window.query_params == {"symbol": "NVDA"}


def changing(open_page: Opened, desk: FakeDesk) -> dict[str, str]:
    """The address of a ticket that changes an order, with another size typed."""
    window = open_page(desk, "orders")
    window.session_state["orders:picked"] = ("20261120-000102",)
    press(window.run(), "change")
    window.switch_page("ticket.py").run()
    assert list(window.segmented_control(key="t_by").options) == ["Shares", "USD"]
    window.text_input(key="t_size").set_value("80").run()
    return dict(window.query_params)


def test_a_change_of_an_order_survives_a_reload_as_that(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    address = changing(open_page, desk)
    assert address["changes"] == "20261120-000102"
    window = open_page(desk, **(address | {"symbol": "NVDA", "side": "sell"}))
    assert "This changes order 20261120-000102." in words(window)
    press(window, "review_order")
    draft = desk.world.reviews["token-1"].draft
    assert (draft.replaces, draft.symbol, draft.side) == ("20261120-000102", "VTI", Side.BUY)
    assert (draft.quantity, draft.limit) == ("80", "331.05")


def test_the_change_of_an_order_that_is_over_never_becomes_a_new_one(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    address = changing(open_page, desk)
    view = desk.world.orders["20261120-000102"]
    desk.world.orders[view.id] = replace(view, status=Status.FILLED, may_replace=False)
    window = open_page(desk, **address)
    assert "cannot be changed any more" in words(window)
    assert window.text_input(key="t_size").value == ""
    assert window.session_state["t_symbol"] is None
    assert window.query_params == {}


def test_making_a_position_smaller_survives_a_reload_as_that(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = press(open_page(desk, symbol="NVDA", side="buy", quantity="30", closes=ACCOUNT), "review_order")
    assert "This makes your position in NVDA smaller." in words(window)
    draft = desk.world.reviews["token-1"].draft
    assert (draft.side, draft.purpose, draft.quantity) == (Side.SELL, Purpose.CLOSE, "30")
    desk.world.held.pop("NVDA")
    again = open_page(desk, symbol="NVDA", side="buy", quantity="30", closes=ACCOUNT)
    assert again.text_input(key="t_size").value == ""
    assert "Nothing of NVDA is held" in words(again)


def test_an_address_waits_for_a_desk_that_is_away(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    address = changing(open_page, desk)
    desk.world.down = True
    window = open_page(desk, **address)
    assert dict(window.query_params) == address
    desk.world.down = False
    assert window.run().text_input(key="t_size").value == "80"
    assert "This changes order" in words(window)


def test_while_the_desk_is_away_everything_typed_and_offered_stays(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = fill_ticket(open_page(desk))
    desk.world.down = True
    window.run()
    assert not window.exception
    assert window.text_input(key="t_size").value == "40"
    assert "Stop limit" in window.selectbox(key="t_type").options


@pytest.mark.parametrize(
    ("typed", "name"),
    [("nvda", "NVDA"), ("nvid", "NVDA"), ("chase", "JPM"), ("Corp", "Corp"), ("zzz", "zzz"), ("", None)],
)
def test_a_name_is_found_by_ticker_or_by_a_part_that_fits_one_only(
    open_page: Opened, typed: str, name: str | None
) -> None:
    window = open_page(FakeDesk.ordinary(), symbol=typed)
    assert window.session_state["t_symbol"] == name
