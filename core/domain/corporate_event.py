"""What a company does to its shares: dividends, splits, being bought, another symbol."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class EventKind(StrEnum):
    """What happens."""

    DIVIDEND = "dividend"  # cash a share, to whoever held it before the ex day
    SPLIT = "split"  # ratio new shares for each old one
    CASH_MERGER = "cash_merger"  # every share becomes cash, and trades no more
    SYMBOL_CHANGE = "symbol_change"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorporateEvent:
    """One event of one instrument. All days are trading days."""

    id: str  # the same for the same event for ever
    kind: EventKind
    instrument_id: str
    announced: date
    effective: date  # the first day that trades without the dividend, split, under the new symbol, or not at all
    record_day: date | None = None
    pay_day: date | None = None
    cash: Decimal | None = None  # a share, in the instrument's currency
    ratio: Decimal | None = None  # 4 = four for one; 0.1 = one for ten
    symbol: str = ""  # the new one

    def __post_init__(self) -> None:
        if self.announced > self.effective:
            raise ValueError(f"{self.id}: announced on {self.announced}, after it took effect on {self.effective}")
        if (self.cash is not None) is not (self.kind in (EventKind.DIVIDEND, EventKind.CASH_MERGER)):
            raise ValueError(f"{self.id}: a {self.kind} with cash {self.cash}")
        if (self.ratio is not None) is not (self.kind is EventKind.SPLIT):
            raise ValueError(f"{self.id}: a {self.kind} with ratio {self.ratio}")
        if bool(self.symbol) is not (self.kind is EventKind.SYMBOL_CHANGE):
            raise ValueError(f"{self.id}: a {self.kind} with symbol {self.symbol!r}")
        if any(value is not None and value <= 0 for value in (self.cash, self.ratio)):
            raise ValueError(f"{self.id}: cash and ratio are positive")
        if self.kind is EventKind.DIVIDEND and not (self.record_day and self.pay_day):
            raise ValueError(f"{self.id}: a dividend has a record day and a pay day")
