"""The same confirm pressed by eight threads and four processes at once, through the real channel: exactly one order."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.channel.client import connect
from core.channel.desk import Desk
from core.channel.facets.orders import Draft, Review
from core.domain.order import Origin, Side
from tests.fakes.running import ROOT, Running, until
from tests.simulation.person import YES

ROUNDS = 1_000 if os.environ.get("QUARTERDECK_RELEASE") else 100
THREADS, PROCESSES = 8, 4
HAND = """
import sys
from pathlib import Path
from core.channel.client import connect
from core.channel.home import WorkspaceFolder
from tests.simulation.person import YES
desk = connect(WorkspaceFolder(Path(sys.argv[1])), timeout=20.0)
print("ready", flush=True)
for token in sys.stdin:
    print(desk.orders.confirm(token.strip(), YES).id, flush=True)
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    there = Running(tmp_path / "home")
    yield there
    there.end()


@pytest.fixture
def hands(running: Running) -> "Iterator[list[subprocess.Popen[str]]]":
    running.start()
    others = [
        subprocess.Popen(
            [sys.executable, "-c", HAND, str(running.folder.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(PROCESSES)
    ]
    for other in others:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
    yield others
    for other in others:
        other.kill()
        other.wait()
        for pipe in (other.stdin, other.stdout):
            assert pipe is not None
            pipe.close()


def test_one_token_many_hands(running: Running, hands: "list[subprocess.Popen[str]]") -> None:
    desk = connect(running.folder, timeout=20.0)
    until(lambda: all(c.reconciled for c in desk.health.state().connections), "reconciled")
    until(lambda: _review(desk).may_send, "the day's first value")
    made = []
    for _ in range(ROUNDS):
        token = _review(desk).token
        ids: list[str] = []
        threads = [
            threading.Thread(target=lambda token=token, ids=ids: ids.append(desk.orders.confirm(token, YES).id))
            for _ in range(THREADS)
        ]
        for other in hands:
            assert other.stdin is not None
            other.stdin.write(token + "\n")
        for other in hands:
            assert other.stdin is not None
            other.stdin.flush()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for other in hands:
            assert other.stdout is not None
            ids.append(other.stdout.readline().strip())
        assert len(ids) == THREADS + PROCESSES
        assert len(set(ids)) == 1, ids
        made.append(ids[0])
    assert len(set(made)) == ROUNDS
    until(lambda: desk.health.state().in_doubt == 0, "every answer heard")
    at_exchange = [held.client_id for held in running.line().orders("practice").rows]
    assert len(at_exchange) == len(set(at_exchange)) == ROUNDS


def _review(desk: Desk) -> Review:
    return desk.orders.review(Draft(symbol="KO", side=Side.BUY, quantity="1", origin=Origin.ALGORITHM))
