"""One open workspace: its desk, the threads around it, and what the facets and jobs need to reach."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock
from typing import TYPE_CHECKING

from core.channel.home import WorkspaceFolder
from core.clock import Clock
from core.domain.errors import StoreError, VaultError
from core.domain.fill import Report
from core.domain.sample import Sample
from core.domain.workspace import Workspace
from core.engine.alert_watch import AlertWatch
from core.engine.desk_thread import DeskThread, Urgency
from core.engine.evidence import Evidence
from core.engine.first_steps import FirstSteps
from core.engine.rehearsals import Rehearsals
from core.engine.timekeeping import keep_time
from core.engine.usual import UsualDays
from core.engine.watch import Watch
from core.execution.brake import Brake
from core.execution.desk import Desk
from core.execution.errand import AccountReading
from core.execution.minder import Minder
from core.execution.reconciler import Reconciler
from core.execution.review import Reviews, find_instrument
from core.execution.wire import ThreadWire
from core.market.feeds.base import Feed
from core.market.recorder import Recorder
from core.market.sessions import Sessions
from core.market.timeline import Timeline
from core.store.archive import Archive
from core.store.cut import Cut
from core.store.store import Store
from core.vault.door import Door
from core.vault.witness import Witness

if TYPE_CHECKING:
    from core.brokers.practice.line import PracticeLine
    from core.brokers.practice.remote import RemoteLine
    from core.engine.background import Background
    from core.engine.notifying import Notifying

VERSION = "0.1.0"


@dataclass(slots=True, kw_only=True)
class Engine:
    """Everything wired together."""

    folder: WorkspaceFolder
    workspace: Workspace
    clock: Clock
    timeline: Timeline
    sessions: Sessions
    feed: Feed
    store: Store
    archive: Archive
    desk: Desk
    brake: Brake
    reconciler: Reconciler
    minder: Minder
    reviews: Reviews
    usual_days: UsualDays
    thread: DeskThread
    door: Door
    witness: Witness
    evidence: Evidence
    rehearsals: Rehearsals
    watch: Watch
    alert_watch: AlertWatch
    first_steps: FirstSteps
    wires: tuple[ThreadWire, ...]
    lines: "tuple[PracticeLine | RemoteLine, ...]"
    recorder: Recorder | None  # of the prices a paper workspace hears
    started_at: datetime
    pid: int
    time_kept_at: datetime | None = None  # real time market time was last written down
    background: "Background | None" = None
    notifying: "Notifying | None" = None
    ticks: list[Callable[[], None]] = field(default_factory=list)  # what else looks at every tick
    unheard: deque[Report | AccountReading] = field(default_factory=deque)
    last_trouble: tuple[str, datetime] | None = None
    waiting: bool = False  # until somebody unlocks it nothing is watched, sent or run
    keyring_trouble: str = ""  # why this computer's keyring did not open it, where that was chosen
    begin_watching: Callable[[], None] = lambda: None
    ending: Event = field(default_factory=Event)
    samples: dict[str, Sample | None] = field(default_factory=dict)  # by account, as far as they were asked for
    again: bool = False  # it ends to come up again with a new run
    cut: Cut = field(default_factory=Cut)  # for what reads long
    catching_up: Lock = field(default_factory=Lock)  # on what accounts were worth
    _beginning: Lock = field(default_factory=Lock)

    @property
    def alive(self) -> bool:
        """Whether every thread that was started still works."""
        idle = self.waiting or bool(self.store.database.read_only)
        return self.thread.alive and (idle or all(wire.alive for wire in self.wires))

    def begin(self) -> None:
        """It was unlocked: from now on it watches and works. Once."""
        with self._beginning:
            if not self.waiting:
                return
            self.begin_watching()
        self.sign()

    def sign(self) -> None:
        """The journal as it stands, while there is a key; a disk that is full keeps nobody out."""
        if self.store.database.read_only or self.door.sealed or not self.door.locks:
            return
        day = self.sessions.day(self.timeline.now()).isoformat()
        with suppress(StoreError, VaultError):
            self.thread.ask(lambda: self.witness.sign(self.store, day))

    def note(self, kind: str, words: str) -> None:
        """Into the journal, as a person's act; a disk that is full keeps nobody out."""
        if self.store.database.read_only:
            return

        def write() -> None:
            with self.store.unit:
                self.store.journal.write(kind, words, who="person")

        with suppress(StoreError):
            self.thread.ask(write)

    def learn_usual(self, symbol: str) -> None:
        """On the caller's thread, before what an order costs is estimated."""
        found = self.thread.ask(lambda: find_instrument(self.desk, symbol), Urgency.COMMAND)
        self.usual_days.learn(found.id)

    def hear(self, news: Report | AccountReading) -> None:
        """On the desk thread. What could not be written down is kept and heard again: an answer must not get lost."""
        if self.unheard:
            self.unheard.append(news)
            return
        try:
            self._take(news)
        except StoreError:
            self.unheard.append(news)
            raise

    def hear_again(self) -> None:
        """In the order it came, as far as the disk lets us."""
        while self.unheard:
            news = self.unheard.popleft()
            try:
                self._take(news)
            except StoreError:
                self.unheard.appendleft(news)
                raise

    def _take(self, news: Report | AccountReading) -> None:
        if isinstance(news, AccountReading):
            self.reconciler.read(news)
        else:
            self.desk.hear(news)

    def close(self) -> None:
        """In good order: no new work, what reads long is cut short, the wires finish, the books are closed."""
        self.cut.ask()
        if self.background is not None:
            self.background.stop()
        if self.notifying is not None:
            self.notifying.stop()
        self.alert_watch.stop()
        for wire in self.wires:
            wire.close()
        self.thread.end()
        if not self.store.database.read_only:
            with suppress(StoreError), self.store.unit:  # a full disk keeps nothing from being closed
                keep_time(self.store.settings, self.timeline.anchor())
        for line in self.lines:
            line.close()
        if self.recorder is not None:
            self.recorder.stop()
        self.archive.close()  # before the database: the last to close it is the desk
        self.store.database.close()
