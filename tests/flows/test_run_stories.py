"""Starting again at a real engine under its real supervisor: one run however it is clicked and whenever it is killed."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from core.channel.client import answers, connect
from core.channel.desk import Desk
from core.channel.facets.orders import Draft
from core.channel.home import Home, WorkspaceFolder
from core.domain.errors import DeskError
from core.domain.order import OrderType, Side, Status, TimeInForce
from core.domain.verdict import Consent
from core.domain.workspace import WorkspaceKind
from core.engine.checks import prove_books
from core.system import FileLock
from tests.fakes.running import PATIENCE, ROOT, until, wait

ROUNDS = 40 if os.environ.get("QUARTERDECK_RELEASE") else 5


@dataclass
class Watched:
    """One workspace whose engine comes back by itself."""

    home: Path
    folder: WorkspaceFolder = field(init=False)

    def __post_init__(self) -> None:
        self.folder = Home(self.home).create("practice", WorkspaceKind.PRACTICE)
        command = [sys.executable, "-m", "core.engine.supervisor", "--home", str(self.home), "--workspace", "practice"]
        self.supervisor = subprocess.Popen(command, cwd=ROOT)
        self.up()

    def up(self) -> Desk:
        until(lambda: answers(self.folder), "the engine's answer")
        desk = connect(self.folder, timeout=PATIENCE)
        until(lambda: desk.health.state().connections[0].reconciled, "the first comparison")
        until(lambda: desk.positions.accounts()[0].today is not None, "the day has begun")
        return desk

    def kill(self) -> None:
        pid = FileLock(self.folder.lock).holder()
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def end(self) -> int:
        self.supervisor.terminate()
        return self.supervisor.wait(PATIENCE)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    there = Watched(tmp_path / "home")
    yield there
    there.end()


def ask_for(desk: Desk, symbol: str, size: str, **terms: object) -> str:
    review = desk.orders.review(Draft(symbol=symbol, side=Side.BUY, quantity=size, **terms))  # type: ignore[arg-type]
    return desk.orders.confirm(review.token, Consent(warnings=review.warnings)).id


def waiting(desk: Desk) -> str:
    """An order at the exchange that does not fill."""
    order_id = ask_for(desk, "KO", "5", type=OrderType.LIMIT, limit="30.00", time_in_force=TimeInForce.GTC)
    until(lambda: desk.orders.story(order_id).order.status is Status.ACKED, "the exchange has it")
    return order_id


def test_two_windows_that_start_again_with_one_token_make_one_run(watched: Watched) -> None:
    desk = watched.up()
    filled = ask_for(desk, "KO", "3")
    until(lambda: desk.orders.story(filled).order.status is Status.FILLED, "it is filled")
    order_id = waiting(desk)
    before = desk.health.state()
    others = [connect(watched.folder, timeout=PATIENCE) for _ in range(4)]

    def press(window: Desk) -> None:
        with contextlib.suppress(DeskError):  # whose answer is cut off asks again
            window.runs.begin({"starting_cash": "25000"}, False, "one token")

    with ThreadPoolExecutor() as pool:
        list(pool.map(press, others))
    until(lambda: desk.health.state().engine_pid != before.engine_pid, "another engine")
    desk = watched.up()
    desk.runs.begin({"starting_cash": "25000"}, False, "one token")
    first, second = desk.runs.all()
    assert first.ended_at is not None
    assert second.begun_at is not None
    assert before.market_now <= first.ended_at <= second.begun_at <= desk.health.state().market_now
    assert [(account.account_id, account.cash) for account in desk.positions.accounts()] == [
        ("practice-2", Decimal(25_000))
    ]
    assert desk.positions.table().num_rows == 0
    assert desk.orders.table("all").num_rows == 0
    assert desk.orders.story(order_id).order.status is Status.CANCELED
    assert len(desk.practice.why(filled)) == 1
    assert all(finding.ok for finding in desk.health.doctor() if finding.check != "Backup")
    assert desk.journal.table(kind="practice.run").num_rows == 1
    supervision = watched.folder.supervision()
    assert supervision is not None
    assert (supervision.attempts, supervision.down_since) == (0, None)  # it was no crash
    assert watched.end() == 0


def test_killed_at_any_moment_the_workspace_is_the_old_run_or_the_new_one(watched: Watched) -> None:
    """Wherever the kill falls, pressing once more with the same token ends in exactly one more run."""
    desk = watched.up()
    for number in range(1, ROUNDS + 1):
        order_id = waiting(desk)
        token = f"round {number}"
        with ThreadPoolExecutor() as pool:
            pressed = pool.submit(desk.runs.begin, {}, False, token)
            wait(0.5 * number / ROUNDS if number % 2 else 0.3 + 2.0 * number / ROUNDS)
            watched.kill()
            with contextlib.suppress(DeskError):
                pressed.result(PATIENCE)
        desk = watched.up()
        assert len(desk.runs.all()) in (number, number + 1)
        until(partial(_press, watched, token, number), "one more run")
        desk = watched.up()
        assert [run.ended_at is None for run in desk.runs.all()] == [False] * number + [True]
        assert desk.orders.story(order_id).order.status is Status.CANCELED
        (account,) = desk.positions.accounts()
        assert (account.account_id, account.cash) == (f"practice-{number + 1}", Decimal(100_000))
    assert watched.end() == 0
    assert prove_books(watched.folder.database) == []


def _press(watched: Watched, token: str, before: int) -> bool:
    desk = watched.up()
    if len(desk.runs.all()) == before + 1:
        return True
    desk.runs.begin({}, False, token)
    return False
