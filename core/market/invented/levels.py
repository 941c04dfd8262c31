"""Where every name opens and closes each day: one path over all years, with a market that moves them together."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from core.market.invented.chance import Floats, bell, parts, share
from core.market.invented.names import NAMES
from core.market.sessions import FIRST_YEAR, LAST_YEAR, Sessions

TRADING_DAYS: Final = 252
OVERNIGHT: Final = 0.25  # share of a day's variance that happens while the exchange is closed
MARKET_VOLATILITY: Final = 0.15
PULL: Final = 1 / TRADING_DAYS  # of the distance to its usual level, each day
_MARKET: Final = 0  # the stream of chance all names share
_PER_DAY: Final = 4  # words


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Logarithms of opening and closing prices, and how busy each day is: one row a day, one column a name."""

    index: dict[date, int]
    opens: Floats
    closes: Floats
    busy: Floats


def levels(seed: int, sessions: Sessions) -> Levels:
    """Every day the calendar knows. Yesterday is needed for today, so all of it is made at once."""
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    days = sessions.days(first, last)
    rows = np.array([day.toordinal() - first.toordinal() for day in days])
    every = (last - first).days + 1

    def of_stream(stream: int) -> tuple[Floats, Floats, Floats]:
        numbers = parts(seed, stream, 0, every, _PER_DAY)[rows]
        return bell(numbers[:, :6]), bell(numbers[:, 6:12]), share(numbers[:, 12:13])[:, 0]

    market_gap, market_move, _ = of_stream(_MARKET)
    streams = [of_stream(name.number) for name in NAMES]
    daily = np.array([name.volatility for name in NAMES]) / np.sqrt(TRADING_DAYS)
    shared = np.array([np.clip(n.beta * MARKET_VOLATILITY / n.volatility, -0.95, 0.95) for n in NAMES])
    own = np.sqrt(1 - shared**2)
    gaps = (np.outer(market_gap, shared) + np.stack([s[0] for s in streams], 1) * own) * daily * np.sqrt(OVERNIGHT)
    moves = (
        (np.outer(market_move, shared) + np.stack([s[1] for s in streams], 1) * own) * daily * np.sqrt(1 - OVERNIGHT)
    )
    opens, closes = np.empty_like(gaps), np.empty_like(gaps)
    away = np.zeros(len(NAMES))
    for k in range(len(days)):
        opens[k] = away * (1 - PULL) + gaps[k]
        closes[k] = away = opens[k] + moves[k]
    usual = np.log([name.price for name in NAMES])
    return Levels(
        index={day: k for k, day in enumerate(days)},
        opens=opens + usual,
        closes=closes + usual,
        busy=0.6 + 0.8 * np.stack([s[2] for s in streams], 1),
    )
