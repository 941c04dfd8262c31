"""The page Market: lists, the chart's frame in the address, prices of working orders, alerts."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from core.domain.alert import AlertKind
from core.domain.order import OrderType, Side
from tests.fakes.desk import FakeDesk
from tests.ui.opened import Opened, press, words


def chart(window: Any) -> dict[str, Any]:
    (drawn,) = window.get("echarts_chart")
    spec: dict[str, Any] = json.loads(drawn.proto.spec)
    return spec


def opened(open_page: Opened, desk: FakeDesk, **query: str) -> Any:
    window = open_page(desk, "ticket")
    for name, value in query.items():
        window.query_params[name] = value
    window.switch_page("market.py").run()
    for name, value in query.items():
        window.query_params[name] = value
    return window.run()


def test_without_a_name_it_says_what_to_do(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "market")
    assert "No name chosen." in words(window)
    assert "INVENTED PRICES" in words(window)
    assert window.dataframe[0].value["symbol"].tolist() == ["AAPL", "JPM", "MSFT", "NVDA", "TLT", "VTI", "XOM"]


def test_the_address_names_the_symbol_and_the_frame(open_page: Opened) -> None:
    window = opened(open_page, FakeDesk.ordinary(), symbol="NVDA", frame="1d")
    assert not window.exception
    assert window.segmented_control(key="market:frame").value == "1d"
    window.segmented_control(key="market:frame").set_value("15m").run()
    assert window.query_params["frame"] == "15m"
    assert window.query_params["symbol"] == "NVDA"
    assert len(chart(window)["grid"]) == 2


def test_a_name_that_is_not_there_is_one_sentence(open_page: Opened) -> None:
    window = opened(open_page, FakeDesk.ordinary(), symbol="NOPE")
    assert "NOPE is not a name traded here." in words(window)
    assert not window.exception


def test_indicators_are_drawn_and_told_with_their_last_number(open_page: Opened) -> None:
    window = opened(open_page, FakeDesk.ordinary(), symbol="NVDA")
    window.get("button_group")
    window.session_state["market:studies"] = ["averages", "bands", "vwap", "rsi", "macd"]
    window.run()
    spec = chart(window)
    assert len(spec["grid"]) == len(spec["xAxis"]) == len(spec["yAxis"]) == 4
    names = {series["name"] for series in spec["series"]}
    assert {"VWAP", "Average of 20", "Band above", "RSI 14", "MACD 12, 26", "Signal 9", "Bought"} <= names
    assert "RSI 14 " in words(window)


def test_own_orders_trades_and_halts_stand_on_the_chart_with_words(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    stop = desk.world.orders["20261120-000101"]
    desk.world.orders[stop.id] = replace(stop, stop=Decimal("180.50"))
    window = opened(open_page, desk, symbol="NVDA")
    spec = chart(window)
    told = json.dumps(spec["series"][0]["markLine"])
    assert "Sell 40, stop 180.50" in told
    assert "Halted" in told
    (bought,) = (series for series in spec["series"] if series["name"] == "Bought")
    assert bought["symbol"] == "triangle"
    assert "Bought 40" in words(window)


def test_a_price_far_away_does_not_flatten_the_chart_and_is_told_below(open_page: Opened) -> None:
    window = opened(open_page, FakeDesk.ordinary(), symbol="NVDA")
    spec = chart(window)
    assert spec["yAxis"][0]["min"] > 171
    assert window.text_input(key="lines:20261120-000101:stop").label == "Sell 40, stop, at 171.00 USD"


def test_a_working_price_is_changed_through_the_ordinary_review(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = opened(open_page, desk, symbol="NVDA")
    key = "lines:20261120-000101:stop"
    window.text_input(key=key).set_value("170.25")
    press(window, f"{key}:review")
    (review,) = desk.world.reviews.values()
    assert (review.draft.replaces, review.draft.stop) == ("20261120-000101", "170.25")
    assert (review.draft.type, review.draft.side) == (OrderType.STOP, Side.SELL)
    assert not desk.world.used, "nothing is sent before it is confirmed"
    assert window.button(key="confirm").label == review.act


def test_lists_are_made_filled_put_in_order_renamed_and_removed(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "market")
    window.text_input(key="watched:new").set_value("Banks")
    press(window, "watched:make")
    assert "Banks is empty." in words(window)
    assert window.query_params["list"] == "Banks"
    for symbol in ("JPM", "AAPL"):
        window.selectbox(key="watched:add").set_value(symbol).run()
    assert window.dataframe[0].value["symbol"].tolist() == ["JPM", "AAPL"]
    press(window, "watched:up:AAPL")
    assert desk.watchlists.lists == {"Banks": ["AAPL", "JPM"]}
    press(window, "watched:drop:AAPL")
    window.text_input(key="watched:rename").set_value("Lenders")
    press(window, "watched:do_rename")
    assert desk.watchlists.lists == {"Lenders": ["JPM"]}
    press(window, "watched:remove")
    assert desk.watchlists.lists == {}
    assert len(window.dataframe[0].value) == 7


def test_a_list_that_cannot_be_made_is_one_sentence(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "market")
    press(window, "watched:make")
    assert "The watch list has no name." in words(window)


def test_an_alert_is_made_shown_armed_and_removed(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = opened(open_page, desk, symbol="NVDA")
    assert "No alerts." in words(window)
    window.text_input(key="alerts:level").set_value("190")
    press(window, "alerts:make")
    (alert,) = desk.alerts.all()
    assert (alert.symbol, alert.kind, alert.price) == ("NVDA", AlertKind.PRICE, Decimal(190))
    assert alert.words in words(window)
    press(window, f"alerts:remove:{alert.id}")
    assert desk.alerts.all() == ()


def test_a_bad_level_is_one_sentence(open_page: Opened) -> None:
    window = opened(open_page, FakeDesk.ordinary(), symbol="NVDA")
    window.text_input(key="alerts:level").set_value("1,5")
    press(window, "alerts:make")
    assert "has a comma, which can mean two different numbers" in words(window)


def test_while_the_desk_is_down_it_waits(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = opened(open_page, desk, symbol="NVDA")
    desk.world.down = True
    window.run()
    assert not window.exception
    assert "Not shown now." in words(window)


@pytest.mark.parametrize("which", ["ordinary", "empty", "full", "in_doubt"])
def test_it_is_drawn_whatever_there_is(open_page: Opened, which: str) -> None:
    window = opened(open_page, getattr(FakeDesk, which)(), symbol="MSFT", frame="1h")
    assert not window.exception
