"""R04 and R24: nothing is ordered far from the market, nor on an old, broken or late price."""

from datetime import timedelta

import pytest

from core.domain.order import OrderType, TimeInForce
from core.domain.quote import Quote
from core.domain.verdict import Outcome
from core.risk.checks.fresh_quote import FreshQuote
from core.risk.checks.price_collar import PriceCollar
from tests.unit.risk.scene import NOON, buy, quote, sell, view

P, W, B, N = Outcome.PASS, Outcome.WARN, Outcome.BLOCK, Outcome.NEEDS_DATA
AT_100 = view(quote=quote("100", "100"))


@pytest.mark.parametrize(("limit", "outcome"), [("100", P), ("103.00", P), ("103.01", B), ("10000", B)])
def test_a_purchase_stays_within_three_percent_of_the_ask(limit: str, outcome: Outcome) -> None:
    assert PriceCollar().verdict(buy(limit=limit), AT_100).outcome is outcome


@pytest.mark.parametrize(("limit", "outcome"), [("100", P), ("97.00", P), ("96.99", B), ("1", B)])
def test_a_sale_stays_within_three_percent_of_the_bid(limit: str, outcome: Outcome) -> None:
    assert PriceCollar().verdict(sell(limit=limit), AT_100).outcome is outcome


def test_a_limit_that_waits_far_away_is_pointed_out() -> None:
    assert PriceCollar().verdict(buy(limit="50"), AT_100).outcome is P
    assert PriceCollar().verdict(buy(limit="1"), AT_100).outcome is W
    assert PriceCollar().verdict(sell(limit="150"), AT_100).outcome is P
    assert PriceCollar().verdict(sell(limit="10000"), AT_100).outcome is W


@pytest.mark.parametrize(("bid", "ask", "outcome"), [("99.5", "100.5", P), ("99.49", "100.5", B), ("98", "100", B)])
def test_a_market_order_needs_a_narrow_spread(bid: str, ask: str, outcome: Outcome) -> None:
    for made in (buy(), sell()):
        assert PriceCollar().verdict(made, view(quote=quote(bid, ask))).outcome is outcome


def test_the_spread_of_now_says_nothing_about_an_auction_or_the_next_session() -> None:
    wide = quote("90", "100")
    assert PriceCollar().verdict(buy(time_in_force=TimeInForce.CLOSE), view(quote=wide)).outcome is P
    assert PriceCollar().verdict(buy(), view(quote=wide, waits=True)).outcome is P


def test_a_stop_that_would_trigger_at_once_is_pointed_out() -> None:
    kind = {"type": OrderType.STOP}
    assert PriceCollar().verdict(sell(stop="60", **kind), AT_100).outcome is P
    assert PriceCollar().verdict(sell(stop="99.99", **kind), AT_100).outcome is P
    assert PriceCollar().verdict(sell(stop="100", **kind), AT_100).outcome is W
    assert PriceCollar().verdict(buy(stop="140", **kind), AT_100).outcome is P
    assert PriceCollar().verdict(buy(stop="100", **kind), AT_100).outcome is W


def test_the_limit_behind_a_stop_is_judged_against_the_stop() -> None:
    kind = {"type": OrderType.STOP_LIMIT}
    assert PriceCollar().verdict(sell(stop="60", limit="58.20", **kind), AT_100).outcome is P
    assert PriceCollar().verdict(sell(stop="60", limit="58.19", **kind), AT_100).outcome is B
    assert PriceCollar().verdict(buy(stop="140", limit="144.20", **kind), AT_100).outcome is P
    assert PriceCollar().verdict(buy(stop="140", limit="144.21", **kind), AT_100).outcome is B


@pytest.mark.parametrize("broken", [None, quote("0", "100"), quote("101", "100"), quote("0", "0")])
def test_without_two_sides_a_price_cannot_be_judged(broken: Quote | None) -> None:
    for made in (buy(), buy(limit="100"), sell(limit="100")):
        assert PriceCollar().verdict(made, view(quote=broken)).outcome is N


def aged(seconds: float) -> Quote:
    return quote(received=NOON - timedelta(seconds=seconds))


@pytest.mark.parametrize(("seconds", "outcome"), [(0, P), (5.0, P), (5.1, B), (40, B)])
def test_a_price_is_fresh_for_five_seconds(seconds: float, outcome: Outcome) -> None:
    assert FreshQuote().verdict(buy(), view(quote=aged(seconds))).outcome is outcome


def test_an_unchanged_quote_on_a_living_stream_is_fresh() -> None:
    assert FreshQuote().verdict(buy(), view(quote=quote(at=NOON - timedelta(hours=1)))).outcome is P


def test_broken_and_missing_quotes() -> None:
    assert FreshQuote().verdict(buy(), view(quote=quote("100.01", "100"))).outcome is B
    assert FreshQuote().verdict(buy(), view(quote=quote("0", "100"))).outcome is B
    assert FreshQuote().verdict(buy(), view(quote=quote("100", "100"))).outcome is P
    assert FreshQuote().verdict(buy(), view(quote=None)).outcome is N


def test_a_delayed_feed_needs_a_limit_and_says_by_how_much() -> None:
    late = quote(delay=timedelta(minutes=15))
    assert FreshQuote().verdict(buy(), view(quote=late)).outcome is B
    verdict = FreshQuote().verdict(buy(limit="100"), view(quote=late))
    assert verdict.outcome is W
    assert "15 minutes" in verdict.message


@pytest.mark.parametrize(("seconds", "outcome"), [(2.0, P), (-2.0, P), (2.1, B), (-2.1, B)])
def test_the_clock_agrees_with_the_brokers(seconds: float, outcome: Outcome) -> None:
    assert FreshQuote().verdict(buy(), view(clock_skew=timedelta(seconds=seconds))).outcome is outcome
    late = quote(delay=timedelta(minutes=15))
    skewed = view(clock_skew=timedelta(seconds=seconds), quote=late)
    assert FreshQuote().verdict(buy(limit="100"), skewed).outcome is (W if outcome is P else B)


def test_an_unknown_clock_is_missing_data() -> None:
    assert FreshQuote().verdict(buy(), view(clock_skew=None)).outcome is N


def test_what_waits_for_the_next_session_is_judged_when_it_is_sent() -> None:
    assert FreshQuote().verdict(buy(), view(quote=aged(3600), waits=True)).outcome is P
