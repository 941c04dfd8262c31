"""The gate every order goes through: all checks look at it, and it passes, or nothing is sent."""

from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from typing import Final

from core.domain.errors import MarketClosed, NotConfirmed, OrderRefused, RiskBreach, TradingStopped
from core.domain.money import floor_to
from core.domain.order import Order, Purpose, Side
from core.domain.verdict import Consent, Outcome, Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck, plain
from core.risk.checks.day_loss import DayLoss, Severity
from core.risk.limits import Limits

STOPS: Final = (Outcome.BLOCK, Outcome.NEEDS_DATA)
PRICED: Final = ("R04", "R24")  # a limit at the market answers these


class Gate:
    """Every check runs every time, and every verdict is kept with the order."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._checks: dict[str, tuple[RiskCheck, ...]] = {}

    def verdicts(self, order: Order, view: AccountView) -> tuple[Verdict, ...]:
        """What all checks say, by code. A person can always get out: where an order only reduces, most only warn."""
        said = []
        for check in self._of(order.account_id):
            try:
                verdict = check.verdict(order, view)
            except ArithmeticError:  # a number no check can reckon with must not pass, nor take the desk down
                verdict = check.needs("numbers that can be reckoned with")
            if verdict.outcome in STOPS and _opens(check, verdict) and view.reduces(order):
                verdict = _softened(verdict, "only reduces the position")
            elif verdict.outcome in STOPS and check.lets_smaller and view.lessens(order):
                verdict = _softened(verdict, "only makes an order smaller")
            said.append(verdict)
        return tuple(said)

    def pass_or_raise(self, order: Order, view: AccountView, consent: Consent) -> tuple[Verdict, ...]:
        """The verdicts to store with the order; or why it is not sent. A machine agrees to nothing: its warnings are
        kept and do not stop it, its blocks are never lifted.
        """
        said = self.verdicts(order, view)
        verdicts = tuple(_lifted(v, consent) for v in said) if view.from_person and consent.reasons else said
        blocked = sorted((v for v in verdicts if v.outcome in STOPS), key=lambda v: v.overridable)  # final ones first
        if blocked:
            raise _refusal(order, verdicts, blocked)
        if view.from_person:
            _confirmed(order, view, said, consent)
        return verdicts

    def proposal(self, order: Order, view: AccountView, verdicts: tuple[Verdict, ...]) -> str:
        """A better way, in words, when only the price is in the way; empty when there is none to tell."""
        quote = view.quote
        if quote is None or not quote.usable or not any(v.check in PRICED and v.message for v in verdicts):
            return ""
        step = view.instrument.tick_at(quote.ask if order.side is Side.BUY else quote.bid)
        price = (
            (quote.ask / step).to_integral_value(rounding=ROUND_CEILING) * step
            if order.side is Side.BUY
            else floor_to(quote.bid, step)
        )
        return (
            f"{order.side.value.capitalize()} {plain(order.leaves)} {order.symbol} with a limit of {plain(price)}: "
            "it trades at once at that price or better, and never worse."
        )

    def severity(
        self, account_id: str, equity: Decimal | None, start: Decimal | None, peak: Decimal | None
    ) -> Severity:
        """What an account's loss calls for; the desk cancels what adds risk when it says so."""
        return next(c.severity(equity, start, peak) for c in self._of(account_id) if isinstance(c, DayLoss))

    def _of(self, account_id: str) -> tuple[RiskCheck, ...]:
        if account_id not in self._checks:
            self._checks[account_id] = self.limits.checks(account_id)
        return self._checks[account_id]


def _opens(check: RiskCheck, verdict: Verdict) -> bool:
    return not check.holds_the_door or verdict.outcome is Outcome.NEEDS_DATA


def _softened(verdict: Verdict, why: str) -> Verdict:
    return replace(
        verdict,
        outcome=Outcome.WARN,
        overridable=False,
        message=f"{verdict.message} This order {why}, so you may send it all the same.",
    )


def _lifted(verdict: Verdict, consent: Consent) -> Verdict:
    reason = consent.reasons.get(verdict.check, "").strip() if verdict.overridable else ""
    if not reason or verdict.outcome is not Outcome.BLOCK:
        return verdict
    return replace(verdict, outcome=Outcome.WARN, message=f"{verdict.message} Sent all the same, because: {reason}")


def _refusal(order: Order, verdicts: tuple[Verdict, ...], blocked: list[Verdict]) -> OrderRefused:
    more = len(blocked) - 1
    also = "" if not more else " One more check says no." if more == 1 else f" {more} more checks say no."
    message = f"{_act(order)} was not sent. {blocked[0].message}{also}"
    codes = {v.check for v in blocked}
    if codes == {"R26"}:
        return TradingStopped(message)
    if codes == {"R16"}:
        return MarketClosed(message)
    return RiskBreach(message, verdicts)


def _confirmed(order: Order, view: AccountView, verdicts: tuple[Verdict, ...], consent: Consent) -> None:
    unseen = [v for v in verdicts if v.outcome is Outcome.WARN and v.check not in consent.warnings]
    if unseen:
        words = " ".join(v.message for v in unseen)
        raise NotConfirmed(f"{_act(order)} was not sent: it needs your word first. {words}")
    if not consent.worst_case_seen and (worst := view.worst_case(order)):
        raise NotConfirmed(f"{_act(order)} was not sent: it needs your word first. {worst}")


def _act(order: Order) -> str:
    verb = "Sell short" if order.purpose is Purpose.SHORT else order.side.value.capitalize()
    return f"{verb} {plain(order.quantity)} {order.symbol}"
