"""R20, R23, R25, R26 and R30: after a bad day, in a wrong place, or once stopped, nothing new is begun."""

from dataclasses import replace
from datetime import date

import pytest

from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.instrument import AssetClass
from core.domain.order import Leg, OrderType, Purpose, Side, Status, TimeInForce
from core.domain.verdict import Outcome
from core.domain.workspace import Level
from core.risk.checks.day_loss import DayLoss, Severity
from core.risk.checks.event_today import EventToday
from core.risk.checks.pinned_account import PinnedAccount
from core.risk.checks.tradable import Tradable
from core.risk.checks.trading_level import TradingLevel
from core.risk.gate import Gate
from core.risk.limits import Limits
from tests.unit.risk.scene import AAPL, BROKER, D, buy, held, sell, view, working

DAY = date(2026, 9, 14)
P, W, B, N = Outcome.PASS, Outcome.WARN, Outcome.BLOCK, Outcome.NEEDS_DATA


class TestDayLoss:
    @pytest.mark.parametrize(
        ("equity", "outcome"), [("105000", P), ("97000.01", P), ("97000.00", B), ("90000", B), ("-1", B)]
    )
    def test_three_percent_in_a_day(self, equity: str, outcome: Outcome) -> None:
        assert DayLoss().verdict(buy(), view(equity=D(equity))).outcome is outcome

    @pytest.mark.parametrize(("peak", "outcome"), [("117647.05", P), ("117647.06", B)])
    def test_fifteen_percent_below_the_highest(self, peak: str, outcome: Outcome) -> None:
        assert DayLoss().verdict(buy(), view(peak_equity=D(peak))).outcome is outcome

    @pytest.mark.parametrize(
        ("equity", "severity"),
        [
            ("97000.01", Severity.CALM),
            ("97000.00", Severity.CLOSING_ONLY),
            ("95000.01", Severity.CLOSING_ONLY),
            ("95000.00", Severity.CANCEL),
        ],
    )
    def test_how_bad_it_is(self, equity: str, severity: Severity) -> None:
        assert DayLoss().severity(D(equity), D(100_000), D(100_000)) is severity

    def test_a_long_fall_allows_closing_only(self) -> None:
        assert DayLoss().severity(D(100_000), D(100_000), D(120_000)) is Severity.CLOSING_ONLY

    @pytest.mark.parametrize("missing", ["equity", "day_start_equity", "peak_equity"])
    def test_missing_numbers(self, missing: str) -> None:
        assert DayLoss().verdict(buy(), view(**{missing: None})).outcome is N

    def test_a_missing_number_cancels_nothing(self) -> None:
        assert DayLoss().severity(None, D(100_000), D(100_000)) is Severity.CALM
        assert DayLoss().severity(D(90_000), None, None) is Severity.CALM
        assert DayLoss().severity(D(90_000), None, D(200_000)) is Severity.CLOSING_ONLY

    def test_a_day_that_began_with_nothing(self) -> None:
        assert DayLoss().verdict(buy(), view(day_start_equity=D(0))).outcome is N
        assert DayLoss().verdict(buy(), view(peak_equity=D(0))).outcome is N


class TestTradable:
    def test_an_ordinary_name(self) -> None:
        assert Tradable().verdict(buy(), view()).outcome is P

    def test_a_restricted_name(self) -> None:
        assert Tradable().verdict(buy(), view(restricted=frozenset({"aapl"}))).outcome is B
        assert Tradable().verdict(buy(), view(restricted=frozenset({"msft"}))).outcome is P

    def test_a_name_that_is_not_traded(self) -> None:
        assert Tradable().verdict(buy(), view(instrument=replace(AAPL, tradable=False))).outcome is B

    def test_a_blocked_account_in_the_brokers_words(self) -> None:
        verdict = Tradable().verdict(buy(), view(account_blocked="margin call"))
        assert verdict.outcome is B
        assert "margin call" in verdict.message

    @pytest.mark.parametrize("kind", [AssetClass.OPTION, AssetClass.CRYPTO])
    def test_what_comes_later_is_refused_with_a_sentence(self, kind: AssetClass) -> None:
        verdict = Tradable().verdict(buy(), view(instrument=replace(AAPL, asset_class=kind)))
        assert verdict.outcome is B
        assert "cannot be ordered here yet" in verdict.message

    def test_several_legs(self) -> None:
        legs = (Leg(instrument_id="aapl", side=Side.BUY, ratio=1),)
        assert Tradable().verdict(buy(legs=legs), view()).outcome is B

    def test_what_the_broker_does_not_take(self) -> None:
        only_limit = replace(BROKER, order_types=frozenset({OrderType.LIMIT}))
        assert Tradable().verdict(buy(), view(capabilities=only_limit)).outcome is B
        assert Tradable().verdict(buy(limit="100"), view(capabilities=only_limit)).outcome is P
        only_day = replace(BROKER, times_in_force=frozenset({TimeInForce.DAY}))
        assert Tradable().verdict(buy(time_in_force=TimeInForce.FOK), view(capabilities=only_day)).outcome is B


