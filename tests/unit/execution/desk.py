"""A real desk over a broker, a market, a disk and a wire that do nothing until the test says so."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from core.costs.impact import Usual
from core.domain.capability import Capabilities
from core.domain.fill import Report
from core.domain.order import Order, OrderType, Side, Status, TimeInForce
from core.domain.verdict import Consent
from core.execution.errand import AccountReading, Cancel, Errand, run
from core.execution.estimate import Estimator
from core.execution.minder import Minder
from core.execution.picture import Hours
from core.execution.review import Reviews
from core.risk.limits import Limits, kinds
from tests.fakes.broker import ACCOUNT, Answer, FakeBroker, FakeLine, Held
from tests.fakes.clock import FakeClock
from tests.fakes.disk import FaultyConnection
from tests.fakes.house import House, build, founded_disk
from tests.fakes.market import SHARES, FakeHours, FakePrices

D = Decimal
YES = Consent(warnings=tuple(kinds()), worst_case_seen=True)


@dataclass(kw_only=True)
class Wires:
    """Keeps every errand until it is sent."""

    errands: deque[Errand] = field(default_factory=deque)
    seen: list[Errand] = field(default_factory=list)

    def hand_over(self, errand: Errand) -> None:
        self.seen.append(errand)
        if isinstance(errand, Cancel):
            self.errands.appendleft(errand)
        else:
            self.errands.append(errand)


class Desk:
    """One desk, one person, one broker."""

    def __init__(
        self,
        *,
        clock: FakeClock | None = None,
        disk: FaultyConnection | None = None,
        refuses_repeats: bool = True,
        limits: Limits | None = None,
        hours: Hours | None = None,
        open_for_trading: bool = True,
        requests_per_minute: int = 200,
    ) -> None:
        self.clock = clock or FakeClock()
        self.prices = FakePrices(clock=self.clock, market_clock=self.clock)
        self.broker = FakeBroker(
            clock=self.clock, market_clock=self.clock, refuses_repeats=refuses_repeats, look_up=refuses_repeats
        )
        self.answers: dict[str, Answer] = {}
        self.line = FakeLine(broker=self.broker, answer=lambda verb, _: self.answers.get(verb, Answer.OK))
        self.disk = disk or founded_disk()
        self.hours = hours or FakeHours()
        self.limits = limits
        self.usual: dict[str, Usual] = {}
        self.stop_file = False
        self.room = requests_per_minute
        self.inbox: deque[Report | AccountReading] = deque()
        self.start()
        if open_for_trading:
            self.settle()
            assert self.house.connection.reconciled == {ACCOUNT}

    # the process -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """On what is on the disk."""
        self.wires = Wires()
        self.inbox.clear()
        self.house: House = build(
            self.disk,
            self.clock,
            self.clock,
            self.prices,
            self.hours,
            self.wires,
            self.capabilities,
            self.limits,
            lambda: self.stop_file,
        )
        self.minder = Minder(self.house.desk, self.house.brake, self.house.reconciler)
        self.minder.start()
        self.reviews = Reviews(
            self.house.desk,
            Estimator(
                desk=self.house.desk,
                fees=lambda order, price: D(0),
                feed_note="INVENTED PRICES",
                usual=self.usual.get,
            ),
        )
        self.broker.streams = [self.inbox.append]
        self.house.desk.wake()

    def kill(self) -> None:
        """SIGKILL, and started again."""
        self.disk.pull_the_plug()
        self.start()

    @property
    def capabilities(self) -> Capabilities:
        return replace(self.broker.capabilities, requests_per_minute=self.room)

    # time ------------------------------------------------------------------------------------------------------------

    def send(self) -> None:
        """The sending thread does what was handed over."""
        while self.wires.errands:
            self.inbox.append(run(self.wires.errands.popleft(), self.line, self.clock))

    def hear(self) -> None:
        """The desk takes in every answer there is."""
        while self.inbox:
            news = self.inbox.popleft()
            if isinstance(news, AccountReading):
                self.house.reconciler.read(news)
            else:
                self.house.desk.hear(news)

    def settle(self, seconds: float = 0) -> None:
        """Time passes, what is due is done, every answer is heard."""
        self.clock.advance(seconds)
        self.minder.tick()
        for _ in range(5):
            self.send()
            self.hear()

    def pass_time(self, seconds: float, step: float = 1) -> None:
        """Second by second."""
        for _ in range(int(seconds / step)):
            self.settle(step)

    # a person --------------------------------------------------------------------------------------------------------

    def order(self, name: str = "i-ant", side: Side = Side.BUY, quantity: str = "10", **changes: Any) -> Order:
        values: dict[str, Any] = {
            "id": "",
            "intent_key": f"token-{len(self.wires.seen)}-{name}-{side}-{quantity}-{changes.get('limit', '')}",
            "client_id": "",
            "account_id": ACCOUNT,
            "instrument_id": name,
            "symbol": SHARES[name].symbol,
            "side": side,
            "type": OrderType.LIMIT if "limit" in changes else OrderType.MARKET,
            "quantity": D(quantity),
            "time_in_force": TimeInForce.DAY,
        }
        if isinstance(changes.get("limit"), str):
            changes["limit"] = D(changes["limit"])
        return Order(**(values | changes))

    def place(self, *given: Any, consent: Consent = YES, waits: bool = False, **changes: Any) -> Order:
        return self.house.desk.place(self.order(*given, **changes), consent, waits=waits)

    def working(self, *given: Any, **changes: Any) -> Order:
        """An order the broker has taken."""
        order = self.place(*given, **changes)
        self.send()
        self.hear()
        return self.now(order)

    def held(self, quantity: str = "100", name: str = "i-ant") -> None:
        """Bought and booked."""
        order = self.working(name, Side.BUY, quantity)
        self.fill(order, quantity)
        assert self.position(name) == D(quantity)

    def fill(self, order: Order, quantity: str, price: str = "50.01", *, heard: bool = True) -> None:
        self.broker.fill(self.there(order), D(quantity), D(price))
        if heard:
            self.hear()

    # looking ---------------------------------------------------------------------------------------------------------

    def now(self, order: Order) -> Order:
        return self.house.desk.order(order.id)

    def status(self, order: Order) -> Status:
        return self.now(order).status

    def there(self, order: Order) -> Held:
        """As the broker holds it."""
        (held,) = self.broker.holding(order.client_id)
        return held

    def position(self, name: str = "i-ant") -> Decimal:
        found = self.house.store.books.position(ACCOUNT, name)
        return found.quantity if found else D(0)

    def kinds(self, order: Order | None = None) -> list[str]:
        """What the journal tells, oldest first."""
        sql = f"SELECT kind FROM journal {'WHERE order_id=?' if order else ''} ORDER BY seq"
        return [row[0] for row in self.disk.execute(sql, (order.id,) if order else ())]

    def alarms(self) -> Sequence[str]:
        return [alarm.title for alarm in self.house.alarms.all()]

    def handed(self, kind: type[Any]) -> list[Any]:
        """Errands of one kind since the start."""
        return [errand for errand in self.wires.seen if isinstance(errand, kind)]


def in_doubt(desk: Desk, *given: Any, answer: Answer = Answer.REPLY_LOST, **changes: Any) -> Order:
    """An order whose answer got lost."""
    desk.answers["submit"] = answer
    order = desk.working(*given, **changes)
    del desk.answers["submit"]
    assert order.status is Status.UNKNOWN
    return order


def until(desk: Desk, fits: Callable[[], bool], seconds: int = 120) -> None:
    """Let time pass until it is so."""
    for _ in range(seconds):
        if fits():
            return
        desk.settle(1)
    raise AssertionError("it never came to be")


NIGHT = timedelta(hours=9)  # from the morning of the fakes to after the close
