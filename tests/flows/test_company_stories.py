"""Ways to lose money quietly, each as a short story about what companies do, at the real practice exchange."""

import secrets
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.channel.facets.orders import Draft
from core.domain.corporate_event import EventKind
from core.domain.errors import DeskError
from core.domain.order import OrderType, Purpose, Side, Status, TimeInForce
from core.domain.verdict import Consent
from core.engine.checks import prove_books
from core.market.sessions import NEW_YORK
from core.market.timeline import Anchor
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import Opened, opened

ACCOUNT = "practice"
SPLIT = date(2026, 12, 1)  # GOOGL, 2 for 1
BOUGHT = date(2027, 9, 15)  # Alder Creek Bancorp, once ALDC, for 45.75 a share
TAKEOVER = Decimal("45.75")


@pytest.fixture(autouse=True)
def one_market(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same prices each time."""
    monkeypatch.setattr(secrets, "randbelow", lambda most: 1)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=NEW_YORK).astimezone(UTC)


def go(desk: Opened, to: datetime) -> None:
    """Market time jumps; the exchange works off what lies between, and the desk reads it until it is quiet."""
    desk.engine.timeline.jump(Anchor(at=to, own_time=True, pace=1))
    for _ in range(3):
        desk.settle(4)


def ask(desk: Opened, symbol: str, side: Side, quantity: str, **terms: object) -> str:
    desk.settle(11)  # a person is not that quick
    draft = Draft(symbol=symbol, side=side, quantity=quantity, **terms)  # type: ignore[arg-type]
    review = desk.desk.orders.review(draft)
    placed = desk.desk.orders.confirm(review.token, Consent(warnings=review.warnings, worst_case_seen=True))
    for _ in range(3):
        desk.settle(4)
    return placed.id


def status(desk: Opened, order_id: str) -> Status:
    return desk.desk.orders.story(order_id).order.status


def held(desk: Opened) -> dict[str, Decimal]:
    names = desk.engine.store.catalogue
    books = desk.engine.store.books.positions(ACCOUNT)
    return {str(names.get(i) and names.get(i).symbol): p.quantity for i, p in books.items()}  # type: ignore[union-attr]


def cash(desk: Opened) -> Decimal:
    return desk.engine.store.books.balance(ACCOUNT, "cash", "USD")


def happened(desk: Opened) -> list[tuple[str, Decimal]]:
    """What moved without a trade, as the exchange tells it."""
    (line,) = desk.engine.lines
    return [(a.kind, a.value) for a in line.activities(ACCOUNT, noon(date(2026, 1, 1))).rows]


def agree(desk: Opened) -> None:
    """Books and exchange to the micro-dollar, nothing blocked, and all that was ever booked adds up to it."""
    (line,) = desk.engine.lines
    ours = {i: p.quantity for i, p in desk.engine.store.books.positions(ACCOUNT).items()}
    assert ours == {p.instrument_id: p.quantity for p in line.positions(ACCOUNT).rows}
    assert cash(desk) == line.cash(ACCOUNT).rows[0].cash
    assert desk.engine.desk.pictures.levels.restrictions == ()
    assert prove_books(desk.folder.database) == []


def test_story_05_a_protective_stop_over_a_split_night_sells_nothing(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(noon(date(2026, 11, 27)) - timedelta(hours=1))) as desk:
        desk.settle(4)
        ask(desk, "GOOGL", Side.BUY, "20")
        last = desk.desk.positions.one(next(iter(desk.engine.store.books.positions(ACCOUNT)))).last
        assert last is not None
        protection = {"type": OrderType.STOP, "time_in_force": TimeInForce.GTC}
        stop = ask(desk, "GOOGL", Side.SELL, "20", stop=f"{last * Decimal('0.7'):.2f}", **protection)
        go(desk, noon(SPLIT - timedelta(days=1)))
        assert status(desk, stop) is Status.ACKED
        before, worth = cash(desk), desk.desk.positions.accounts()[0].value
        go(desk, noon(SPLIT))
        assert held(desk) == {"GOOGL": Decimal(40)}
        assert status(desk, stop) is Status.REPLACED
        (now,) = desk.desk.positions.accounts()
        assert cash(desk) == before
        assert worth is not None
        assert now.value is not None
        assert abs(now.value - worth) < worth / 20, "half a holding would be far more"
        assert any(stop in notice.title for notice in desk.engine.desk.alarms.all())
        agree(desk)
        (new,) = desk.engine.store.orders.open(ACCOUNT)
        before_split = Decimal(f"{last * Decimal('0.7'):.2f}")
        assert (new.replaces, new.status, str(new.quantity.normalize())) == (stop, Status.ACKED, "4E+1")
        assert new.stop is not None
        assert 0 <= before_split / 2 - new.stop < Decimal("0.01"), "on the tick, and never nearer"
        story = desk.desk.orders.story(new.id)
        assert (story.order.replaces, story.order.origin.value) == (stop, "adjusted")
        assert any(f"in the place of {stop}" in step.title for step in story.steps)
        assert any(f"The broker put {new.id} in its place" in step.title for step in desk.desk.orders.story(stop).steps)
        desk.desk.orders.cancel(new.id)
        for _ in range(3):
            desk.settle(4)
        assert status(desk, new.id) is Status.CANCELED
        agree(desk)


def test_story_05_a_limit_and_a_stop_over_an_ex_day_are_lowered_and_guard_the_same_shares(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(noon(date(2026, 11, 23)))) as desk:
        desk.settle(4)
        ask(desk, "BND", Side.BUY, "90")
        instrument_id = next(iter(desk.engine.store.books.positions(ACCOUNT)))
        (line,) = desk.engine.lines
        event = next(
            e
            for e in line.market.events(date(2026, 11, 24), date(2027, 1, 31), instrument_id)
            if e.kind is EventKind.DIVIDEND
        )
        last = desk.desk.positions.one(instrument_id).last
        assert last is not None
        stop_price = Decimal(f"{last * Decimal('0.8'):.2f}")
        protection = {"type": OrderType.STOP, "time_in_force": TimeInForce.GTC}
        stop = ask(desk, "BND", Side.SELL, "90", stop=str(stop_price), **protection)
        go(desk, noon(event.effective))
        (new,) = desk.engine.store.orders.open(ACCOUNT)
        assert (new.replaces, status(desk, stop), new.status) == (stop, Status.REPLACED, Status.ACKED)
        assert event.cash is not None
        assert new.stop is not None
        assert 0 <= stop_price - event.cash - new.stop < Decimal("0.01")
        assert not desk.engine.desk.alarms.all(), "an ex day is no news"
        agree(desk)


def test_story_35_two_months_of_dividends_fees_and_interest_leave_no_gap(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(noon(date(2026, 11, 23)))) as desk:
        desk.settle(4)
        for symbol, quantity in (("KO", "100"), ("BND", "90"), ("GOOGL", "15")):
            ask(desk, symbol, Side.BUY, quantity)
        ask(desk, "F", Side.SELL, "300", purpose=Purpose.SHORT)
        agree(desk)
        day, end = date(2026, 11, 24), date(2027, 1, 25)
        while day < end:
            go(desk, noon(day))
            agree(desk)
            day += timedelta(days=3)
        moved = happened(desk)
        assert [kind for kind, _ in moved].count("split") == 1
        assert [kind for kind, _ in moved].count("dividend") >= 3
        assert sum(value for kind, value in moved if kind == "dividend") > 0
        assert len([kind for kind, _ in moved if kind == "borrow_fee"]) >= 40
        assert sum(value for kind, value in moved if kind == "borrow_fee") < 0


@pytest.mark.parametrize(("side", "purpose"), [(Side.BUY, Purpose.TRADE), (Side.SELL, Purpose.SHORT)])
def test_story_35_a_company_that_is_bought_becomes_cash_long_and_short(
    tmp_path: Path, side: Side, purpose: Purpose
) -> None:
    with opened(tmp_path, FakeClock(noon(BOUGHT - timedelta(days=1)))) as desk:
        desk.settle(4)
        ask(desk, "ALCB", side, "100", purpose=purpose)
        assert held(desk) == {"ALCB": 100 * side.sign}
        before = cash(desk)
        go(desk, noon(BOUGHT))
        assert held(desk) == {}
        paid = {kind: value for kind, value in happened(desk) if kind != "borrow_fee"}
        assert paid == {"cash_merger": 100 * side.sign * TAKEOVER}
        assert cash(desk) - before == sum(value for _, value in happened(desk))
        agree(desk)
        with pytest.raises(DeskError, match="It was bought on"):
            ask(desk, "ALCB", Side.BUY, "1")
