"""R13 and R14: nobody trades with himself, and a sale is never a short by accident."""

from dataclasses import replace

import pytest

from core.domain.order import OrderType, Purpose, Status, TimeInForce
from core.domain.verdict import Outcome
from core.risk.checks.self_cross import SelfCross
from core.risk.checks.short_sale import ShortSale
from tests.unit.risk.scene import AAPL, BROKER, D, buy, held, quote, sell, view, working

P, W, B, N = Outcome.PASS, Outcome.WARN, Outcome.BLOCK, Outcome.NEEDS_DATA
SELLS_AT_50 = working(sell("10", limit="50.00"))
BUYS_AT_50 = working(buy("10", limit="50.00"))
AROUND_50 = quote("49.90", "50.00")


class TestSelfCross:
    @pytest.mark.parametrize(("limit", "outcome"), [("50.00", B), ("49.99", P), ("51", B)])
    def test_a_purchase_must_not_meet_ones_own_sale(self, limit: str, outcome: Outcome) -> None:
        seen = view(open_orders=(SELLS_AT_50,), quote=AROUND_50)
        assert SelfCross().verdict(buy(limit=limit), seen).outcome is outcome

    @pytest.mark.parametrize(("limit", "outcome"), [("50.00", B), ("50.01", P), ("49", B)])
    def test_nor_a_sale_ones_own_purchase(self, limit: str, outcome: Outcome) -> None:
        seen = view(open_orders=(BUYS_AT_50,), quote=AROUND_50)
        assert SelfCross().verdict(sell(limit=limit), seen).outcome is outcome

    def test_a_market_order_reaches_as_far_as_its_collar(self) -> None:
        at_60 = working(sell("10", limit="60"))
        assert SelfCross().verdict(buy(), view(open_orders=(SELLS_AT_50,), quote=AROUND_50)).outcome is B
        assert SelfCross().verdict(buy(), view(open_orders=(at_60,), quote=AROUND_50)).outcome is P
        assert SelfCross().verdict(buy(), view(open_orders=(at_60,), quote=None)).outcome is B
        at_40 = working(buy("10", limit="40"))
        assert SelfCross().verdict(sell(), view(open_orders=(BUYS_AT_50,), quote=quote("51", "51.1"))).outcome is B
        assert SelfCross().verdict(sell(), view(open_orders=(at_40,), quote=AROUND_50)).outcome is P

    def test_other_names_and_the_same_side_do_not_meet(self) -> None:
        other = replace(SELLS_AT_50, instrument_id="msft")
        assert SelfCross().verdict(buy(limit="50"), view(open_orders=(other, BUYS_AT_50))).outcome is P

    def test_a_stop_is_not_in_the_book_yet(self) -> None:
        stop = working(sell("10", stop="45", type=OrderType.STOP))
        assert SelfCross().verdict(buy(), view(open_orders=(stop,))).outcome is P
        added = sell("10", stop="45", type=OrderType.STOP)
        assert SelfCross().verdict(added, view(open_orders=(BUYS_AT_50,))).outcome is P

    def test_market_orders_meet_in_the_same_auction_only(self) -> None:
        on_close = working(sell("10", time_in_force=TimeInForce.CLOSE))
        assert SelfCross().verdict(buy(time_in_force=TimeInForce.CLOSE), view(open_orders=(on_close,))).outcome is B
        assert SelfCross().verdict(buy(time_in_force=TimeInForce.OPEN), view(open_orders=(on_close,))).outcome is P
        assert SelfCross().verdict(buy(), view(open_orders=(on_close,))).outcome is P

    def test_an_order_in_doubt_does_not_lock_anyone_in(self) -> None:
        doubt = replace(SELLS_AT_50, status=Status.UNKNOWN)
        short = view(positions=held(aapl="-10"), open_orders=(doubt,), quote=AROUND_50)
        assert SelfCross().verdict(buy("10"), short).outcome is W
        assert SelfCross().verdict(buy("11"), short).outcome is B
        surely_there = replace(short, open_orders=(SELLS_AT_50,))
        assert SelfCross().verdict(buy("10"), surely_there).outcome is B


