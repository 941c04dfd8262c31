"""Chance that can be looked up: numbers from a counter, the same for everyone who asks for the same place.

Nothing here, nor in what is made of it, leaves the arithmetic that every machine rounds alike: adding, multiplying,
dividing, square roots. A library's exp, a sum over floats or a product of matrices may differ in the last bit from one
machine to the next, and a tick would follow.
"""

from math import ldexp
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Parts = npt.NDArray[np.uint16]
_MIDDLE: Final = 65535 / 2
_SPREAD: Final = (65536**2 - 1) / 12  # variance of one 16-bit number
_LN2: Final = 0.6931471805599453
_ROUNDS: Final = 8  # of the series for exp: a price to nine digits
_RAREST: Final = 0.004  # how far the tails reach: smaller is wilder
_TAIL: Final = 0.7297874  # makes the variance 1 again


def parts(seed: int, stream: int, place: int, rows: int, words: int) -> Parts:
    """Rows of 16-bit numbers, four to a word: from the counter at a place of a stream.

    Raw bits, so that they stay the same whatever version of numpy turns bits into distributions.
    """
    generator = np.random.Philox(key=[seed, stream], counter=[0, place, 0, 0])
    raw = np.asarray(generator.random_raw(rows * words), dtype="<u8")
    return raw.view("<u2").reshape(rows, words * 4)


def bell(numbers: Parts) -> Floats:
    """A bell-shaped number of variance 1 from each row: their sum, centred."""
    count = numbers.shape[-1]
    total = numbers[..., 0].astype(np.int32)
    for k in range(1, count):  # a column at a time is three times as fast as numpy's sum over short rows
        total += numbers[..., k]
    centred: Floats = (total - count * _MIDDLE) / np.sqrt(count * _SPREAD)
    return centred


def share(numbers: Parts) -> Floats:
    """From 0 up to 1."""
    return numbers / 65536.0


def wildness(numbers: Parts) -> Floats:
    """What makes a bell's tails fat: mostly a little under 1, seldom nearly 3; its square is 1 on average."""
    wild: Floats = _TAIL / np.sqrt(np.sqrt(share(numbers) + _RAREST))
    return wild


def grown(logs: Floats) -> Floats:
    """Euler's number to the power of it."""
    doublings = np.rint(logs / _LN2)
    rest = logs - doublings * _LN2
    total = np.ones_like(rest)
    for k in range(_ROUNDS, 0, -1):
        total *= rest / k
        total += 1.0
    whole: Floats = np.ldexp(total, doublings.astype(np.int32))
    return whole


def grown_to(log: float) -> float:
    """The same for one number, by the same steps."""
    doublings = round(log / _LN2)
    rest, total = log - doublings * _LN2, 1.0
    for k in range(_ROUNDS, 0, -1):
        total = total * (rest / k) + 1.0
    return ldexp(total, doublings)
