"""What is held, what it is worth, and how sure that is."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import pyarrow as pa

from core.channel.facets.orders import Draft
from core.domain.account import AccountKind
from core.domain.sample import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSummary:
    """The figures at the head of a page."""

    account_id: str
    name: str
    broker: str
    kind: AccountKind
    currency: str
    value: Decimal | None  # None = a held position has no price
    cash: Decimal
    invested: Decimal | None
    buying_power: Decimal | None
    reserved: Decimal
    today: Decimal | None  # change since the session's start, net of transfers
    today_share: Decimal | None
    unrealised: Decimal | None
    realised: Decimal  # since the account began
    certainty: str  # "Confirmed by the broker 4 s ago" | "Our record; the broker has not answered since …"
    as_of: datetime  # market time
    sample: Sample | None = None  # the part of its past that is one; None = all of it is the person's own


@dataclass(frozen=True, slots=True, kw_only=True)
class LotView:
    """One purchase."""

    opened_at: datetime | None
    quantity: Decimal
    cost: Decimal
    cost_each: Decimal
    gain: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HappeningView:
    """A dividend, a split, a fee: what moved without a trade."""

    at: datetime  # market time
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitView:
    """An open order that would make a position smaller."""

    order_id: str
    quantity: Decimal  # not filled yet
    stop: Decimal | None  # None = it waits for a better price, it protects nothing
    limit: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionView:
    """The drawer of one position."""

    account_id: str
    instrument_id: str
    symbol: str
    name: str
    sector: str
    quantity: Decimal
    cost: Decimal
    last: Decimal | None
    value: Decimal | None
    unrealised: Decimal | None
    today: Decimal | None
    weight: Decimal | None
    certainty: str
    frozen: str  # why only closing is allowed here; empty = it is not
    lots: tuple[LotView, ...]
    open_orders: int
    happened: tuple[HappeningView, ...] = ()  # newest first; only where one position is asked for
    exits: tuple[ExitView, ...] = ()  # likewise

    @property
    def covered(self) -> Decimal:
        """Shares with a stop."""
        return min(abs(self.quantity), sum((e.quantity for e in self.exits if e.stop is not None), Decimal(0)))

    @property
    def free(self) -> Decimal:
        """Shares that no open order would take out of it."""
        return max(abs(self.quantity) - sum((e.quantity for e in self.exits), Decimal(0)), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningLine:
    """A holding the first connection found at the broker; unknown dates and costs are asked, never 0."""

    account_id: str
    instrument_id: str
    symbol: str
    quantity: Decimal
    cost: Decimal | None
    opened_at: datetime | None


class Positions(Protocol):
    """Looking at what is held."""

    def accounts(self) -> tuple[AccountSummary, ...]:
        """Every account of this workspace."""
        ...

    def table(self, account_id: str = "") -> pa.Table:
        """Positions as rows, by symbol. Columns: account_id, instrument_id, symbol, name, sector, quantity, cost, last, value, weight,
        today, unrealised, certainty, frozen.
        """
        ...

    def one(self, instrument_id: str, account_id: str = "") -> PositionView:
        """One position with its lots and what its company did to it. The account may be left out where only one holds it."""
        ...

    def closing_draft(self, instrument_id: str, account_id: str = "", part: str = "") -> Draft:
        """The order that would close it, ready for review. part, as typed: so many shares, or "25%"; empty = all."""
        ...

    def stop_draft(
        self, instrument_id: str, account_id: str = "", stop: str = "", away: str = "", quantity: str = ""
    ) -> Draft:
        """The stop that would protect it, ready for review: at a price, or percent away from the last one, as typed.

        quantity: empty = all that no open order would close yet.
        """
        ...

    def opening(self) -> tuple[OpeningLine, ...]:
        """Holdings found at the first connection that wait for the user's word."""
        ...

    def confirm_opening(self, lines: tuple[OpeningLine, ...]) -> None:
        """Book the opening entry with what the user knows."""
        ...

    def accept_difference(self, instrument_id: str, words: str, account_id: str = "", paid: str = "") -> None:
        """Book the broker's quantity over ours, with a typed reason, and unfreeze the symbol.

        paid: what the shares that are new to us cost, as typed; needed only when the broker holds more than we do.
        """
        ...
