"""Any order of acts at all, found by hypothesis and shrunk to the shortest story that breaks a promise."""

import os
from datetime import datetime
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.money import ZERO
from core.domain.order import AT_BROKER, OPEN, Order, OrderType, Purpose, Side, Status, TimeInForce
from tests.fakes.broker import ACCOUNT, Answer, Held
from tests.fakes.market import SHARES, FakeHours
from tests.simulation.weather import Weather
from tests.simulation.world import World

RELEASE = bool(os.environ.get("QUARTERDECK_RELEASE"))
names = st.sampled_from(sorted(SHARES))
answers = st.sampled_from([a for a in Answer if not a.name.startswith("KILLED")])
any_of = st.integers(0, 9)


class DeskMachine(RuleBasedStateMachine):
    """The world of the simulation, driven by hypothesis instead of chance."""

    @initialize(refuses_repeats=st.booleans())
    def morning(self, refuses_repeats: bool) -> None:
        self.world = World(1, refuses_repeats=refuses_repeats, weather=Weather(eager=0.0))
        self.world.line.meanwhile = lambda: None
        self.world.line.answer = lambda verb, _: self.next_answer(verb)
        self.fates: dict[str, Answer] = {}
        self.down = False
        self.split_at: dict[str, datetime] = {}
        self.paid = 0
        self.world.pump()

    def next_answer(self, verb: str) -> Answer:
        return Answer.DOWN if self.down else self.fates.pop(verb, Answer.OK)

    @rule(
        name=names,
        side=st.sampled_from(Side),
        quantity=st.integers(1, 40),
        gtc=st.booleans(),
        waits=st.booleans(),
        stop=st.booleans(),
    )
    def place(self, name: str, side: Side, quantity: int, gtc: bool, waits: bool, stop: bool) -> None:
        held = self.world.broker.positions.get(name, ZERO)
        draft = Order(
            id="",
            intent_key=f"token-{len(self.world.drafts)}",
            client_id="",
            account_id=ACCOUNT,
            instrument_id=name,
            symbol=SHARES[name].symbol,
            side=side,
            type=OrderType.STOP if stop else OrderType.LIMIT,
            quantity=Decimal(quantity),
            limit=None if stop else self.world.prices.last[name],
            stop=self.world.prices.last[name] if stop else None,
            time_in_force=TimeInForce.GTC if gtc else TimeInForce.DAY,
            purpose=Purpose.SHORT if side is Side.SELL and held <= 0 else Purpose.TRADE,
        )
        self.world.drafts.append(draft)
        self.world.place(draft, waits=waits)

    @rule()
    def press_again(self) -> None:
        self.world.press_again()

    @rule(which=any_of)
    def cancel(self, which: int) -> None:
        if found := self.world.ours(*OPEN):
            self.world.cancel(found[which % len(found)])

    @rule(which=any_of)
    def replace(self, which: int) -> None:
        if found := self.world.ours(Status.ACKED, Status.PARTIAL):
            self.world.replace(found[which % len(found)])

    @rule(verb=st.sampled_from(["submit", "cancel", "replace", "find"]), answer=answers)
    def next_request_meets(self, verb: str, answer: Answer) -> None:
        self.fates[verb] = answer

    @rule()
    def send(self) -> None:
        self.world.guarded_send()

    @rule()
    def hear(self) -> None:
        self.world.hear()

    @rule()
    def quiet_moment(self) -> None:
        if self.world.house is not None:
            self.world.pump()

    @rule(which=any_of, part=st.sampled_from([Decimal(1), Decimal("2.5"), Decimal(1000)]))
    def fill(self, which: int, part: Decimal) -> None:
        held = self._held(which)
        if held is not None:
            self.world.broker.fill(held, min(part, held.leaves), held.order.limit or Decimal(50))

    @rule(which=any_of)
    def finish_cancel(self, which: int) -> None:
        held = self._held(which)
        if held is not None and held.reason == "cancel requested":
            self.world.broker.finish_cancel(held)

    @rule(which=any_of)
    def bust(self, which: int) -> None:
        gone = {fill.busts for fill in self.world.broker.fills}
        since = self.split_at  # nobody takes back a trade of before: the broker would count other shares
        fills = [f for f in self.world.broker.fills if f.instrument_id not in since or f.at > since[f.instrument_id]]
        live = [f for f in fills if not f.busts and f.execution_id not in gone]
        if live:
            self.world.broker.bust(live[which % len(live)])

    @rule(name=names, side=st.sampled_from(Side))
    def made_elsewhere(self, name: str, side: Side) -> None:
        self.world.broker.elsewhere(name, side, Decimal(3), self.world.prices.last[name])

    @rule(name=names, ratio=st.sampled_from([Decimal(2), Decimal("0.5")]), sold=st.integers(0, 20))
    def split(self, name: str, ratio: Decimal, sold: int) -> None:
        """Between two trades, so that it may be told before, between or after them."""
        world = self.world
        world.advance(1)  # after what has traded
        day = FakeHours().day(world.clock.now())
        if name in self.split_at or FakeHours().begins(day) > world.clock.now():
            return
        world.broker.elsewhere(name, Side.BUY, Decimal(10), world.prices.last[name])
        world.advance(1)
        event = CorporateEvent(
            id=f"split-{name}",
            kind=EventKind.SPLIT,
            instrument_id=name,
            announced=day,
            effective=day,
            ratio=ratio,
        )
        self.split_at[name] = world.clock.now()
        world.prices.events_of[name] = [event]
        world.prices.last[name] /= ratio
        world.broker.company(event, world.clock.now())
        world.advance(1)
        if sold:
            world.broker.elsewhere(name, Side.SELL, Decimal(sold), world.prices.last[name])

    @rule(name=names)
    def dividend(self, name: str) -> None:
        """Purchases with a limit and protective stops become others, at a lower price."""
        world = self.world
        world.advance(1)
        day = FakeHours().day(world.clock.now())
        self.paid += 1
        event = CorporateEvent(
            id=f"dividend-{name}-{self.paid}",
            kind=EventKind.DIVIDEND,
            instrument_id=name,
            announced=day,
            effective=day,
            record_day=day,
            pay_day=day,
            cash=Decimal("0.25"),
        )
        world.broker.company(event, world.clock.now())

    @rule(which=any_of)
    def leaves_the_list(self, which: int) -> None:
        """Orders that ended are not listed for ever."""
        over = [held.order.client_id for held in self.world.broker.held if not held.open]
        if over and self.world.broker.look_up:
            self.world.line.off_list.add(over[which % len(over)])

    @rule()
    def disconnect(self) -> None:
        self.down = True
        self.world.broker.streams = []

    @precondition(lambda self: self.down)
    @rule()
    def reconnect(self) -> None:
        self.down = False
        self.world.broker.streams = [self.world.inbox.append] if self.world.house else []

    @rule()
    def restart(self) -> None:
        if self.world.house is not None:
            self.world.die()
        self.world.start()

    @rule(seconds=st.sampled_from([1, 9, 31, 61, 3600, 20 * 3600]))
    def clock_jump(self, seconds: int) -> None:
        self.world.advance(seconds)

    @rule()
    def late_arrival(self) -> None:
        self.world.arrive()

    @invariant()
    def promises_hold(self) -> None:
        if hasattr(self, "world"):
            self.world.check()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.down = False
            self.fates.clear()
            if self.world.house is not None:
                self.world.broker.streams = [self.world.inbox.append]
            self.world.heal()
            told = {row[0] for row in self.world.disk.execute("SELECT kind FROM journal")}
            assert "position.adjusted" not in told, "nobody had to take the broker's number"
            assert not self.world.ours(*(OPEN - AT_BROKER - {Status.INTENT, Status.UNSENT}))

    def _held(self, which: int) -> Held | None:
        working = list(self.world.broker.working())
        return working[which % len(working)] if working else None


DeskMachine.TestCase.settings = settings(
    max_examples=2000 if RELEASE else 200,
    stateful_step_count=50 if RELEASE else 30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TestAnyOrderOfActs = DeskMachine.TestCase
