"""A disk that is full, failing, locked or cut off: refuse before anything is sent, and forget nothing that was."""

import sqlite3
import struct
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from core.domain.errors import StoreError
from core.domain.order import Origin, Status
from core.execution.errand import Errand, run
from core.store.database import Database
from tests.fakes.broker import Answer, FakeBroker, FakeLine
from tests.fakes.clock import FakeClock
from tests.fakes.disk import Fault, is_write
from tests.fakes.house import House, build, founded_file
from tests.fakes.market import FakeHours, FakePrices
from tests.simulation.person import YES
from tests.simulation.test_matrix import ORDER, Case
from tests.simulation.truth import books_hold, demand


class Counting(Case):
    """Runs the whole path of an order; one write in it fails."""

    def __init__(self, fault: Fault | None = None, at: int = 0) -> None:
        super().__init__(Answer.OK, refuses_repeats=True)
        self.writes = 0
        self.fault, self.at = fault, at
        self.failed_in = ""

    def live(self) -> None:
        self.disk.before = self._count
        self.part("place", self._place)
        self.part("hear the answer", self._carry)
        for held in list(self.broker.working()):
            self.broker.fill(held, Decimal(4), Decimal("49.99"))
        self.part("hear a fill", self.hear)
        for order in self.ours(Status.PARTIAL):
            self.part("cancel", partial(self.desk_house.desk.cancel, order.id))
        self.part("hear the cancel", self._carry)
        self.part("read the account", self.pump)
        self.disk.heal()

    def part(self, name: str, act: Callable[[], object]) -> None:
        before = self.writes
        try:
            act()
        except StoreError:
            self.note(f"  {name}: not written")
        if before < self.at <= self.writes:
            self.failed_in = name

    def _place(self) -> None:
        self.desk_house.desk.place(ORDER)

    def _carry(self) -> None:
        self.send()
        while self.inbox:
            self.hear()

    def _count(self, sql: str) -> None:
        if not is_write(sql):
            return
        self.writes += 1
        if self.fault is not None and self.writes == self.at:
            raise sqlite3.OperationalError(self.fault.value)


def writes_of_the_path() -> int:
    quiet = Counting()
    quiet.live()
    return quiet.writes


WRITES = writes_of_the_path()


def test_the_path_has_many_writes() -> None:
    assert WRITES > 20


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name)
@pytest.mark.parametrize("at", range(1, WRITES + 1))
def test_one_failing_write(at: int, fault: Fault) -> None:
    case = Counting(fault, at)
    case.live()
    assert case.failed_in
    if case.failed_in == "place":
        assert case.broker.held == []  # refused before a byte left
        assert case.ours(*Status) == []
    case.place(ORDER)  # the same token again, on a disk that works
    case.heal()
    assert len(case.broker.held) == 1


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name)
def test_nothing_is_sent_while_the_disk_stays_bad(fault: Fault) -> None:
    case = Case(Answer.OK, refuses_repeats=True)

    def bad(sql: str) -> None:
        if is_write(sql):
            raise sqlite3.OperationalError(fault.value)

    case.disk.before = bad
    for _ in range(20):
        case.press()
        case.pump()
        case.advance(5)
    assert case.broker.held == []
    case.disk.heal()
    case.press()
    case.heal()
    assert len(case.broker.held) == 1


def test_a_stop_the_disk_would_not_take_is_on_it_as_soon_as_there_is_room() -> None:
    case = Case(Answer.OK, refuses_repeats=True)

    def full(sql: str) -> None:
        if is_write(sql):
            raise sqlite3.OperationalError(Fault.ENOSPC.value)

    case.disk.before = full
    assert not case.attempt(lambda: case.desk_house.brake.stop("I want out"))
    assert case.desk_house.brake.stopped  # in force at once
    case.disk.heal()
    case.advance(5)
    case.pump()
    case.die()
    case.start()
    assert case.desk_house.brake.stopped


# A real file


