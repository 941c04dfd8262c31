"""R02, R06, R21 and R22: how much one order, one name, one sector and all of it together may be worth."""

from dataclasses import replace

import pytest

from core.domain.order import OrderType, Purpose, Status
from core.domain.verdict import Outcome
from core.risk.checks.buying_power import BuyingPower
from core.risk.checks.concentration import Concentration
from core.risk.checks.leverage import Leverage
from core.risk.checks.notional import Notional
from tests.unit.risk.scene import AAPL, D, buy, held, quote, sell, view, working

P, W, B, N = Outcome.PASS, Outcome.WARN, Outcome.BLOCK, Outcome.NEEDS_DATA
MSFT = replace(AAPL, id="msft", symbol="MSFT")
FUND = replace(AAPL, id="spy", symbol="SPY", sector=None, diversified=True)
NAMES = {"aapl": AAPL, "msft": MSFT, "spy": FUND}
PRICES = {"aapl": D(100), "msft": D(100), "spy": D(100)}


class TestOneOrder:
    @pytest.mark.parametrize(("limit", "outcome"), [("100.00", P), ("100.0001", B)])
    def test_a_tenth_of_the_account(self, limit: str, outcome: Outcome) -> None:
        assert Notional().verdict(buy("100", limit=limit), view()).outcome is outcome

    def test_a_cent_too_much_shows_both_numbers(self) -> None:
        assert Notional().verdict(buy("1", limit="10000.00"), view()).outcome is P
        verdict = Notional().verdict(buy("1", limit="10000.01"), view())
        assert (verdict.outcome, verdict.inputs, verdict.limit) == (B, "10,000.01", "10,000.00")
        assert verdict.overridable

    def test_the_cap_in_money_holds_for_a_large_account(self) -> None:
        rich = view(equity=D(100_000_000))
        assert Notional().verdict(buy("1000", limit="100"), rich).outcome is P
        assert Notional().verdict(buy("1001", limit="100"), rich).outcome is B

    def test_a_market_order_is_counted_at_its_collar(self) -> None:
        assert Notional().verdict(buy("97"), view()).outcome is P  # 97 × 103
        assert Notional().verdict(buy("98"), view()).outcome is B

    def test_only_what_is_left_of_a_replacement_counts(self) -> None:
        assert Notional().verdict(buy("150", carried="50", limit="100"), view()).outcome is P

    def test_lines_of_a_plan_are_judged_by_the_plan(self) -> None:
        assert Notional().verdict(buy("900", limit="100"), view(slice_of_plan=True)).outcome is P

    def test_missing_numbers(self) -> None:
        assert Notional().verdict(buy(), view(quote=None)).outcome is N
        assert Notional().verdict(buy(), view(equity=None)).outcome is N

    @pytest.mark.parametrize("equity", ["0", "-5"])
    def test_an_account_worth_nothing_orders_nothing(self, equity: str) -> None:
        assert Notional().verdict(buy("1", limit="1"), view(equity=D(equity))).outcome is B


class TestBuyingPower:
    @pytest.mark.parametrize(("power", "outcome"), [("5047.00", P), ("5046.99", B)])
    def test_a_short_is_counted_at_the_collar_when_that_is_worse(self, power: str, outcome: Outcome) -> None:
        short = sell("100", limit="50", purpose=Purpose.SHORT)
        verdict = BuyingPower().verdict(short, view(quote=quote("48.99", "49"), buying_power=D(power)))
        assert (verdict.outcome, verdict.inputs) == (outcome, "5,047.00")

    def test_the_replaced_orders_money_is_free_for_its_successor(self) -> None:
        old = working(buy("10", limit="100", reserve_price="100"))
        new = buy("11", limit="100", replaces="old")
        assert BuyingPower().verdict(new, view(open_orders=(old,), buying_power=D(100))).outcome is P
        assert BuyingPower().verdict(new, view(open_orders=(old,), buying_power=D("99.99"))).outcome is B
        assert BuyingPower().verdict(buy("11", limit="100"), view(open_orders=(old,), buying_power=D(100))).outcome is B

    def test_an_order_judged_again_does_not_pay_twice(self) -> None:
        waiting = working(buy("10", limit="100", reserve_price="100"), id="new", status=Status.UNSENT)
        assert BuyingPower().verdict(waiting, view(open_orders=(waiting,), buying_power=D(0))).outcome is P

    def test_selling_what_is_held_takes_nothing(self) -> None:
        assert BuyingPower().verdict(sell("100"), view(positions=held(aapl="100"), buying_power=D(0))).outcome is P

    def test_only_the_part_sold_short_takes_something(self) -> None:
        mixed = sell("110", limit="103", purpose=Purpose.SHORT)
        long_100 = held(aapl="100")
        assert BuyingPower().verdict(mixed, view(positions=long_100, buying_power=D(1030))).outcome is P
        assert BuyingPower().verdict(mixed, view(positions=long_100, buying_power=D("1029.99"))).outcome is B

    def test_missing_numbers(self) -> None:
        assert BuyingPower().verdict(buy(), view(buying_power=None)).outcome is N
        assert BuyingPower().verdict(buy(), view(quote=None)).outcome is N


