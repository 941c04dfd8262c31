"""The exchange in a process of its own: the desk beside it may be killed at any moment."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from multiprocessing import Pipe
from pathlib import Path
from threading import Event
from time import sleep

import msgspec
import pytest

from core.brokers.base import Surroundings
from core.brokers.practice.broker import PracticeBroker
from core.brokers.practice.messages import Answer, Ask, encode, result_of
from core.brokers.practice.remote import RemoteLine
from core.brokers.practice.server import Server
from core.channel.facets.practice import Fault
from core.clock import SystemClock
from core.domain.chosen import Chosen, Kind
from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.errors import BadInput, BrokerDown, OrderRejected, OutcomeUnknown
from core.domain.fill import Report, Told
from core.domain.order import Order, Status
from core.domain.reading import Activity, Reading, ReadState
from core.domain.workspace import WorkspaceKind
from core.market.invented.names import by_id
from core.market.sessions import Sessions
from core.market.timeline import Anchor, Timeline
from core.system import dial, listen, socket_address
from tests.unit.practice.scene import MARKET, Scene, order

ROOT = Path(__file__).parents[3]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
KILLED = """
import os, sys
from tests.unit.practice.scene import order
from tests.unit.practice.test_remote import line_to
line = line_to(sys.argv[1])
line.submit(order("a"))
os.kill(os.getpid(), 9)
"""
HALF = """
import os, sys
from core.system import dial
connection = dial(sys.argv[1], 5)
os.write(connection.fileno(), b"\\x00\\x00\\x10\\x00half a messa")
os.kill(os.getpid(), 9)
"""


@dataclass
class Elsewhere:
    """A running exchange process."""

    process: "subprocess.Popen[str]"
    address: str
    file: Path

    def line(self) -> RemoteLine:
        return line_to(self.address)


def line_to(address: str) -> RemoteLine:
    clock = SystemClock()
    surroundings = Surroundings(
        folder=Path(),
        kind=WorkspaceKind.PRACTICE,
        clock=clock,
        market_clock=Timeline.fresh(clock, Sessions()),
        instrument=lambda name: by_id()[name].instrument,
    )
    line = PracticeBroker(exchange_at=address).open(surroundings)
    assert isinstance(line, RemoteLine)
    return line


def start(file: Path, *options: str) -> Elsewhere:
    address = socket_address(file)
    command = [sys.executable, "-m", "core.brokers.practice", "--file", str(file), "--address", address]
    process = subprocess.Popen(
        [*command, "--pace", "60", "--latency-ms", "10", *options], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return Elsewhere(process=process, address=address, file=file)


def end(there: Elsewhere) -> None:
    there.process.kill()
    there.process.wait()
    assert there.process.stdout is not None
    there.process.stdout.close()


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Elsewhere]:
    running = start(tmp_path / "exchange.sqlite")
    yield running
    end(running)


def until_filled(line: RemoteLine, wanted: Order) -> None:
    a_moment = Event()
    for _ in range(1_000):
        held = line.find(wanted)
        if held is not None and held.status is Status.FILLED:
            return
        a_moment.wait(0.01)
    raise AssertionError("it did not fill")


def test_everything_a_line_does(there: Elsewhere) -> None:
    line = there.line()
    told: list[Report] = []
    line.listen(told.append)
    assert line.submit(order("a")).status is Status.ACKED
    until_filled(line, order("a"))
    line.heartbeat()
    assert [report.told for report in told] == [Told.FILLS]
    (fill,) = line.executions("practice", LONG_AGO).rows
    assert told[0].fills == (fill,)
    assert fill.bid is not None
    assert fill.ask is not None
    assert 0 < fill.bid <= fill.ask
    assert "Met the ask" in line.why("a")[0]
    resting, newer = order("b", limit="100", tif="gtc"), order("c", limit="101", tif="gtc")
    line.submit(resting)
    assert line.replace(resting, newer).client_id == "c"
    line.cancel(newer)
    assert {o.client_id for o in line.orders("practice").rows} >= {"a", "b", "c"}
    assert line.positions("practice").rows[0].quantity == 100
    assert line.cash("practice").rows[0].cash < 100_000
    paid = line.deposit(Decimal(500), "r1")
    taken = line.withdraw(Decimal("0.5"), "r2")
    assert line.deposit(Decimal(500), "r1") == paid
    assert line.activities("practice", LONG_AGO).rows == (paid, taken)
    with pytest.raises(OrderRejected, match="can be taken out"):
        line.withdraw(Decimal(1_000_000), "r3")
    assert line.accounts()[0].number == line.identity().number
    assert abs((line.time() - datetime.now(UTC)).total_seconds()) < 60
    assert line.find(order("nothing")) is None
    with pytest.raises(OrderRejected, match="no such order"):
        line.cancel(order("nothing"))
    assert line.orders("other").state is ReadState.FAILED
    line.close()


def test_a_killed_desk_meets_an_exchange_that_remembers(there: Elsewhere) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, there.address], check=False, cwd=ROOT)
    assert killed.returncode == -9
    line = there.line()
    until_filled(line, order("a"))
    assert line.submit(order("a")).status is Status.FILLED
    assert len(line.executions("practice", LONG_AGO).rows) == 1
    told: list[Report] = []
    line.listen(told.append)
    line.heartbeat()
    assert told == [], "a stream replays nothing"


def test_half_a_message_and_nonsense_harm_only_their_sender(there: Elsewhere) -> None:
    subprocess.run([sys.executable, "-c", HALF, there.address], check=False, cwd=ROOT)
    for nonsense in (b"not json", b'{"verb": "close", "args": [], "at": "2026-11-23T17:00:00Z"}'):
        with dial(there.address, 5) as caller:
            caller.send_bytes(nonsense)
            with pytest.raises(EOFError):
                caller.recv_bytes()
    assert there.line().submit(order("a")).status is Status.ACKED


def test_a_killed_exchange_comes_back_with_everything(there: Elsewhere) -> None:
    line = there.line()
    line.submit(order("a"))
    line.submit(order("b", limit="100", tif="gtc"))
    until_filled(line, order("a"))
    traded_at = line.executions("practice", LONG_AGO).rows[0].at
    end(there)
    with pytest.raises(OutcomeUnknown, match="may have arrived"):
        line.submit(order("c"))
    with pytest.raises(BrokerDown, match="Nothing was sent"):
        line.submit(order("c"))
    assert line.orders("practice").state is ReadState.FAILED
    again = start(there.file)
    try:
        assert line.submit(order("c")).status is Status.ACKED
        assert line.submit(order("a")).status is Status.FILLED
        assert line.find(order("b")) is not None
        assert again.line().market_time() >= traded_at
    finally:
        end(again)


def test_faults_are_the_exchange_s_and_errors_keep_their_meaning(there: Elsewhere) -> None:
    line, other = there.line(), there.line()
    other.fault(Fault.REPLY_LOST, on=True)
    assert line.faults() == (Fault.REPLY_LOST,)
    with pytest.raises(OutcomeUnknown):
        line.submit(order("a"))
    other.fault(Fault.REPLY_LOST, on=False)
    assert line.find(order("a")) is not None
    other.fault(Fault.DOWN, on=True)
    with pytest.raises(BrokerDown):
        line.submit(order("b"))


def test_a_full_disk_over_there_is_said_in_its_own_words(tmp_path: Path) -> None:
    """Nobody's thread ends for it, and what was asked may still be carried out."""
    scene = Scene(file=str(tmp_path / "exchange.sqlite"))
    database = scene.exchange._records._db
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages}")
    address, timeline = socket_address(tmp_path), Timeline.fresh(SystemClock(), Sessions())
    ours, theirs = Pipe()
    with listen(address) as listener, ours, theirs:
        server = Server(line=scene.line, timeline=timeline, listener=listener)
        with pytest.raises(OutcomeUnknown, match="cannot write its file"):
            for number in range(200):
                sent = order(f"b{number}", limit="1", origin_id="x" * 500)
                ask = Ask(verb="submit", args=msgspec.Raw(encode((sent,))), at=timeline.now())
                result_of("submit", server._answer(theirs, ask))


