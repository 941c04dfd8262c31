"""The same order twice within seconds is more often a slip of the hand than a plan."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Annotated, ClassVar

from core.domain.order import Order, Status
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck, Setting, Unit, plain


@dataclass(frozen=True, kw_only=True)
class Repeat(RiskCheck):
    """R17. In real time, and only for a person's hand."""

    code: ClassVar[str] = "R17"
    title: ClassVar[str] = "Same order again"

    within: Annotated[Decimal, Setting("Warns about the same order within", Unit.SECONDS, "0", "600")] = Decimal("10")

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        if (
            view.slice_of_plan or not view.from_person or order.status is not Status.DRAFT
        ):  # sent again, not asked again
            return self.fine
        for past in view.recent:
            if (
                view.now - past.at <= self._within
                and past.instrument_id == order.instrument_id
                and past.side is order.side
                and past.quantity == order.quantity
                and (past.limit, past.stop) == (order.limit, order.stop)
            ):
                ago = int((view.now - past.at).total_seconds())
                return self.warn(
                    f"You asked to {order.side} {plain(order.quantity)} {order.symbol} at the same price {ago} s ago. "
                    "Confirm only if you want it a second time.",
                    seen=f"{ago} s",
                    by="within",
                )
        return self.fine

    @cached_property
    def _within(self) -> timedelta:
        return timedelta(milliseconds=int(self.within * 1000))
