"""A price must be near the market: no limit that gives money away, no market order into a wide spread."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Annotated, ClassVar

from core.domain.money import ZERO
from core.domain.order import Order, OrderType, Side, TimeInForce
from core.domain.quote import Quote
from core.domain.verdict import Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck, Setting, Unit, plain

AUCTION = (TimeInForce.OPEN, TimeInForce.CLOSE)


@dataclass(frozen=True, kw_only=True)
class PriceCollar(RiskCheck):
    """R04. A limit is judged against the market, or against its own stop where it has one."""

    code: ClassVar[str] = "R04"
    title: ClassVar[str] = "Price near the market"

    collar: Annotated[Decimal, Setting("Limit beyond the market, at most", Unit.SHARE, "0.001", "0.5")] = Decimal(
        "0.03"
    )
    spread: Annotated[Decimal, Setting("Spread for a market order, at most", Unit.SHARE, "0.0001", "0.2")] = Decimal(
        "0.01"
    )
    far: Annotated[Decimal, Setting("Warns when a limit waits this far away", Unit.SHARE, "0.05", "0.99")] = Decimal(
        "0.5"
    )

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        quote = view.quote
        if order.type is OrderType.STOP_LIMIT and order.stop is not None:
            beyond = self._beyond(order, order.stop, "its own stop")
            if beyond is not None:
                return beyond
        if quote is None or not quote.usable:
            return self.needs("a quote with both sides")
        if order.stop is not None:
            return self._stop(order, order.stop, quote)
        if order.limit is None:
            return self._market(order, view, quote)
        buys = order.side is Side.BUY
        touch, name = (quote.ask, "the ask") if buys else (quote.bid, "the bid")
        worse = order.limit / touch - 1 if buys else 1 - order.limit / touch
        return (
            self._beyond(order, touch, name)
            or self._away(order, order.limit, quote)
            or self.ok(seen=max(worse, ZERO), by="collar")
        )

    def _beyond(self, order: Order, reference: Decimal, name: str) -> Verdict | None:
        buys, limit = order.side is Side.BUY, order.limit
        edge = reference * (self._above if buys else self._below)
        if limit is None or (limit <= edge if buys else limit >= edge):
            return None
        return self.block(
            f"The limit {plain(limit)} is more than {self._limits['collar']} {'above' if buys else 'below'} {name} "
            f"{plain(reference)}. Type a limit of {'at most' if buys else 'at least'} {plain(edge)}.",
            seen=abs(limit / reference - 1) if reference else "",
            by="collar",
        )

    def _away(self, order: Order, limit: Decimal, quote: Quote) -> Verdict | None:
        away = 1 - limit / quote.bid if order.side is Side.BUY else limit / quote.ask - 1
        if away <= self.far:
            return None
        return self.warn(
            f"The limit {plain(limit)} is far from the market ({plain(quote.bid)} / {plain(quote.ask)}) and may never "
            "trade. Look for a slip in its digits.",
            seen=away,
            by="far",
        )

    def _stop(self, order: Order, stop: Decimal, quote: Quote) -> Verdict:
        if stop > quote.ask if order.side is Side.BUY else stop < quote.bid:
            return self.fine
        side = "not above the ask" if order.side is Side.BUY else "not below the bid"
        return self.warn(
            f"The stop {plain(stop)} is {side} ({plain(quote.bid)} / {plain(quote.ask)}): it would trigger at once."
        )

    def _market(self, order: Order, view: AccountView, quote: Quote) -> Verdict:
        if order.time_in_force in AUCTION or view.waits:  # the spread of now is not the spread it will meet
            return self.fine
        spread = (quote.ask - quote.bid) / quote.mid
        if spread <= self.spread:
            return self.ok(seen=spread, by="spread")
        return self.block(
            f"The spread is wide ({plain(quote.bid)} / {plain(quote.ask)}), a market order pays all of it. Use a limit.",
            seen=spread,
            by="spread",
        )

    @cached_property
    def _above(self) -> Decimal:
        return 1 + self.collar

    @cached_property
    def _below(self) -> Decimal:
        return 1 - self.collar
