"""How a name stood as a second ended, and what traded in it."""

from datetime import datetime
from decimal import Decimal

import msgspec

from core.domain.money import ZERO
from core.market.tape import Watch
from core.market.ticks import Tick


class Second(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """One in which anything happened."""

    second: int  # since 1970
    quote: Tick | None
    last: Decimal
    traded: datetime  # when the last trade was heard
    halted: str
    volume: Decimal = ZERO  # at the last price
    low: Decimal | None = None
    high: Decimal | None = None
    until: Decimal = ZERO  # shares that traded in all seconds up to this one

    @property
    def standing(self) -> Tick | None:
        """A quote both of whose sides stand, of a name that is not halted."""
        quote = self.quote
        return quote if quote is not None and not self.halted and 0 < quote.bid < quote.ask else None

    @property
    def least(self) -> float:
        """Nothing that is watched for from above happens in it below this."""
        quote = self.standing
        prices = [float(price) for price in (self.low, quote.ask if quote else None) if price is not None]
        return min(prices, default=float("inf"))

    @property
    def most(self) -> float:
        """Nothing that is watched for from below happens in it above this."""
        quote = self.standing
        prices = [float(price) for price in (self.high, quote.bid if quote else None) if price is not None]
        return max(prices, default=float("-inf"))

    def quoted(self, watch: Watch) -> bool:
        """Its quote is that far."""
        quote = self.standing
        if quote is None:
            return False
        return quote.ask <= watch.price if watch.down else quote.bid >= watch.price

    def happened(self, watch: Watch) -> bool:
        """A trade was that far, or the quote, where that counts."""
        if watch.quotes and self.quoted(watch):
            return True
        if self.low is None or self.high is None:
            return False
        return self.low <= watch.price if watch.down else self.high >= watch.price
