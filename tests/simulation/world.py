"""A whole trading day from one number: the real desk, a broker, a market, a person, and everything that can go wrong."""

import sqlite3
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from random import Random
from typing import Final

from core.domain.errors import DeskError, StoreError
from core.domain.fill import Fill, Report
from core.domain.money import ZERO
from core.domain.order import AT_BROKER, OPEN, Order, OrderType, Origin, Purpose, Side, Status, TimeInForce
from core.domain.verdict import Consent
from core.execution.errand import AccountReading, Errand, run
from core.execution.wire import ThreadWire
from core.risk.limits import kinds
from tests.fakes.broker import ACCOUNT, Answer, FakeBroker, FakeLine, Held, Killed
from tests.fakes.clock import FakeClock
from tests.fakes.disk import Fault, is_write
from tests.fakes.house import House, build, founded_disk
from tests.fakes.market import SHARES, FakeHours, FakePrices
from tests.simulation.truth import Broken, always, at_peace, demand, durable, frozen_without_cause, reserves_kept, watch

YES: Final = Consent(warnings=tuple(kinds()), reasons=dict.fromkeys(kinds(), "simulated"), worst_case_seen=True)
ANSWERS: Final = (
    Answer.REJECT,
    Answer.TIMEOUT_AFTER,
    Answer.TIMEOUT_BEFORE,
    Answer.REPLY_LOST,
    Answer.REQUEST_LOST,
    Answer.LATE,
    Answer.TWICE,
    Answer.DOWN,
    Answer.KILLED_BEFORE,
    Answer.KILLED_AFTER,
    Answer.KILLED_LATE,
)
READS: Final = ("orders", "executions", "positions", "cash", "activities")
LOST: Final = (Answer.LATE, Answer.LATE, Answer.REQUEST_LOST, Answer.REJECT, Answer.DOWN, Answer.TIMEOUT_BEFORE)
CENT: Final = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Weather:
    """How rough a day is: chances per request, per report and per statement."""

    answers: float = 0.0  # a request meets anything but a plain answer
    deaf: float = 0.0  # a word on the stream is lost
    twice: float = 0.0  # a report is told twice
    disorder: float = 0.0  # reports overtake each other
    crash: float = 0.0  # the process dies during a write
    disk: float = 0.0  # a write fails
    eager: float = 0.5  # the sending thread is faster than the desk
    fog: bool = False  # requests get lost on their way out, or arrive much later
    sick: str = ""  # one kind of question the broker cannot answer all day …
    sickness: Answer = Answer.REJECT  # … and how it fails


CALM: Final = Weather()