class TestShortSale:
    @pytest.mark.parametrize(("quantity", "outcome"), [("40", P), ("41", B), ("40.000000001", B)])
    def test_what_is_on_sale_already_is_not_sold_again(self, quantity: str, outcome: Outcome) -> None:
        seen = view(positions=held(aapl="100"), open_orders=(working(sell("60", limit="120")),))
        assert ShortSale().verdict(sell(quantity), seen).outcome is outcome

    def test_a_replacement_is_not_counted_with_what_it_replaces(self) -> None:
        seen = view(positions=held(aapl="100"), open_orders=(working(sell("60", limit="120")),))
        assert ShortSale().verdict(sell("100", limit="110", replaces="old"), seen).outcome is P
        assert ShortSale().verdict(sell("101", limit="110", replaces="old"), seen).outcome is B

    def test_a_short_is_asked_for_by_name(self) -> None:
        assert ShortSale().verdict(sell("10"), view()).outcome is B
        assert ShortSale().verdict(sell("10", purpose=Purpose.SHORT), view()).outcome is P
        assert ShortSale().verdict(buy("10"), view()).outcome is P

    def test_not_every_name_and_broker_allows_it(self) -> None:
        short = sell("10", purpose=Purpose.SHORT)
        assert ShortSale().verdict(short, view(instrument=replace(AAPL, shortable=False))).outcome is B
        assert ShortSale().verdict(short, view(capabilities=replace(BROKER, short=False))).outcome is B

    def test_no_fraction_is_sold_short(self) -> None:
        assert ShortSale().verdict(sell("0.5", purpose=Purpose.SHORT), view()).outcome is B
        half = held(aapl="0.5")
        assert ShortSale().verdict(sell("0.5"), view(positions=half)).outcome is P
        assert ShortSale().verdict(sell("1.5", purpose=Purpose.SHORT), view(positions=half)).outcome is P

    @pytest.mark.parametrize(("low", "outcome"), [("90.00", B), ("90.01", P)])
    def test_after_a_fall_of_ten_percent_only_above_the_bid(self, low: str, outcome: Outcome) -> None:
        fallen = view(quote=quote("91.00", "91.02", last=D("91.01")), previous_close=D(100), session_low=D(low))
        assert ShortSale().verdict(sell(purpose=Purpose.SHORT), fallen).outcome is outcome
        assert ShortSale().verdict(sell(limit="91.00", purpose=Purpose.SHORT), fallen).outcome is outcome
        assert ShortSale().verdict(sell(limit="91.01", purpose=Purpose.SHORT), fallen).outcome is P

    @pytest.mark.parametrize(("last", "outcome"), [("90.00", B), ("90.01", P)])
    def test_the_last_price_is_a_low_too(self, last: str, outcome: Outcome) -> None:
        fallen = view(quote=quote("90.00", "90.02", last=D(last)), previous_close=D(100))
        assert ShortSale().verdict(sell(purpose=Purpose.SHORT), fallen).outcome is outcome

    def test_the_restriction_lasts_into_the_next_day(self) -> None:
        assert ShortSale().verdict(sell(purpose=Purpose.SHORT), view(short_restricted=True)).outcome is B

    def test_while_nobody_knows_whether_it_fell_yesterday_a_short_cannot_be_judged(self) -> None:
        unknown = view(short_restricted=None)
        assert ShortSale().verdict(sell(purpose=Purpose.SHORT), unknown).outcome is N
        assert ShortSale().verdict(sell(), view(short_restricted=None, positions=held(aapl="10"))).outcome is P

    def test_without_yesterdays_close_a_short_cannot_be_judged_but_a_sale_can(self) -> None:
        assert ShortSale().verdict(sell(purpose=Purpose.SHORT), view(previous_close=None)).outcome is N
        assert ShortSale().verdict(sell(), view(previous_close=None, positions=held(aapl="10"))).outcome is P

    @pytest.mark.parametrize(("quantity", "outcome"), [("100", P), ("101", B)])
    def test_closing_never_opens_the_other_side(self, quantity: str, outcome: Outcome) -> None:
        closing = {"purpose": Purpose.CLOSE}
        assert ShortSale().verdict(sell(quantity, **closing), view(positions=held(aapl="100"))).outcome is outcome
        assert ShortSale().verdict(buy(quantity, **closing), view(positions=held(aapl="-100"))).outcome is outcome

    def test_closing_a_short_by_selling_is_a_mistake(self) -> None:
        short = view(positions=held(aapl="-100"))
        assert ShortSale().verdict(sell("100", purpose=Purpose.CLOSE), short).outcome is B

    def test_only_what_the_broker_agrees_on_is_held(self) -> None:
        differs = view(positions=held(aapl="100"), confirmed=False, broker_quantity=D(80))
        assert ShortSale().verdict(sell("80"), differs).outcome is P
        assert ShortSale().verdict(sell("81"), differs).outcome is B
