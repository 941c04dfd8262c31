"""Where seconds of a market are put that are rarely asked for: on the disk, and gone with the process."""

import os
import tempfile
import weakref
import zlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from core.domain.errors import MarketDataError
from core.market.second import Second

_AT_HAND: Final = 64  # packs that were asked for last
_QUICK: Final = 1
_LENGTH: Final = 4  # bytes before a pack that say how long it is
_encode: Final[Callable[[Sequence[Second]], bytes]] = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(list[Second]).decode


class Shelf:
    """One file without a name. It proves nothing: whoever starts again makes it anew from the recording."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = -1
        self._end = 0
        self._at_hand: OrderedDict[int, Sequence[Second]] = OrderedDict()

    def put(self, seconds: Sequence[Second]) -> int | None:
        """Where they are found again; None = the disk does not take them."""
        packed = zlib.compress(_encode(seconds), _QUICK)
        pack = len(packed).to_bytes(_LENGTH) + packed
        try:
            if self._file < 0:
                self._open()
            if os.pwrite(self._file, pack, self._end) < len(pack):
                return None
        except OSError:
            return None
        place, self._end = self._end, self._end + len(pack)
        return place

    def get(self, place: int) -> Sequence[Second]:
        """As they were put there."""
        if place in self._at_hand:
            self._at_hand.move_to_end(place)
            return self._at_hand[place]
        try:
            length = int.from_bytes(os.pread(self._file, _LENGTH, place))
            seconds = _decode(zlib.decompress(os.pread(self._file, length, place + _LENGTH)))
        except (OSError, zlib.error, msgspec.MsgspecError) as error:
            raise MarketDataError(
                f"Prices that were put away in {self._folder} cannot be read: {error}. Nothing was filled from them: "
                "close the desk and start it again, which reads the recording anew."
            ) from error
        self._at_hand[place] = seconds
        if len(self._at_hand) > _AT_HAND:
            self._at_hand.popitem(last=False)
        return seconds

    def _open(self) -> None:
        with tempfile.TemporaryFile(dir=self._folder) as file:
            self._file = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._file)
