"""Between the desk and one broker: errands go out one after another on a thread of their own, answers come back as reports."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from core.brokers.base import Line
from core.clock import Clock
from core.domain.fill import Report
from core.execution.errand import AccountReading, Cancel, Errand, run

BEAT_EVERY: Final = 0.1


class Wire(Protocol):
    """Takes an errand and returns at once; its answer comes to the desk's `hear` or `read` later, exactly once."""

    def hand_over(self, errand: Errand) -> None:
        """Durable things only: what is handed over may be on the wire a moment later."""
        ...


class ThreadWire:
    """One sending thread. Cancels go before everything else; a broker that hangs delays nobody but itself."""

    def __init__(
        self,
        name: str,
        line: Line,
        clock: Clock,
        answer: Callable[[Report | AccountReading], None],
        beat: Callable[[], None] | None = None,
    ) -> None:
        self._line = line
        self._clock = clock
        self._answer = answer
        self._beat = beat
        self._errands: deque[Errand] = deque()
        self._cancels: deque[Errand] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name=f"wire-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def hand_over(self, errand: Errand) -> None:
        with self._wake:
            (self._cancels if isinstance(errand, Cancel) else self._errands).append(errand)
            self._wake.notify()

    def close(self, patience: float = 3.0) -> None:
        """Finish what is on the wire, take no more."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(patience)

    def _work(self) -> None:
        while not self._closing:
            errand = self._next()
            if errand is not None:
                self._answer(run(errand, self._line, self._clock))
            if self._beat is not None:
                self._beat()

    def _next(self) -> Errand | None:
        """The next errand; None when it is time for a beat, or to close."""
        with self._wake:
            if not (self._cancels or self._errands or self._closing):
                self._wake.wait(BEAT_EVERY if self._beat is not None else None)
            if self._closing:
                return None
            if self._cancels:
                return self._cancels.popleft()
            return self._errands.popleft() if self._errands else None
