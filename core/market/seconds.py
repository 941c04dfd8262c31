"""One name's seconds, only those in which anything happened: the newest in memory, the others on a shelf."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from core.domain.money import ZERO
from core.market.second import Second
from core.market.shelf import Shelf
from core.market.tape import Watch
from core.market.ticks import Tick, What

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
AT_HAND: Final = 60  # seconds that stay in memory: of a busy name a minute
PACK: Final = 60  # seconds that are put away together


@dataclass(slots=True)
class _Packs:
    """What is put away, some thirty bytes each."""

    first: "array[int]" = field(default_factory=lambda: array("q"))
    place: "array[int]" = field(default_factory=lambda: array("q"))
    least: "array[float]" = field(default_factory=lambda: array("d"))  # of all prices in it that can be watched for
    most: "array[float]" = field(default_factory=lambda: array("d"))

    def add(self, seconds: Sequence[Second], place: int) -> None:
        self.first.append(seconds[0].second)
        self.place.append(place)
        self.least.append(min(stood.least for stood in seconds))
        self.most.append(max(stood.most for stood in seconds))

    def reaches(self, number: int, watch: Watch) -> bool:
        """Whether it may have happened in there; rounded alike, what reaches in decimals reaches in floats."""
        price = float(watch.price)
        return self.least[number] <= price if watch.down else self.most[number] >= price


@dataclass(slots=True)
class Seconds:
    """Asked about any second since the recording that was read begins."""

    shelf: Shelf | None = None  # None = all stay in memory
    halts: list[tuple[datetime, datetime | None, str]] = field(default_factory=list)
    _seconds: list[int] = field(default_factory=list)
    _stood: list[Second] = field(default_factory=list)
    _packs: _Packs = field(default_factory=_Packs)
    _quotes: list[datetime] = field(default_factory=list)  # when the first was received after each dark span

    def at(self, second: int) -> Second | None:
        """The newest that happened, up to and including that second."""
        found = bisect_right(self._seconds, second) - 1
        if found >= 0:
            return self._stood[found]
        pack = bisect_right(self._packs.first, second) - 1
        if pack < 0:
            return None
        seconds = self._pack(pack)
        return seconds[bisect_right(seconds, second, key=lambda stood: stood.second) - 1]

    def that_reach(self, watch: Watch, start: int, stop: int) -> Iterator[Second]:
        """Those from one second up to, not including, another, in which it happened."""
        packs = self._packs.first
        for pack in range(max(bisect_right(packs, start) - 1, 0), bisect_left(packs, stop)):
            if self._packs.reaches(pack, watch):
                yield from (s for s in self._pack(pack) if start <= s.second < stop and s.happened(watch))
        for k in range(bisect_left(self._seconds, start), bisect_left(self._seconds, stop)):
            if self._stood[k].happened(watch):
                yield self._stood[k]

    def traded(self, before: int) -> Decimal:
        """Shares in all seconds before that one."""
        stood = self.at(before - 1)
        return stood.until if stood else ZERO

    def quote_after(self, dark: datetime) -> datetime | None:
        """When the first one was received after a dark span; None = none was yet."""
        found = bisect_left(self._quotes, dark)
        return self._quotes[found] if found < len(self._quotes) else None

    def add(self, second: int, ticks: Sequence[Tick], lit: Callable[[datetime], datetime]) -> None:
        """One more second, with everything that was said for it."""
        before = (
            self._stood[-1] if self._stood else Second(second=second, quote=None, last=ZERO, traded=NEVER, halted="")
        )
        quote, halted, trades = before.quote, before.halted, list[Tick]()
        for tick in ticks:
            if tick.what is What.QUOTE:
                quote = tick
                if not self._quotes or self._quotes[-1] < lit(tick.received):
                    self._quotes.append(tick.received)
            elif tick.what is What.TRADE:
                trades.append(tick)
                halted = self._go_on(tick) if halted else ""  # who trades is not halted
            elif tick.what is What.HALT:
                halted = halted or self._stop(tick)
            elif tick.what is What.RESUME and halted:
                halted = self._go_on(tick)
        stood = Second(
            second=second, quote=quote, last=before.last, traded=before.traded, halted=halted, until=before.until
        )
        self._seconds.append(second)
        self._stood.append(_with(trades, stood) if trades else stood)

    @property
    def too_many(self) -> int:
        """How many more are in memory than need be before a pack is put away; 0 = none."""
        return max(len(self._seconds) - AT_HAND - PACK, 0)

    def put_away(self) -> bool:
        """The oldest in memory go on the shelf; False = the disk does not take them, and they stay."""
        oldest = self._stood[:PACK]
        place = self.shelf.put(oldest) if self.shelf else None
        if place is None:
            return False
        self._packs.add(oldest, place)
        del self._seconds[:PACK], self._stood[:PACK]
        return True

    def _pack(self, number: int) -> Sequence[Second]:
        if self.shelf is None:
            raise AssertionError("nothing is put away without a shelf")
        return self.shelf.get(self._packs.place[number])

    def _stop(self, tick: Tick) -> str:
        words = tick.words or "The feed says it is halted."
        self.halts.append((tick.at, None, words))
        return words

    def _go_on(self, tick: Tick) -> str:
        start, _, words = self.halts[-1]
        self.halts[-1] = (start, tick.at, words)
        return ""


def _with(trades: Sequence[Tick], stood: Second) -> Second:
    last = trades[-1]
    return replace(
        stood,
        last=last.price,
        traded=last.received,
        volume=sum((t.size for t in trades if t.price == last.price), ZERO),
        low=min(t.price for t in trades),
        high=max(t.price for t in trades),
        until=stood.until + sum((t.size for t in trades), ZERO),
    )
