"""A practice exchange in a process of its own: callers come and go, are killed and come back, it remembers."""

from collections import deque
from contextlib import suppress
from multiprocessing.connection import Listener
from threading import Event, Lock, Thread
from typing import Any, Final

import msgspec

from core.brokers.practice.line import PracticeLine
from core.brokers.practice.messages import LONGEST, Answer, Ask, News, args_of, encode, read_ask
from core.domain.errors import DeskError
from core.domain.fill import Report
from core.market.timeline import Timeline
from core.system import AnyConnection, hang_up

BEAT: Final = 0.1  # seconds between two looks at the market
_UNHEARD: Final = 10_000  # reports kept for a caller who does not ask


class Server:
    """Answers callers, each on its own thread; the exchange itself is used by one at a time."""

    def __init__(self, *, line: PracticeLine, timeline: Timeline, listener: Listener) -> None:
        self._line = line
        self._timeline = timeline
        self._listener = listener
        self._ears: dict[AnyConnection, deque[Report]] = {}
        self._lock = Lock()
        self._over = Event()
        line.listen(self._told)

    def run(self) -> None:
        """Until stop() is called."""
        Thread(target=self._welcome, daemon=True).start()
        while not self._over.wait(BEAT):
            self._line.heartbeat()

    def stop(self) -> None:
        """Hang up on everybody."""
        self._over.set()
        self._listener.close()
        with self._lock:
            for connection in self._ears:
                hang_up(connection)

    def _welcome(self) -> None:
        while not self._over.is_set():
            with suppress(OSError):  # a caller who hung up before we came, or stop()
                connection = self._listener.accept()
                with self._lock:
                    self._ears[connection] = deque(maxlen=_UNHEARD)
                Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: AnyConnection) -> None:
        with suppress(OSError, EOFError, KeyError, msgspec.DecodeError), connection:  # killed, or none of ours
            while not self._over.is_set():
                ask = read_ask(connection.recv_bytes(LONGEST))
                connection.send_bytes(encode(self._answer(connection, ask)))
        with self._lock:
            self._ears.pop(connection, None)

    def _answer(self, connection: AnyConnection, ask: Ask) -> Answer:
        self._timeline.not_before(ask.at)
        try:
            result = self._news(connection) if ask.verb == "news" else self._do(ask)
        except DeskError as error:
            return Answer(error=type(error).__name__, words=str(error))
        return Answer(ok=msgspec.Raw(encode(result)))

    def _do(self, ask: Ask) -> Any:
        args = args_of(ask)  # an unknown verb ends here
        if ask.verb == "follow":
            return self._timeline.jump(*args)
        return getattr(self._line, ask.verb)(*args)

    def _news(self, connection: AnyConnection) -> News:
        with self._lock:
            heard = self._ears[connection]
            reports = tuple(heard)
            heard.clear()
        return News(at=self._timeline.now(), reports=reports)

    def _told(self, report: Report) -> None:
        with self._lock:
            for heard in self._ears.values():
                heard.append(report)
