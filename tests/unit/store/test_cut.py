"""Long readings end within a moment when the desk closes, and leave nothing behind."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.clock import stopwatch
from core.store import cut as cutting
from core.store.cut import Cut, CutShort
from core.store.snapshot import broken_chain, copy, damaged_pages, snapshot

MOMENT = 5.0
ROWS = 60_000
ENDLESS = "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n) SELECT max(i) FROM n"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Large enough for a reading of it to be met under way."""
    path = tmp_path_factory.mktemp("large") / "large.sqlite3"
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
        made.execute("CREATE INDEX i ON t (b)")
        made.execute(
            f"WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i<{ROWS}) "
            "INSERT INTO t SELECT i, printf('%020d', i*7919 % 1000003) FROM n"
        )
        made.commit()
    yield path


def cut_after(seconds: float, act: Callable[[Cut], object]) -> float:
    """How long it went on after it was asked to end."""
    cut, asked = Cut(), 0.0

    def ask() -> None:
        nonlocal asked
        asked = stopwatch()
        cut.ask()

    later = threading.Timer(seconds, ask)
    later.start()
    with pytest.raises(CutShort, match=r"cut short, because the desk is closing. Nothing was changed"):
        act(cut)
    later.join()
    return stopwatch() - asked


def test_a_reading_without_end_ends(large: Path) -> None:
    def read(cut: Cut) -> None:
        with snapshot(large, cut) as connection:
            connection.execute(ENDLESS).fetchone()

    assert cut_after(0.2, read) < MOMENT


@pytest.mark.parametrize("steps", [cutting._STEPS, 1 << 30], ids=["by looking", "by being told"])
def test_the_check_of_pages_ends(large: Path, monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    monkeypatch.setattr(cutting, "_STEPS", steps)

    def check(cut: Cut) -> None:
        while True:  # however quick the machine
            assert damaged_pages(large, cut) == []

    assert cut_after(0.1, check) < MOMENT


def test_a_copy_ends_between_two_pieces(large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut, pieces = Cut(), 0

    def flushed(file: int) -> None:
        nonlocal pieces
        pieces += 1
        cut.ask()

    monkeypatch.setattr("core.store.snapshot.os.fsync", flushed)
    monkeypatch.setattr("core.store.snapshot._PAGES_AT_ONCE", 64)
    with pytest.raises(CutShort):
        copy(large, tmp_path / "copy", cut)
    assert pieces == 1
    assert (tmp_path / "copy").stat().st_size < large.stat().st_size
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_what_is_written_between_two_pieces_is_not_in_the_copy_and_does_not_start_it_anew(
    large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = 0
    with closing(sqlite3.connect(large, isolation_level=None)) as desk:

        def flushed(file: int) -> None:
            nonlocal pieces
            pieces += 1
            desk.execute("INSERT INTO t (b) VALUES ('meanwhile')")

        monkeypatch.setattr("core.store.snapshot.os.fsync", flushed)
        monkeypatch.setattr("core.store.snapshot._PAGES_AT_ONCE", 64)
        copy(large, tmp_path / "copy")
        desk.execute("DELETE FROM t WHERE b = 'meanwhile'")
    assert 2 < pieces < 100
    with closing(sqlite3.connect(tmp_path / "copy")) as copied:
        assert copied.execute("SELECT count(*), max(b < 'm') FROM t").fetchone() == (ROWS, 1)
    assert damaged_pages(tmp_path / "copy") == []


def test_asked_before_it_begins_it_does_not_begin(large: Path) -> None:
    cut = Cut()
    cut.ask()
    for act in (damaged_pages, broken_chain):
        with pytest.raises(CutShort):
            act(large, cut)


def test_another_fault_is_still_itself(tmp_path: Path) -> None:
    (tmp_path / "no").write_bytes(b"no database at all" * 100)
    assert damaged_pages(tmp_path / "no", Cut()) == ["file is not a database"]
