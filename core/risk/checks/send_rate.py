"""A person sends so many orders a minute and a day, not more; cancels and reductions are never counted."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from core.domain.order import Order, Status
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck, Setting, Unit


@dataclass(frozen=True, kw_only=True)
class SendRate(RiskCheck):
    """R18. In real time."""

    code: ClassVar[str] = "R18"
    title: ClassVar[str] = "Orders a minute and a day"

    a_minute: Annotated[Decimal, Setting("Orders a minute", Unit.COUNT, "1", "600")] = Decimal("10")
    a_day: Annotated[Decimal, Setting("Orders a day", Unit.COUNT, "1", "100000")] = Decimal("50")

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        if not view.from_person or order.status is not Status.DRAFT:  # sent again, not asked again
            return self.fine
        if view.intents_last_minute < self.a_minute and view.intents_today < self.a_day:
            return self.ok(seen=str(view.intents_last_minute), by="a_minute")
        if view.reduces(order):
            return self.fine
        by, count, when = (
            ("a_day", view.intents_today, "today, so the next can be sent tomorrow")
            if view.intents_today >= self.a_day
            else ("a_minute", view.intents_last_minute, "in the last minute. Wait a minute")
        )
        return self.block(f"You sent {count} orders {when}, or raise the limit.", seen=Decimal(count), by=by)

    def contradiction(self) -> str:
        return "" if self.a_minute <= self.a_day else "More orders a minute than a day would be allowed."
