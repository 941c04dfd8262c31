"""No single stock, and no sector, may outgrow its share of the account."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from core.domain.order import Order
from core.domain.verdict import Outcome, Verdict
from core.domain.view import AccountView
from core.risk.checks.base import RiskCheck, Setting, Unit


@dataclass(frozen=True, kw_only=True)
class Concentration(RiskCheck):
    """R21. After the trade, open orders included."""

    code: ClassVar[str] = "R21"
    title: ClassVar[str] = "Share of the account"
    overridable: ClassVar[bool] = True

    warn_above: Annotated[Decimal, Setting("Warns above this share in one name", Unit.SHARE, "0.001", "1")] = Decimal(
        "0.15"
    )
    block_above: Annotated[Decimal, Setting("Blocks above this share in one name", Unit.SHARE, "0.001", "1")] = Decimal(
        "0.25"
    )
    sector_warn_above: Annotated[Decimal, Setting("Warns above this share in one sector", Unit.SHARE, "0.001", "1")] = (
        Decimal("0.35")
    )
    sector_block_above: Annotated[
        Decimal, Setting("Blocks above this share in one sector", Unit.SHARE, "0.001", "1")
    ] = Decimal("0.40")

    def verdict(self, order: Order, view: AccountView) -> Verdict:
        if view.instrument.diversified or view.reduces(order):
            return self.fine
        value, equity = view.value_after(order), view.equity
        if value is None or equity is None or equity <= 0:
            return self.needs("a price and positive equity")
        name = self._judged(value / equity, order.symbol, "block_above", "warn_above")
        if name.outcome is Outcome.BLOCK:
            return name
        sector = self._sector(order, view, value, equity)
        return name if sector is None or name.outcome is sector.outcome else sector

    def _sector(self, order: Order, view: AccountView, value: Decimal, equity: Decimal) -> Verdict | None:
        """None = its sector may have that share."""
        sector = view.instrument.sector
        if sector is None:
            return self.warn(f"The sector of {order.symbol} is not known, so its share was not checked.")
        for instrument_id, worth in view.other_values(order).items():
            other = view.instruments.get(instrument_id)
            if other is None or other.sector != sector or other.diversified:
                continue
            if worth is None:
                return self.needs(f"a price of {other.symbol}, which is in the same sector")
            value += worth
        share = value / equity
        if share <= self.sector_warn_above:
            return None
        return self._judged(share, sector, "sector_block_above", "sector_warn_above")

    def _judged(self, share: Decimal, what: str, block: str, warn: str) -> Verdict:
        if share <= getattr(self, warn):
            return self.ok(seen=share, by=block)
        by, say = (block, self.block) if share > getattr(self, block) else (warn, self.warn)
        hint = " Buy less, or give a reason." if by == block else ""
        return say(
            f"{what} would be {self._apart(share, by, self._limits[by])} of the account.{hint}", seen=share, by=by
        )

    def contradiction(self) -> str:
        if self.warn_above > self.block_above or self.sector_warn_above > self.sector_block_above:
            return "A warning would come only above the share that is blocked."
        if self.block_above > self.sector_block_above:
            return "One name could be larger than its whole sector may be."
        return ""
