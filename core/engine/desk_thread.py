"""The one thread the desk lives on: commands, reports and ticks come through one queue, the urgent ones first."""

import itertools
import queue
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as TooLate
from enum import IntEnum
from typing import Final, TypeVar

from core.clock import stopwatch
from core.domain.errors import DeskError, DeskUnreachable

Answer = TypeVar("Answer")
TICK_EVERY: Final = 0.1


class Urgency(IntEnum):
    """Who goes first."""

    BRAKE = 0  # stop trading and cancels
    REPORT = 1
    COMMAND = 2
    LOOK = 3
    END = 9


class DeskThread:
    """Whatever touches the desk or writes the database runs here."""

    def __init__(
        self, tick: Callable[[], None], trouble: Callable[[Exception], None], every: float = TICK_EVERY
    ) -> None:
        self._tick = tick
        self._trouble = trouble
        self._every = every
        self._order = itertools.count()
        self._queue: queue.PriorityQueue[tuple[int, int, Callable[[], None]]] = queue.PriorityQueue()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="desk", daemon=True)
        self.late: Callable[[float], None] = lambda seconds: None

    def start(self) -> None:
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def end(self, patience: float = 10.0) -> None:
        """Finish what is queued, then stop."""
        self._put(Urgency.END, self._ended.set)
        if self.alive:
            self._thread.join(patience)

    def ask(self, act: Callable[[], Answer], urgency: Urgency = Urgency.LOOK, patience: float = 10.0) -> Answer:
        """Run it on the desk thread and wait for its answer."""
        if threading.current_thread() is self._thread:
            return act()
        answer: Future[Answer] = Future()

        def do() -> None:
            if not answer.set_running_or_notify_cancel():
                return
            try:
                answer.set_result(act())
            except BaseException as error:  # noqa: BLE001  it belongs to whoever asked
                answer.set_exception(error)

        self._put(urgency, do)
        try:
            return answer.result(timeout=patience)
        except (TooLate, CancelledError) as error:
            if answer.done() and answer.exception() is error:
                raise  # what was asked ran into a time-out of its own
            if answer.cancel():
                raise DeskUnreachable(
                    "The desk is busy and did not get to it in time. Nothing was done: try again."
                ) from error
            raise DeskUnreachable(
                "The desk did not answer in time. It may still do what was asked: look before you repeat it."
            ) from error

    def tell(self, act: Callable[[], None], urgency: Urgency = Urgency.REPORT) -> None:
        """Run it on the desk thread; nobody waits."""

        def do() -> None:
            try:
                act()
            except Exception as error:  # noqa: BLE001  the desk lives on and says so
                self._trouble(error)

        self._put(urgency, do)

    def _put(self, urgency: Urgency, do: Callable[[], None]) -> None:
        self._queue.put((urgency, next(self._order), do))

    def _work(self) -> None:
        due = stopwatch()
        while not self._ended.is_set():
            now = stopwatch()
            if now >= due:
                self.late(now - due)
                due = now + self._every
                self._guarded_tick()
            try:
                do = self._queue.get(timeout=max(due - stopwatch(), 0))[2]
            except queue.Empty:
                continue
            do()

    def _guarded_tick(self) -> None:
        try:
            self._tick()
        except Exception as error:  # noqa: BLE001
            self._trouble(error)


def describe(error: Exception) -> str:
    """For the log and the alarm; a DeskError speaks for itself."""
    return str(error) if isinstance(error, DeskError) else f"{type(error).__name__}: {error}"
