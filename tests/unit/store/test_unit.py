"""All of a step is on the disk, or none of it, and what the desk remembers is always what the disk holds."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import StoreError
from core.domain.fill import Fill
from core.domain.instrument import Instrument
from core.domain.lot import Lot
from core.domain.order import NEXT, Order, OrderType, Side, Status, TimeInForce
from core.ledger.booking import booked
from core.ledger.lot_methods.fifo import Fifo
from core.store.accounts import Mark
from core.store.database import Database
from core.store.jobs import JobRun
from core.store.store import Store
from tests.fakes.broker import ACCOUNT
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.disk import Fault, FaultyConnection
from tests.fakes.house import founded_disk
from tests.fakes.market import SHARES

D = Decimal


def a_store(disk: sqlite3.Connection) -> Store:
    clock = FakeClock()
    return Store(Database(disk), clock, clock)


def remembered(store: Store) -> dict[str, Any]:
    """Everything kept in memory beside the disk."""
    orders, books, accounts = store.orders, store.books, store.accounts
    return {
        "open": orders._open,
        "by client": orders._by_client,
        "positions": books._positions,
        "lots": {key: lots for key, lots in books._lots.items() if lots},
        "balances": books._balances,
        "entry": books._entries,
        "journal": (store.journal._seq, store.journal._head),
        "accounts": accounts._accounts,
        "cursors": accounts._cursors,
        "marks": accounts._marks,
        "connections": accounts._connections,
        "instruments": store.catalogue._by_id,
        "symbols": store.catalogue._by_symbol,
    }


def assert_as_on_disk(store: Store) -> None:
    fresh = remembered(a_store(store.connection))
    kept = remembered(store)
    assert kept.pop("entry") >= fresh.pop("entry")  # a number that was drawn and not used is a gap, never a second use
    for what, known in kept.items():
        assert known == fresh[what], what


def an_order(store: Store, number: int) -> Order:
    day = MORNING.date()
    return Order(
        id=store.orders.next_id(day),
        intent_key=f"token-{number}",
        client_id=f"qd-m-{number}",
        account_id=ACCOUNT,
        instrument_id="i-ant",
        symbol="ANT",
        side=Side.BUY,
        type=OrderType.LIMIT,
        quantity=D(10),
        limit=D("49.5"),
        time_in_force=TimeInForce.DAY,
        reserve_price=D("49.5"),
        status=Status.SENDING,
        at=MORNING,
    )


class Doings:
    """Everything a step may do to the store, in random order."""

    def __init__(self, store: Store, draw: Callable[[int], int]) -> None:
        self.store = store
        self.draw = draw
        self.serial = 0

    def one(self) -> None:
        acts = (
            self.place,
            self.move,
            self.trade,
            self.take_back_nothing,
            self.note,
            self.mark,
            self.cursor,
            self.list_new,
            self.change,
            self.setting,
            self.level,
            self.limit,
            self.job,
        )
        acts[self.draw(len(acts))]()

    def place(self) -> None:
        self.serial += 1
        self.store.orders.add(an_order(self.store, self.serial * 1000 + self.draw(1000)))

    def move(self) -> None:
        if known := self.store.orders.open():
            order = known[self.draw(len(known))]
            choices = sorted(NEXT[order.status])
            self.store.orders.save(replace(order, status=choices[self.draw(len(choices))], reason="moved"))

    def trade(self) -> None:
        self.serial += 1
        name = ("i-ant", "i-bee")[self.draw(2)]
        fill = Fill(
            execution_id=f"x{self.serial}-{self.draw(1000)}",
            account_id=ACCOUNT,
            instrument_id=name,
            client_id="",
            side=(Side.BUY, Side.SELL)[self.draw(2)],
            quantity=D(self.draw(50) + 1),
            price=D("10.01"),
            fee=D("0.01"),
            at=MORNING + timedelta(seconds=self.serial),
        )
        if self.store.fills.add_if_new(fill):
            books = self.store.books
            lots: tuple[Lot, ...] = books.lots(ACCOUNT, name)
            books.book(booked(fill, lots, entry_id=books.next_entry_id(), method=Fifo()))

    def take_back_nothing(self) -> None:
        """A number that is drawn and not used."""
        self.store.books.next_entry_id()

    def note(self) -> None:
        self.store.journal.write("note", "words", {"more": "words"}, who="person", about=self.draw(5) or None)

    def mark(self) -> None:
        mark = Mark(account_id=ACCOUNT, day=MORNING.date(), equity=D(self.draw(9)), peak=D(9), transfers=D(0))
        self.store.accounts.set_mark(mark)

    def cursor(self) -> None:
        self.store.accounts.move_cursor(ACCOUNT, MORNING + timedelta(minutes=self.draw(60)))

    def list_new(self) -> None:
        self.serial += 1
        name = f"i-{self.serial}-{self.draw(1000)}"
        self.store.catalogue.add(Instrument(id=name, symbol=name.upper(), name="New", listing="XSIM"))

    def change(self) -> None:
        known = self.store.catalogue.get("i-bee")
        assert known is not None
        self.store.catalogue.change(
            replace(known, sector=f"Sector {self.draw(4)}", symbol=f"BEE{self.draw(3)}"), MORNING.date()
        )

    def setting(self) -> None:
        self.store.settings.set("timeline", {"at": str(self.draw(9))})

    def level(self) -> None:
        self.store.settings.set_levels([("workspace", "stopped", "person", "because", MORNING)])

    def limit(self) -> None:
        self.store.settings.set_limit("workspace", "R02", "share", D("0.1") if self.draw(2) else None)

    def job(self) -> None:
        self.store.jobs.claim(JobRun(job="backup", slot=str(self.draw(4)), due_at=MORNING, outcome="running"))


class Stop(Exception):
    """Something of ours goes wrong in the middle."""


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_memory_is_what_the_disk_holds_whatever_fails_and_when(data: st.DataObject) -> None:
    disk = founded_disk()
    store = a_store(disk)
    doings = Doings(store, lambda most: data.draw(st.integers(0, most - 1)))
    for _ in range(data.draw(st.integers(1, 6))):
        left = data.draw(st.one_of(st.none(), st.integers(0, 25)))
        fault = data.draw(st.sampled_from((*Fault, None)))
        countdown = [left]

        def before(statement: str, countdown: list[int | None] = countdown, fault: Fault | None = fault) -> None:
            if countdown[0] is None or statement.startswith("ROLLBACK"):
                return
            countdown[0] -= 1
            if countdown[0] < 0:
                countdown[0] = None
                raise sqlite3.OperationalError(fault.value) if fault else Stop

        disk.before = before
        steps = data.draw(st.integers(1, 5))
        try:
            with store.unit:
                for _ in range(steps):
                    doings.one()
        except (StoreError, Stop):
            pass
        disk.heal()
        assert not store.unit.active
        assert not disk.in_transaction
        assert_as_on_disk(store)
    with store.unit:
        doings.trade()
        doings.place()
    assert_as_on_disk(store)
    a_store(disk)
    store.database.close()


def test_two_numbers_drawn_in_a_step_that_fails_are_given_again() -> None:
    store = a_store(founded_disk())
    with pytest.raises(Stop), store.unit:
        first = store.books.next_entry_id(), store.books.next_entry_id(), store.books.next_entry_id()
        raise Stop
    with store.unit:
        assert store.books.next_entry_id() == first[0]


def small_disk(path: Path) -> Store:
    """A real file with hardly any room left."""
    database = Database.open(path)
    clock = FakeClock()
    store = Store(database, clock, clock)
    run = database.connection.execute
    run("CREATE TABLE filler (b BLOB) STRICT")
    run("INSERT INTO filler VALUES (zeroblob(?))", ((run("PRAGMA freelist_count").fetchone()[0] - 4) * 4096,))
    run(f"PRAGMA max_page_count={run('PRAGMA page_count').fetchone()[0] + 1}")
    return store


def many_limits(store: Store, number: int) -> None:
    for i in range(9):
        store.settings.set_limit("workspace", "R02" + "x" * 900, f"s{number}-{i}", D(1))


WRITES: dict[str, Callable[[Store, int], object]] = {
    "journal": lambda store, _: store.journal.write("note", "w" * 3000),
    "setting": lambda store, n: store.settings.set(f"name{n}", {"words": "w" * 3000}),
    "limit": many_limits,
    "level": lambda store, n: store.settings.set_levels([("s" * 90, "l", f"{n}", "w" * 3000 * n, MORNING)]),
    "instrument": lambda store, n: store.catalogue.add(
        Instrument(id=f"i{n}", symbol=f"S{n}", name="w" * 3000, listing="XSIM")
    ),
    "job": lambda store, n: store.jobs.save(
        JobRun(job="j", slot=str(n), due_at=MORNING, outcome="done", note="w" * 3000)
    ),
}


@pytest.mark.parametrize("what", WRITES)
def test_a_full_disk_is_one_sentence_whichever_way_it_is_written(what: str, tmp_path: Path) -> None:
    store = small_disk(tmp_path / "desk.sqlite3")
    with pytest.raises(StoreError) as told:
        for number in range(1, 60):
            with store.unit:
                WRITES[what](store, number)
    words = str(told.value)
    assert "could not be written" in words
    assert "full" in words
    assert "Nothing of this step was kept and nothing was sent." in words
    assert "Free disk space" in words
    assert "SELECT" not in words
    assert "INSERT" not in words
    assert_as_on_disk(store)
    store.connection.execute("PRAGMA max_page_count=1000000")  # and with room it goes on
    with store.unit:
        WRITES[what](store, 500)
    assert_as_on_disk(store)
    store.database.close()


def test_a_lock_held_too_long_by_somebody_else_is_one_sentence(tmp_path: Path) -> None:
    store = small_disk(tmp_path / "desk.sqlite3")
    store.connection.execute("PRAGMA busy_timeout=1")
    other = sqlite3.connect(tmp_path / "desk.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"), store.unit:
        raise AssertionError("it must not get here")
    other.execute("ROLLBACK")
    other.close()
    with store.unit:
        store.journal.write("note", "and on")
    store.database.close()


def test_a_fault_of_ours_is_not_called_a_fault_of_the_disk() -> None:
    store = a_store(founded_disk())
    with pytest.raises(sqlite3.ProgrammingError), store.unit:
        store.connection.execute("SELECT ?", ())
    with pytest.raises(Stop), store.unit:
        raise Stop
    assert_as_on_disk(store)


def test_a_step_inside_a_step_is_refused() -> None:
    store = a_store(founded_disk())
    with store.unit, pytest.raises(RuntimeError, match="already open"), store.unit:
        pass
    assert not store.unit.active


def test_a_commit_that_fails_keeps_nothing() -> None:
    disk = founded_disk()
    store = a_store(disk)

    def before(statement: str) -> None:
        if statement == "COMMIT":
            disk.heal()
            raise sqlite3.OperationalError(Fault.ENOSPC.value)

    disk.before = before
    with pytest.raises(StoreError), store.unit:
        store.orders.add(an_order(store, 1))
        store.journal.write("note", "gone")
    assert store.orders.open() == ()
    assert_as_on_disk(store)


def test_the_process_dies_in_the_commit_and_the_next_one_finds_the_step_whole_or_not_at_all() -> None:
    for moment in ("before", "after"):
        disk: FaultyConnection = founded_disk()
        store = a_store(disk)

        def die(statement: str) -> None:
            if statement == "COMMIT":
                raise KeyboardInterrupt

        setattr(disk, moment, die)
        with pytest.raises(KeyboardInterrupt), store.unit:
            store.orders.add(an_order(store, 1))
            store.journal.write("order.placed", "x", order_id="1")
        disk.pull_the_plug()
        fresh = a_store(disk)
        assert len(fresh.orders.open()) == (moment == "after")
        assert fresh.journal._seq == (moment == "after")


def test_everything_in_the_founded_workspace_is_known() -> None:
    store = a_store(founded_disk())
    assert {i.id for i in store.catalogue.all()} == set(SHARES)
    assert len(store.catalogue) == 3
    assert store.accounts.get("nobody") is None
