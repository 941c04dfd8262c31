"""A real engine is killed again and again while orders fly; the exchange in the other process remembers, and the books agree."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from core.brokers.practice.line import LATE
from core.channel.desk import Desk
from core.channel.facets.orders import Draft
from core.channel.facets.practice import Fault
from core.domain.errors import DeskError, DeskUnreachable, NotConfirmed, OrderRefused
from core.domain.money import MONEY_PLACES, PRICE_PLACES, QUANTITY_PLACES, ZERO, from_units
from core.domain.order import IN_DOUBT, OrderType, Origin, Side, Status
from core.domain.reading import ReadState
from core.store.database import Database, read_only
from tests.fakes.running import LONG_AGO, Running, until, wait
from tests.simulation.person import YES
from tests.simulation.truth import books_hold, demand, rows

ROUNDS = 2_000 if os.environ.get("QUARTERDECK_RELEASE") else 50
FAULTS = (Fault.REPLY_LOST, Fault.ERROR_AFTER_ACCEPT, Fault.REQUEST_LOST, Fault.DELAYED, Fault.STREAM_SILENT)
NAMES = ("KO", "PG", "BND", "GLD", "XOM")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    there = Running(tmp_path / "home")
    yield there
    there.end()


@dataclass
class Trader:
    """Presses confirm until the desk is gone; what had no answer is pressed again when it is back."""

    desk: Desk
    rng: Random
    unanswered: list[str] = field(default_factory=list)
    made: dict[str, str] = field(default_factory=dict)  # token → client id
    gone: threading.Event = field(default_factory=threading.Event)

    def trade(self) -> None:
        while not self.gone.is_set():
            try:
                self._one()
            except DeskUnreachable:
                return
            except DeskError:  # a refusal is an answer
                continue

    def press_again(self, desk: Desk) -> None:
        for token in self.unanswered:
            try:
                view = desk.orders.confirm(token, YES)
            except NotConfirmed:  # it died before the order was on the disk: nothing was sent
                continue
            except OrderRefused:
                continue
            self.made.setdefault(token, view.client_id)
            assert self.made[token] == view.client_id
        self.unanswered.clear()

    def _one(self) -> None:
        symbol = self.rng.choice(NAMES)
        market = self.rng.random() < 0.5
        review = self.desk.orders.review(
            Draft(
                symbol=symbol,
                side=Side.BUY,
                type=OrderType.MARKET if market else OrderType.LIMIT,
                quantity=str(self.rng.choice((1, 2, 30))),
                limit="" if market else str(self.desk.market.quote(symbol).quote.bid),
                origin=Origin.ALGORITHM,
            )
        )
        if not review.may_send:
            wait(0.02)
            return
        self.unanswered.append(review.token)
        try:
            view = self.desk.orders.confirm(review.token, YES)
        except OrderRefused:
            self.unanswered.remove(review.token)
            raise
        self.unanswered.remove(review.token)
        self.made[review.token] = view.client_id
        if self.rng.random() < 0.3:
            self.desk.orders.cancel(view.id)


def test_killed_at_any_moment(running: Running) -> None:
    rng = Random(20261121)
    exchange = running.line()
    traders: list[Trader] = []
    for _ in range(ROUNDS):
        desk = running.start()
        for trader in traders:
            trader.press_again(desk)
        fault = rng.choice((None, *FAULTS))
        if fault is not None:
            exchange.fault(fault, True)
        traders = [Trader(desk, Random(rng.random())) for _ in range(2)]
        threads = [threading.Thread(target=trader.trade) for trader in traders]
        for thread in threads:
            thread.start()
        wait(rng.uniform(0.0, 0.9))  # a first order in a name takes some tenths of a second
        running.kill()
        for trader in traders:
            trader.gone.set()
        for thread in threads:
            thread.join()
        if fault is not None:
            exchange.fault(fault, False)
    desk = running.start()
    for trader in traders:
        trader.press_again(desk)
    until(lambda: all(connection.reconciled for connection in desk.health.state().connections), "reconciled")
    wait(LATE.total_seconds() + 1)  # what was delayed on its way has arrived by now: only then is lost lost
    until(lambda: desk.health.state().in_doubt == 0 or _only_lost(desk, running), "every doubt ended", 90)
    desk.orders.cancel_all()
    until(lambda: _open(desk) == 0, "all cancelled")
    wait(4)  # one more reading
    running.stop()
    agree(running)


def _open(desk: Desk) -> int:
    return desk.health.state().open_orders


def _only_lost(desk: Desk, running: Running) -> bool:
    """What is left in doubt never reached the exchange: only a person's word can end it."""
    there = {order.client_id for order in running.line().orders("practice").rows}
    doubted = desk.orders.table("doubt").to_pylist()
    return bool(doubted) and all(desk.orders.story(row["id"]).order.client_id not in there for row in doubted)


def agree(running: Running) -> None:
    """One order at the exchange per order here, each fill once, and the same shares and cash."""
    exchange = running.line()
    account = exchange.accounts()[0].id
    orders, fills = exchange.orders(account), exchange.executions(account, LONG_AGO)
    positions, cash = exchange.positions(account), exchange.cash(account)
    for reading in (orders, fills, positions, cash):
        assert reading.state is ReadState.OK
    Database.open(running.folder.database).close()  # a log that a kill left behind is taken in
    books = read_only(running.folder.database)
    ours = {row["client_id"]: row for row in rows(books, "SELECT * FROM orders")}
    ids = [held.client_id for held in orders.rows]
    assert len(ids) == len(set(ids)), "an intent became two orders"
    assert set(ids) <= ours.keys(), "an order was sent and forgotten"
    for held in orders.rows:
        row = ours[held.client_id]
        assert Status(row["status"]) not in IN_DOUBT, held.client_id
        assert from_units(row["filled"], QUANTITY_PLACES) == held.filled, held.client_id
        assert row["status"] == held.status, held.client_id
    true = {fill.execution_id: (fill.quantity, fill.price, fill.fee) for fill in fills.rows}
    booked = {
        row["execution_id"]: (
            from_units(row["quantity"], QUANTITY_PLACES),
            from_units(row["price"], PRICE_PLACES),
            from_units(row["fee"], MONEY_PLACES),
        )
        for row in rows(books, "SELECT * FROM fill")
    }
    assert booked == true
    assert len(true) > ROUNDS / 2  # rounds in which nothing trades prove nothing
    held_here = {
        row["instrument_id"]: from_units(row["quantity"], QUANTITY_PLACES)
        for row in rows(books, "SELECT * FROM position WHERE quantity <> 0")
    }
    assert held_here == {row.instrument_id: row.quantity for row in positions.rows if row.quantity}
    balances = rows(books, "SELECT value FROM balance WHERE ledger_account='cash'")
    cash_here = sum((from_units(row["value"], MONEY_PLACES) for row in balances), ZERO)
    assert cash_here == sum((row.cash for row in cash.rows), Decimal(0))
    demand(books_hold(books))
    books.close()
