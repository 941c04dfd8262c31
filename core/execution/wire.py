"""Between the desk and one broker: errands go out one after another on a thread of their own, answers come back as reports."""

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from core.brokers.base import Line
from core.clock import Clock
from core.domain.fill import Report, Told
from core.domain.order import Purpose
from core.execution.errand import AccountReading, Cancel, Errand, Replace, Submit, run

BEAT_EVERY: Final = 0.1
TOO_OLD: Final = timedelta(seconds=10)


class Wire(Protocol):
    """Takes an errand and returns at once; its answer comes to the desk's `hear` or `read` later, exactly once.
    A cancel handed over again while it waits to be sent is the same errand.
    """

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
        halted: Callable[[], bool] = lambda: False,
        trouble: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        self._line = line
        self._clock = clock
        self._answer = answer
        self._beat = beat
        self._halted = halted
        self._trouble = trouble
        self._errands: deque[tuple[Errand, datetime]] = deque()
        self._cancels: dict[str, tuple[Errand, datetime]] = {}  # by client id: one asked twice is asked once
        self._wake = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name=f"wire-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def hand_over(self, errand: Errand) -> None:
        with self._wake:
            if isinstance(errand, Cancel):  # a line that hung is not flooded with them when it wakes
                self._cancels.setdefault(errand.order.client_id, (errand, self._clock.now()))
            else:
                self._errands.append((errand, self._clock.now()))
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
            found = self._next()
            if found is not None:
                self._answer(self._kept_back(*found) or run(found[0], self._line, self._clock))
            if self._beat is not None:
                try:
                    self._beat()
                except Exception as error:  # noqa: BLE001  the line's own work failed; the wire lives on and says so
                    self._trouble(error)

    def _kept_back(self, errand: Errand, handed: datetime) -> Report | None:
        """An order that waited here too long, or met a stop, does not go out: nothing left this machine."""
        if not isinstance(errand, Submit | Replace):
            return None
        order = errand.order if isinstance(errand, Submit) else errand.new
        now = self._clock.now()
        if now - handed > TOO_OLD:
            reason = "It waited too long behind other requests"
        elif order.purpose is not Purpose.CLOSE and not _lessens(errand) and self._halted():
            reason = "Trading was stopped before it was sent"
        else:
            return None
        return Report(told=Told.UNSENT, client_id=order.client_id, at=now, reason=reason)

    @property
    def alive(self) -> bool:
        """Whether its thread still works."""
        return self._thread.is_alive()

    def _next(self) -> tuple[Errand, datetime] | None:
        """The next errand; None when it is time for a beat, or to close."""
        with self._wake:
            if not (self._cancels or self._errands or self._closing):
                self._wake.wait(BEAT_EVERY if self._beat is not None else None)
            if self._closing:
                return None
            if self._cancels:
                return self._cancels.pop(next(iter(self._cancels)))
            return self._errands.popleft() if self._errands else None


def _lessens(errand: Submit | Replace) -> bool:
    """It only makes a working order smaller."""
    return isinstance(errand, Replace) and errand.new.lessens(errand.old)
