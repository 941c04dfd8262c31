"""A paper workspace copied to another machine: it can be read there, and trades only once a person has claimed it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from core.channel.desk import Desk
from core.channel.facets.orders import Draft
from core.channel.facets.settings import CLAIM
from core.channel.home import Home
from core.domain.errors import BadInput, DeskError, StoreError
from core.domain.order import Side, Status
from core.domain.verdict import Consent, Outcome
from core.engine import claiming, wiring
from core.engine.engine import Engine
from core.engine.wiring import build, start
from core.market.sample import sample
from tests.fakes.clock import FakeClock
from tests.fakes.ticks import TEN
from tests.unit.engine.opened import opened
from tests.unit.engine.test_paper import SATURDAY, passes, place
from tests.unit.vault.made import QUICK

NAME = "paper-1"


@pytest.fixture
def recording(tmp_path: Path) -> str:
    folder = tmp_path / "source" / "recording"
    sample(folder, TEN.date(), lasts=timedelta(minutes=3), symbols=("AAPL", "BH"))
    return str(folder)


@pytest.fixture
def copied(tmp_path: Path, recording: str, monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Its folder under tmp_path/new, ten shares in it, on a machine with another identity."""
    clock = FakeClock(SATURDAY)
    with opened(tmp_path / "old", clock, NAME, recording) as desk:
        passes(desk, 8)
        place(desk)
        passes(desk, 6)
    shutil.copytree(tmp_path / "old" / NAME, tmp_path / "new" / NAME)
    for module in (wiring, claiming):
        monkeypatch.setattr(module, "this_machine", lambda: "c0ffee")
    return clock


@contextmanager
def looked_at(home: Path, clock: FakeClock) -> Iterator[tuple[Engine, Desk]]:
    """As it starts there."""
    engine, desk = build(Home(home).find(NAME), clock, QUICK)
    start(engine)
    try:
        yield engine, desk
    finally:
        engine.close()


def test_a_copy_can_be_read_and_sends_nothing(tmp_path: Path, copied: FakeClock) -> None:
    file = tmp_path / "new" / NAME / "desk.sqlite3"
    with looked_at(tmp_path / "new", copied) as (engine, desk):
        health = desk.health.state()
        assert health.foreign
        assert health.read_only == claiming.FOREIGN
        assert [row["symbol"] for row in desk.positions.table().to_pylist()] == ["AAPL"]
        assert desk.journal.table().num_rows
        for side in (Side.BUY, Side.SELL):  # the way out leads over the desk that holds the account
            review = desk.orders.review(Draft(symbol="AAPL", side=side, quantity="1"))
            blocked = {verdict.check: verdict for verdict in review.verdicts if verdict.outcome is Outcome.BLOCK}
            assert "another machine" in blocked["R25"].message
            with pytest.raises(DeskError):
                desk.orders.confirm(review.token, Consent(warnings=review.warnings, worst_case_seen=True))
        with pytest.raises(StoreError, match=r"from another machine\. Nothing was done and nothing is traded"):
            desk.settings.set_idle("5")
        assert not engine.wires[0]._errands
        assert not engine.wires[0].alive
        before = file.read_bytes()
    assert file.read_bytes() == before


def test_a_claim_needs_its_words_and_is_one_act(tmp_path: Path, copied: FakeClock) -> None:
    with looked_at(tmp_path / "new", copied) as (engine, desk):
        with pytest.raises(BadInput, match="Nothing was done: type “the other desk is closed”"):
            desk.settings.claim("claim")
        assert not engine.ending.is_set()
        desk.settings.claim(f" {CLAIM.upper()} ")
        assert engine.again
        assert engine.ending.is_set()
        desk.settings.claim(CLAIM)  # a second click
        with pytest.raises(StoreError):
            desk.settings.set_idle("5")  # until it starts again nothing else is written
    with opened(tmp_path / "new", copied, NAME) as again:
        assert not again.desk.health.state().foreign
        (connection,) = again.desk.health.state().connections
        assert not connection.reconciled  # claimed, and not compared yet
        passes(again, 8)
        (connection,) = again.desk.health.state().connections
        assert connection.reconciled
        (row,) = again.desk.journal.table(kind="workspace.claimed").to_pylist()
        assert row["who"] == "person"
        order_id = place(again, size="2")
        passes(again, 6)
        assert again.desk.orders.story(order_id).order.status is Status.FILLED
        sent = again.engine.store.orders.get(order_id)
        assert sent is not None
        assert "-c0ffee-" in sent.client_id


def test_a_claim_the_disk_does_not_take_is_none(
    tmp_path: Path, copied: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with looked_at(tmp_path / "new", copied) as (engine, desk):

        def full(machine: str) -> None:
            raise StoreError("The database could not be written: disk full.")

        monkeypatch.setattr(engine.store.accounts, "move_to", full)
        with pytest.raises(StoreError, match="disk full"):
            desk.settings.claim(CLAIM)
        assert not engine.ending.is_set()
        assert desk.health.state().foreign
    with looked_at(tmp_path / "new", copied) as (_, desk):
        assert desk.health.state().foreign  # a kill before the commit leaves it as it was


def test_the_machine_it_belongs_to_asks_nothing(tmp_path: Path, copied: FakeClock) -> None:
    with looked_at(tmp_path / "new", copied) as (_, desk):
        desk.settings.claim(CLAIM)
    with looked_at(tmp_path / "new", copied) as (_, desk), pytest.raises(BadInput, match="belongs to this machine"):
        desk.settings.claim(CLAIM)
