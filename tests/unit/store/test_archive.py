"""The archive reads beside the desk: it cannot write, it ends in time, and it knows an order and its rows as the disk does."""

import inspect
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.channel.client import connect
from core.domain.errors import BadInput, DeskUnreachable, StoreError
from core.domain.order import DONE
from core.store import archive as module
from core.store import journal
from core.store.archive import AT_ONCE, Archive
from core.store.database import Database
from core.store.store import Store
from tests.fakes.clock import FakeClock
from tests.fakes.house import founded_file

FOR_EVER = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    clock = FakeClock()
    database = Database.open(founded_file(tmp_path))
    yield Store(database, clock, clock)
    database.close()


def beside(store: Store, patience: float = 30.0) -> Archive:
    (_, _, file) = store.connection.execute("PRAGMA database_list").fetchone()
    return Archive(Path(file), patience)


def endless(archive: Archive) -> None:
    archive._look("Look for less.", lambda files: files.execute(FOR_EVER).fetchone())


def test_it_cannot_write_and_cannot_checkpoint(store: Store) -> None:
    """A write or a checkpoint beside the desk's own is what SQLite's fault with resetting its log needs."""
    with store.unit:
        store.journal.write("note", "still in the log alone")
    for sql in (
        "DELETE FROM journal",
        "CREATE TABLE t (x)",
        "PRAGMA wal_checkpoint(PASSIVE)",
        "PRAGMA wal_checkpoint(TRUNCATE)",
    ):
        with pytest.raises(StoreError, match="could not be read"):
            beside(store)._look("", lambda files, sql=sql: files.execute(sql).fetchall())  # type: ignore[misc]


def test_it_leaves_the_database_file_and_its_log_alone(store: Store, tmp_path: Path) -> None:
    with store.unit:
        store.journal.write("note", "still in the log alone")
    files = [tmp_path / name for name in ("desk.sqlite3", "desk.sqlite3-wal")]
    before = [file.read_bytes() for file in files]
    archive = beside(store)
    assert [line.title for line in archive.journal(0, 10, "still in")[0]] == ["still in the log alone"]
    archive.close()
    assert [file.read_bytes() for file in files] == before


def test_what_was_just_written_is_found_and_what_was_not_is_not(store: Store) -> None:
    archive = beside(store)
    with store.unit:
        store.journal.write("note", "one")
        assert archive.journal(0, 10)[0] == []
    assert [line.title for line in archive.journal(0, 10)[0]] == ["one"]


def test_a_look_that_takes_too_long_is_ended_with_a_sentence(store: Store) -> None:
    with pytest.raises(BadInput, match=r"did not get through the history in 0 s and was ended. Look for less\.$"):
        endless(beside(store, patience=0))
    assert beside(store).journal(0, 10)[0] == []  # and the next one is answered


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda archive: archive.orders(DONE, "", 10, "ant"), "Look for a whole order id, or choose Open."),
        (lambda archive: archive.journal(0, 10, "ant"), "Choose a kind, or look for a whole order id."),
    ],
)
def test_the_sentence_says_how_to_look_for_less(
    store: Store, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Archive], object], words: str
) -> None:
    with store.unit:
        for number in range(50):
            store.journal.write("note", f"row {number}")
    monkeypatch.setattr(module, "A_WHILE", 1)
    with pytest.raises(BadInput) as told:
        ask(beside(store, patience=0))
    assert str(told.value).endswith(words)


def test_several_look_at_once_and_one_too_many_is_told_so(store: Store) -> None:
    archive = beside(store)
    met, go_on = threading.Barrier(AT_ONCE + 1), threading.Event()

    def wait(_: sqlite3.Connection) -> str:
        met.wait(10)
        go_on.wait(10)
        return "found"

    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(archive._find, "x", "", wait) for _ in range(AT_ONCE)]
        met.wait(10)  # all of them are under way
        with pytest.raises(BadInput, match="other searches are still under way"):
            archive.journal(0, 10, "x")
        assert archive.journal(0, 10)[0] == []  # a page is no search
        go_on.set()
        assert [one.result(10) for one in asked] == ["found"] * AT_ONCE
    assert archive.journal(0, 10, "x")[0] == []


def test_closing_ends_what_is_under_way_and_refuses_what_comes_after(store: Store) -> None:
    archive = beside(store)
    begun = threading.Event()

    def look(files: sqlite3.Connection) -> None:
        begun.set()
        files.execute(FOR_EVER).fetchone()

    with ThreadPoolExecutor() as pool:
        asked = pool.submit(archive._look, "", look)
        assert begun.wait(10)
        archive.close()
        assert archive._looking == 0
        with pytest.raises(DeskUnreachable, match="The desk is closing"):
            asked.result(10)
    with pytest.raises(DeskUnreachable, match="The desk is closing"):
        archive.kinds()


def test_a_file_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"The history could not be read: unable to open database file\. Nothing was"):
        Archive(tmp_path / "none.sqlite3").kinds()


def test_kinds_are_found_along_their_index_and_not_in_every_row(store: Store) -> None:
    with store.unit:
        for kind in ("b", "a", "b", "c", "a"):
            store.journal.write(kind, "x")
    assert beside(store).kinds() == sorted({"a", "b", "c"}) == journal.kinds(store.connection)
    plan = [row[3] for row in store.connection.execute(f"EXPLAIN QUERY PLAN {journal._KINDS}")]
    assert [step for step in plan if "journal" in step]
    assert all("SEARCH" in step for step in plan if "journal" in step), plan


@pytest.mark.parametrize(("find", "kind"), [("20260914-000001", ""), ("", "note"), ("20260914-000001", "note")])
def test_what_the_sentence_advises_goes_by_an_index(store: Store, find: str, kind: str) -> None:
    asked: list[str] = []
    store.connection.set_trace_callback(asked.append)
    journal.page(store.connection, 0, 10, find, kind)
    store.connection.set_trace_callback(None)
    plan = [row[3] for row in store.connection.execute(f"EXPLAIN QUERY PLAN {asked[-1]}")]
    assert len(plan) == 1, plan
    assert "journal_by_order (order_id=?" in plan[0] or "journal_by_kind (kind=?" in plan[0]


def test_no_kind_in_an_empty_journal(store: Store) -> None:
    store.connection.execute("DELETE FROM journal")
    assert beside(store).kinds() == []


def test_a_search_and_the_wait_for_its_turn_take_less_than_a_window_waits() -> None:
    window_waits = inspect.signature(connect).parameters["timeout"].default
    assert window_waits > module.TURN + module.PATIENCE


def test_rows_are_found_by_what_a_person_called_them(store: Store) -> None:
    with store.unit:
        first = store.journal.write("order.acked", "one")
        store.journal.write("order.acked", "two")
        for tags in (["slip", "own’s"], ["slip"]):
            store.journal.write("note", "words", {"about": first, "words": "", "tags": tags}, about=first)
    archive = beside(store)
    assert archive.tags() == ["own’s", "slip"]
    for tag, found in (("slip", ["one"]), ("own’s", ["one"]), ("own", []), ("", ["words", "words", "two", "one"])):
        assert [line.title for line in archive.journal(0, 10, tag=tag)[0]] == found
