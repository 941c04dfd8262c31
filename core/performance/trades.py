"""Trades that were closed: how many won, what one brings on average, how long they were held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from math import fsum

from core.domain.money import ZERO
from core.performance.returns import share_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """Everything one order closed, in however many pieces it filled."""

    symbol: str
    gain: Decimal  # after its own fees
    held: timedelta | None  # its lots by their size; None = nobody knows when they were opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A piece of a lot that was closed."""

    quantity: Decimal
    held: timedelta | None


def held(parcels: Sequence[Parcel]) -> timedelta | None:
    """How long, by lots and their size."""
    known = [(parcel.quantity, parcel.held) for parcel in parcels if parcel.held is not None]
    size = sum((quantity for quantity, _ in known), ZERO)
    if not size:
        return None
    return timedelta(seconds=fsum(share_of(quantity, size) * span.total_seconds() for quantity, span in known))


def won(trades: Sequence[Trade]) -> list[Trade]:
    """A trade that brought nothing neither won nor lost."""
    return [trade for trade in trades if trade.gain > 0]


def lost(trades: Sequence[Trade]) -> list[Trade]:
    """Those that cost money."""
    return [trade for trade in trades if trade.gain < 0]


def gain(trades: Sequence[Trade]) -> Decimal:
    """All together."""
    return sum((trade.gain for trade in trades), ZERO)


def win_rate(trades: Sequence[Trade]) -> float | None:
    """Those that won, of those that won or lost."""
    wins, losses = len(won(trades)), len(lost(trades))
    return wins / (wins + losses) if wins + losses else None


def profit_factor(trades: Sequence[Trade]) -> float | None:
    """What was won by what was lost. None = nothing was lost yet, which is not infinitely good."""
    losses = gain(lost(trades))
    return share_of(gain(won(trades)), -losses) if losses else None


def turnover(bought: Decimal, sold: Decimal, worths: Sequence[Decimal]) -> float | None:
    """The lesser of purchases and sales, by what the account was worth on average."""
    mean = sum(worths, ZERO) / len(worths) if worths else ZERO
    return share_of(min(bought, sold), mean) if mean > 0 else None
