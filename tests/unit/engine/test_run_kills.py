"""Starting again, killed at every line: before the commit it is the old run, after it the new one."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.domain.chosen import Kind
from core.domain.errors import StoreError
from core.store.unit import Unit
from tests.unit.engine.opened import opened
from tests.unit.engine.starting import Killed, at_noon, begin, bought, die, place, settle, the_run

KILLS = (
    "core.execution.brake.Brake.cancel_risk",
    "core.engine.facets.runs.RunsFacet._ask_once_more",
    "core.engine.facets.runs.RunsFacet._exchange_accounts",
    "core.store.accounts.Accounts.end",  # from here on inside the commit
    "core.store.accounts.Accounts.connect",
    "core.engine.facets.runs.forget",
    "core.store.journal.Journal.write",
)


@pytest.mark.parametrize("where", KILLS)
def test_killed_before_the_commit_it_is_the_old_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    with opened(tmp_path, at_noon()) as desk:
        bought(desk)
        if where.endswith("Journal.write"):
            real = desk.engine.store.journal.write
            monkeypatch.setattr(
                desk.engine.store.journal,
                "write",
                lambda kind, *given, **named: die() if kind == "practice.run" else real(kind, *given, **named),
            )
        else:
            monkeypatch.setattr(where, die)
        with pytest.raises(Killed):
            begin(desk)
        monkeypatch.undo()
    with opened(tmp_path, at_noon(600)) as desk:
        settle(desk)
        assert (the_run(desk).account_id, the_run(desk).ended_at) == ("practice", None)
        assert desk.desk.positions.table().column("quantity").to_pylist() == [10]
        begin(desk)
        assert desk.engine.again


@pytest.mark.parametrize("where", ["commit", "file", "row", "days", "listing", "pin", "opening"])
def test_killed_after_the_commit_it_is_the_new_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """Between the commit and the restart, or on the way up at any line: the next start goes on from there."""
    with opened(tmp_path, at_noon()) as desk:
        bought(desk)
        day = desk.desk.practice.state().to_choose[0]
        desk.desk.practice.choose(day, Kind.CRASH)
        begin(desk, {"starting_cash": "25000"})
        monkeypatch.setattr("core.engine.engine.keep_time", lambda *given: None)  # it is killed, not closed
        ended = desk.engine.store.accounts.every()[0].ended_at
        assert ended is not None
    monkeypatch.undo()
    deaths = {
        "file": "core.brokers.practice.records.Records.begin",
        "row": "core.brokers.practice.books.Till",
        "days": "core.brokers.practice.script_rows.write",
        "listing": "core.engine.wiring.relist",
        "pin": "core.store.accounts.Accounts.add",
    }
    if where in deaths:
        monkeypatch.setattr(deaths[where], die)
        with pytest.raises(Killed), opened(tmp_path, at_noon(600)):
            pass
        monkeypatch.undo()
    if where == "opening":
        with opened(tmp_path, at_noon(600)):
            pass
    with opened(tmp_path, at_noon(600)) as desk:
        settle(desk)
        assert (the_run(desk).account_id, the_run(desk).value) == ("practice-2", Decimal(25_000))
        assert desk.engine.timeline.now() >= ended
        assert [chosen.day for chosen in desk.desk.practice.state().chosen] == [day]
        assert desk.desk.health.state().connections[0].reconciled
        place(desk, "KO", "1")
        settle(desk)
        assert desk.desk.positions.table().column("quantity").to_pylist() == [1]


def test_a_full_disk_at_the_commit_leaves_the_old_run_going_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path, at_noon()) as desk:
        bought(desk)
        real = Unit.__exit__

        def full(unit: Unit, kind: Any, error: Any, trace: Any) -> None:
            ended = [a for a in desk.engine.store.accounts.every() if a.ended_at]
            real(unit, StoreError if ended else kind, StoreError("disk is full") if ended else error, trace)
            if ended:
                raise StoreError("disk is full")

        monkeypatch.setattr(Unit, "__exit__", full)
        with pytest.raises(StoreError, match="disk is full"):
            begin(desk)
        monkeypatch.undo()
        assert not desk.engine.again
        settle(desk)
        place(desk, "KO", "1")
        settle(desk)
        assert desk.desk.positions.table().column("quantity").to_pylist() == [11]


def test_a_kill_right_after_the_commit_does_not_set_market_time_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written down every few seconds is older than the moment the old run ended at."""
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        desk.desk.practice.time(own_time=True, pace=60)
        monkeypatch.setattr("core.engine.wiring.keep_time", lambda *given: None)
        monkeypatch.setattr("core.engine.engine.keep_time", lambda *given: None)
        settle(desk)
        begin(desk)
        ended = desk.engine.store.accounts.every()[0].ended_at
    monkeypatch.undo()
    with opened(tmp_path, at_noon(600)) as desk:
        assert ended is not None
        assert desk.engine.timeline.now() >= ended
        assert (the_run(desk).begun_at or ended) >= ended
