"""A restart of the exchange is no restart: what it said stands, and what comes is what would have come."""

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.brokers.practice.broker import PracticeBroker
from core.domain.errors import BadInput, OrderRejected, StoreError
from core.domain.order import Order, Status
from core.domain.reading import ReadState
from tests.unit.practice.scene import PLAIN, Scene, Script, order

SYMBOLS = ["AAPL", "F", "CKX", "PLUG", "SPY"]
KILLED = """
import os, sys
from tests.unit.practice.scene import Scene, order
scene = Scene(file=sys.argv[1])
scene.line.submit(order("a", limit="1"))
scene.line.submit(order("b"))
scene.run(seconds=1)
os.kill(os.getpid(), 9)
"""


def test_an_acceptance_and_a_fill_outlive_a_kill(tmp_path: Path) -> None:
    file = str(tmp_path / "exchange.sqlite")
    killed = subprocess.run([sys.executable, "-c", KILLED, file], check=False, cwd=Path(__file__).parents[3])
    assert killed.returncode == -9
    scene = Scene(file=file)
    assert (scene.status("a"), scene.status("b")) == (Status.ACKED, Status.FILLED)
    assert len(scene.fills()) == 1
    assert scene.line.submit(order("b")).status is Status.FILLED


def random_order(chance: random.Random, number: int) -> Order:
    symbol = chance.choice(SYMBOLS)
    side = chance.choice(["buy", "buy", "sell"]) if symbol in ("AAPL", "F", "SPY") else "buy"
    terms: dict[str, str | bool] = {"tif": chance.choice(["day", "day", "gtc", "ioc", "fok", "close", "open"])}
    price = {"AAPL": "219.00", "F": "13.40", "CKX": "16.40", "PLUG": "0.90", "SPY": "548.00"}[symbol]
    near = Decimal(price) * (1 + Decimal(chance.randint(-30, 30)) / 10_000)
    near = near.quantize(Decimal("0.01") if near >= 1 else Decimal("0.0001"))
    if chance.random() < 0.7:
        terms["limit"] = str(near)
    elif chance.random() < 0.4:
        terms |= {"stop": str(near), "tif": "gtc"}
    if "limit" in terms and terms["tif"] in ("day", "gtc"):
        terms["extended_hours"] = chance.random() < 0.3
    return order(f"o{number}", side, str(chance.choice([1, 100, 700, 5000])), symbol=symbol, **terms)


def day_of_trading(file: str, seed: int, stops: set[int], reopen: bool) -> tuple[Scene, list[str]]:
    """The same orders at the same moments; at some of them the exchange is closed and opened again."""
    chance, scene = random.Random(seed), Scene(file=file, broker=PracticeBroker())
    states: list[str] = []
    for number in range(25):
        scene.clock.pass_by(seconds=chance.choice([0, 0.2, 0.9, 7, 300, 4000]))
        if not (number in stops and reopen):
            scene.line.heartbeat()
        if number in stops and reopen:
            clock = scene.clock
            scene.exchange.close()
            scene = Scene(file=file, clock=clock, broker=PracticeBroker())
        new = random_order(chance, number)
        try:
            states.append(scene.line.submit(new).status)
        except OrderRejected as refused:
            states.append(str(refused))
        if chance.random() < 0.2:
            try:
                scene.line.cancel(new)
            except OrderRejected as refused:
                states.append(str(refused))
    scene.run(days=1)
    return scene, states


