"""What can be traded, by our own name for it; a symbol is only how it is shown."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.domain.money import QUANTITY_PLACES


class AssetClass(StrEnum):
    """What kind of thing it is."""

    STOCK = "stock"
    FUND = "fund"
    OPTION = "option"
    CRYPTO = "crypto"


class OptionRight(StrEnum):
    """Call or put."""

    CALL = "call"
    PUT = "put"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionTerms:
    """The contract behind an option."""

    underlying_id: str
    right: OptionRight
    strike: Decimal
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TickRule:
    """The smallest price step from this price upwards."""

    from_price: Decimal
    tick: Decimal


US_TICKS = (
    TickRule(from_price=Decimal(0), tick=Decimal("0.0001")),
    TickRule(from_price=Decimal(1), tick=Decimal("0.01")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One tradable thing as it stands today. Attributes that change carry their dates in the store."""

    id: str
    symbol: str
    name: str
    listing: str  # market identifier code; XSIM is the invented market
    asset_class: AssetClass = AssetClass.STOCK
    currency: str = "USD"
    ticks: tuple[TickRule, ...] = US_TICKS
    lot: Decimal = Decimal(1)
    scale: int = QUANTITY_PLACES  # decimals a quantity may have
    multiplier: Decimal = Decimal(1)
    fractionable: bool = True
    shortable: bool = True
    tradable: bool = True
    not_traded: str = ""  # why it is not tradable, in words; empty = nobody said
    sector: str | None = None  # None = unknown, which is not the same as none
    diversified: bool = False  # a fund that spreads over many names
    option: OptionTerms | None = None

    def tick_at(self, price: Decimal) -> Decimal:
        """The price step that applies at this price."""
        step = self.ticks[0].tick
        for rule in self.ticks:
            if price >= rule.from_price:
                step = rule.tick
        return step


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """How one broker or feed spells an instrument, and from when until when."""

    instrument_id: str
    broker: str
    native_id: str
    valid_from: date
    valid_to: date | None = None
