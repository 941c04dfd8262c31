"""Real orders are sent only once a person has taken the workspace live."""

from dataclasses import dataclass
from typing import ClassVar

from core.domain.order import Order
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.domain.workspace import WorkspaceKind
from core.risk.checks.base import RiskCheck


@dataclass(frozen=True, kw_only=True)
class LiveOrdering(RiskCheck):
    """R31. Until then the account is only read, sales too; the desk has opened none of its positions. It never closes again."""

    code: ClassVar[str] = "R31"
    title: ClassVar[str] = "Live ordering"
    holds_the_door: ClassVar[bool] = True

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        if view.kind is not WorkspaceKind.LIVE or (view.live is not None and view.live.opened):
            return self.fine
        return self.block(
            "This live account is only read so far. Take it live on the page Going live, or use the broker's own site."
        )
