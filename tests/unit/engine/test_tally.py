"""Costs are added up as fills come: nothing twice, nothing left out, never for long."""

from decimal import Decimal
from pathlib import Path

import pytest

from core.domain.errors import BadInput
from core.engine import tally as module
from core.engine.tally import Tally
from core.store.archive import Archive
from core.store.database import Database
from core.store.store import Store
from core.tca.cost import together
from tests.fakes.clock import FakeClock
from tests.fakes.house import founded_file
from tests.unit.store.test_repositories import a_fill

D = Decimal
QUOTE = {"bid": D("50.00"), "ask": D("50.02")}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    clock = FakeClock()
    return Store(Database.open(founded_file(tmp_path)), clock, clock)


def archive(store: Store) -> Archive:
    (_, _, file) = store.connection.execute("PRAGMA database_list").fetchone()
    return Archive(Path(file), 30)


def trade(store: Store, *numbers: int, **more: str) -> None:
    with store.unit:
        for number in numbers:
            store.fills.add_if_new(a_fill(number, **({"client_id": ""} | QUOTE | more)))


def test_it_goes_on_from_where_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 3)
    tally = Tally(archive(store))
    trade(store, *range(1, 8))
    first = together(tally.now().values())
    assert (first.fills, first.mid.fills, first.arrival.fills) == (7, 7, 0)
    assert together(tally.now().values()) == first
    trade(store, 8)
    assert together(tally.now().values()).fills == 8
    assert tally.now() == Tally(archive(store)).now()
    store.database.close()


def test_a_trade_that_is_taken_back_later_is_out_of_the_sums(store: Store) -> None:
    tally = Tally(archive(store))
    trade(store, 1, 2)
    assert together(tally.now().values()).fills == 2
    trade(store, 3, busts="x1", execution_id="b")
    assert together(tally.now().values()).fills == 1
    assert tally.now() == Tally(archive(store)).now()
    store.database.close()


def test_what_takes_long_is_said_and_goes_on_with_the_next_question(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 2)
    trade(store, *range(1, 6))
    seconds = iter(range(0, 1000, 3))
    tally = Tally(archive(store), watch=lambda: next(seconds))
    for done in (2, 4):
        with pytest.raises(BadInput, match=f"{done} so far"):
            tally.now()
    assert together(tally.now().values()).fills == 5
    store.database.close()
