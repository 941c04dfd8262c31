"""A paper workspace's market: the feed it was made with, recorded as it comes, and filled from what was recorded."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from core.brokers.practice.venue import Venue
from core.channel.home import WorkspaceFolder
from core.clock import Clock
from core.domain.errors import BadInput
from core.domain.workspace import WorkspaceKind
from core.market.companies import RecordedCompanies
from core.market.feeds.recorded import RecordedFeed
from core.market.player import Player
from core.market.recorder import Recorder
from core.market.recording import Recording
from core.market.sessions import Sessions
from core.market.tape import Overlay
from core.market.timeline import Timeline
from core.store.settings import Settings
from core.store.store import Store

RECORDING: Final = "recording"  # in the workspace's folder: what it heard
_NAME: Final = "replay"
_MICROSECOND: Final = timedelta(microseconds=1)
_AHEAD: Final = timedelta(seconds=3)  # so that nothing is missed while the engine starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """Real time less a fixed span: it never stands, and never runs faster."""

    clock: Clock
    ago: timedelta

    def now(self) -> datetime:
        """The recording's own time."""
        return self.clock.now() - self.ago


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Everything a paper workspace has in place of the invented market."""

    venue: Venue
    timeline: Timeline
    ago: timedelta
    recorder: Recorder
    player: Player
    companies: RecordedCompanies

    def keep(self, store: Store) -> None:
        """At the first start: from now on its time follows real time."""
        if not store.settings.get(_NAME):
            with store.unit:
                store.settings.set(_NAME, {"ago": str(self.ago // _MICROSECOND)})
                store.journal.write("replay", f"A recording of {self.player.begins:%d %b %Y} is replayed", self.ago)

    def feed(self, overlay: Overlay, clock: Clock) -> RecordedFeed:
        """Prices for the screen and the checks."""
        return RecordedFeed(
            player=self.player,
            companies=self.companies,
            sessions=self.venue.sessions,
            overlay=overlay,
            clock=clock,
            market_clock=self.timeline,
        )


def check(folder: WorkspaceFolder) -> None:
    """Whether a workspace of this kind can be opened at all."""
    if folder.kind is WorkspaceKind.LIVE:
        raise BadInput(
            f"{folder.name} is a live workspace, and no broker for that can be connected yet. "
            "Nothing was opened: use a practice workspace."
        )
    if folder.kind is WorkspaceKind.PAPER and not folder.note.recording:
        raise BadInput(
            f"{folder.name} is a paper workspace without prices, and no broker's feed can be connected yet. Nothing was "
            "opened: make one that plays a recording, with  --workspace NAME --recording FOLDER."
        )


def paper_market(folder: WorkspaceFolder, settings: Settings, clock: Clock) -> Paper:
    """Its recording is read, and its time goes on as it was set at the first start."""
    player, sessions = Player(Recording(Path(folder.note.recording))), Sessions()
    kept = settings.get(_NAME)
    ago = _MICROSECOND * int(kept["ago"]) if kept else clock.now() - player.begins + _AHEAD
    about = player.about
    recorder = Recorder(source=player, about=about, recording=Recording(folder.path / RECORDING), sessions=sessions)
    companies = RecordedCompanies(about=about, tape=recorder, sessions=sessions)
    return Paper(
        venue=Venue(
            tape=recorder,
            companies=companies,
            sessions=sessions,
            usual={name.instrument.id: name.usual for name in about.names},
            hard={},
        ),
        timeline=Timeline.of_exchange(Replayed(clock=clock, ago=ago), sessions),
        ago=ago,
        recorder=recorder,
        player=player,
        companies=companies,
    )
