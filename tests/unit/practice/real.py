"""A practice exchange on prices that were told by hand and recorded, for the tests beside this file."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from core.brokers.practice.broker import PracticeBroker
from core.brokers.practice.line import PracticeLine
from core.brokers.practice.venue import Venue
from core.domain.fill import Report
from core.domain.order import Order
from core.domain.workspace import WorkspaceKind
from core.market.companies import RecordedCompanies
from core.market.recorder import Recorder
from core.market.recording import Recording
from core.market.sessions import Sessions
from tests.fakes.ticks import ANT, TEN, Told, about
from tests.unit.practice.scene import PLAIN, HandClock, Scene
from tests.unit.practice.scene import order as any_order


def order(client_id: str, side: str = "buy", quantity: str = "100", **terms: Any) -> Order:
    made = any_order(client_id, side, quantity, **terms)
    return replace(made, instrument_id=ANT.id, symbol="ANT")


@dataclass
class Real(Scene):
    """One exchange that fills from what it has recorded. It can be killed and opened again."""

    told: list[Report] = field(default_factory=list)
    source: Told = field(default_factory=Told)
    folder: Path = Path()
    broker: PracticeBroker = PLAIN
    clock: HandClock = field(default_factory=lambda: HandClock(TEN - timedelta(seconds=1)))

    def __post_init__(self) -> None:
        sessions, known = Sessions(), about()
        self.recorder = Recorder(
            source=self.source, about=known, recording=Recording(self.folder / "recording"), sessions=sessions
        )
        venue = Venue(
            tape=self.recorder,
            companies=RecordedCompanies(about=known, tape=self.recorder, sessions=sessions),
            sessions=sessions,
            usual={name.instrument.id: name.usual for name in known.names},
            hard={},
        )
        self.exchange = self.broker.exchange(str(self.folder / "exchange.sqlite"), self.clock, self.clock, venue=venue)

        def close() -> None:
            self.exchange.close()
            self.recorder.stop()

        self.line = PracticeLine(
            exchange=self.exchange, account="practice", clock=self.clock, at_close=close, kind=WorkspaceKind.PAPER
        )
        self.line.listen(self.told.append)

    def to(self, after: float, step: float = 0.5) -> None:
        """Time passes to so many seconds after ten, in small steps."""
        until = self.source.at(after)
        while self.clock.at < until:
            self.clock.at = min(self.clock.at + timedelta(seconds=step), until)
            self.line.heartbeat()

    def again(self, clock: datetime | None = None) -> "Real":
        """It is killed and opened again."""
        self.line.close()
        return Real(source=self.source, folder=self.folder, broker=self.broker, clock=HandClock(clock or self.clock.at))

    def why(self, client_id: str) -> str:
        return " ".join(self.line.why(client_id))