class TestOneName:
    @pytest.mark.parametrize(
        ("limit", "outcome"), [("149.90", P), ("150.00", P), ("150.10", W), ("249.90", W), ("250.00", W), ("250.10", B)]
    )
    def test_share_of_the_account(self, limit: str, outcome: Outcome) -> None:
        seen = view(prices={"aapl": D(limit)})
        assert Concentration().verdict(buy("100", limit=limit), seen).outcome is outcome

    def test_numbers_are_shown(self) -> None:
        verdict = Concentration().verdict(buy("1", limit="25001"), view(prices={"aapl": D(25001)}))
        assert (verdict.inputs, verdict.limit, verdict.overridable) == ("25.0010%", "25%", True)
        assert verdict.message.startswith("AAPL would be 25.0010% of the account")

    def test_open_orders_count(self) -> None:
        old = working(buy("80", limit="100"))
        assert Concentration().verdict(buy("70", limit="100"), view(open_orders=(old,))).outcome is P
        assert Concentration().verdict(buy("71", limit="100"), view(open_orders=(old,))).outcome is W
        doubt = replace(old, status=Status.UNKNOWN)
        assert Concentration().verdict(buy("71", limit="100"), view(open_orders=(doubt,))).outcome is W

    def test_a_short_has_a_share_too(self) -> None:
        assert Concentration().verdict(sell("251", limit="100", purpose=Purpose.SHORT), view()).outcome is B

    def test_a_diversified_fund_may_be_all_of_it(self) -> None:
        assert Concentration().verdict(buy("990", limit="100"), view(instrument=FUND)).outcome is P

    def test_selling_part_of_a_large_position_is_no_offence(self) -> None:
        assert Concentration().verdict(sell("10"), view(positions=held(aapl="900"))).outcome is P

    def test_missing_numbers(self) -> None:
        assert Concentration().verdict(buy(), view(equity=None)).outcome is N
        assert Concentration().verdict(buy(), view(equity=D(0))).outcome is N
        assert Concentration().verdict(buy(), view(prices={})).outcome is N
        assert Concentration().verdict(buy(limit="100"), view(prices={})).outcome is P
        assert Concentration().verdict(buy(limit="100"), view(prices={}, positions=held(aapl="1"))).outcome is N


class TestOneSector:
    @pytest.mark.parametrize(("quantity", "outcome"), [("250", P), ("251", W), ("300", W), ("301", B)])
    def test_share_of_the_account(self, quantity: str, outcome: Outcome) -> None:
        seen = view(positions=held(msft=quantity), instruments=NAMES, prices=PRICES)
        assert Concentration().verdict(buy("100", limit="100"), seen).outcome is outcome

    def test_open_orders_in_other_names_count(self) -> None:
        other = working(buy("301", limit="100", instrument_id="msft", symbol="MSFT"))
        seen = view(open_orders=(other,), instruments=NAMES, prices=PRICES)
        verdict = Concentration().verdict(buy("100", limit="100"), seen)
        assert (verdict.outcome, verdict.inputs, verdict.limit) == (B, "40.10%", "40%")
        assert "Technology" in verdict.message

    def test_funds_do_not_belong_to_a_sector(self) -> None:
        funds = NAMES | {"spy": replace(FUND, sector="Technology")}
        seen = view(positions=held(spy="800"), instruments=funds, prices=PRICES)
        assert Concentration().verdict(buy("100", limit="100"), seen).outcome is P

    def test_an_unknown_sector_is_pointed_out(self) -> None:
        verdict = Concentration().verdict(buy("1", limit="100"), view(instrument=replace(AAPL, sector=None)))
        assert verdict.outcome is W

    def test_a_block_of_the_name_is_not_hidden_by_the_unknown_sector(self) -> None:
        seen = view(instrument=replace(AAPL, sector=None))
        assert Concentration().verdict(buy("300", limit="100"), seen).outcome is B

    def test_a_name_of_the_sector_without_a_price(self) -> None:
        seen = view(positions=held(msft="1"), instruments=NAMES, prices={"aapl": D(100)})
        assert Concentration().verdict(buy("1", limit="100"), seen).outcome is N


class TestAllTogether:
    @pytest.mark.parametrize(("limit", "outcome"), [("100.00", P), ("100.01", B)])
    def test_not_more_than_the_account_is_worth(self, limit: str, outcome: Outcome) -> None:
        seen = view(prices={"aapl": D(limit)})
        verdict = Leverage().verdict(buy("1000", limit=limit), seen)
        assert verdict.outcome is outcome
        assert verdict.inputs == ("100.00%" if outcome is P else "100.01%")

    def test_long_and_short_add_up(self) -> None:
        both = held(msft="-500", spy="400")
        seen = view(positions=both, instruments=NAMES, prices=PRICES)
        assert Leverage().verdict(buy("100", limit="100"), seen).outcome is P
        assert Leverage().verdict(buy("101", limit="100"), seen).outcome is B

    def test_other_open_orders_count_at_the_most_they_could_make(self) -> None:
        buys = working(buy("300", limit="100", instrument_id="msft"), id="a")
        sells = working(sell("200", limit="120", instrument_id="msft"), id="b")
        seen = view(positions=held(msft="200"), open_orders=(buys, sells), instruments=NAMES, prices=PRICES)
        assert Leverage().verdict(buy("500", limit="100"), seen).outcome is P
        assert Leverage().verdict(buy("501", limit="100"), seen).outcome is B

    def test_a_price_that_is_missing(self) -> None:
        seen = view(positions=held(msft="1"), instruments=NAMES, prices={"aapl": D(100)})
        assert Leverage().verdict(buy("1", limit="100"), seen).outcome is N
        assert Leverage().verdict(buy("1"), view(equity=D(-1))).outcome is N

    def test_a_market_order_counts_at_the_last_price(self) -> None:
        assert Leverage().verdict(buy("1000", type=OrderType.MARKET), view()).outcome is P
        assert Leverage().verdict(buy("1001", type=OrderType.MARKET), view()).outcome is B
