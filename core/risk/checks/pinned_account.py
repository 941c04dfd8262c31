"""Orders go only to the account, host and kind of money this workspace was made for, from its own machine."""

from dataclasses import dataclass
from typing import ClassVar

from core.domain.order import Order
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck


@dataclass(frozen=True, kw_only=True)
class PinnedAccount(RiskCheck):
    """R25."""

    code: ClassVar[str] = "R25"
    title: ClassVar[str] = "The right account"
    holds_the_door: ClassVar[bool] = True

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        if view.pinned and order.account_id == view.account.id:
            return self.fine
        problem = view.pin_problem or "the account is not the one this workspace was made for"
        return self.block(f"The connection is not the one this workspace knows: {problem}. Check the connection.")
