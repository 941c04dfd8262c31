"""What a person is told of a margin call, and what becomes of it in the books, at the real practice exchange."""

import secrets
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.domain.order import Order, OrderType, Side, Status, TimeInForce
from core.engine.checks import prove_books
from core.market.invented.names import NAMES
from core.market.sessions import NEW_YORK
from core.market.timeline import Anchor
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import Opened, opened

ACCOUNT = "practice"
DAY = date(2026, 12, 7)  # a Monday
IDS = {name.instrument.symbol: name.instrument.id for name in NAMES}


@pytest.fixture(autouse=True)
def one_market(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same prices each time."""
    monkeypatch.setattr(secrets, "randbelow", lambda most: 1)


def et(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


def go(desk: Opened, to: datetime) -> None:
    desk.engine.timeline.jump(Anchor(at=to, own_time=True, pace=1))
    for _ in range(3):
        desk.settle(4)


def alarms(desk: Opened) -> dict[str, str]:
    return {alarm.key: f"{alarm.title} {alarm.detail}" for alarm in desk.engine.desk.alarms.all()}


def by_phone(desk: Opened, symbol: str, times: str, name: str) -> None:
    """Bought in the broker's own app: the checks of this desk would not let it be so much."""
    (line,) = desk.engine.lines
    last = line.market.newest(IDS[symbol], desk.engine.timeline.now())[0].last
    quantity = Decimal(100_000) * Decimal(times) // last
    line.submit(
        Order(
            id=name,
            intent_key=name,
            client_id=name,
            account_id=ACCOUNT,
            instrument_id=IDS[symbol],
            symbol=symbol,
            side=Side.BUY,
            type=OrderType.MARKET,
            quantity=quantity,
            time_in_force=TimeInForce.DAY,
        )
    )
    for _ in range(3):
        desk.settle(30)


def agree(desk: Opened) -> None:
    (line,) = desk.engine.lines
    ours = {i: p.quantity for i, p in desk.engine.store.books.positions(ACCOUNT).items()}
    assert ours == {p.instrument_id: p.quantity for p in line.positions(ACCOUNT).rows}
    assert desk.engine.store.books.balance(ACCOUNT, "cash", "USD") == line.cash(ACCOUNT).rows[0].cash
    assert desk.engine.desk.pictures.levels.restrictions == ()
    assert prove_books(desk.folder.database) == []


def test_a_call_is_an_alarm_until_it_is_met_and_what_the_broker_sells_is_booked_with_its_reason(tmp_path: Path) -> None:
    clock = FakeClock()
    with opened(tmp_path, clock) as desk:
        desk.settle(6)
        go(desk, et(DAY, 12))
        by_phone(desk, "SPY", "1.5", "phone-1")
        by_phone(desk, "KO", "1.1", "phone-2")
        assert not any(key.startswith("call") for key in alarms(desk))
        go(desk, et(DAY, 16, 5))
        said = alarms(desk)[f"call:{ACCOUNT}"]
        assert said.startswith("Margin call on Practice account, due Tue 08 Dec 10:30 ET. ")
        assert "USD are asked for. Made on 07 Dec, because more was taken into the night than is allowed" in said
        assert "add that much cash, or close positions worth about" in said
        agree(desk)
    with opened(tmp_path, clock) as desk:
        for _ in range(3):
            desk.settle(6)
        assert alarms(desk)[f"call:{ACCOUNT}"] == said, "a start finds it again"
        go(desk, et(DAY + timedelta(days=1), 11))
        agree(desk)
        told = alarms(desk)
        assert f"call:{ACCOUNT}" not in told
        (kept,) = (words for key, words in told.items() if key.startswith("liquidation"))
        assert kept.startswith("The broker sold SPY by itself, because a margin call was not met.")
        rows = [line.title for line in desk.engine.store.journal.of_kinds("fill")]
        assert any(row.startswith("Sold ") and "by the broker itself: a margin call was not met" in row for row in rows)
        (line,) = desk.engine.lines
        sold = [f for f in line.executions(ACCOUNT, et(DAY, 4)).rows if f.liquidation]
        notes = [f.note for f in desk.engine.store.fills.of_instrument(ACCOUNT, IDS["SPY"]) if f.side is Side.SELL]
        assert notes == [f.note for f in sold]
        assert all("the margin call of 07 Dec was not met by Tue 08 Dec 10:30 ET" in note for note in notes)


def test_cash_that_is_added_ends_it_at_once_and_nothing_is_sold(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        desk.settle(6)
        go(desk, et(DAY, 12))
        by_phone(desk, "SPY", "2.2", "phone-1")
        go(desk, et(DAY, 16, 5))
        assert f"call:{ACCOUNT}" in alarms(desk)
        desk.desk.practice.deposit(Decimal(20_000), "more")
        for _ in range(3):
            desk.settle(4)
        assert f"call:{ACCOUNT}" not in alarms(desk)
        go(desk, et(DAY + timedelta(days=1), 12))
        (line,) = desk.engine.lines
        assert len({f.client_id for f in line.executions(ACCOUNT, et(DAY, 4)).rows}) == 1
        assert Status.CANCELED not in {order.status for order in line.orders(ACCOUNT).rows}
        agree(desk)