def test_an_exchange_that_hangs_is_an_unknown_outcome(tmp_path: Path) -> None:
    address = socket_address(tmp_path)
    clock = SystemClock()
    with listen(address):
        line = RemoteLine(
            address=address, account="practice", clock=clock, market_clock=clock, market=MARKET, patience=0.1
        )
        with pytest.raises(OutcomeUnknown, match=r"no answer within 0\.1 s"):
            line.submit(order("a"))


def test_market_time_follows_the_exchange(there: Elsewhere) -> None:
    clock = SystemClock()
    timeline = Timeline.fresh(clock, Sessions())
    line = RemoteLine(address=there.address, account="practice", clock=clock, market_clock=timeline, market=MARKET)
    line.listen(lambda report: None)
    seen = line.market_time()
    line.heartbeat()
    assert timeline.now() >= seen


def test_what_a_company_did_travels_whole() -> None:
    event = CorporateEvent(
        id="split-x",
        kind=EventKind.SPLIT,
        instrument_id="x",
        announced=LONG_AGO.date(),
        effective=LONG_AGO.date(),
        ratio=Decimal("0.1"),
    )
    split = Activity(
        id="split-x-1",
        kind="split",
        currency="USD",
        value=Decimal("1.5"),
        at=LONG_AGO,
        quantity=Decimal(-9),
        event=event,
    )
    reading = Reading(state=ReadState.OK, as_of=LONG_AGO, rows=(split,))
    assert result_of("activities", Answer(ok=msgspec.Raw(encode(reading)))) == reading


