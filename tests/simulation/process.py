"""One process worth of desk, alive or dead: its disk, its wire without a thread, and everything it hears."""

import sqlite3
from collections import deque
from collections.abc import Callable
from random import Random
from typing import Any

from core.domain.errors import DeskError, StoreError
from core.domain.fill import Report
from core.domain.order import Order, Purpose
from core.execution.errand import AccountReading, Errand, run
from core.execution.wire import ThreadWire
from tests.fakes.broker import Answer, FakeBroker, FakeLine, Killed
from tests.fakes.clock import FakeClock
from tests.fakes.disk import Fault, is_write
from tests.fakes.house import House, build, founded_disk
from tests.fakes.market import FakeHours, FakePrices
from tests.simulation.guarded import Guarded
from tests.simulation.truth import always, at_peace, demand, durable, frozen_without_cause, reserves_kept, watch
from tests.simulation.weather import ANSWERS, LOST, READS, Weather, any_weather


class Process:
    """The real desk over a broker that remembers. Every event is one line of the trace."""

    def __init__(
        self,
        seed: int,
        *,
        refuses_repeats: bool = True,
        weather: Weather | None = None,
        started: Callable[[Any], None] = lambda _: None,
    ) -> None:
        self.seed = seed
        self.rng = Random(seed)
        self.weather = self.rough = weather or any_weather(self.rng)
        self.clock = FakeClock()
        self.prices = FakePrices(clock=self.clock, market_clock=self.clock)
        self.broker = FakeBroker(
            clock=self.clock,
            market_clock=self.clock,
            refuses_repeats=refuses_repeats,
            look_up=refuses_repeats,
            keeps_refusals=refuses_repeats and seed % 4 == 3,
            on_accept=self._accepted,
        )
        self.line = FakeLine(broker=self.broker, answer=self._answer, meanwhile=self._meanwhile)
        self.disk = founded_disk()
        self.guarded = Guarded(disk=self.disk, broker=self.broker)
        self.trace: list[str] = []
        self.split: set[str] = set()  # names that split today
        self.house: House | None = None
        self.wire: ThreadWire | None = None  # the real one, without its thread
        self.sending = False
        self.inbox: deque[Report | AccountReading] = deque()
        self.drafts: list[Order] = []
        self.problems: list[str] = []  # seen at the instant of an acceptance
        self.made: dict[str, str] = {}  # token → client id of the order it made
        self.placed = self.refused = self.crashes = 0
        self.started = started
        watch(self.disk)
        self.start()

    def start(self) -> None:
        """The engine comes up on what is on the disk."""
        self.note("start")
        self.disk.before, self.disk.after = self._before_statement, lambda _: None
        self.wire = ThreadWire("fake", self.line, self.clock, self.inbox.append, halted=self._halted)
        try:
            self.house = build(
                self.disk,
                self.clock,
                self.clock,
                self.prices,
                FakeHours(),
                self,
                self.broker.capabilities,
            )
            self.minder = self.house.minder
            self.started(self)
            self.broker.streams = [self._overheard]
            self.house.desk.wake()
        except Killed:
            self._died()
        except StoreError:
            self.note("the start failed")
            self._died()

    def start_again(self) -> None:
        """The supervisor brings it back; mostly the first reading comes through."""
        self.start()
        if self.rng.random() < 0.7:
            self.pump()

    def die(self) -> None:
        """SIGKILL."""
        self._died()

    def _died(self) -> None:
        self.note("killed")
        self.crashes += 1
        self.house = None
        self.broker.streams = []
        self.wire = None
        self.inbox.clear()
        self.disk.pull_the_plug()

    def attempt(self, act: Callable[[], object]) -> bool:
        """Do something inside the process; it may die of it, refuse, or not be able to write."""
        if self.house is None:
            return False
        try:
            act()
        except Killed:
            self._died()
            return False
        except StoreError as error:
            self.note(f"  not written: {str(error)[:90]}")
            return False
        except DeskError as refusal:
            self.refused += 1
            self.note(f"  refused: {type(refusal).__name__}: {str(refusal)[:110]}")
            return False
        return True

    @property
    def desk_house(self) -> House:
        assert self.house is not None
        return self.house

    # the wire: as the sending thread does it, cancels first ----------------------------------------------------------

    def hand_over(self, errand: Errand) -> None:
        assert self.wire is not None
        self.wire.hand_over(errand)
        if self.rng.random() < self.weather.eager:
            self.send()

    def send(self) -> None:
        """The sending thread does one errand."""
        if not self.busy:
            return
        assert self.wire is not None
        found = self.wire._next()
        assert found is not None
        self.sending = True
        try:
            answer = self.wire._kept_back(*found) or run(found[0], self.line, self.clock)
        finally:
            self.sending = False
        told = answer.told if isinstance(answer, Report) else f"reading {answer.reason}"
        self.note(f"  wire {_name(found[0])} -> {told}")
        self.inbox.append(answer)

    @property
    def busy(self) -> bool:
        """Something waits to be sent."""
        return self.wire is not None and bool(self.wire._cancels or self.wire._errands)

    def _halted(self) -> bool:
        return self.house is not None and self.house.brake.stopped

    def hear(self) -> None:
        """The desk takes one answer from its queue."""
        if not self.inbox:
            return
        index = self.rng.randrange(len(self.inbox)) if self.rng.random() < self.weather.disorder else 0
        report = self.inbox[index]
        del self.inbox[index]
        self.note(f"hear {_told(report)}")
        for _ in range(2 if self.rng.random() < self.weather.twice else 1):
            self._take(report)

    def _take(self, report: Report | AccountReading) -> None:
        """No refusal is possible here: what was told was told. What cannot be written now is kept."""
        if self.house is None:
            return
        try:
            self.house.hear(report)
        except Killed:
            self._died()
        except StoreError as error:
            self.note(f"  not written: {str(error)[:90]}")

    def tick(self) -> None:
        self.note("tick")
        self.attempt(self._tick)

    def _tick(self) -> None:
        try:
            self.desk_house.hear_again()
        finally:
            self.minder.tick()

    def guarded_send(self) -> None:
        if self.busy:
            self.attempt(self.send)

    def pump(self) -> None:
        """A quiet moment: what is due is done, and every answer is heard."""
        self.tick()
        for _ in range(20):
            if not (self.inbox or self.busy):
                return
            self.guarded_send()
            self.hear()

    def check(self) -> None:
        demand(self.problems)
        demand(always(self.disk, self.broker, self.line))
        demand(self.guarded.bare())
        if self.house is not None:
            demand(reserves_kept(self.disk, self.house.pictures))
            demand(frozen_without_cause(self.house.pictures))

    def at_peace(self) -> None:
        demand(at_peace(self.disk, self.broker, self.line))
        levels = self.desk_house.pictures.levels
        demand(f"{one.scope} is still held: {one.reason}" for one in levels.restrictions if one.by == "corporate event")

    def _accepted(self, order: Order) -> None:
        """Remembered, not raised: a sending thread turns every exception into an answer."""
        self.problems += durable(self.disk, order)
        self.problems += self.guarded.too_much(order)
        less = any(order.lessens(held.order) for held in self.broker.held if held.order.id == order.replaces)
        if self.sending and self._halted() and order.purpose is not Purpose.CLOSE and not less:
            self.problems.append(f"{order.client_id} was sent while trading was stopped")

    def _answer(self, verb: str, client_id: str) -> Answer:
        if verb == self.weather.sick:
            return self.weather.sickness
        if verb == "replace" and self.broker.keeps_refusals and self.rng.random() < self.weather.answers:
            self.note(f"  {client_id} is refused in place of another, and nobody hears it")
            return Answer.REFUSAL_LOST
        rare = 0.2 if verb in READS else 1
        if self.rng.random() >= self.weather.answers * rare:
            return Answer.OK
        answer = self.rng.choice(LOST if self.weather.fog else ANSWERS)
        self.note(f"  {verb} {client_id} meets: {answer}")
        return answer

    def _meanwhile(self) -> None:
        """What happens between two questions of one reading."""

    def _overheard(self, report: Report) -> None:
        if self.rng.random() >= self.weather.deaf:
            self.inbox.append(report)

    def _before_statement(self, sql: str) -> None:
        if not is_write(sql):
            return
        if self.rng.random() < self.weather.crash:
            self.note(f"  dies at {sql[:40]}")
            raise Killed
        if self.rng.random() < self.weather.disk:
            fault = self.rng.choice(list(Fault))
            self.note(f"  {fault} at {sql[:40]}")
            raise sqlite3.OperationalError(fault.value)

    def note(self, words: str) -> None:
        self.trace.append(words)


def _name(errand: Errand) -> str:
    order = getattr(errand, "order", None) or getattr(errand, "new", None)
    return f"{type(errand).__name__} {order.client_id if order else ''}"


def _told(report: Report | AccountReading) -> str:
    if isinstance(report, AccountReading):
        return f"reading ok={report.ok} {report.reason}"
    held = f" {report.order.status} {report.order.filled}" if report.order else ""
    fills = " ".join(fill.execution_id for fill in report.fills)
    return f"{report.told} {report.client_id}{held} {fills} {report.reason}"
