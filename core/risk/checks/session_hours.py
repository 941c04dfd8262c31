"""The market must be open for it, and an order for an auction must come in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Annotated, ClassVar, Final
from zoneinfo import ZoneInfo

from core.domain.order import Order, OrderType, TimeInForce
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck, Setting, Unit

NEW_YORK: Final = ZoneInfo("America/New_York")


@dataclass(frozen=True, kw_only=True)
class SessionHours(RiskCheck):
    """R16. In market time."""

    code: ClassVar[str] = "R16"
    title: ClassVar[str] = "Trading hours"
    holds_the_door: ClassVar[bool] = True
    lets_smaller: ClassVar[bool] = True

    open_cut_off: Annotated[Decimal, Setting("Last call before the open", Unit.SECONDS, "0", "3600")] = Decimal("120")
    close_cut_off: Annotated[Decimal, Setting("Last call before the close", Unit.SECONDS, "0", "3600")] = Decimal("600")

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        if view.waits:
            return self.fine
        if order.extended_hours:
            return self._extended(order, view)
        if order.time_in_force is TimeInForce.OPEN:
            return self._on_open(view)
        if order.time_in_force is TimeInForce.CLOSE:
            return self._on_close(view)
        session, at = view.session, view.at
        if session.is_open and at < session.closes_at:
            return self.fine
        opens = (
            f"It opens {_clock(session.opens_at)}"
            if session.opens_at > at
            else f"It closed {_clock(session.closes_at)}"
        )
        return self.block(f"The market is closed. {opens}: send it then, or let it wait here for the next session.")

    def _on_open(self, view: AccountView) -> Verdict:
        if not view.session.is_open and view.at < view.session.opens_at - self._before_open:
            return self.fine
        return self.block("It is too late for an order on the open. Use a day order once the market is open.")

    def _on_close(self, view: AccountView) -> Verdict:
        last = view.session.closes_at - self._before_close
        if view.at < last:
            return self.fine
        return self.block(f"It is too late for an order on the close: last call was {_clock(last)}. Use a day order.")

    def _extended(self, order: Order, view: AccountView) -> Verdict:
        if not view.capabilities.extended_hours:
            return self.block("This broker takes no orders for extended hours. Send it in regular hours.")
        if order.type is not OrderType.LIMIT or order.time_in_force is not TimeInForce.DAY:
            return self.block("Extended hours take limit orders for the day only. Set a limit, and DAY.")
        if view.session.is_open or view.session.extended:
            return self.fine
        return self.block(f"The market is closed, extended hours too. It opens {_clock(view.session.opens_at)}.")

    @cached_property
    def _before_open(self) -> timedelta:
        return timedelta(seconds=int(self.open_cut_off))

    @cached_property
    def _before_close(self) -> timedelta:
        return timedelta(seconds=int(self.close_cut_off))


def _clock(at: datetime) -> str:
    return at.astimezone(NEW_YORK).strftime("%a %d %b %H:%M ET")
