"""After a bad day, or a long fall, only closing is allowed."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from core.domain.money import ZERO
from core.domain.order import Order
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck, Setting, Unit


class Severity(StrEnum):
    """What a loss calls for."""

    CALM = "calm"
    CLOSING_ONLY = "closing_only"
    CANCEL = "cancel"  # and open orders that add risk are cancelled; nothing is ever liquidated


@dataclass(frozen=True, kw_only=True)
class DayLoss(RiskCheck):
    """R20. Equity is net of deposits and withdrawals."""

    code: ClassVar[str] = "R20"
    title: ClassVar[str] = "Loss of the day"

    closing_only_at: Annotated[Decimal, Setting("Day loss: closing only", Unit.SHARE, "0.001", "1")] = Decimal("0.03")
    cancel_at: Annotated[
        Decimal, Setting("Day loss: open orders that add risk are cancelled", Unit.SHARE, "0.001", "1")
    ] = Decimal("0.05")
    drawdown: Annotated[Decimal, Setting("Fall from the highest value: closing only", Unit.SHARE, "0.01", "1")] = (
        Decimal("0.15")
    )

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        equity, start, peak = view.equity, view.day_start_equity, view.peak_equity
        if equity is None or start is None or peak is None or start <= 0 or peak <= 0:
            return self.needs("the account's value now, at the day's start and at its highest")
        lost = 1 - equity / start
        if start - equity >= self.closing_only_at * start:
            return self.block(
                "Today's loss has reached its limit: only closing is allowed until tomorrow. Close, cancel, or wait.",
                seen=lost,
                by="closing_only_at",
            )
        if peak - equity >= self.drawdown * peak:
            return self.block(
                "The account has fallen to its limit below its highest value: only closing is allowed.",
                seen=1 - equity / peak,
                by="drawdown",
            )
        return self.ok(seen=max(lost, ZERO), by="closing_only_at")

    def severity(self, equity: Decimal | None, start: Decimal | None, peak: Decimal | None) -> Severity:
        """What the desk does about it; a missing number never cancels anything."""
        if equity is None:
            return Severity.CALM
        if start is not None and start > 0:
            if start - equity >= self.cancel_at * start:
                return Severity.CANCEL
            if start - equity >= self.closing_only_at * start:
                return Severity.CLOSING_ONLY
        fallen = peak is not None and peak > 0 and peak - equity >= self.drawdown * peak
        return Severity.CLOSING_ONLY if fallen else Severity.CALM

    def contradiction(self) -> str:
        if self.closing_only_at <= self.cancel_at:
            return ""
        return "Open orders would be cancelled at a smaller day loss than the one that allows closing only."
