"""A feed written by hand: what a test says was told, second by second, from ten o'clock on a Monday."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from core.domain.instrument import Instrument
from core.domain.quote import Bar
from core.market.recording import About, Day, Listed, Recording
from core.market.sessions import Sessions
from core.market.ticks import Tick, What
from tests.unit.practice.scene import et

TEN = et(2026, 11, 23, 10, 0)
ANT = Instrument(id="xnas-ant", symbol="ANT", name="Ant Industries", listing="XNAS")
BEE = Instrument(id="xnas-bee", symbol="BEE", name="Bee Airlines", listing="XNAS", fractionable=False)
SESSIONS = Sessions()
FRIDAY = SESSIONS.previous_day(SESSIONS.day(TEN))


def about() -> About:
    hours = SESSIONS.hours(FRIDAY)
    assert hours is not None
    bar = Bar(at=hours.opens_at, open=100.0, high=101.0, low=99.0, close=100.0, volume=1e6)
    names = tuple(Listed(instrument=i, days=(Day(day=FRIDAY, bar=bar),)) for i in (ANT, BEE))
    return About(source="by hand", note="WRITTEN BY HAND", names=names)


@dataclass
class Told:
    """A source that tells what was written, each line when it is heard."""

    start: datetime = TEN
    lines: list[Tick] = field(default_factory=list)
    told: int = 0

    def at(self, after: float) -> datetime:
        return self.start + timedelta(seconds=after)

    def say(self, what: What, after: float, *, late: float = 0, name: str = ANT.id, **more: str) -> "Told":
        numbers = {k: Decimal(v) for k, v in more.items() if k not in ("ref", "words")}
        words = {k: v for k, v in more.items() if k in ("ref", "words")}
        at = self.at(after)
        self.lines.append(
            Tick(
                what=what,
                at=at,
                received=at + timedelta(seconds=late),
                instrument_id="" if what is What.BEAT else name,
                **numbers,  # type: ignore[arg-type]
                **words,  # type: ignore[arg-type]
            )
        )
        self.lines.sort(key=lambda tick: tick.received)
        return self

    def quote(
        self,
        after: float,
        bid: str = "100",
        ask: str = "100.02",
        size: str = "300",
        *,
        late: float = 0,
        name: str = ANT.id,
    ) -> "Told":
        return self.say(What.QUOTE, after, late=late, name=name, bid=bid, ask=ask, bid_size=size, ask_size=size)

    def trade(
        self, after: float, price: str, size: str = "100", *, ref: str = "", late: float = 0, name: str = ANT.id
    ) -> "Told":
        return self.say(What.TRADE, after, late=late, name=name, price=price, size=size, ref=ref or f"t{after}")

    def alive(self, start: int, end: int) -> "Told":
        for second in range(start, end):
            self.say(What.BEAT, second)
        return self

    def begin(self, now: datetime) -> list[Tick]:
        self.told = sum(1 for tick in self.lines if tick.received <= now)
        return []

    def take(self, now: datetime) -> list[Tick]:
        first, self.told = self.told, sum(1 for tick in self.lines if tick.received <= now)
        return self.lines[first : self.told]

    def write(self, folder: Path) -> Path:
        """As a recording on the disk."""
        recording = Recording(folder)
        recording.begin(about())
        recording.append(self.lines)
        recording.close()
        return folder
