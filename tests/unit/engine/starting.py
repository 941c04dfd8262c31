"""A person who starts again at a real practice workspace, for the tests beside this file."""

from datetime import UTC, datetime
from typing import Any

from core.channel.facets.orders import Draft
from core.channel.facets.runs import RunView
from core.domain.order import OrderType, Side, Status, TimeInForce
from core.domain.verdict import Consent
from core.market.sessions import NEW_YORK
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import Opened

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=NEW_YORK).astimezone(UTC)


class Killed(BaseException):
    """In place of the end of the process."""


def die(*given: object, **named: object) -> None:
    raise Killed


def at_noon(later: float = 0) -> FakeClock:
    clock = FakeClock(MONDAY_NOON)
    clock.advance(later)
    return clock


def place(desk: Opened, symbol: str, size: str, **terms: Any) -> str:
    review = desk.desk.orders.review(Draft(symbol=symbol, side=Side.BUY, quantity=size, **terms))
    placed = desk.desk.orders.confirm(review.token, Consent(warnings=review.warnings))
    desk.settle()
    return placed.id


def begin(desk: Opened, terms: dict[str, str] | None = None, other: bool = False, request: str = "first") -> None:
    """As a person does; while it waits, time passes."""
    desk.desk.runs.pause = lambda seconds: desk.settle(0.5)
    desk.desk.runs.begin(terms or {}, other, request)


def bought(desk: Opened) -> str:
    """Ten shares held, and an order that waits."""
    for _ in range(3):
        desk.settle(4)
    filled = place(desk, "KO", "10")
    waits = place(desk, "KO", "5", type=OrderType.LIMIT, limit="30.00", time_in_force=TimeInForce.GTC)
    for _ in range(4):
        desk.settle(4)
    assert desk.desk.orders.story(filled).order.status is Status.FILLED
    assert desk.desk.orders.story(waits).order.status is Status.ACKED
    return waits


def settle(desk: Opened) -> None:
    for _ in range(4):
        desk.settle(4)


def the_run(desk: Opened) -> RunView:
    return desk.desk.runs.all()[-1]
