"""How much trading is allowed now: all of it, closing only, or one named position by a confirmed act."""

from dataclasses import dataclass
from typing import ClassVar

from core.domain.order import Order, Purpose
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.domain.workspace import Level
from core.risk.checks.base import RiskCheck, plain


@dataclass(frozen=True, kw_only=True)
class TradingLevel(RiskCheck):
    """R26. An order in doubt makes its instrument and side closing only. Its own rule for reductions is here."""

    code: ClassVar[str] = "R26"
    title: ClassVar[str] = "Trading state"
    holds_the_door: ClassVar[bool] = True
    lets_smaller: ClassVar[bool] = True

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        if view.level is Level.STOPPED:
            return self._stopped(order, view)
        doubt = view.in_doubt(order.instrument_id, order.side, besides=order)
        if view.level is Level.ACTIVE and view.reconciled and not doubt:
            return self.fine
        if not view.reduces(order):
            return self.block(self._why(order, view, doubt))
        return self._beside(order, view) if doubt else self.fine

    def _stopped(self, order: Order, view: AccountView) -> Verdict:
        why = f" ({view.level_reason})" if view.level_reason else ""
        if order.purpose is not Purpose.CLOSE or not view.reduces(order):
            return self.block(f"Trading is stopped{why}. Close a position by name, or resume trading first.")
        if not view.from_person:
            return self.block(f"Trading is stopped{why}. Only a person can close a position now.")
        worst = view.worst_case(order)
        return self.warn(f"Trading is stopped{why}. This closes {order.symbol} all the same. {worst}".rstrip())

    def _why(self, order: Order, view: AccountView, doubt: tuple[Order, ...]) -> str:
        if view.level is Level.CLOSING_ONLY:
            why = f" ({view.level_reason})" if view.level_reason else ""
            return f"Only closing is allowed{why}. Cancel, reduce, or resume trading first."
        if not view.reconciled:
            return "The books were not yet compared with the broker. Wait for it; reductions may be sent."
        return (
            f"The broker has not confirmed your order to {doubt[0].side} {plain(doubt[0].leaves)} {order.symbol}. "
            f"Look it up first: until then nothing more is sent on that side."
        )

    def _beside(self, order: Order, view: AccountView) -> Verdict:
        worst = view.worst_case(order)
        if view.from_person:
            return self.warn(worst)
        return self.block(f"{worst} Only a person can decide that.")
