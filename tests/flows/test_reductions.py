"""A part of a position is sold beside its stop, and the desk is killed on the way: what stays is guarded, nothing is sold twice."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from core.domain.order import Order, OrderType, Purpose, Side, Status, TimeInForce
from tests.fakes.broker import Answer
from tests.flows.day import Day

WRITES = [
    *(("INSERT INTO orders", nth) for nth in (1, 2)),  # the reduction, the smaller stop
    *((statement, nth) for statement in ("UPDATE orders", "INSERT INTO journal", "COMMIT") for nth in (1, 2, 3, 4, 5)),
]
HELD, SOLD = Decimal(100), Decimal(40)


class Guarded(Day):
    """100 are held with a stop; at every instant the broker could look, what stays has one."""

    def __init__(self) -> None:
        super().__init__()
        self.bought("ANT", str(HELD))
        self.stop = self.ask(
            "ANT", Side.SELL, str(HELD), type=OrderType.STOP, stop="45.00", time_in_force=TimeInForce.GTC
        )
        self.clock.advance(11)
        self.sheet = self.review("ANT", Side.SELL, str(SOLD), purpose=Purpose.CLOSE)
        self.broker.on_accept = self._look

    def reduce(self) -> None:
        self.attempt(lambda: self.confirm(self.sheet))

    def all_of_it(self) -> None:
        self.reduce()
        for _ in range(5):
            self.pump()
            self.clock.advance(2)

    def again(self) -> None:
        """The supervisor brings it back, and the person, who had no answer, presses once more."""
        self.start()
        self.reviews = self._new_reviews()
        self.pump()

    def settle(self) -> None:
        for _ in range(12):
            if self.house is None:
                self.again()
            self.pump()
            self.clock.advance(5)
            self.look()

    def look(self) -> None:
        working = [held for held in self.broker.working() if held.order.side is Side.SELL]
        assert sum(held.leaves for held in working if held.order.stop is not None) >= HELD - SOLD
        assert len(working) == 1 or sum(held.leaves for held in working) <= HELD

    def _look(self, order: Order) -> None:
        if order.stop is None:
            there = sum(held.leaves for held in self.broker.working())
            assert there + order.quantity <= HELD, f"{there} work already"
        self._accepted(order)

    def sold(self) -> list[Order]:
        return [order for order in self.ours(*Status) if order.purpose is Purpose.CLOSE]


def test_the_sheet_names_it_and_it_is_done() -> None:
    day = Guarded()
    assert day.sheet.first_changes == ((day.stop.id, HELD - SOLD),)
    day.reduce()
    day.settle()
    (order,) = day.sold()
    day.trade_it(order)
    assert day.held() == HELD - SOLD
    (left,) = day.broker.working()
    assert (left.leaves, left.order.stop) == (HELD - SOLD, Decimal(45))
    day.heal()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("statement", "nth"), WRITES)
def test_killed_while_it_is_written_down(statement: str, nth: int, after: bool) -> None:
    day = Guarded()
    day.die_at(statement, day.all_of_it, after=after, nth=nth)
    day.settle()
    if not day.sold():  # nothing of it was on the disk: nothing was sent, and the stop is as it was
        assert [(held.leaves, held.order.stop) for held in day.broker.working()] == [(HELD, Decimal(45))]
        return
    _is_done(day)


@pytest.mark.parametrize("verb", ["replace", "submit"])
@pytest.mark.parametrize(
    "answer", [Answer.KILLED_BEFORE, Answer.KILLED_AFTER, Answer.KILLED_LATE, Answer.LATE, Answer.REPLY_LOST]
)
def test_killed_while_it_is_sent(verb: str, answer: Answer) -> None:
    day = Guarded()
    day.meet(verb, answer)
    day.reduce()
    day.settle()
    while day.line.late:
        day.line.arrive()
    day.settle()
    _is_done(day)


def test_started_again_long_after_the_change_was_lost_it_is_sent_again_while_its_reduction_waits() -> None:
    day = Guarded()
    day.meet("replace", Answer.KILLED_BEFORE)
    day.reduce()
    day.pump()
    assert day.house is None
    day.clock.advance(600)
    day.settle()
    day.settle()
    _is_done(day)


@pytest.mark.parametrize("kill", [lambda day: None, lambda day: day.die()], ids=["alive", "killed"])
def test_a_change_the_broker_refuses_costs_the_stop_and_is_told(kill: Callable[[Day], None]) -> None:
    day = Guarded()
    day.broker.on_accept = day._accepted
    day.meet("replace", Answer.REJECT)
    day.reduce()
    day.pump()
    kill(day)
    if day.house is None:
        day.again()
    for _ in range(12):
        day.pump()
        day.clock.advance(5)
        day._finish_cancels()
    (order,) = day.sold()
    assert day.order(order).status is Status.ACKED
    titles = [alarm.title for alarm in day.desk_house.alarms.all()]
    assert titles == [f"ANT: 60 shares that order {order.id} leaves lose their stop."]


def _is_done(day: Guarded) -> None:
    (order,) = day.sold()
    assert day.order(order).status is Status.ACKED
    assert sorted(held.leaves for held in day.broker.working()) == [SOLD, HELD - SOLD]
    assert day.broker.doubles() == []
    day.trade_it(order)
    assert day.held() == HELD - SOLD
    day.heal()
