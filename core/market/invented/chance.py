"""Chance that can be looked up: numbers from a counter, the same for everyone who asks for the same place."""

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Parts = npt.NDArray[np.uint16]
_MIDDLE: Final = 65535 / 2
_SPREAD: Final = (65536**2 - 1) / 12  # variance of one 16-bit number


def parts(seed: int, stream: int, place: int, rows: int, words: int) -> Parts:
    """Rows of 16-bit numbers, four to a word: from the counter at a place of a stream.

    Raw bits, so that they stay the same whatever version of numpy turns bits into distributions.
    """
    generator = np.random.Philox(key=[seed, stream], counter=[0, place, 0, 0])
    raw = np.asarray(generator.random_raw(rows * words), dtype="<u8")
    return raw.view("<u2").reshape(rows, words * 4)


def bell(numbers: Parts) -> Floats:
    """A bell-shaped number of variance 1 from each row: their sum, centred."""
    count = numbers.shape[1]
    total = numbers[:, 0].astype(np.int32)
    for k in range(1, count):  # a column at a time is three times as fast as numpy's sum over short rows
        total += numbers[:, k]
    centred: Floats = (total - count * _MIDDLE) / np.sqrt(count * _SPREAD)
    return centred


def share(numbers: Parts) -> Floats:
    """From 0 up to 1."""
    return numbers / 65536.0