class World:
    """One seed, one day. Every event is one line of the trace."""

    def __init__(
        self,
        seed: int,
        *,
        refuses_repeats: bool = True,
        weather: Weather | None = None,
        started: Callable[["World"], None] = lambda _: None,
    ) -> None:
        self.seed = seed
        self.rng = Random(seed)
        self.weather = self.rough = weather or self._weather()
        self.clock = FakeClock()
        self.prices = FakePrices(clock=self.clock, market_clock=self.clock)
        self.broker = FakeBroker(
            clock=self.clock,
            market_clock=self.clock,
            refuses_repeats=refuses_repeats,
            look_up=refuses_repeats,
            on_accept=self._accepted,
        )
        self.opening_cash = self.broker.cash
        self.line = FakeLine(broker=self.broker, answer=self._answer, meanwhile=self._meanwhile)
        self.disk = founded_disk()
        self.trace: list[str] = []
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

    # the process -----------------------------------------------------------------------------------------------------

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
        self.minder.tick()
        self.desk_house.hear_again()

    # what the person does --------------------------------------------------------------------------------------------

    def draft(self) -> Order:
        """Something to order: mostly small, sometimes fractional, sometimes waiting for a price."""
        rng = self.rng
        name = rng.choice(list(SHARES))
        last = self.prices.last[name]
        side = rng.choice((Side.BUY, Side.SELL))
        held = self.broker.positions.get(name, ZERO)
        purpose = Purpose.TRADE
        quantity = Decimal(rng.choice((1, 3, 10, 37, 40)))
        if side is Side.SELL and held <= 0:
            purpose = Purpose.SHORT
        time_in_force = rng.choice((TimeInForce.DAY, TimeInForce.DAY, TimeInForce.GTC, TimeInForce.IOC))
        if purpose is Purpose.TRADE and time_in_force is TimeInForce.DAY and rng.random() < 0.3:
            quantity += Decimal("0.125")
        kind = rng.choice((OrderType.LIMIT, OrderType.LIMIT, OrderType.MARKET))
        limit = None if kind is OrderType.MARKET else last + side.sign * CENT * rng.choice((-30, -2, 0, 1))
        return Order(
            id="",
            intent_key=f"token-{self.seed}-{len(self.drafts)}",
            client_id="",
            account_id=ACCOUNT,
            instrument_id=name,
            symbol=SHARES[name].symbol,
            side=side,
            type=kind,
            quantity=quantity,
            limit=limit,
            time_in_force=time_in_force,
            purpose=purpose,
            origin=rng.choice((Origin.TICKET, Origin.ALGORITHM)),
        )

    def place(self, draft: Order, *, waits: bool = False) -> None:
        self.note(f"place {draft.intent_key} {draft.side} {draft.quantity} {draft.symbol} {draft.limit} waits={waits}")
        if self.attempt(lambda: self._press(draft, waits)):
            self.placed += 1

    def _press(self, draft: Order, waits: bool) -> None:
        made = self.desk_house.desk.place(draft, YES, waits=waits)
        first = self.made.setdefault(draft.intent_key, made.client_id)
        if first != made.client_id:
            raise Broken(f"{draft.intent_key} made {first} and {made.client_id}")

    def ours(self, *statuses: Status) -> list[Order]:
        if self.house is None:
            return []
        return [order for order in self.house.store.orders.open() if order.status in statuses]

    def cancel(self, order: Order) -> None:
        self.note(f"cancel {order.id}")
        self.attempt(lambda: self.desk_house.desk.cancel(order.id))

    def replace(self, order: Order) -> None:
        new = replace(
            order,
            id="",
            client_id="",
            intent_key=f"token-{self.seed}-{len(self.drafts)}",
            quantity=order.quantity + self.rng.choice((-2, 0, 5)) if order.quantity > 3 else order.quantity,
            limit=None if order.limit is None else order.limit + self.rng.choice((-CENT, CENT)),
            status=Status.DRAFT,
            filled=ZERO,
            filled_value=ZERO,
            carried=ZERO,
            broker_order_id=None,
            reason="",
            cancel_asked=False,
            doubted=False,
            sent_at=None,
        )
        self.drafts.append(new)
        self.note(f"replace {order.id} with {new.intent_key} {new.quantity} at {new.limit}")
        self.attempt(lambda: self.desk_house.desk.replace(order.id, new, YES))

    # one event -------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Anything may happen next."""
        if self.house is None:
            self.rng.choice((self.start_again, self.start_again, self.market, self.arrive, self.pass_time))()
            self.check()
            return
        weights = {
            self.order_something: 12,
            self.press_again: 2,
            self.cancel_something: 3,
            self.close_something: 2,
            self.stop_or_resume: 1,
            self.replace_something: 3,
            self.attest_something: 1,
            self.ask_again: 3,
            self.guarded_send: 8,
            self.hear: 10,
            self.market: 8,
            self.arrive: 2,
            self.tick: 4,
            self.pump: 8,
            self.pass_time: 7,
            self.die: 1 if self.weather.crash else 0,
        }
        self.rng.choices(list(weights), list(weights.values()))[0]()
        self.check()

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

    def order_something(self) -> None:
        draft = self.draft()
        self.drafts.append(draft)
        self.place(draft, waits=self.rng.random() < 0.1)

    def press_again(self) -> None:
        """The same token once more: a double click, a second window, a page that runs again."""
        if not self.drafts:
            return
        draft = self.rng.choice(self.drafts)
        if draft.replaces is None and draft.carried == 0:
            self.place(draft)

    def cancel_something(self) -> None:
        if open_orders := self.ours(*OPEN):
            self.cancel(self.rng.choice(open_orders))

    def close_something(self) -> None:
        """A person wants out: all of one position, by a named act."""
        if self.house is None:
            return
        held = sorted(self.house.store.books.positions(ACCOUNT).items())
        if not held:
            return
        name, position = self.rng.choice(held)
        draft = replace(
            self.draft(),
            instrument_id=name,
            symbol=SHARES[name].symbol,
            side=Side.SELL if position.quantity > 0 else Side.BUY,
            quantity=abs(position.quantity),
            type=OrderType.MARKET,
            limit=None,
            time_in_force=TimeInForce.DAY,
            purpose=Purpose.CLOSE,
        )
        self.drafts.append(draft)
        self.place(draft)

    def stop_or_resume(self) -> None:
        """The red button, or trading again."""
        brake = self.desk_house.brake
        if brake.stopped:
            self.note("resume")
            self.attempt(lambda: brake.resume("looked into it"))
        else:
            self.note("stop trading")
            self.attempt(lambda: brake.stop("a person pressed it"))

    def replace_something(self) -> None:
        if working := self.ours(Status.ACKED, Status.PARTIAL):
            self.replace(self.rng.choice(working))

    def attest_something(self) -> None:
        """A person looks at the broker's site and says what it shows."""
        for order in self.ours(Status.UNKNOWN):
            if not self.broker.holding(order.client_id):
                self.note(f"attest {order.id}")
                self.attempt(partial(self.minder.attest, order.id, "the broker has no such order"))
                return

    def ask_again(self) -> None:
        """Send again, or look again, by hand."""
        if waiting := self.ours(Status.UNSENT, Status.INTENT, Status.UNKNOWN):
            order = self.rng.choice(waiting)
            act = self.rng.choice((self.desk_house.desk.send_again, self.minder.look_again))
            self.note(f"{act.__name__} {order.id}")
            self.attempt(lambda: act(order.id))

    def pass_time(self) -> None:
        steps = (1800, 9000) if self.rng.random() < 0.05 else (0.3, 1, 4, 8, 12, 16, 20, 45)
        self.advance(self.rng.choice(steps))

    def advance(self, seconds: float) -> None:
        """Time passes, for the broker too: at the close its day orders lapse."""
        before = FakeHours().day(self.clock.now())
        self.clock.advance(seconds)
        self.note(f"{seconds} s pass: {self.clock.now():%d %H:%M:%S}")
        if FakeHours().day(self.clock.now()) != before:
            self.note("the broker's day ends")
            self.broker.end_of_day()

    def arrive(self) -> None:
        """A request that was under way all the time."""
        if self.line.late and self.rng.random() < (0.2 if self.weather.fog else 1):
            self.note("a late request arrives")
            self.line.arrive()

    def market(self) -> None:
        """The market, the exchange, or somebody with the broker's own app."""
        rng = self.rng
        name = rng.choice(list(SHARES))
        self.prices.last[name] += CENT * rng.choice((-5, -1, 1, 5))
        chance = rng.random()
        working = list(self.broker.working())
        if working and chance < 0.75:
            self._trade(rng.choice(working))
        elif chance < 0.80 and (live := self._not_busted()):
            fill = rng.choice(live)
            self.note(f"bust {fill.execution_id}")
            self.broker.bust(fill)
        elif chance < 0.86:
            fill = self.broker.elsewhere(
                name, rng.choice(list(Side)), Decimal(rng.choice((1, 5))), self.prices.last[name]
            )
            self.note(f"made elsewhere {fill.side} {fill.quantity} {name} {fill.execution_id}")
        elif chance < 0.92:
            activity = self.broker.pay(*rng.choice((("dividend", Decimal("3.17")), ("fee", Decimal("-1.005")))))
            self.note(f"{activity.kind} {activity.value}")

    def _trade(self, held: Held) -> None:
        rng = self.rng
        asked = held.reason == "cancel requested"
        chance = rng.random()
        if asked and chance < 0.5:
            self.note(f"the broker cancels {held.order.client_id}")
            self.broker.finish_cancel(held)
            if chance < 0.1 and held.leaves:
                self._fill(held)  # the exchange was faster
        elif chance < 0.05:
            self.note(f"the exchange sends {held.order.client_id} back")
            self.broker.refuse_late(held)
        else:
            self._fill(held)

    def _fill(self, held: Held) -> None:
        whole = self.rng.random() < 0.4
        part = held.leaves if whole else min(held.leaves, Decimal(self.rng.choice((1, 2, 7))))
        price = held.order.limit or self.prices.last[held.order.instrument_id]
        fill = self.broker.fill(held, part, price)
        self.note(f"fill {part} of {held.order.client_id}, {held.leaves} left, {fill.execution_id}")

    def _not_busted(self) -> list[Fill]:
        gone = {fill.busts for fill in self.broker.fills}
        return [f for f in self.broker.fills if not f.busts and f.execution_id not in gone]

    # the day ---------------------------------------------------------------------------------------------------------

    def day(self, events: int | None = None) -> None:
        """Live through it, let everything heal, and compare."""
        self.weather = CALM
        self.pump()
        self.weather = self.rough
        for _ in range(events or self.rng.randint(30, 70)):
            self.step()
        self.heal()

    def heal(self) -> None:
        """The faults end. What was under way arrives, what can be learned is learned, and the books must agree."""
        self.note("--- faults end")
        self.weather = CALM
        self.disk.heal()
        if self.house is None:
            self.start()
        self._settle()
        if self._halted():
            self.desk_house.brake.resume("the day is over")
        self._finish_cancels()
        self._settle()
        self.at_peace()
        self.note("--- the session ends")
        self.advance(24 * 3600)
        self._settle()
        self._accept_differences()
        for order in self.ours(Status.UNKNOWN):
            self.note(f"attest {order.id}")
            self.minder.attest(order.id, "the broker has no such order")
        self._settle()
        self.at_peace()
        left = self.ours(Status.SENDING, Status.UNKNOWN, Status.REPLACE_PENDING, Status.CANCEL_PENDING)
        demand(f"order {order.id} is {order.status} for ever" for order in left)

    def _settle(self) -> None:
        for _ in range(6):
            self.advance(8)
            while self.line.late:
                self.note("a late request arrives")
                self.line.arrive()
            self._tick()
            for _ in range(300):
                self.send()
                self.hear()
                if not (self.inbox or self.busy):
                    break
            else:
                raise Broken("the desk and the broker never come to rest")
            self.check()

    def _finish_cancels(self) -> None:
        for held in list(self.broker.working()):
            if held.reason == "cancel requested":
                self.broker.finish_cancel(held)
        demand(
            f"order {order.id} was to be cancelled and the broker was never asked"
            for order in self.ours(*AT_BROKER)
            if order.cancel_asked and self.broker.holding(order.client_id)[0].open
        )

    def _accept_differences(self) -> None:
        for scope in list(self.desk_house.pictures.broker_quantities):
            self.note(f"accept the broker's number for {scope}")
            self.desk_house.reconciler.accept(ACCOUNT, scope.partition("/")[2], "the broker is right", Decimal(1))

    # judging ---------------------------------------------------------------------------------------------------------

    def check(self) -> None:
        demand(self.problems)
        demand(always(self.disk, self.broker, self.line))
        if self.house is not None:
            demand(reserves_kept(self.disk, self.house.pictures))
            demand(frozen_without_cause(self.house.pictures))

    def at_peace(self) -> None:
        demand(at_peace(self.disk, self.broker, self.line))

    def _accepted(self, order: Order) -> None:
        """Remembered, not raised: a sending thread turns every exception into an answer."""
        self.problems += durable(self.disk, order)
        if self.sending and self._halted() and order.purpose is not Purpose.CLOSE:
            self.problems.append(f"{order.client_id} was sent while trading was stopped")

    # how rough it is -------------------------------------------------------------------------------------------------

    def _weather(self) -> Weather:
        rng = self.rng

        def pick(*chances: float) -> float:
            return rng.choice(chances)

        return Weather(
            answers=pick(0.0, 0.1, 0.3, 0.6),
            deaf=pick(0.0, 0.0, 0.3, 1.0),
            twice=pick(0.0, 0.2),
            disorder=pick(0.0, 0.0, 0.3),
            crash=pick(0.0, 0.003, 0.02),
            disk=pick(0.0, 0.0, 0.01),
            eager=pick(0.0, 0.5, 1.0),
            fog=rng.random() < 0.25,
            sick=rng.choice(READS) if rng.random() < 0.3 else "",
            sickness=rng.choice((Answer.REJECT, Answer.LATE, Answer.REQUEST_LOST)),
        )

    def _answer(self, verb: str, client_id: str) -> Answer:
        if verb == self.weather.sick:
            return self.weather.sickness
        rare = 0.2 if verb in READS else 1
        if self.rng.random() >= self.weather.answers * rare:
            return Answer.OK
        answer = self.rng.choice(LOST if self.weather.fog else ANSWERS)
        self.note(f"  {verb} {client_id} meets: {answer}")
        return answer

    def _meanwhile(self) -> None:
        """Between two questions of one reading."""
        if self.weather is not CALM and self.rng.random() < 0.1:
            self.market()

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


def live(
    seed: int,
    *,
    refuses_repeats: bool = True,
    weather: Weather | None = None,
    started: Callable[[World], None] = lambda _: None,
) -> World:
    """One day; when a promise breaks, the whole story is in the error."""
    world = World(seed, refuses_repeats=refuses_repeats, weather=weather, started=started)
    try:
        world.day()
    except Exception as error:
        story = "\n".join(world.trace)
        kind = "refuses repeats" if refuses_repeats else "no look-up"
        raise Broken(f"{error!r}\n\nseed {seed}, broker {kind}, {world.rough}\n{story}") from error
    return world
