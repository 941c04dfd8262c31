"""Seconds and auctions put together to bars."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from core.domain.quote import Bar
from core.market.invented.path import DOLLAR
from core.market.invented.play import GONE, Played
from core.market.sessions import Stretch

ALL: Final = slice(None)


def bars(played: Played, stretch: Stretch, seconds: int, wanted: slice = ALL) -> Sequence[Bar]:
    """From the opening on; the closing auction belongs to the last one, and the last one may be shorter."""
    starts = np.arange(0, stretch.seconds, seconds)[wanted]
    if not len(starts) or (played.stops and played.stops[0].why == GONE):
        return []
    ends = np.minimum(starts + seconds, stretch.seconds) - 1
    here, begins = slice(int(starts[0]), int(ends[-1]) + 1), starts - starts[0]
    path, last = played.path, played.path.last[here]
    opens, closes = path.last[starts], path.last[ends]
    highs, lows = np.maximum.reduceat(last, begins), np.minimum.reduceat(last, begins)
    volumes = np.add.reduceat(path.volume[here], begins, dtype=np.int64)
    for second, (price, shares) in played.auctions.items():
        k = (min(second, stretch.seconds - 1) - int(starts[0])) // seconds
        if not 0 <= k < len(starts):
            continue
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
