"""Nothing is ordered on an old, broken or late price."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Annotated, ClassVar

from core.domain.order import Order
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck, Setting, Unit, plain

NO_DELAY = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class FreshQuote(RiskCheck):
    """R24. An unchanged quote on a living stream is fresh."""

    code: ClassVar[str] = "R24"
    title: ClassVar[str] = "Fresh price"

    within: Annotated[Decimal, Setting("Feed proved alive within", Unit.SECONDS, "0.5", "120")] = Decimal("5")
    skew: Annotated[Decimal, Setting("Clock off the broker's by at most", Unit.SECONDS, "0.1", "60")] = Decimal("2")

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        if view.waits:
            return self.fine
        quote = view.quote
        if quote is None:
            return self.needs(f"a quote of {order.symbol}")
        if not quote.usable:
            return self.block(
                f"The quote {plain(quote.bid)} / {plain(quote.ask)} has a side missing or is crossed. Wait for the next."
            )
        age = view.now - quote.received
        old = f"{age.total_seconds():.1f} s"
        if age > self._within:
            message = f"The price of {order.symbol} is {old} old. Wait for a fresh one."
            return self.block(message, seen=old, by="within")
        return self._on_time(order, view, quote.delay, old)

    def _on_time(self, order: Order, view: AccountView, delay: timedelta, old: str) -> Verdict:
        if view.clock_skew is None:
            return self.needs("the broker's clock")
        if abs(view.clock_skew) > self._skew:
            off = f"{abs(view.clock_skew).total_seconds():.1f} s"
            return self.block(f"This machine's clock is {off} off the broker's. Set it right.", seen=off, by="skew")
        if delay <= NO_DELAY:
            return self.ok(seen=old, by="within")
        words = f"{delay.total_seconds() / 60:.0f} minutes" if delay >= timedelta(minutes=2) else f"{delay.seconds} s"
        if order.limit is None:
            return self.block(
                f"These prices are {words} old by design: only an order with a limit may be sent. Set one."
            )
        return self.warn(f"These prices are {words} old by design; the market may have moved. Confirm that you know.")

    @cached_property
    def _within(self) -> timedelta:
        return timedelta(milliseconds=int(self.within * 1000))

    @cached_property
    def _skew(self) -> timedelta:
        return timedelta(milliseconds=int(self.skew * 1000))
