"""Seconds and auctions put together to bars."""

from collections.abc import Sequence

import numpy as np

from core.domain.quote import Bar
from core.market.invented.path import DOLLAR
from core.market.invented.play import GONE, Played
from core.market.sessions import Stretch


def bars(played: Played, stretch: Stretch, seconds: int) -> Sequence[Bar]:
    """From the opening on; the closing auction belongs to the last one, and the last one may be shorter."""
    if played.stops and played.stops[0].why == GONE:
        return []
    path, starts = played.path, np.arange(0, stretch.seconds, seconds)
    ends = np.minimum(starts + seconds, stretch.seconds) - 1
    opens, closes = path.last[starts], path.last[ends]
    highs, lows = np.maximum.reduceat(path.last, starts), np.minimum.reduceat(path.last, starts)
    volumes = np.add.reduceat(path.volume, starts, dtype=np.int64)
    for second, (price, shares) in played.auctions.items():
        k = min(second, stretch.seconds - 1) // seconds
        highs[k], lows[k], volumes[k] = max(highs[k], price), min(lows[k], price), volumes[k] + shares
        if second == starts[k]:
            opens[k] = price
        if second == stretch.seconds:
            closes[k] = price
    columns = (c.tolist() for c in (starts, opens, highs, lows, closes, volumes))
    return [
        Bar(at=stretch.at(at), open=o / DOLLAR, high=h / DOLLAR, low=low / DOLLAR, close=c / DOLLAR, volume=float(v))
        for at, o, h, low, c, v in zip(*columns, strict=True)
    ]