class TestPinnedAccount:
    def test_the_right_account(self) -> None:
        assert PinnedAccount().verdict(buy(), view()).outcome is P

    def test_a_live_key_in_a_paper_workspace(self) -> None:
        verdict = PinnedAccount().verdict(buy(), view(pinned=False, pin_problem="these keys are for live money"))
        assert verdict.outcome is B
        assert "these keys are for live money" in verdict.message

    def test_an_order_for_another_account(self) -> None:
        assert PinnedAccount().verdict(buy(account_id="other"), view()).outcome is B


class TestTradingLevel:
    LONG = held(aapl="100")

    def test_closing_only_lets_reductions_through(self) -> None:
        closing = view(level=Level.CLOSING_ONLY, positions=self.LONG)
        assert TradingLevel().verdict(sell("100"), closing).outcome is P
        assert TradingLevel().verdict(sell("101"), closing).outcome is B
        assert TradingLevel().verdict(buy("1"), closing).outcome is B

    def test_stopped_lets_a_person_close_a_named_position(self) -> None:
        stopped = view(level=Level.STOPPED, level_reason="by you at noon", positions=self.LONG)
        verdict = TradingLevel().verdict(sell("100", purpose=Purpose.CLOSE), stopped)
        assert verdict.outcome is W
        assert "by you at noon" in verdict.message
        assert TradingLevel().verdict(sell("100"), stopped).outcome is B
        assert TradingLevel().verdict(buy("1", purpose=Purpose.CLOSE), stopped).outcome is B
        machine = replace(stopped, from_person=False)
        assert TradingLevel().verdict(sell("100", purpose=Purpose.CLOSE), machine).outcome is B

    def test_before_reconciliation_only_reductions(self) -> None:
        early = view(reconciled=False, positions=self.LONG)
        assert TradingLevel().verdict(buy(), early).outcome is B
        assert TradingLevel().verdict(sell("100"), early).outcome is P

    def test_beside_an_order_in_doubt_nothing_adds_risk_on_its_side(self) -> None:
        doubt = view(open_orders=(working(buy("5"), status=Status.UNKNOWN),))
        assert TradingLevel().verdict(buy("1"), doubt).outcome is B
        assert TradingLevel().verdict(buy("1", instrument_id="msft"), doubt).outcome is P
        assert TradingLevel().verdict(sell("1", purpose=Purpose.SHORT), doubt).outcome is P
        on_its_way = view(open_orders=(working(buy("5"), status=Status.SENDING),))
        assert TradingLevel().verdict(buy("1"), on_its_way).outcome is P

    def test_the_order_in_doubt_itself_may_be_sent_again(self) -> None:
        doubt = working(buy("5"), status=Status.UNKNOWN)
        assert TradingLevel().verdict(doubt, view(open_orders=(doubt,))).outcome is P

    def test_a_reduction_beside_it_names_the_worst_case_and_takes_a_person(self) -> None:
        doubt = view(open_orders=(working(sell("100"), status=Status.UNKNOWN),), positions=self.LONG)
        verdict = TradingLevel().verdict(sell("100"), doubt)
        assert verdict.outcome is W
        assert "you may end up short 100 AAPL" in verdict.message
        assert TradingLevel().verdict(sell("100"), replace(doubt, from_person=False)).outcome is B


class TestEventToday:
    split = CorporateEvent(
        id="s", kind=EventKind.SPLIT, instrument_id="aapl", announced=DAY, effective=DAY, ratio=D("0.1")
    )
    renamed = CorporateEvent(
        id="r", kind=EventKind.SYMBOL_CHANGE, instrument_id="aapl", announced=DAY, effective=DAY, symbol="APPL"
    )

    @pytest.mark.parametrize(
        ("unsettled", "words"),
        [(split, "AAPL splits 1 for 10 on 14 Sep 2026"), (renamed, "AAPL becomes APPL on 14 Sep")],
    )
    def test_nothing_goes_until_the_books_have_followed(self, unsettled: CorporateEvent, words: str) -> None:
        seen = view(unsettled=(unsettled,), positions=held(aapl="100"))
        for order in (buy(), sell("100", purpose=Purpose.CLOSE)):
            verdict = EventToday().verdict(order, seen)
            assert verdict.outcome is B
            assert verdict.message.startswith(words)
            assert not verdict.overridable

    def test_a_closing_order_too_would_be_for_the_wrong_number(self) -> None:
        seen = view(unsettled=(self.split,), positions=held(aapl="100"))
        verdicts = Gate(Limits()).verdicts(sell("100", purpose=Purpose.CLOSE), seen)
        assert {v.check for v in verdicts if v.outcome is B} == {"R30"}

    def test_once_they_have_it_is_a_day_like_any_other(self) -> None:
        assert EventToday().verdict(buy(), view()).outcome is P
