"""What an auction to come looks like, second by second, until it is held at its one price."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.market.invented.chance import Floats, bell, parts, share
from core.market.invented.names import Name
from core.market.invented.path import CENT, DOLLAR, LOT, Whole
from core.market.sessions import CLOSE_CUTOFF, OPEN_CUTOFF, Stretch

_STREAM: Final = 4000
_WORDS: Final = 2
_FIRST_PAIRED: Final = 0.35  # of what will trade, when it is shown first
_ASTRAY: Final = 0.25  # of a day's move: how far the first price shown may be off
_LEFT_OVER: Final = 0.4  # of what will trade: the first imbalance


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Indications:
    """One number a second; prices in hundredths of a cent."""

    price: Whole
    paired: Whole
    imbalance: Whole


def indications(
    seed: int, name: Name, stretch: Stretch, daily: float, price: int, volume: int, *, opening: bool
) -> Indications:
    """Before the auction of a regular session, from the cut-off on; the last second shows what will be."""
    seconds = int((OPEN_CUTOFF if opening else CLOSE_CUTOFF).total_seconds())
    numbers = parts(seed, _STREAM + name.number, stretch.day.toordinal() * 2 + opening, seconds, _WORDS)
    gone = np.arange(1, seconds + 1) / seconds
    drift = np.cumsum(bell(numbers[:, :4])) / np.sqrt(seconds)
    astray = (drift - drift[-1]) * daily * _ASTRAY
    tick = CENT if price >= DOLLAR else 1
    shown = np.maximum(np.rint(price * (1 + astray) / tick), 1) * tick
    shown = np.where((shown > DOLLAR) & (tick == 1), DOLLAR, shown)
    paired = (
        volume * (_FIRST_PAIRED + (1 - _FIRST_PAIRED) * gone * gone) * (1 - 0.1 * (1 - gone) * share(numbers[:, 4]))
    )
    lean = 2 * float(share(numbers[0, 5:6])[0]) - 1
    over = volume * _LEFT_OVER * (lean + 0.3 * (2 * share(numbers[:, 6]) - 1)) * (1 - gone)
    paired[-1] = volume
    return Indications(price=shown.astype(np.int32), paired=_lots(paired), imbalance=_lots(over))


def _lots(shares: Floats) -> Whole:
    lots: Whole = (np.rint(shares / LOT) * LOT).astype(np.int32)
    return lots
