"""What is held, long and short together, may not be worth more than the account."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from core.domain.order import Order
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck, Setting, Unit


@dataclass(frozen=True, kw_only=True)
class Leverage(RiskCheck):
    """R22. After the trade, open orders included."""

    code: ClassVar[str] = "R22"
    title: ClassVar[str] = "Gross exposure"

    most: Annotated[
        Decimal, Setting("Positions and open orders together, share of equity", Unit.SHARE, "0.01", "10")
    ] = Decimal("1")

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        gross, equity = view.value_after(order), view.equity
        if gross is None or equity is None or equity <= 0:
            return self.needs("a price and positive equity")
        for worth in view.other_values(order).values():
            if worth is None:
                return self.needs("a price of everything that is held or on order")
            gross += worth
        ratio = gross / equity
        if gross <= self.most * equity:
            return self.ok(seen=ratio, by="most")
        return self.block(
            "Positions and open orders together would be worth more than the account allows. Buy less, or close something.",
            seen=ratio,
            by="most",
        )