def test_the_rates_of_a_night_can_be_set(tmp_path: Path) -> None:
    there = start(tmp_path / "exchange.sqlite", "--margin-rate", "0.05", "--borrow-rate", "0.01")
    try:
        assert there.line().activities("practice", LONG_AGO).rows == ()
    finally:
        end(there)


def test_a_second_exchange_on_the_same_file_is_refused(there: Elsewhere) -> None:
    command = [sys.executable, "-m", "core.brokers.practice", "--file", str(there.file)]
    second = subprocess.run(
        [*command, "--address", socket_address(there.file.parent / "two")],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert second.returncode != 0
    assert second.stderr.startswith("The practice exchange's file")
    assert "database is locked" in second.stderr
    assert there.line().submit(order("a")).status is Status.ACKED


def test_chosen_days_are_kept_over_there_and_played_on_both_sides(there: Elsewhere) -> None:
    line, other = there.line(), there.line()
    day = line.market.sessions.next_day(line.market.sessions.day(line.market_time() + timedelta(days=7)))
    plain = line.market.close("xsim-0018", day)
    crash = Chosen(day=day, kind=Kind.CRASH)
    assert line.choose(crash) == (crash,)
    assert other.market.script == ()
    assert other.script() == (crash,)
    assert line.market.close("xsim-0018", day) == other.market.close("xsim-0018", day) != plain
    with pytest.raises(BadInput, match="has begun"):
        line.choose(Chosen(day=line.market.sessions.day(line.market_time()), kind=Kind.CALM))
    assert line.unchoose(crash) == ()
    assert line.market.close("xsim-0018", day) == plain


def test_its_time_follows_ours_and_what_comes_next_is_asked_over_there(there: Elsewhere) -> None:
    line = there.line()
    coming = line.coming()
    line.follow(Anchor(at=coming.at, own_time=True, pace=0))
    assert line.market_time() <= coming.at
    line.listen(lambda report: None)
    line.orders("practice")
    assert line.coming().at > coming.at
    stood = line.market_time()
    sleep(0.3)
    assert line.market_time() == stood
