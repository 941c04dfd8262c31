"""What each run earned and what trading cost in it. A run is one account, from its first entry to its end."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class CostView:
    """Against one price; positive is worse for whoever traded, negative is better."""

    money: Decimal | None  # None = of no fill is that price known
    bps: Decimal | None  # of what traded, at that price
    left_out: int  # fills whose broker did not tell it


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingView:
    """Some fills, and what they cost; fees apart."""

    name: str  # of the group: a symbol, a side, an order type; of a run its account's id
    key: str  # by which its fills are asked for
    fills: int
    traded: Decimal
    fees: Decimal
    far_touch: CostView
    mid: CostView
    arrival: CostView


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """One run in numbers that compare. start + transfers + profit = end."""

    account_id: str
    name: str
    kind: str
    currency: str
    begun_at: datetime | None  # market time; None = its books have not begun
    ended_at: datetime | None  # None = it goes on
    as_of: datetime
    days: int  # sessions that began in it
    start: Decimal
    transfers: Decimal  # deposits less withdrawals
    end: Decimal | None  # None = something held has no price
    profit: Decimal | None
    realized: Decimal
    unrealized: Decimal | None
    dividends: Decimal
    interest: Decimal
    borrow: Decimal
    fees: Decimal
    corrections: Decimal
    cash: Decimal
    orders: int
    over: int
    filled_share: Decimal | None  # of an order that is over, on average
    trading: TradingView
    fall: Decimal | None  # the worst, from mark to mark
    fall_share: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """One run in full but for its fills."""

    run: ResultView
    by_symbol: tuple[TradingView, ...]  # what traded most first
    by_type: tuple[TradingView, ...]
    by_side: tuple[TradingView, ...]
    note: str  # "INVENTED PRICES"


class Statements(Protocol):
    """Looking at what came of it."""

    def all(self) -> tuple[ResultView, ...]:
        """Every run, the first one first. BadInput: there is so much new that it is added up with the next question."""
        ...

    def of(self, account_id: str) -> StatementView:
        """One run, with its costs by symbol, order type and side."""
        ...

    def fills(
        self,
        account_id: str,
        before: int = 0,
        limit: int = 200,
        instrument_id: str = "",
        order_type: str = "",
        side: str = "",
    ) -> pa.Table:
        """What counts, newest first. before: the last seq of the previous page, 0 = newest. Missing = not told.
        Columns: seq, at, order_id, symbol, side, type, quantity, price, fee, bid, ask, arrival, far_touch_cost, mid_cost, arrival_cost.
        """
        ...
