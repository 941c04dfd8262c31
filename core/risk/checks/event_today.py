"""On the morning of a split or a new symbol nothing is sent until the books have followed."""

from dataclasses import dataclass
from typing import ClassVar

from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.order import Order
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck, plain


@dataclass(frozen=True, kw_only=True)
class EventToday(RiskCheck):
    """R30. Quantities and prices are those of before, so a closing order too would be for the wrong number of shares."""

    code: ClassVar[str] = "R30"
    title: ClassVar[str] = "Splits and new symbols"
    holds_the_door: ClassVar[bool] = True

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        if not view.unsettled:
            return self.fine
        event = view.unsettled[0]
        return self.block(
            f"{order.symbol} {_what(event)} on {event.effective:%d %b %Y}, and your books and the broker's have not been "
            "found to agree since. Wait until they have: as a rule some seconds after the pre-market begins.",
        )


def _what(event: CorporateEvent) -> str:
    if event.kind is EventKind.SYMBOL_CHANGE or event.ratio is None:
        return f"becomes {event.symbol}"
    if event.ratio < 1:
        return f"splits 1 for {plain((1 / event.ratio).quantize(event.ratio))}"
    return f"splits {plain(event.ratio)} for 1"
