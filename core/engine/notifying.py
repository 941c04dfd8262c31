"""The thread that tells a person who is not looking. It waits for the desk; the desk never waits for it."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import Final

from core.clock import stopwatch
from core.domain.errors import DeskError, NotTold, placed
from core.engine.desk_thread import Urgency
from core.engine.engine import Engine
from core.engine.outbox import Outbox, Parcel
from core.engine.places import HEARTBEAT, Places
from core.notify.events import KINDS, told
from core.notify.keys import Keys, NoKeys
from core.notify.post import post

LOOK_EVERY: Final = 1.0  # seconds
AT_ONCE: Final = 50  # rows of the journal in one step: some milliseconds of the desk's time
_STEPS: Final = 20  # in one round
_REPEATS_EVERY: Final = timedelta(seconds=15)
_BEAT_EVERY: Final = timedelta(minutes=1)
_BEAT_ANSWER: Final = 5.0  # seconds for the desk to show that it lives
_FAREWELL: Final = 2.0  # seconds: what is being sent then is sent again at the next start
_log: Final = logging.getLogger(__name__)


class Notifying:
    """Two threads: one sends, one beats; a hanging server delays nobody but the messages behind it."""

    def __init__(self, engine: Engine, keys: Keys | None = None, here: tzinfo | None = None) -> None:
        self._engine = engine
        self.places = Places(engine.store.settings, engine.store.unit, keys or NoKeys())
        self.outbox = Outbox(engine, self.places, here)
        self.beat_at = engine.started_at - _BEAT_EVERY
        self.beat_problem = ""
        self.beaten_at: datetime | None = None
        self._repeated_at = engine.started_at
        self._unsettled: list[Callable[[], None]] = []
        self._opened = False
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(act,), name=name, daemon=True)
            for name, act in (("notices", self.round), ("heartbeat", self.beat))
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Whatever is on its way has a moment."""
        self._ended.set()
        until = stopwatch() + _FAREWELL
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(until - stopwatch(), 0))

    def open(self) -> None:
        """On the desk thread, once: as it was left."""
        if not self._opened:
            self.places.load()
            self.outbox.open()
            self._opened = True

    def update_on(self) -> str:
        """On the desk thread: the day of the performance update."""
        self.open()
        return self.outbox.rules.update_on

    def round(self) -> None:
        """Read the journal, and send what is due."""
        self._desk(self.open)
        while self._unsettled:
            self._desk(self._unsettled[0])
            self._unsettled.pop(0)
        newest = self._engine.store.journal.newest  # before it is asked who is to be told: what comes after is for them
        on = self._engine.thread.ask(self.places.on)
        for _ in range(_STEPS):
            if not self._read(on, newest):
                break
        now = self._engine.clock.now()
        if now - self._repeated_at >= _REPEATS_EVERY:
            self._repeated_at = now
            self._desk(self.outbox.repeat_loud)
        for way in on:
            if self._ended.is_set():
                return
            self._tell(way)

    def beat(self) -> None:
        """To an address outside, each minute while the desk thread answers: its silence is the alarm."""
        engine = self._engine
        if engine.clock.now() - self.beat_at < _BEAT_EVERY:
            return

        def wanted() -> bool:
            self.open()
            return self.places.is_on(HEARTBEAT) and engine.alive and not engine.waiting

        if not engine.thread.ask(wanted, Urgency.LOOK, _BEAT_ANSWER):
            return
        self.beat_at = engine.clock.now()
        secrets = self.places.secrets(HEARTBEAT)
        url = self.places.values(HEARTBEAT, secrets).get("url", "")
        if failure := _tried(HEARTBEAT, lambda: post(url, b"", "text/plain")):
            self.beat_problem = str(failure)
            _log.warning("heartbeat: %s", failure)
            return
        self.beat_problem, self.beaten_at = "", engine.clock.now()

    def _read(self, on: tuple[str, ...], newest: int) -> bool:
        """Beside the desk; what is found there is kept in one small step on its thread. Whether there is more."""
        if newest <= self.outbox.read or not on:
            self.outbox.read = max(newest, self.outbox.read)
            return False
        lines, orders = self._engine.archive.since(self.outbox.read, KINDS, AT_ONCE)
        upto = lines[-1].seq if len(lines) == AT_ONCE else newest
        found = [told(line, orders.get(line.order_id)) for line in lines if line.seq <= upto]
        self._desk(lambda: self.outbox.keep([one for one in found if one is not None], upto))
        return upto < newest

    def _tell(self, way: str) -> None:
        """What is due there, if anything is."""
        parcel = self._engine.thread.ask(lambda: self.outbox.take(way))
        if parcel is None:
            return
        secrets = self.places.secrets(way)
        problem = self.places.problem(way, secrets)

        def tell() -> None:
            self.places.way(way, secrets).tell(parcel.message)

        self._settle(parcel, NotTold(problem) if problem else _tried(way, tell))

    def _settle(self, parcel: Parcel, failure: NotTold | None) -> None:
        def settle() -> None:
            self.outbox.settle(parcel, failure)

        self._unsettled.append(settle)
        self._desk(settle)
        self._unsettled.remove(settle)

    def _desk(self, act: Callable[[], None]) -> None:
        self._engine.thread.ask(act)

    def _work(self, act: Callable[[], None]) -> None:
        while not self._ended.wait(LOOK_EVERY):
            try:
                act()
            except DeskError as error:  # the disk is full, or the desk is busy: in a moment again
                _log.warning("notices: %s", error)
            except Exception:  # noqa: BLE001  telling of trouble must not end with it
                _log.exception("notices")


def _tried(way: str, tell: Callable[[], None]) -> NotTold | None:
    """How it ended; None = well."""
    try:
        tell()
    except NotTold as error:
        return error
    except Exception as error:  # noqa: BLE001  a way's fault is a message that was not told
        _log.error("notices: %s failed inside: %s", way, placed(error))
        return NotTold(f"It failed inside: {type(error).__name__}.", maybe=True)
    return None