def outcome(scene: Scene) -> tuple[object, ...]:
    orders = [o for k in range(25) if (o := scene.line.find(order(f"o{k}")))]
    told = [(o.client_id, o.status, o.filled, o.reason) for o in orders]
    return scene.fills(), told, scene.line.cash("practice").rows


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6), stops=st.sets(st.integers(1, 24), min_size=1, max_size=6))
def test_a_restart_at_any_point_equals_no_restart(
    tmp_path_factory: pytest.TempPathFactory, seed: int, stops: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("exchange")
    calm, said = day_of_trading(str(folder / "calm.sqlite"), seed, stops, reopen=False)
    stormy, said_too = day_of_trading(str(folder / "stormy.sqlite"), seed, stops, reopen=True)
    assert said == said_too
    assert outcome(calm) == outcome(stormy)
    calm.exchange.close()
    stormy.exchange.close()


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_how_often_it_is_pumped_does_not_matter(seed: int) -> None:
    def run(steps: int) -> tuple[object, ...]:
        chance, scene = random.Random(seed), Scene()
        for number in range(12):
            try:
                scene.line.submit(random_order(chance, number))
            except OrderRejected:
                continue
        for _ in range(steps):
            scene.run(seconds=3600 / steps)
        fills = [(f.client_id, f.quantity, f.price, f.at, f.note) for f in scene.fills()]
        return fills, scene.exchange.cash()

    assert run(1) == run(400)


def test_while_it_was_off_market_time_passed_and_is_caught_up(tmp_path: Path) -> None:
    file = str(tmp_path / "exchange.sqlite")
    script = Script()
    script.write(after=600, bid="89.90", ask="89.92", last="89.90", volume="100")
    scene = Scene(file=file, tape=script)
    scene.line.submit(order("a", limit="90"))
    scene.line.submit(order("b", limit="80"))
    scene.exchange.close()
    scene.clock.pass_by(days=2)
    again = Scene(file=file, tape=script, clock=scene.clock)
    again.run(seconds=0)
    assert (again.status("a"), again.status("b")) == (Status.FILLED, Status.EXPIRED)
    assert again.fills()[0].at == scene.clock.at - timedelta(days=2) + timedelta(seconds=600)


def test_what_was_taken_stays_taken_over_a_restart(tmp_path: Path) -> None:
    file = str(tmp_path / "exchange.sqlite")
    scene = Scene(file=file, tape=Script())
    scene.line.submit(order("a", quantity="200"))
    scene.run(seconds=0.4)
    scene.exchange.close()
    again = Scene(file=file, tape=Script(), clock=scene.clock)
    again.line.submit(order("b", quantity="200"))
    again.run(seconds=0.4)
    assert [str(f.price.normalize()) for f in again.fills("b")] == ["100.02", "100.03"]


def test_the_place_in_the_queue_outlives_a_restart(tmp_path: Path) -> None:
    file, script = str(tmp_path / "exchange.sqlite"), Script()
    script.write(after=5, last="100", volume="200")
    script.write(after=9, last="100", volume="130")
    scene = Scene(file=file, tape=script)
    scene.line.submit(order("a", limit="100"))
    scene.run(seconds=7)
    scene.line.submit(order("b", limit="1"))
    scene.exchange.close()
    again = Scene(file=file, tape=script, clock=scene.clock)
    again.run(seconds=3)
    assert again.filled("a") == 30


def test_a_stop_that_was_set_off_stays_set_off(tmp_path: Path) -> None:
    file, script = str(tmp_path / "exchange.sqlite"), Script()
    script.write(after=5, last="98", volume="100", bid="98", ask="98.02")
    scene = Scene(file=file, tape=script)
    scene.line.submit(order("a", "sell", stop="99", limit="100.02"))
    scene.run(seconds=7)
    scene.line.submit(order("b", limit="1"))
    scene.exchange.close()
    script.write(after=20, last="100.02", volume="500", bid="100.02", ask="100.04")
    again = Scene(file=file, tape=script, clock=scene.clock)
    again.run(seconds=30)
    assert again.status("a") is Status.FILLED


def test_market_time_before_the_kill_never_comes_again(tmp_path: Path) -> None:
    file = str(tmp_path / "exchange.sqlite")
    scene = Scene(file=file, tape=Script())
    scene.run(minutes=5)
    scene.line.submit(order("a"))
    seen = scene.clock.at
    scene.exchange.close()
    early = Scene(file=file, tape=Script())
    assert early.line.market_time() == seen
    early.run(seconds=10)
    assert early.line.market_time() == seen


def test_another_seed_does_not_open_this_file(tmp_path: Path) -> None:
    file = str(tmp_path / "exchange.sqlite")
    Scene(file=file).exchange.close()
    with pytest.raises(BadInput, match="begun with seed 1, not 2"):
        Scene(file=file, broker=PracticeBroker(seed=2))


def test_a_file_with_a_day_of_a_newer_version_is_a_sentence_and_is_let_go_of(tmp_path: Path) -> None:
    file = str(tmp_path / "exchange.sqlite")
    Scene(file=file).exchange.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("INSERT INTO chosen VALUES ('2026-12-09', 'storm', '')")
    with pytest.raises(StoreError, match="storm") as refused:
        Scene(file=file)
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as database:
        database.execute("DELETE FROM chosen")
    assert refused.value
    Scene(file=file).exchange.close()


def test_a_file_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        Scene(file=str(tmp_path / "nowhere" / "exchange.sqlite"))


def test_on_a_full_disk_nothing_is_told_until_there_is_room(tmp_path: Path) -> None:
    scene = Scene(file=str(tmp_path / "exchange.sqlite"), tape=Script())
    scene.line.submit(order("a"))
    database = scene.exchange._records._db
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="look the order up"):
        for number in range(200):
            scene.line.submit(order(f"b{number}", limit="1", origin_id="x" * 500, tif="gtc"))
    scene.run(seconds=1)
    told, cash = list(scene.told), scene.line.cash("practice")
    assert (told, cash.state) == ([], ReadState.FAILED)
    database.execute("PRAGMA max_page_count = 1000000")
    scene.run(seconds=1)
    assert [report.client_id for report in scene.told] == ["a"]
    assert scene.status("b0") is Status.ACKED
    assert scene.line.cash("practice").rows[0].cash == PLAIN.starting_cash - 10_002


def test_two_exchanges_never_give_the_same_ids(tmp_path: Path) -> None:
    one, two = Scene(), Scene()
    two = Scene(clock=one.clock)
    assert one.line.identity().number == two.line.identity().number, "same seed, same moment: the same exchange"
    one.clock.pass_by(seconds=1)
    assert Scene(clock=one.clock).line.identity().number != one.line.identity().number
