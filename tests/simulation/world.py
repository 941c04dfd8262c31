"""A whole trading day from one number: the real desk, a broker, a market, a person, and everything that can go wrong."""

from collections.abc import Callable
from decimal import Decimal

from core.domain.order import AT_BROKER, Status
from tests.fakes.broker import ACCOUNT
from tests.simulation.street import Street
from tests.simulation.truth import Broken, demand
from tests.simulation.weather import CALM, Weather


class World(Street):
    """One seed, one day."""

    def step(self) -> None:
        """Anything may happen next."""
        if self.house is None:
            self.rng.choice((self.start_again, self.start_again, self.market, self.arrive, self.pass_time))()
            self.check()
            return
        nervous = self.broker.keeps_refusals  # every fourth day there is; the others stay the days they were
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
            self.guard_something: 3 if nervous else 0,
            self.move_a_stop: 2 if nervous else 0,
            self.lose_nerve: 3 if nervous else 0,
            self.company: 12 if self.weather.companies else 0,
            self.reduce_something: 3 if nervous else 0,
            self.take_some_off: 4 if nervous else 0,
        }
        self.rng.choices(list(weights), list(weights.values()))[0]()
        self.check()

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
