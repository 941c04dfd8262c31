"""Many orders that wait for the opening go in turns, so that a stop or a cancel comes in between."""

from core.domain.order import Order, Origin, Status
from core.execution.errand import Submit
from core.execution.minder import AT_ONCE
from tests.unit.execution.desk import Desk


def waiting(desk: Desk, name: str, limit: str, count: int) -> list[Order]:
    return [
        desk.place(name, quantity="1", limit=limit, waits=True, origin=Origin.JOB, intent_key=f"{name}-{number}")
        for number in range(count)
    ]


def test_one_tick_sends_a_handful_and_the_next_goes_on() -> None:
    desk = Desk(requests_per_minute=1000)
    orders = waiting(desk, "i-ant", "49.90", AT_ONCE * 2 + 5)
    for so_far in (AT_ONCE, AT_ONCE * 2, len(orders)):
        desk.minder.tick()
        assert len(desk.handed(Submit)) == so_far


def test_those_who_cannot_go_yet_do_not_keep_the_others_from_their_turn() -> None:
    desk = Desk(requests_per_minute=1000)
    stuck = waiting(desk, "i-bee", "19.90", AT_ONCE)
    free = waiting(desk, "i-ant", "49.90", 5)
    del desk.prices.last["i-bee"]  # no price for the moment: it is waited for
    for _ in range(3):
        desk.settle(1)
    assert {desk.status(order) for order in free} == {Status.ACKED}
    assert {desk.status(order) for order in stuck} == {Status.INTENT}
