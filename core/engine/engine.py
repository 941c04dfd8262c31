"""One open workspace: its desk, the threads around it, and what the facets and jobs need to reach."""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING

from core.channel.home import WorkspaceFolder
from core.clock import Clock
from core.domain.workspace import Workspace
from core.engine.desk_thread import DeskThread
from core.engine.timekeeping import keep_time
from core.execution.brake import Brake
from core.execution.desk import Desk
from core.execution.minder import Minder
from core.execution.reconciler import Reconciler
from core.execution.review import Reviews
from core.execution.wire import ThreadWire
from core.market.feeds.base import Feed
from core.market.sessions import Sessions
from core.market.timeline import Timeline
from core.store.store import Store

if TYPE_CHECKING:
    from core.brokers.practice.line import PracticeLine
    from core.brokers.practice.remote import RemoteLine
    from core.engine.background import Background

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
    desk: Desk
    brake: Brake
    reconciler: Reconciler
    minder: Minder
    reviews: Reviews
    thread: DeskThread
    wires: tuple[ThreadWire, ...]
    lines: "tuple[PracticeLine | RemoteLine, ...]"
    started_at: datetime
    pid: int
    time_kept_at: datetime | None = None  # real time market time was last written down
    background: "Background | None" = None
    ending: Event = field(default_factory=Event)

    def close(self) -> None:
        """In good order: no new work, the wires finish, the books are closed."""
        if self.background is not None:
            self.background.stop()
        for wire in self.wires:
            wire.close()
        self.thread.end()
        if not self.store.database.read_only:
            with self.store.unit:
                keep_time(self.store.settings, self.timeline.anchor())
        for line in self.lines:
            line.close()
        self.store.database.close()
