"""Margin calls: when one is made, what ends it, and what the broker does when it is not met."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.brokers.practice.broker import PracticeBroker
from core.domain.account import AccountKind
from core.domain.errors import OrderRejected
from core.domain.order import Side, Status
from core.domain.reading import MarginCall
from core.market.sessions import Stretch
from core.market.tape import Moment
from tests.unit.practice.scene import IDS, HandClock, Quiet, Scene, Script, et, order

D = Decimal
MORNING = et(2026, 11, 23, 10, 0)  # a Monday
CLOSE = et(2026, 11, 24, 16, 0)
DUE = et(2026, 11, 25, 10, 30)
TUESDAY = et(2026, 11, 24, 15, 0)


@dataclass
class Falling(Script):
    """100 until a moment, then another price, every second of it; bid and ask a cent away."""

    then: Decimal = Decimal(100)
    at: datetime = TUESDAY

    def moment(self, instrument_id: str, stretch: Stretch, second: int) -> Moment:
        now = stretch.at(second)
        price = self.then if now >= self.at else D(100)
        line = {"bid": f"{price - D('0.01')}", "ask": f"{price + D('0.01')}", "last": f"{price}"}
        self.lines[now] = line | self.lines.get(now, {})
        return super().moment(instrument_id, stretch, second)


@dataclass
class Closing(Quiet):
    """Closes where the market stood."""

    tape: Falling = field(default_factory=Falling)

    def close(self, instrument_id: str, day: date) -> Decimal | None:
        return self.tape.then if et(day.year, day.month, day.day, 16, 0) > self.tape.at else D(100)

    def previous_close(self, instrument_id: str, day: date) -> Decimal | None:
        return self.close(instrument_id, day - timedelta(days=3 if day.weekday() == 0 else 1))


def account(cash: str = "10000", file: str = ":memory:", clock: HandClock | None = None, **terms: Any) -> Scene:
    falls = terms.pop("falls", TUESDAY)
    tape = Falling(then=D(terms.pop("then", "100")), at=falls)
    broker = PracticeBroker(
        starting_cash=D(cash), impact=0, borrow=D(1000), margin_rate=D(0), borrow_rate=D(0), **terms
    )
    return Scene(file=file, tape=tape, broker=broker, clock=clock or HandClock(MORNING), companies=Closing(tape=tape))


def call(scene: Scene) -> MarginCall | None:
    (row,) = scene.line.cash("practice").rows
    return row.call


def at(scene: Scene, moment: datetime) -> None:
    scene.clock.at = moment
    scene.line.heartbeat()


def bought(quantity: str = "199", **terms: Any) -> Scene:
    scene = account(**terms)
    scene.line.submit(order("a", quantity=quantity))
    scene.run(seconds=60)
    assert scene.filled("a") == D(quantity)
    return scene


def test_below_maintenance_at_the_close_is_a_call_for_the_next_morning() -> None:
    scene = bought(then="60")  # 11,940.00 held, 9,901.99 borrowed: 2,038.01 of equity, 2,985.00 needed
    at(scene, CLOSE - timedelta(seconds=1))
    assert call(scene) is None
    at(scene, CLOSE)
    made = call(scene)
    assert made is not None
    assert (made.value, made.due) == (D("946.99"), DUE)
    assert "too little stands behind what is held" in made.note
    assert "worth about 3,840.00 USD" in made.note, "64 shares: a quarter of their worth is 960"


def test_what_only_lost_its_worth_is_no_breach_of_the_nights_limit() -> None:
    scene = bought(then="99")
    at(scene, DUE + timedelta(days=3))
    assert call(scene) is None
    scene = bought(then="99", falls=et(2026, 11, 23, 15, 0))
    at(scene, CLOSE - timedelta(days=1))
    assert call(scene) is not None, "it was bought that day"


def test_more_than_the_night_allows_is_a_call_and_is_sold_down_to_it() -> None:
    scene = bought("380")  # 38,007.60 on 10,000 in regular hours
    at(scene, CLOSE - timedelta(days=1))
    made = call(scene)
    assert made is not None
    assert "more was taken into the night" in made.note
    due = DUE - timedelta(days=1)
    assert made.due == due
    at(scene, due - timedelta(seconds=1))
    assert not any(f.liquidation for f in scene.fills()), "until then nothing happens"
    at(scene, due + timedelta(minutes=10))
    assert call(scene) is None
    held = scene.line.positions("practice").rows[0].quantity
    equity = scene.exchange.cash() + held * 100
    assert held * 100 <= 2 * equity < (held + 1) * 100 + 2


def test_a_deposit_that_meets_it_ends_it_and_one_that_does_not_lowers_it() -> None:
    scene = bought(then="60")
    at(scene, CLOSE + timedelta(hours=1))
    scene.line.deposit(D(900), "x")
    made = call(scene)
    assert made is not None
    assert made.value == D("46.99")
    scene.line.deposit(D("46.99"), "y")
    assert call(scene) is None
    at(scene, DUE + timedelta(hours=1))
    assert len(scene.fills()) == 1


def test_a_sale_of_ones_own_that_meets_it_ends_it() -> None:
    scene = bought(then="60")
    at(scene, et(2026, 11, 25, 9, 45))
    scene.line.submit(order("b", "sell", "80"))
    scene.run(seconds=90)
    assert call(scene) is None
    at(scene, DUE + timedelta(hours=1))
    assert [f.client_id for f in scene.fills()] == ["a", "b"]


def test_what_is_told_counts_every_trade_at_once() -> None:
    scene = bought(then="60")
    at(scene, et(2026, 11, 25, 9, 45, 10))
    scene.line.submit(order("b", "sell", "32"))
    scene.run(seconds=1)
    made = call(scene)
    assert made is not None
    assert 460 < made.value < 480, "half of it is done"
    scene.line.submit(order("c", "sell", "40"))
    scene.run(seconds=1)
    assert call(scene) is None, "not only in the next minute, which may be long in coming"


def test_unmet_it_is_closed_by_the_broker_with_the_reason_in_each_trade() -> None:
    scene = bought(then="60")
    scene.line.submit(order("stop", "sell", "200", stop="40", tif="gtc"))
    scene.line.submit(order("more", quantity="1", symbol="KO", limit="10", tif="gtc"))
    at(scene, DUE + timedelta(minutes=3))
    sold = [f for f in scene.fills() if f.liquidation]
    assert {f.side for f in sold} == {Side.SELL}
    assert sum(f.quantity for f in sold) in (64, 65)
    assert sold[0].note.startswith("Sold by the broker: the margin call of 24 Nov was not met by Wed 25 Nov 10:30 ET.")
    assert "Met the bid" in sold[0].note
    assert scene.status("stop") is scene.status("more") is Status.CANCELED
    assert "stood in the way" in scene.reason("stop")
    assert call(scene) is None


def test_the_largest_requirement_goes_first_and_a_short_is_bought_back() -> None:
    scene = account(then="150")
    scene.line.submit(order("a", "sell", "150", symbol="KO"))
    scene.line.submit(order("b", quantity="20"))
    scene.run(seconds=30)
    at(scene, DUE + timedelta(minutes=10))
    sold = [f for f in scene.fills() if f.liquidation]
    assert {(f.instrument_id, f.side) for f in sold} == {(IDS["KO"], Side.BUY)}
    assert sold[0].note.startswith("Bought back by the broker")


def test_while_it_stands_nothing_is_opened_and_what_the_broker_closes_is_left_to_it() -> None:
    scene = bought(then="60")
    at(scene, et(2026, 11, 25, 9, 45))
    with pytest.raises(OrderRejected, match="a margin call stands"):
        scene.line.submit(order("b", quantity="1"))
    scene.line.submit(order("c", "sell", "1", limit="90"))
    assert isinstance(scene.tape, Script)
    scene.tape.halt(-1, 300, "59", at=DUE)
    at(scene, DUE + timedelta(seconds=10))
    assert scene.status("c") is Status.CANCELED
    with pytest.raises(OrderRejected, match="the broker is closing AAPL"):
        scene.line.submit(order("d", "sell", "1", limit="90"))
    at(scene, DUE + timedelta(minutes=7))
    sold = [f for f in scene.fills() if f.liquidation]
    assert (sold[0].price, sold[0].at) == (D(59), DUE + timedelta(minutes=5)), "it met the auction"


def test_equity_below_zero_is_told_until_it_is_paid() -> None:
    scene = bought(then="40")
    at(scene, DUE + timedelta(minutes=5))
    made = call(scene)
    assert made is not None
    assert not [row for row in scene.line.positions("practice").rows if row.quantity]
    assert made.value == -scene.exchange.cash() > 0
    assert "The account owes" in made.note
    at(scene, et(2027, 11, 24, 12, 0))
    assert call(scene) == made
    scene.line.deposit(made.value, "x")
    assert call(scene) is None


def test_the_next_event_stops_where_it_is_due_and_where_the_broker_begins() -> None:
    scene = bought(then="60")
    at(scene, DUE - timedelta(minutes=1))
    coming = scene.line.coming()
    assert (coming.at, coming.words) == (DUE, "The margin call is due")
    assert isinstance(scene.tape, Script)
    scene.tape.halt(-1, 300, "59", at=DUE)
    at(scene, DUE + timedelta(seconds=1))
    coming = scene.line.coming()
    assert coming.at == DUE + timedelta(minutes=5)
    assert coming.words == "AAPL: the broker closes what the margin call needs"
    assert call(scene) is not None, "it was only looked at"


def test_an_exchange_begun_before_there_were_calls_goes_on(tmp_path: Path) -> None:
    file = str(tmp_path / "exchange.sqlite")
    scene = account(file=file)
    scene.line.close()
    with closing(sqlite3.connect(file)) as old:
        old.execute("ALTER TABLE exchange DROP COLUMN called")
    scene = account(file=file, clock=scene.clock)
    assert call(scene) is None
    scene.line.submit(order("a"))
    scene.run(seconds=5)
    assert scene.filled("a") == 100


def test_a_call_outlives_a_restart(tmp_path: Path) -> None:
    file = str(tmp_path / "exchange.sqlite")
    scene = bought(then="60", file=file)
    at(scene, CLOSE)
    made = call(scene)
    scene.line.close()
    again = account(file=file, clock=scene.clock, then="60")
    assert call(again) == made is not None
    at(again, DUE + timedelta(minutes=2))
    assert any(f.liquidation for f in again.fills())


def test_a_cash_account_never_has_one() -> None:
    scene = account(kind=AccountKind.CASH, then="1")
    scene.line.submit(order("a", quantity="90"))
    scene.run(seconds=60)
    at(scene, DUE + timedelta(days=3))
    assert call(scene) is None


def test_who_borrows_nothing_never_has_one() -> None:
    scene = bought("90", then="1")
    at(scene, DUE + timedelta(days=3))
    assert call(scene) is None
    assert len(scene.fills()) == 1