@dataclass
class Bench:
    """The desk on a real file, its errands run at once."""

    path: Path
    clock: FakeClock = field(default_factory=FakeClock)
    accepted_at: dict[str, int] = field(default_factory=dict)  # client id → frames in the log when it was accepted

    def __post_init__(self) -> None:
        self.broker = FakeBroker(clock=self.clock, market_clock=self.clock)
        self.broker.on_accept = lambda order: self.accepted_at.__setitem__(order.client_id, frames(self.path))
        self.line = FakeLine(broker=self.broker)
        self.prices = FakePrices(clock=self.clock, market_clock=self.clock)
        self.errands: list[Errand] = []
        self.house = self.open()

    def open(self) -> House:
        database = Database.open(self.path)
        house = build(database, self.clock, self.clock, self.prices, FakeHours(), self, self.broker.capabilities)
        house.desk.wake()
        return house

    def close(self) -> None:
        self.house.store.database.close()

    def hand_over(self, errand: Errand) -> None:
        self.errands.append(errand)

    def settle(self) -> None:
        for _ in range(3):
            self.clock.advance(4)
            self.house.minder.tick()
            while self.errands:
                self.house.hear(run(self.errands.pop(0), self.line, self.clock))


def frames(path: Path) -> int:
    """How many frames of the log are valid: those that carry the salt of its header, from the start on."""
    log = path.with_name(path.name + "-wal").read_bytes()
    page, salt = struct.unpack(">I", log[8:12])[0], log[16:24]
    count = 0
    while log[32 + count * (24 + page) + 8 :][:8] == salt:
        count += 1
    return count


def test_log_cut_at_every_frame(tmp_path: Path) -> None:
    """Power fails while frames are being written: what is left opens, holds together, and knows all that was sent before."""
    bench = Bench(founded_file(tmp_path))
    bench.settle()
    for n, name in enumerate(("i-ant", "i-bee", "i-cat")):
        limit = bench.prices.last[name]
        bench.house.desk.place(replace(ORDER, intent_key=f"t{n}", instrument_id=name, symbol=name, limit=limit))
        bench.settle()
        bench.broker.fill(bench.broker.held[-1], Decimal(4), limit)
        bench.settle()
    bench.house.desk.cancel(bench.house.store.orders.open()[0].id)
    bench.settle()
    log = bench.path.with_name(bench.path.name + "-wal")
    whole, data, count = log.read_bytes(), bench.path.read_bytes(), frames(bench.path)
    page = struct.unpack(">I", whole[8:12])[0]
    assert count > 30
    folder = tmp_path / "cut"
    folder.mkdir()
    for kept in range(count + 1):
        for torn in (0, 11):  # at the frame, and in the middle of the next one's header
            path = folder / f"cut-{kept}-{torn}.sqlite3"
            path.write_bytes(data)
            path.with_name(path.name + "-wal").write_bytes(whole[: 32 + kept * (24 + page) + torn])
            reopened = Database.open(path)
            demand(books_hold(reopened.connection))
            known = {row[0] for row in reopened.connection.execute("SELECT client_id FROM orders")}
            forgotten = {cid for cid, at in bench.accepted_at.items() if at <= kept} - known
            assert not forgotten, f"cut at frame {kept}: {forgotten} was sent before and is not known"
            reopened.close()
            for file in folder.iterdir():
                file.unlink()
    assert len(bench.accepted_at) == 3
    bench.close()


def test_a_full_file_refuses_before_sending(tmp_path: Path) -> None:
    bench = Bench(founded_file(tmp_path))
    bench.settle()
    bench.house.store.connection.execute("VACUUM")
    pages = bench.house.store.connection.execute("PRAGMA page_count").fetchone()[0]
    bench.house.store.connection.execute(f"PRAGMA max_page_count={pages}")
    sent = 0
    with pytest.raises(StoreError, match=r"full.*nothing was sent"):
        for n in range(400):
            line = replace(ORDER, intent_key=f"t{n}", quantity=Decimal(1), origin=Origin.ALGORITHM)
            bench.house.desk.place(line, YES)
            sent += 1
            bench.clock.advance(1)
    assert len(bench.errands) == sent  # the one that could not be written was not handed over
    bench.house.store.connection.execute("PRAGMA max_page_count=1000000")
    bench.settle()
    assert len(bench.broker.held) == sent
    bench.close()
