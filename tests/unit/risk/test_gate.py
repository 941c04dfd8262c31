"""The gate: all checks run, a typed reason lifts what may be lifted, and a refusal says why in one sentence."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar

import pytest

from core.domain.errors import MarketClosed, NotConfirmed, RiskBreach, TradingStopped
from core.domain.order import Order, Purpose, Status
from core.domain.verdict import Consent, Outcome, Verdict
from core.domain.view import AccountView
from core.domain.workspace import Level
from core.risk.checks.base import RiskCheck
from core.risk.checks.day_loss import Severity
from core.risk.gate import Gate
from core.risk.limits import Limits
from tests.unit.risk.scene import AAPL, NOON, OPEN, D, buy, held, quote, sell, view, working

GATE = Gate(Limits())
ALL = ["R01", "R02", "R04", "R05", "R06", "R13", "R14", "R15", "R16", "R17", "R18"]
ALL += ["R20", "R21", "R22", "R23", "R24", "R25", "R26", "R30", "R31", "R32"]
CLOSED = replace(OPEN, is_open=False, name="Closed")
UNKNOWN_SECTOR = replace(AAPL, sector=None)


def outcomes(order: Order, seen: AccountView) -> dict[str, Outcome]:
    return {v.check: v.outcome for v in GATE.verdicts(order, seen) if v.outcome is not Outcome.PASS}


def test_every_check_runs_every_time_in_order() -> None:
    assert [v.check for v in GATE.verdicts(buy(), view())] == ALL
    hopeless = view(session=CLOSED, level=Level.STOPPED, quote=None, equity=None, pinned=False)
    assert [v.check for v in GATE.verdicts(buy(), hopeless)] == ALL


def test_an_ordinary_order_passes_with_its_numbers() -> None:
    verdicts = GATE.pass_or_raise(buy("50", limit="100"), view(), Consent())
    assert {v.outcome for v in verdicts} == {Outcome.PASS}
    shown = {v.check: (v.inputs, v.limit) for v in verdicts if v.inputs}
    assert shown == {
        "R02": ("5,000.00", "10,000.00"),
        "R04": ("0.00%", "3%"),
        "R06": ("5,000.00", "100,000.00"),
        "R18": ("0", "10"),
        "R20": ("0.00%", "3%"),
        "R21": ("5.00%", "25%"),
        "R22": ("5.00%", "100%"),
        "R24": ("0.0 s", "5 s"),
    }


class TestRefusals:
    def test_one_sentence_says_what_was_not_sent_why_and_what_to_do(self) -> None:
        with pytest.raises(RiskBreach) as refusal:
            GATE.pass_or_raise(buy("150", limit="100"), view(), Consent())
        assert str(refusal.value) == (
            "Buy 150 AAPL was not sent. This order is worth up to 15,000.00, one order may be worth 10,000.00. "
            "Make it smaller, or give a reason."
        )
        assert [v.check for v in refusal.value.verdicts] == ALL

    def test_more_reasons_are_counted(self) -> None:
        with pytest.raises(RiskBreach, match=r"One more check says no\."):
            GATE.pass_or_raise(buy("260", limit="100"), view(), Consent())
        with pytest.raises(RiskBreach, match=r"4 more checks say no\."):
            GATE.pass_or_raise(buy("1100", limit="104"), view(), Consent())

    def test_a_closed_market_and_a_stop_have_their_own_names(self) -> None:
        with pytest.raises(MarketClosed, match="The market is closed"):
            GATE.pass_or_raise(buy(), view(session=CLOSED), Consent())
        with pytest.raises(TradingStopped, match="Trading is stopped"):
            GATE.pass_or_raise(buy(), view(level=Level.STOPPED), Consent())
        with pytest.raises(RiskBreach):
            GATE.pass_or_raise(buy(), view(level=Level.STOPPED, session=CLOSED), Consent())

    @pytest.mark.parametrize(
        "missing", ["equity", "day_start_equity", "peak_equity", "buying_power", "quote", "clock_skew"]
    )
    def test_a_missing_input_blocks_what_adds_risk_and_no_reason_lifts_it(self, missing: str) -> None:
        reasons = dict.fromkeys(ALL, "I know better")
        with pytest.raises(RiskBreach):
            GATE.pass_or_raise(buy("10", limit="100"), view(**{missing: None}), Consent(reasons=reasons))

    def test_numbers_no_check_can_reckon_with_block(self) -> None:
        odd = buy("10", limit="1E+999990")
        assert outcomes(odd, view())["R05"] is Outcome.BLOCK
        with pytest.raises(RiskBreach):
            GATE.pass_or_raise(odd, view(), Consent())


class TestReasons:
    TOO_LARGE = buy("150", limit="100")
    WHY = Consent(reasons={"R02": "Rolling the matured bond"})

    def test_a_typed_reason_lifts_the_block_and_is_kept(self) -> None:
        verdict = {v.check: v for v in GATE.pass_or_raise(self.TOO_LARGE, view(), self.WHY)}["R02"]
        assert verdict.outcome is Outcome.WARN
        assert "Rolling the matured bond" in verdict.message

    @pytest.mark.parametrize("reason", ["", "   "])
    def test_a_blank_reason_lifts_nothing(self, reason: str) -> None:
        with pytest.raises(RiskBreach):
            GATE.pass_or_raise(self.TOO_LARGE, view(), Consent(reasons={"R02": reason}))

    def test_a_reason_for_another_check_lifts_nothing(self) -> None:
        with pytest.raises(RiskBreach):
            GATE.pass_or_raise(self.TOO_LARGE, view(), Consent(reasons={"R21": "I want it"}))

    def test_only_size_and_concentration_can_be_lifted(self) -> None:
        assert {c.code for c in Limits().checks() if c.overridable} == {"R02", "R21"}
        every = Consent(reasons=dict.fromkeys(ALL, "I want it"), warnings=tuple(ALL))
        GATE.pass_or_raise(buy("260", limit="100"), view(), every)
        with pytest.raises(RiskBreach):
            GATE.pass_or_raise(buy("10", limit="104"), view(), every)

    def test_a_reason_is_no_agreement_to_a_warning(self) -> None:
        seen = view(instrument=UNKNOWN_SECTOR)
        with pytest.raises(NotConfirmed):
            GATE.pass_or_raise(buy(), seen, Consent(reasons={"R21": "fine"}))

    def test_a_machine_gives_no_reasons(self) -> None:
        with pytest.raises(RiskBreach):
            GATE.pass_or_raise(self.TOO_LARGE, view(from_person=False), self.WHY)


class TestWarnings:
    def test_a_person_agrees_to_each_warning(self) -> None:
        seen = view(instrument=UNKNOWN_SECTOR)
        with pytest.raises(NotConfirmed, match=r"Buy 10 AAPL was not sent: it needs your word first\. The sector"):
            GATE.pass_or_raise(buy(), seen, Consent())
        with pytest.raises(NotConfirmed):
            GATE.pass_or_raise(buy(), seen, Consent(warnings=("R17",)))
        verdicts = GATE.pass_or_raise(buy(), seen, Consent(warnings=("R21",)))
        assert {v.check: v.outcome for v in verdicts}["R21"] is Outcome.WARN

    def test_a_block_comes_before_a_question(self) -> None:
        with pytest.raises(MarketClosed):
            GATE.pass_or_raise(buy(), view(instrument=UNKNOWN_SECTOR, session=CLOSED), Consent())

    def test_a_machine_cannot_agree_so_its_warnings_are_kept(self) -> None:
        verdicts = GATE.pass_or_raise(buy(), view(instrument=UNKNOWN_SECTOR, from_person=False), Consent())
        assert {v.check: v.outcome for v in verdicts}["R21"] is Outcome.WARN

    def test_the_worst_case_has_to_be_seen(self) -> None:
        doubt = working(sell("100", limit="100"), status=Status.UNKNOWN)
        seen = view(positions=held(aapl="100"), open_orders=(doubt,))
        agreed = Consent(warnings=tuple(outcomes(sell("100"), seen)))
        with pytest.raises(NotConfirmed, match="short 100 AAPL"):
            GATE.pass_or_raise(sell("100"), seen, agreed)
        GATE.pass_or_raise(sell("100"), seen, replace(agreed, worst_case_seen=True))


class TestLimitsApplied:
    def test_an_accounts_own_limit_wins_and_the_verdict_says_whose_it_is(self) -> None:
        limits = Limits().change("R02", "share", "20%").change("R02", "share", "30%", "acc")
        verdict = {v.check: v for v in Gate(limits).verdicts(buy("250", limit="100"), view())}["R02"]
        assert (verdict.outcome, verdict.limit, verdict.scope) == (Outcome.PASS, "30,000.00", "account")
        other = {v.check: v for v in Gate(limits).verdicts(buy("250", limit="100", account_id="b"), view())}["R02"]
        assert (other.outcome, other.limit, other.scope) == (Outcome.BLOCK, "20,000.00", "workspace")

    def test_the_days_loss_is_judged_by_the_accounts_own_limits(self) -> None:
        gate = Gate(Limits().change("R20", "closing_only_at", "1%", "acc"))
        numbers = (D(98_000), D(100_000), D(100_000))
        assert gate.severity("acc", *numbers) is Severity.CLOSING_ONLY
        assert gate.severity("b", *numbers) is Severity.CALM


class TestProposal:
    def test_a_limit_at_the_market_where_the_price_is_in_the_way(self) -> None:
        seen = view(quote=quote("98", "100.004"), positions=held(aapl="10"))
        assert "Buy 10 AAPL with a limit of 100.01" in GATE.proposal(buy(), seen, GATE.verdicts(buy(), seen))
        assert "Sell 10 AAPL with a limit of 98:" in GATE.proposal(sell(), seen, GATE.verdicts(sell(), seen))

    def test_an_old_quote(self) -> None:
        seen = view(quote=quote(received=NOON - timedelta(seconds=40)), positions=held(aapl="10"))
        assert "with a limit of 99.99" in GATE.proposal(sell(), seen, GATE.verdicts(sell(), seen))

    def test_nothing_to_propose(self) -> None:
        assert GATE.proposal(buy(), view(), GATE.verdicts(buy(), view())) == ""
        blind = view(quote=None)
        assert GATE.proposal(buy(), blind, GATE.verdicts(buy(), blind)) == ""


@dataclass(frozen=True, kw_only=True)
class Confused(RiskCheck):
    code: ClassVar[str] = "R99"
    title: ClassVar[str] = "Divides by nothing"
    holds_the_door: ClassVar[bool] = True

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        return self.ok(seen=str(order.quantity / 0))


def test_a_check_that_cannot_reckon_blocks_what_adds_risk_and_nothing_else() -> None:
    class Odd(Limits):
        def checks(self, account_id: str = "") -> tuple[RiskCheck, ...]:
            return (Confused(),)

    verdict = Gate(Odd()).verdicts(buy(), view())[0]
    assert verdict.outcome is Outcome.NEEDS_DATA
    assert Gate(Odd()).verdicts(sell(), view(positions=held(aapl="10")))[0].outcome is Outcome.WARN


def test_purpose_short_is_named_in_the_refusal() -> None:
    with pytest.raises(RiskBreach, match="Sell short 500 AAPL was not sent"):
        GATE.pass_or_raise(sell("500", limit="100", purpose=Purpose.SHORT), view(), Consent())
