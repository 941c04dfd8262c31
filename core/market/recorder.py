"""Writes down what a source of prices says, and lets the exchange know it only when it is on the disk."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Protocol

from pyarrow import RecordBatch

from core.domain.errors import StoreError
from core.market.recorded import RecordedTape
from core.market.recording import About, Recording
from core.market.seconds import NEVER
from core.market.sessions import Sessions
from core.market.shelf import Shelf
from core.market.ticks import Tick, What, as_batch

GRACE: Final = timedelta(seconds=2)  # what comes later than this after its second changes no fill
NEWEST_DAYS: Final = 2  # of the recording that are kept at hand


class Source(Protocol):
    """Whatever tells prices. It is asked often, by one thread at a time."""

    def begin(self, now: datetime) -> Sequence[Tick]:
        """Begin to listen: what stands now."""
        ...

    def take(self, now: datetime) -> Sequence[Tick]:
        """What came in since it was last asked."""
        ...


class Recorder(RecordedTape):
    """The tape of a source that is listened to: asked how far it is known, it listens, writes and seals."""

    def __init__(
        self,
        *,
        source: Source,
        about: About,
        recording: Recording,
        sessions: Sessions,
        delay: timedelta = timedelta(0),
    ) -> None:
        super().__init__(sessions, about.by_id, Shelf(recording.folder))
        self._source = source
        self._recording = recording
        self._lag = delay + GRACE
        self._to_write: list[Tick] = []  # not yet on the disk
        self._ready: list[RecordBatch] = []  # the same, as it will stand there
        self._made = 0  # so many of them
        self._begun = False
        self.trouble = ""  # in words why nothing is recorded just now; empty = it is
        self._lock = Lock()
        recording.begin(about)
        self.take(recording.ticks(NEWEST_DAYS))

    def until(self, now: datetime) -> datetime:
        """Listen, and write when a second can be sealed."""
        with self._lock:
            fresh = not self._begun
            if fresh:
                standing = self._source.begin(now)
                self._begun = True
                self._listen([Tick(what=What.BEGIN, at=now, received=now), *standing])
            self._listen(self._source.take(now))
            seal = (now - self._lag).replace(microsecond=0)
            if fresh or seal > self.sealed:
                self._write(Tick(what=What.SEAL, at=seal, received=now))
            else:
                self._put_away()
        return super().until(now)

    def _listen(self, ticks: Sequence[Tick]) -> None:
        """What was heard is made ready for the disk each time, so that no asking waits for a whole second's."""
        self._to_write += ticks
        if len(self._to_write) > self._made:
            self._ready.append(as_batch(self._to_write[self._made :]))
            self._made = len(self._to_write)

    def _newest(self) -> datetime:
        told = (tick.received for tick in reversed(self._to_write) if tick.what is not What.BEGIN)
        return max(super()._newest(), next(told, NEVER))

    def _write(self, seal: Tick) -> None:
        """What the disk does not take is tried again with what comes next; until then nothing more is sealed."""
        try:
            self._recording.append([seal], self._ready)
        except StoreError as error:
            self.trouble = str(error)
            return
        told = [*self._to_write, seal]
        self.trouble, self._to_write, self._ready, self._made = "", [], [], 0
        self.take(told)

    def stop(self) -> None:
        """The hour that was being written becomes a whole file."""
        with self._lock, suppress(StoreError, OSError):  # what is on the disk stays; the next start finishes it
            self._recording.close()
