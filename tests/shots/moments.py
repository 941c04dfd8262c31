"""What a page of its own does not show: a sheet that is open, an order in doubt, a crash day while it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from playwright.sync_api import Page

from core.channel.desk import Desk
from core.channel.facets.orders import Draft
from core.channel.facets.practice import Fault
from core.domain.order import Side
from core.domain.verdict import Consent
from tests.fakes.clock import FakeClock
from tests.shots.camera import rest, show
from tests.shots.serving import let_pass

FAST: Final = 60
ROW: Final = 32  # pixels; a table's head is as high


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where a moment is made."""

    desk: Desk
    clock: FakeClock
    address: str


def _nothing(_stage: Stage) -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class Moment:
    """First made at the desk, then looked at in each tab. They follow one another."""

    name: str
    look: Callable[[Page, Stage], None]
    make: Callable[[Stage], None] = _nothing


def _sheet(page: Page, stage: Stage) -> None:
    show(page, stage.address, "ticket")
    page.locator(".st-key-review_order button:visible").click()
    page.locator(".qd-act").wait_for()
    rest(page)


def _drawer(page: Page, stage: Stage) -> None:
    show(page, stage.address, "positions")
    _pick(page, 4)
    page.get_by_role("dialog").wait_for()
    rest(page)


def _story(page: Page, stage: Stage) -> None:
    show(page, stage.address, "orders")
    _pick(page, 0)
    page.locator(".qd-time").first.wait_for()
    rest(page)


def _pick(page: Page, row: int) -> None:
    page.get_by_test_id("stDataFrame").first.click(position={"x": 16, "y": ROW * (row + 1) + ROW // 2})


def _lose(stage: Stage) -> None:
    """A request gets no answer, and cannot be looked up."""
    for fault in (Fault.REQUEST_LOST, Fault.NO_LOOK_UP):
        stage.desk.practice.fault(fault, True)
    stage.clock.advance(30)
    review = stage.desk.orders.review(Draft(symbol="JNJ", side=Side.BUY, quantity="3"))
    stage.desk.orders.confirm(review.token, Consent(warnings=review.warnings, worst_case_seen=True))
    let_pass(stage.clock, 15)


def _crash(stage: Stage) -> None:
    """What was in doubt is found first; then an hour of a crash day passes."""
    desk, clock = stage.desk, stage.clock
    for fault in (Fault.REQUEST_LOST, Fault.NO_LOOK_UP):
        desk.practice.fault(fault, False)
    let_pass(clock, 30)
    desk.crash_day.begin()
    let_pass(clock, 3)
    for draft in desk.crash_day.stops(Decimal("0.05")):
        clock.advance(12)
        review = desk.orders.review(draft)
        desk.orders.confirm(review.token, Consent(warnings=review.warnings, worst_case_seen=True))
    for minutes in (8, 45):  # it stands still two minutes after the opening
        desk.practice.time(own_time=True, pace=FAST)
        let_pass(clock, minutes)


def at(name: str) -> Callable[[Page, Stage], None]:
    """A page as it is opened."""
    return lambda page, stage: show(page, stage.address, name)


MOMENTS: Final = (
    Moment(name="ticket_sheet", look=_sheet),
    Moment(name="positions_drawer", look=_drawer),
    Moment(name="orders_story", look=_story),
    Moment(name="orders_doubt", make=_lose, look=at("orders")),
    Moment(name="crash_day_running", make=_crash, look=at("crash_day")),
)
